"""The pages by which one comes in: the password, then the code, or the enrolment of a first authenticator; the links sent by e-mail."""

from typing import Any, Final

import segno
from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import View
from pyotp.utils import build_uri
from wagtail.admin.views.account import LoginView, PasswordResetConfirmView

from access import held, signin
from access.actions import WRONG_CODE, choose_password, confirm_enrolment, offer_enrolment, prove
from access.enums import Guess
from access.letters import invitation_tokens
from access.models import User
from access.sessions import ending_words
from access.signin import TOO_MANY, too_many
from access.throttle import remember_device, turn

ISSUER: Final = "Solive"
TOO_MANY_REQUESTS: Final = 429


class CodeForm(forms.Form):
    """A code of the authenticator, or a recovery code, spaces and dashes forgiven."""

    code = forms.CharField(
        label="Code",
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": True}),
        error_messages={"required": "Tapez le code à 6 chiffres que montre votre application."},
    )

    def clean_code(self) -> str:
        return "".join(character for character in self.cleaned_data["code"] if character not in " -\u00a0\u202f")


@method_decorator(login_not_required, name="dispatch")
class SignInView(LoginView):
    """Asks for the password, then sends to the second factor those who have one or must."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if "recommencer" in request.GET:
            request.session.pop(signin.PENDING, None)
        elif signin.pending(request):
            return redirect("access_code")
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"ending": ending_words(self.request), "is_form_kept": held.waiting(self.request)}

    def form_valid(self, form: Any) -> HttpResponseBase:
        user: User = form.get_user()
        next_url = self.get_success_url()
        if user.has_second_factor or user.must_have_second_factor:
            signin.await_second_factor(self.request, user, next_url)
            return redirect("access_code" if user.has_second_factor else "access_enrol")
        signin.open_connection(self.request, user, proved=False)
        return welcome(self.request, user, next_url)

    def form_invalid(self, form: Any) -> HttpResponse:
        answer = super().form_invalid(form)
        if form.has_error(forms.forms.NON_FIELD_ERRORS, TOO_MANY):
            answer.status_code = TOO_MANY_REQUESTS
            answer["Retry-After"] = str(form.wait_seconds)
        return answer


def welcome(request: HttpRequest, user: User, next_url: str) -> HttpResponse:
    """Where somebody who just signed in goes: to the form kept, if there is one; the browser is known from now on."""
    answer = redirect("access:resume" if held.waiting(request) else next_url)
    remember_device(request, answer, user)
    return answer


@method_decorator([login_not_required, never_cache, sensitive_post_parameters("code")], name="dispatch")
class PendingView(View):
    """A page for somebody whose password was right, and nobody else."""

    for_enrolled: bool

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        found = signin.pending(request)
        if found is None:
            return redirect("wagtailadmin_login")
        self.user, self.next_url = found
        if self.user.has_second_factor != self.for_enrolled:
            return redirect("access_code" if self.user.has_second_factor else "access_enrol")
        return super().dispatch(request, *args, **kwargs)


class CodeView(PendingView):
    """Asks for the code, and opens the connection."""

    for_enrolled = True

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, CodeForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = CodeForm(request.POST)
        status = check_code(request, self.user, form)
        if not form.is_valid():
            return self._page(request, form, status)
        signin.open_connection(request, self.user, proved=True)
        return welcome(request, self.user, self.next_url)

    def _page(self, request: HttpRequest, form: CodeForm, status: int = 200) -> HttpResponse:
        return render(request, "access/gate/code.html", {"form": form}, status=status)


class EnrolView(PendingView):
    """Enrols the first authenticator of somebody whose role demands one, and opens the connection."""

    for_enrolled = False

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, CodeForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = CodeForm(request.POST)
        codes = enrol(request, self.user, form)
        if codes is None:
            return self._page(request, form)
        signin.open_connection(request, self.user, proved=True)
        next_url = reverse("access:resume") if held.waiting(request) else self.next_url
        answer = render(request, "access/gate/codes.html", {"codes": codes, "next_url": next_url})
        remember_device(request, answer, self.user)
        return answer

    def _page(self, request: HttpRequest, form: CodeForm) -> HttpResponse:
        return render(request, "access/gate/enrol.html", {"form": form, **enrolment_facts(self.user)})


def check_code(request: HttpRequest, user: User, form: CodeForm) -> int:
    """Check the code that was typed, within the limits, and put the refusal on the form; return the status of the answer."""
    if not form.is_valid():
        return 200
    with turn(Guess.CODE, user.email, request) as one:
        wait = one.wait()
        is_right = not wait and prove(user=user, code=form.cleaned_data["code"])
        if not wait:
            one.succeed() if is_right else one.fail()
    if wait:
        form.add_error(None, too_many_codes(wait))
    elif not is_right:
        form.add_error("code", WRONG_CODE)
    return TOO_MANY_REQUESTS if wait else 200


def enrol(request: HttpRequest, user: User, form: CodeForm) -> list[str] | None:
    """Put the offered authenticator in use if the code proves it, within the limits; return the recovery codes, or None and say why on the form."""
    if not form.is_valid():
        return None
    codes, refusal = None, None
    with turn(Guess.CODE, user.email, request) as one:
        if wait := one.wait():
            refusal = too_many_codes(wait)
        else:
            try:
                codes = confirm_enrolment(user=user, code=form.cleaned_data["code"])
                one.succeed()
            except ValidationError as wrong:
                refusal = wrong
                one.fail()
    if refusal:
        form.add_error("code", refusal)
    return codes


def too_many_codes(seconds: int) -> ValidationError:
    return ValidationError(
        too_many(seconds).message.partition(" Si vous")[0]
        + " Sans votre téléphone, l'administrateur peut réinitialiser votre double authentification.",
        code=TOO_MANY,
    )


def enrolment_facts(user: User) -> dict[str, Any]:
    """What the enrolment page shows: the picture to photograph, drawn in the page, and the key to type where there is no camera."""
    secret = offer_enrolment(user=user)
    address = build_uri(secret, name=user.email, issuer=ISSUER)
    return {"picture": picture_of(address), "address": address, "key": " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))}


def picture_of(address: str) -> SafeString:
    """A QR code as SVG: a single path, made of numbers alone."""
    drawn = segno.make(address, error="m").svg_inline(omitsize=True, border=4, light="#fff", dark="#000", svgclass="gate-picture", lineclass=None)
    return mark_safe(drawn)  # noqa: S308  segno writes the address as modules of the picture, none of it as text


class LinkView(PasswordResetConfirmView):
    """A link received by e-mail leads to the choice of a password, for an account that is still open."""

    def get_user(self, uidb64: str) -> User | None:
        user = super().get_user(uidb64)
        return user if user is not None and user.may_sign_in else None

    def form_valid(self, form: Any) -> HttpResponse:
        choose_password(user=self.user, password=form.cleaned_data["new_password1"])
        self.request.session.flush()
        answer = redirect(self.success_url)
        remember_device(self.request, answer, self.user)
        return answer


class InvitationView(LinkView):
    """The link of an invitation: a first password."""

    template_name = "access/gate/invitation.html"
    token_generator = invitation_tokens
    success_url = reverse_lazy("wagtailadmin_password_reset_complete")
