"""Signing in: which accounts may, the forms of the sign-in page, and the state between the password and the second factor.

Between the two nobody is signed in: the session only notes whose password was right, so that every address of the site is as closed as to
a visitor. ``login`` is called once everything asked was given.
"""

from dataclasses import asdict, dataclass
from typing import Any, Final

from django import forms
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from wagtail.admin.forms.auth import LoginForm, PasswordResetForm

from access.actions.notices import send_link
from access.enums import Guess
from access.models import SignIn, User, password_mark
from access.throttle import turn, waiting_words

PENDING: Final = "access_pending"
PENDING_SECONDS: Final = 600
TOO_MANY: Final = "too_many"


class OpenAccounts(ModelBackend):
    """The framework's accounts, as long as they are open: one that closes, or whose leaving day comes, is out at the next click."""

    def user_can_authenticate(self, user: Any) -> bool:
        return bool(user.may_sign_in)


class SignInForm(LoginForm):
    """The framework's form, with its fields named in French, known to password managers, and a limit to how often it may be tried."""

    password = forms.CharField(label="Mot de passe", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}))

    def __init__(self, request: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        del self.fields["remember"]
        attributes = self.fields["username"].widget.attrs
        attributes.pop("placeholder", None)
        attributes.update(autocomplete="username", inputmode="email", autocapitalize="none")

    def clean(self) -> dict[str, Any]:
        """Check the password, unless this address or this place has failed too often; the words are the same whether the account exists."""
        address = self.cleaned_data.get("username")
        if not address or not self.cleaned_data.get("password"):
            return self.cleaned_data
        with turn(Guess.PASSWORD, address, self.request) as one:
            self.wait_seconds = one.wait()
            refusal = too_many(self.wait_seconds) if self.wait_seconds else self._refusal()
            if not self.wait_seconds:
                one.fail() if refusal else one.succeed()
        if refusal:
            raise refusal
        return self.cleaned_data

    def _refusal(self) -> ValidationError | None:
        try:
            super().clean()
        except ValidationError as refusal:
            return refusal
        return None


class ResetForm(PasswordResetForm):
    """Asks for a link to choose a password. The worker sends it, if it must: the answer takes as long for any address."""

    def save(self, *args: Any, request: Any = None, **kwargs: Any) -> None:
        address = self.cleaned_data["email"]
        with turn(Guess.RESET, address, request) as one:
            if one.wait():
                return
            one.fail()
            known = User.objects.open().filter(email=address.strip().lower()).values_list("pk", flat=True).first()
            send_link(account=known or 0)


def too_many(seconds: int) -> ValidationError:
    return ValidationError(
        f"Trop d'essais n'ont pas abouti. Par prudence, attendez {waiting_words(seconds)} avant de recommencer. "
        "Si vous ne retrouvez pas votre mot de passe, demandez-en un nouveau : le lien reçu par courriel vous ouvre la porte sans attendre.",
        code=TOO_MANY,
    )


@dataclass(frozen=True)
class Pending:
    """Somebody whose password was right, and from whom a code is still awaited. ``mark`` changes with the password."""

    user: int
    at: float
    mark: str
    next: str


def await_second_factor(request: HttpRequest, user: User, next_url: str) -> None:
    """Note in the session, under a new key, whose password was right."""
    request.session.cycle_key()
    request.session[PENDING] = asdict(Pending(user=user.pk, at=timezone.now().timestamp(), mark=password_mark(user), next=next_url))


def pending(request: HttpRequest) -> tuple[User, str] | None:
    """Whose code is awaited and where that person was going; None when nobody's is, or the password is too old."""
    noted = request.session.get(PENDING)
    if not noted:
        return None
    found = Pending(**noted)
    user = User.objects.open().select_related("second_factor").filter(pk=found.user).first()
    if user is None or found.mark != password_mark(user) or timezone.now().timestamp() - found.at > PENDING_SECONDS:
        request.session.pop(PENDING, None)
        return None
    return user, found.next


def open_connection(request: HttpRequest, user: User, *, proved: bool) -> None:
    """Sign the person in under a new session key; ``proved`` tells that the second factor was given."""
    request.session.pop(PENDING, None)
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    if proved:
        SignIn.objects.filter(pk=request.session[SIGN_IN]).update(proved_at=timezone.now())


def safe_address(request: HttpRequest, address: str | None, default: str) -> str:
    """``address`` when it leads to this very site, ``default`` otherwise."""
    is_ours = url_has_allowed_host_and_scheme(address or "", allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return address if address and is_ours else default


SIGN_IN: Final = "access_sign_in"
"""Where the session keeps the number of its connection."""
