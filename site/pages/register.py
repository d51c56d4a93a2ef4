"""The personal data of the public site: what visitors write to the GIE."""

from typing import Final

from access.processing import Activity, Group, Held, declare
from pages.models import ContactMessage

WRITING: Final = Activity(
    "contact",
    "Messages du site public",
    "Répondre à qui écrit par le formulaire de contact.",
    "Mission d'intérêt public (RGPD, article 6.1.e)",
    "Visiteurs qui écrivent au GIE",
    "Un an après le message (effacement chaque nuit)",
    "GIE",
)
MESSAGE: Final = Group("message", "Message", "Répondre à la personne", "GIE")


def declare_fields() -> None:
    """Tell the register every field of this room that is about a person."""
    declare(ContactMessage, WRITING, Held(MESSAGE, erased="name email subject body received_at is_handled origin"), deleted=True)
