"""Writes on accounts: opening one by invitation, closing it, repairing its access, and the review of who has one."""

from datetime import date, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from access import throttle
from access.actions.notices import send_link, tell
from access.actions.records import trace
from access.actions.second_factor import erase
from access.enums import AccountNotice
from access.journal.recording import tracing
from access.models import SENSITIVE_ROLES, AccessReview, ReviewedAccount, SecondFactor, SignIn, User


@transaction.atomic
@tracing()
def save_account(*, account: User, by: User) -> User:
    """Save an account as the administrator filled it in; a new one is invited to choose its own password.

    Raises ValidationError, in French: nobody closes the own account or changes the own role, lest no administrator be left.
    """
    created = account._state.adding
    before = None if created else User.objects.select_for_update().get(pk=account.pk)
    if account.pk == by.pk and before is not None and (account.role != before.role or not account.may_sign_in):
        raise ValidationError("Vous ne pouvez ni fermer votre propre compte, ni en changer le rôle : demandez-le à un autre administrateur.")
    if created:
        account.set_unusable_password()
    account.save()
    if not account.may_sign_in:
        SignIn.objects.filter(user=account).delete()
    trace(instance=account, action="wagtail.create" if created else "wagtail.edit", by=by)
    if before is not None and before.email != account.email:
        tell(user=account, notice=AccountNotice.ADDRESS_CHANGED, former_address=before.email)
    if created and account.may_sign_in:
        invite(account=account, by=by)
    return account


@transaction.atomic
@tracing()
def invite(*, account: User, by: User) -> None:
    """Send a link, good once and for INVITATION_DAYS days, to choose a first password; the link sent before serves no more.

    Raises ValidationError for an account that is closed, or whose person has a password already.
    """
    account = User.objects.select_for_update().get(pk=account.pk)
    if not account.may_sign_in:
        raise ValidationError("Ce compte est fermé : rouvrez-le avant d'inviter la personne.")
    if not account.awaits_password:
        raise ValidationError("Cette personne a déjà un mot de passe. Si elle l'a oublié, la page de connexion lui en fait choisir un autre.")
    User.objects.filter(pk=account.pk).update(invited_at=timezone.now())
    trace(instance=account, action="wagtail.edit", by=by, invitation="sent")
    send_link(account=account.pk)


@transaction.atomic
def choose_password(*, user: User, password: str) -> None:
    """Set the password the person chose by a link. Every connection of the account ends, every failed try is forgotten."""
    user.set_password(password)
    user.save()
    SignIn.objects.filter(user=user).delete()
    throttle.lift(user)
    trace(instance=user, action="wagtail.edit", by=user, link="followed")
    tell(user=user, notice=AccountNotice.PASSWORD_CHANGED)


@transaction.atomic
def note_password_change(*, user: User) -> None:
    """Trace that the person changed the own password, and say so by e-mail."""
    trace(instance=user, action="wagtail.edit", by=user, account="password changed")
    tell(user=user, notice=AccountNotice.PASSWORD_CHANGED)


@transaction.atomic
@tracing()
def reset_second_factor(*, account: User, by: User) -> None:
    """Let the person enrol another authenticator at the next sign-in. Connections end, recovery codes are void; nobody saw the secret.

    Raises ValidationError when the account has no second factor, or is the administrator's own.
    """
    if account.pk == by.pk:
        raise ValidationError("Votre propre double authentification se change depuis « Ma sécurité ».")
    if not SecondFactor.objects.filter(user=account).exists():
        raise ValidationError("Ce compte n'a pas de double authentification.")
    erase(account)
    SignIn.objects.filter(user=account).delete()
    trace(instance=account, action="wagtail.edit", by=by, second_factor="reset")
    tell(user=account, notice=AccountNotice.FACTOR_RESET)


@transaction.atomic
@tracing()
def close_connections(*, account: User, by: User, only: int | None = None, except_for: int | None = None) -> int:
    """End the connections of an account, or one of them, or all but one; return how many ended."""
    ended = SignIn.objects.filter(user=account)
    if only is not None:
        ended = ended.filter(pk=only)
    if except_for is not None:
        ended = ended.exclude(pk=except_for)
    count = ended.delete()[0]
    if count:
        trace(instance=account, action="wagtail.edit", by=by, connections_closed=count)
    return count


@transaction.atomic
@tracing()
def lift_lock(*, account: User, by: User) -> int:
    """Forget the failed tries on an account, so that its person need not wait; return how many there were."""
    lifted = throttle.lift(account)
    trace(instance=account, action="wagtail.edit", by=by, tries_forgotten=lifted)
    return lifted


def close_leavers(*, on: date) -> int:
    """Mark as closed the accounts whose leaving day has come, and end their connections; return how many. The rule shut them out already."""
    gone = User.objects.filter(is_active=True, leaves_on__lte=on)
    for account in gone:
        with transaction.atomic(), tracing():
            account.is_active = False
            account.save(update_fields=["is_active"])
            SignIn.objects.filter(user=account).delete()
            trace(instance=account, action="wagtail.edit", by=None, closed="left")
    return len(gone)


@transaction.atomic
@tracing()
def record_review(*, by: User, remark: str = "", on: date | None = None) -> AccessReview:
    """Note that the access was reviewed, with what the review found that day."""
    on = on or timezone.localdate()
    opened = ReviewedAccount.objects.open(on=on)
    review = AccessReview(
        reviewed_by=by,
        accounts=opened.count(),
        without_factor=opened.filter(role__in=SENSITIVE_ROLES).exclude(pk__in=opened.with_second_factor()).count(),
        idle=opened.idle_for(settings.ACCESS_IDLE_DAYS, on=on).count(),
        remark=remark,
    )
    review.full_clean()
    review.save()
    trace(instance=review, action="wagtail.create", by=by)
    return review


def next_review_on(latest: AccessReview | None) -> date | None:
    """The day the next review is due; None when none was ever done, which makes it due now."""
    return timezone.localtime(latest.reviewed_at).date() + timedelta(days=settings.ACCESS_REVIEW_EVERY_DAYS) if latest else None
