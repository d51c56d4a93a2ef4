"""What the list of accounts and the review of access show alike."""

from typing import Final

from django.utils.html import format_html

from access.backoffice.filters import upper_first
from access.enums import FactorState
from access.models import User
from access.templatetags.french import day

COLOURS: Final = {FactorState.ACTIVE: "done", FactorState.AWAITED: "late", FactorState.NONE: "info"}


def tag(words: str, colour: str) -> str:
    """A state in a word, in its colour."""
    return format_html('<span class="solive-tag solive-tag--{}">{}</span>', colour, words)


class AccountColumns:
    """Where an account stands, and what protects it."""

    def state(self, account: User) -> str:
        if not account.may_sign_in:
            return tag("Fermé", "late")
        if account.awaits_password:
            return tag("Invitation périmée" if account.invitation_is_over else "Invité", "info")
        return tag("Ouvert", "done")

    state.short_description = "État"

    def factor(self, account: User) -> str:
        return tag(upper_first(account.factor_state.label), COLOURS[account.factor_state])

    factor.short_description = "Double authentification"

    def seen(self, account: User) -> str:
        return day(account.last_seen_on) or "Jamais"

    seen.short_description = "Vu le"
    seen.admin_order_field = "last_seen_on"
