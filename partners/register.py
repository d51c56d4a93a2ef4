"""The personal data of this room: who works for whom, and how organisations are reached."""

from typing import Final

from access.processing import Group, Held, declare
from access.register import ACCOUNTS
from partners.models import Membership

WORK: Final = Group(
    "rattachement", "Rattachement", "Savoir pour quel organisme la personne agit, donc ce qu'elle peut voir", "GIE ; l'organisme lui-même"
)


def declare_fields() -> None:
    """Tell the register every field of this room that is about a person."""
    declare(Membership, ACCOUNTS, Held(WORK, kept="organisation is_referent shown_since starts_on ends_on", erased="user position"))
