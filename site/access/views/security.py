"""« Ma sécurité »: a person's own connections and second factor; the fresh proof asked for what is sensitive; the form given back."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from access import held
from access.actions import close_connections, remove_second_factor, renew_recovery_codes
from access.enums import Guess
from access.freshness import ask_again, is_fresh
from access.models import RecoveryCode, SignIn
from access.policies import may_remove_second_factor
from access.signin import safe_address, too_many
from access.throttle import turn
from access.views.gate import CodeForm, check_code, enrol, enrolment_facts

Page = Callable[..., Any]


def freshly_confirmed(page: Page) -> Page:
    """Asks for the password or a code again where the last proof is old; what was being sent waits for it."""

    @wraps(page)
    def asked(request: Any, *args: Any, **kwargs: Any) -> Any:
        return page(request, *args, **kwargs) if is_fresh(request) else ask_again(request)

    return asked


@require_GET
@never_cache
def security(request: Any) -> HttpResponse:
    """What protects the account, and where it is open."""
    return render(
        request,
        "access/security/home.html",
        {
            "sign_ins": SignIn.objects.standing(user=request.user),
            "current": request.sign_in,
            "codes_left": RecoveryCode.objects.unused().filter(user=request.user).count(),
            "may_remove": may_remove_second_factor(request.user),
        },
    )


@require_POST
def close(request: Any) -> HttpResponse:
    """End one of the own connections, or all the others."""
    chosen = request.POST.get("connexion", "")
    if chosen == "autres":
        count = close_connections(account=request.user, by=request.user, except_for=request.sign_in.pk)
    elif chosen.isdecimal() and chosen.isascii() and len(chosen) < 19:
        count = close_connections(account=request.user, by=request.user, only=int(chosen))
    else:
        raise Http404
    if not count and chosen != "autres":
        raise Http404
    closed = f"{count} connexion{'s fermées' if count > 1 else ' fermée'}."
    messages.success(request, closed if count else "Aucune autre connexion n'était ouverte.")
    return redirect("access:security")


@require_http_methods(["GET", "POST"])
@never_cache
@sensitive_post_parameters("code")
@freshly_confirmed
def factor(request: Any) -> HttpResponse:
    """Enrol an authenticator, the first or another."""
    form = CodeForm(request.POST or None)
    codes = enrol(request, request.user, form) if request.method == "POST" else None
    if codes is None:
        return render(request, "access/security/factor.html", {"form": form, **enrolment_facts(request.user)})
    now = timezone.now()
    SignIn.objects.filter(pk=request.sign_in.pk).update(proved_at=now, confirmed_at=now)
    close_connections(account=request.user, by=request.user, except_for=request.sign_in.pk)
    return render(request, "access/security/codes.html", {"codes": codes})


@require_POST
@never_cache
@freshly_confirmed
def codes(request: Any) -> HttpResponse:
    """Replace the recovery codes, and show the new ones once."""
    try:
        made = renew_recovery_codes(user=request.user)
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
        return redirect("access:security")
    return render(request, "access/security/codes.html", {"codes": made})


@require_POST
@freshly_confirmed
def remove(request: Any) -> HttpResponse:
    """Give up the second factor."""
    try:
        remove_second_factor(user=request.user)
        messages.success(request, "La double authentification est retirée.")
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    return redirect("access:security")


class PasswordForm(forms.Form):
    password = forms.CharField(
        label="Mot de passe", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True})
    )


@require_http_methods(["GET", "POST"])
@never_cache
@sensitive_post_parameters("code", "password")
def confirm(request: Any) -> HttpResponse:
    """Ask for the password, or a code where there is a second factor, before a sensitive change."""
    user = request.user
    next_url = safe_address(request, request.POST.get("next") or request.GET.get("next"), reverse("access:security"))
    form = (CodeForm if user.has_second_factor else PasswordForm)(request.POST or None)
    status = 200
    if request.method == "POST":
        status = check_code(request, user, form) if isinstance(form, CodeForm) else check_password(request, user, form)
        if form.is_valid():
            SignIn.objects.filter(pk=request.sign_in.pk).update(confirmed_at=timezone.now())
            return redirect("access:resume" if held.waiting(request) else next_url)
    return render(request, "access/security/confirm.html", {"form": form, "next_url": next_url}, status=status)


def check_password(request: Any, user: Any, form: forms.Form) -> int:
    """Check the password that was typed, within the limits, and put the refusal on the form; return the status of the answer."""
    if not form.is_valid():
        return 200
    with turn(Guess.PASSWORD, user.email, request) as one:
        wait = one.wait()
        is_right = not wait and user.check_password(form.cleaned_data["password"])
        if not wait:
            one.succeed() if is_right else one.fail()
    if wait:
        form.add_error(None, too_many(wait))
    elif not is_right:
        form.add_error("password", "Ce mot de passe n'est pas le bon.")
    return 429 if wait else 200


@require_http_methods(["GET", "POST"])
@never_cache
def resume(request: Any) -> HttpResponse:
    """Give back the form that was kept, to be sent again by its person, or forgotten."""
    found = held.kept_for(request)
    if found is None:
        held.release(request)
        return redirect("wagtailadmin_home")
    form, fields = found
    if request.method == "POST":
        held.release(request)
        messages.success(request, "Cette saisie est oubliée.")
        return redirect("wagtailadmin_home")
    return render(request, "access/security/resume.html", {"form": form, "fields": fields})
