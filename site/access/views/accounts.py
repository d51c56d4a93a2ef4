"""What the technical administrator does to an account besides filling it in, and the review of access noted as done."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from access.actions import close_connections, invite, lift_lock, record_review, reset_second_factor
from access.freshness import ask_again, is_fresh
from access.models import SENSITIVE_ROLES, AccessReview, ReviewedAccount, User
from access.policies import may_keep_accounts, may_review_access

REVIEWS_SHOWN: Final = 20


@dataclass(frozen=True)
class Deed:
    """One thing to do to an account, and what to say once it is done."""

    act: Callable[..., Any]
    done: str


DEEDS: Final = {
    "inviter": Deed(invite, "L'invitation est partie. Le lien envoyé auparavant ne sert plus."),
    "double-authentification": Deed(
        reset_second_factor, "La double authentification est réinitialisée : la personne en fera une autre à sa prochaine connexion."
    ),
    "connexions": Deed(close_connections, "Les connexions de cette personne sont fermées."),
    "deblocage": Deed(lift_lock, "Les essais manqués sont oubliés : la personne peut se connecter sans attendre."),
}


@require_POST
def act(request: HttpRequest, pk: int, deed: str) -> HttpResponse:
    """Do one of DEEDS to an account. To anybody but the administrator, none of this exists."""
    user: Any = request.user
    if not may_keep_accounts(user) or deed not in DEEDS:
        raise Http404
    account = get_object_or_404(User.objects.visible_to(user), pk=pk)
    if not is_fresh(request):
        return ask_again(request)
    try:
        DEEDS[deed].act(account=account, by=user)
        messages.success(request, DEEDS[deed].done)
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    return redirect("comptes_modeladmin_inspect", account.pk)


class RemarkForm(forms.ModelForm[AccessReview]):
    class Meta:
        model = AccessReview
        fields = ("remark",)
        widgets = {"remark": forms.Textarea(attrs={"rows": 4})}  # noqa: RUF012


@require_http_methods(["GET", "POST"])
def review(request: HttpRequest) -> HttpResponse:
    """What the review finds today, the form that notes it as done, and the reviews done before."""
    user: Any = request.user
    if not may_review_access(user):
        raise Http404
    form = RemarkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        record_review(by=user, remark=form.cleaned_data["remark"])
        messages.success(request, "La revue est notée.")
        return redirect("revue-des-acces_modeladmin_index")
    today = timezone.localdate()
    opened = ReviewedAccount.objects.visible_to(user).open()
    found = {
        "opened": opened.count(),
        "without_factor": opened.filter(role__in=SENSITIVE_ROLES).exclude(pk__in=opened.with_second_factor()).count(),
        "idle": opened.idle_for(settings.ACCESS_IDLE_DAYS, on=today).count(),
        "leaving": opened.filter(leaves_on__isnull=False).count(),
        "idle_days": settings.ACCESS_IDLE_DAYS,
    }
    reviews = AccessReview.objects.visible_to(user).select_related("reviewed_by")[:REVIEWS_SHOWN]
    return render(request, "access/review/note.html", {"form": form, "reviews": reviews, **found})
