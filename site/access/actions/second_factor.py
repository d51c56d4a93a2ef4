"""Writes on the second factor: enrolling an authenticator, proving that one holds it, recovery codes."""

import hmac
import secrets
from datetime import timedelta
from typing import Any, Final

import pyotp
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from access.actions.notices import tell
from access.actions.records import trace
from access.enums import AccountNotice
from access.models import RecoveryCode, SecondFactor, User
from access.policies import may_remove_second_factor
from access.secrecy import Unreadable, mark, marks, seal, unseal

SEALED_FOR: Final = "second factor"
MARKED_FOR: Final = "recovery code"
STEP_SECONDS: Final = 30
DRIFT_STEPS: Final = (0, -1, 1)
"""A clock half a minute early or late is forgiven (RFC 6238, 5.2)."""
CODE_DIGITS: Final = 6
RECOVERY_CODES: Final = 10
RECOVERY_DIGITS: Final = 16
WRONG_CODE: Final = (
    "Ce code n'est pas le bon, ou il a déjà servi. Attendez que l'application en affiche un autre, et vérifiez que l'heure du téléphone est juste."
)


@transaction.atomic
def offer_enrolment(*, user: User) -> str:
    """The secret to enrol, in base32: the one offered lately, so that the page may be drawn again, or a new one.

    The one in use, if any, stays good until the new one is confirmed.
    """
    factor, _ = SecondFactor.objects.get_or_create(user=user)
    factor = SecondFactor.objects.select_for_update().get(pk=factor.pk)
    if factor.candidate_stands(at=timezone.now()):
        try:
            return unseal(factor.candidate, purpose=SEALED_FOR)
        except Unreadable:
            pass
    secret = pyotp.random_base32()
    factor.candidate, factor.candidate_at = seal(secret, purpose=SEALED_FOR), timezone.now()
    factor.save(update_fields=["candidate", "candidate_at"])
    return secret


@transaction.atomic
def confirm_enrolment(*, user: User, code: str) -> list[str]:
    """Put the offered secret in use once a code proves that the person holds it; return the new recovery codes, to be shown once.

    Raises ValidationError when the code is not the offered secret's, or none is offered.
    """
    factor = SecondFactor.objects.select_for_update().filter(user=user).first()
    if factor is None or not factor.candidate_stands(at=timezone.now()):
        raise ValidationError("Cette page est restée ouverte trop longtemps : photographiez le code ci-dessus, qui est nouveau.", code="stale")
    try:
        step = matching_step(unseal(factor.candidate, purpose=SEALED_FOR), code, after=0)
    except Unreadable:
        step = None
    if step is None:
        raise ValidationError(WRONG_CODE, code="code")
    factor.secret, factor.confirmed_at, factor.last_step = factor.candidate, timezone.now(), step
    factor.candidate, factor.candidate_at = "", None
    factor.save()
    trace(instance=user, action="wagtail.edit", by=user, second_factor="enrolled")
    tell(user=user, notice=AccountNotice.FACTOR_ENROLLED)
    return _make_codes(user)


@transaction.atomic
def prove(*, user: User, code: str) -> bool:
    """Whether ``code`` is the authenticator's, or an unused recovery code; either way it never serves again."""
    digits = "".join(character for character in code if character.isdecimal() and character.isascii())
    factor = SecondFactor.objects.select_for_update().filter(user=user, confirmed_at__isnull=False).first()
    if factor is None:
        return False
    if len(digits) == RECOVERY_DIGITS:
        return _use_recovery_code(user, digits)
    try:
        secret = unseal(factor.secret, purpose=SEALED_FOR)
    except Unreadable:
        return False
    step = matching_step(secret, digits, after=factor.last_step)
    if step is None:
        return False
    factor.last_step = step
    factor.save(update_fields=["last_step"])
    return True


@transaction.atomic
def renew_recovery_codes(*, user: User) -> list[str]:
    """Replace the recovery codes, used or not; return the new ones, to be shown once. Raises ValidationError without a second factor."""
    if not user.has_second_factor:
        raise ValidationError("Activez d'abord la double authentification.")
    trace(instance=user, action="wagtail.edit", by=user, second_factor="codes renewed")
    tell(user=user, notice=AccountNotice.CODES_RENEWED)
    return _make_codes(user)


@transaction.atomic
def remove_second_factor(*, user: User) -> None:
    """The person gives up the second factor. Raises ValidationError where the role demands one."""
    if not may_remove_second_factor(user):
        raise ValidationError("Votre rôle demande la double authentification : elle ne se retire pas.")
    erase(user)
    trace(instance=user, action="wagtail.edit", by=user, second_factor="removed")
    tell(user=user, notice=AccountNotice.FACTOR_REMOVED)


def erase(user: Any) -> None:
    """Forget the authenticator and the recovery codes."""
    SecondFactor.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()


def matching_step(secret: str, code: str, *, after: int) -> int | None:
    """The half-minute, later than ``after``, whose code this is, within the drift forgiven; None when there is none."""
    if len(code) != CODE_DIGITS or not (code.isascii() and code.isdecimal()):
        return None
    now = timezone.now()
    clock = pyotp.TOTP(secret)
    for drift in DRIFT_STEPS:
        at = now + timedelta(seconds=drift * STEP_SECONDS)
        step = int(at.timestamp()) // STEP_SECONDS
        if step > after and hmac.compare_digest(clock.at(at), code):
            return step
    return None


def _make_codes(user: User) -> list[str]:
    codes = [f"{secrets.randbelow(10**RECOVERY_DIGITS):0{RECOVERY_DIGITS}d}" for _ in range(RECOVERY_CODES)]
    RecoveryCode.objects.filter(user=user).delete()
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, code_mark=mark(f"{user.pk}:{code}", purpose=MARKED_FOR)) for code in codes)
    return ["-".join(code[start : start + 4] for start in range(0, RECOVERY_DIGITS, 4)) for code in codes]


def _use_recovery_code(user: User, digits: str) -> bool:
    known = marks(f"{user.pk}:{digits}", purpose=MARKED_FOR)
    used = RecoveryCode.objects.unused().filter(user=user, code_mark__in=known).update(used_at=timezone.now())
    if used:
        trace(instance=user, action="wagtail.edit", by=user, second_factor="recovery code used")
    return bool(used)
