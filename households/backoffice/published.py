"""Choosing the figures shown to everybody, seeing them as everybody will, publishing and withdrawing them."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from access.enums import Role
from access.forms import written
from catalogue.models import PublishedFigures
from households.actions.published import publish_figures, withdraw_figures
from households.backoffice.money import Asked
from households.published import publishable

SNAPSHOTS_SHOWN = 12


def _staff_or_404(request: HttpRequest) -> Any:
    user: Any = request.user
    if getattr(user, "role", None) != Role.GIE_STAFF:
        raise Http404
    return user


def publication(request: HttpRequest) -> HttpResponse:
    """The tables as the public would read them; those ticked are published."""
    user, asked, today = _staff_or_404(request), Asked.read(request), timezone.localdate()
    tables = publishable(asked.first_year, asked.last_year, on=today)
    form = forms.Form(request.POST if request.method == "POST" else None)
    chosen = request.POST.getlist("tables")
    if (
        request.method == "POST"
        and form.is_valid()
        and written(form, lambda: publish_figures(captions=chosen, first_year=asked.first_year, last_year=asked.last_year, on=today, by=user))
    ):
        messages.success(request, "Les chiffres sont publiés : la page « Chiffres clés » les montre dès maintenant.")
        return redirect("pilotage:publication")
    current = PublishedFigures.objects.current()
    context = {
        "title": "Publier les chiffres clés",
        "form": form,
        "tables": tables,
        "chosen": chosen if request.method == "POST" else [table["caption"] for table in current.tables] if current else [],
        "asked": asked,
        "today": today,
        "current": current,
        "snapshots": PublishedFigures.objects.select_related("published_by")[:SNAPSHOTS_SHOWN],
    }
    return render(request, "households/steering/publication.html", context)


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    user = _staff_or_404(request)
    figures = PublishedFigures.objects.visible_to(user).filter(pk=pk, withdrawn_at__isnull=True).first()
    if figures is None:
        raise Http404
    withdraw_figures(figures=figures, by=user)
    messages.success(request, "Ces chiffres ne sont plus publiés.")
    return redirect("pilotage:publication")
