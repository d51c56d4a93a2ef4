"""The letters about an account: the link to choose a password, and what changed."""

from datetime import date
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from access.actions.notices import LETTERS
from access.enums import AccountNotice
from access.models import User
from access.secrecy import mark, marks, unseal

INVITED_BY: Final = "invitation"
TOKEN_LENGTH: Final = 48
SUBJECTS: Final = {
    AccountNotice.PASSWORD_CHANGED: "Solive : votre mot de passe a changé",
    AccountNotice.FACTOR_ENROLLED: "Solive : la double authentification est activée",
    AccountNotice.FACTOR_REMOVED: "Solive : la double authentification est retirée",
    AccountNotice.FACTOR_RESET: "Solive : votre double authentification est à refaire",
    AccountNotice.CODES_RENEWED: "Solive : vos codes de secours ont changé",
    AccountNotice.ADDRESS_CHANGED: "Solive : l'adresse de votre compte a changé",
    AccountNotice.SIGN_IN_LOCKED: "Solive : des essais de connexion ont échoué sur votre compte",
}


class InvitationTokens:
    """Links of invitations: good until a password is chosen, the address changes, another invitation is sent, or INVITATION_DAYS have passed."""

    def make_token(self, user: User) -> str:
        return mark(self._state(user), purpose=INVITED_BY)[:TOKEN_LENGTH]

    def check_token(self, user: User | None, token: str | None) -> bool:
        if user is None or not token or not user.awaits_password or user.invited_at is None or user.invitation_is_over:
            return False
        return any(constant_time_compare(token, known[:TOKEN_LENGTH]) for known in marks(self._state(user), purpose=INVITED_BY))

    def _state(self, user: User) -> str:
        return f"{user.pk}:{user.email}:{user.password}:{user.invited_at.isoformat() if user.invited_at else ''}"


invitation_tokens = InvitationTokens()


def send_password_link(*, account: int) -> None:
    """Send the person the link to choose a password: a first one where none was chosen yet. Nothing for an account closed or unknown."""
    user = User.objects.open().filter(pk=account).first()
    if user is None:
        return
    if user.awaits_password:
        _send_invitation(user)
        return
    link = reverse("wagtailadmin_password_reset_confirm", args=[_number(user), default_token_generator.make_token(user)])
    _send("wagtailadmin/account/password_reset/email.txt", "Solive : choisir un nouveau mot de passe", user, link=_address(link))


def send_notice(*, account: int, notice: str, former_address: str = "") -> None:
    """Tell the person what changed in the account, at the former address too (sealed); nothing when the account is gone."""
    user = User.objects.filter(pk=account).first()
    if user is None:
        return
    kind = AccountNotice(notice)
    for address in filter(None, (user.email, unseal(former_address, purpose=LETTERS) if former_address else "")):
        _send(
            "access/letters/notice.txt",
            SUBJECTS[kind],
            user,
            to=address,
            notice=kind.value,
            at=timezone.localtime(),
            link=_address(reverse("access:security")),
        )


@transaction.atomic
def send_lock_notice(*, account: int, on: date) -> None:
    """Tell the person that too many tries failed on the account, once a day at most; nothing for an account closed or unknown."""
    user = User.objects.open().select_for_update(of=("self",)).filter(pk=account).exclude(lock_told_on=on).first()
    if user is None:
        return
    User.objects.filter(pk=user.pk).update(lock_told_on=on)
    send_notice(account=user.pk, notice=AccountNotice.SIGN_IN_LOCKED)


def _send_invitation(user: User) -> None:
    if user.invited_at is None or user.invitation_is_over:
        user.invited_at = timezone.now()
        User.objects.filter(pk=user.pk).update(invited_at=user.invited_at)
    link = reverse("access_invitation", args=[_number(user), invitation_tokens.make_token(user)])
    _send("access/letters/invitation.txt", "Solive : votre compte vous attend", user, link=_address(link), days=settings.INVITATION_DAYS)


def _send(template: str, subject: str, user: User, *, to: str = "", **facts: Any) -> None:
    EmailMessage(subject=subject, body=render_to_string(template, {"user": user, **facts}), to=[to or user.email]).send()


def _number(user: User) -> str:
    return urlsafe_base64_encode(force_bytes(user.pk))


def _address(path: str) -> str:
    return f"{settings.WAGTAILADMIN_BASE_URL}{path}"
