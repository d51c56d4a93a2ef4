"""A session: its agenda, its sheets, its decisions and its minutes."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from access.documents import DocumentFailed
from access.documents import render as render_document
from access.forms import show_refusal
from access.scope import aggregate
from households import actions, policies
from households.committee_sheet import sheet_of
from households.enums import SessionState
from households.forms.committee import AddToAgendaForm, CloseSessionForm, DecisionForm
from households.journal import case_opened
from households.minutes import TEMPLATE, minutes_of
from households.models import AgendaItem, CommitteeSession, Household


def session_or_404(request: HttpRequest, pk: int, right: str = "read_committee") -> CommitteeSession:
    """The session, among those the user sees, for a role that has the right."""
    session: CommitteeSession | None = CommitteeSession.objects.visible_to(request.user).filter(pk=pk).first()
    if session is None or not policies.may_write(request.user, right):
        raise Http404
    return session


@aggregate("a case on an agenda")
def item_or_404(session: CommitteeSession, item: int) -> AgendaItem:
    found: AgendaItem | None = session.items.select_related("household__commune__epci", "session").filter(pk=item).first()
    if found is None:
        raise Http404
    return found


def session_url(session: CommitteeSession) -> str:
    return reverse("committee:session", args=[session.pk])


def session_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The session's agenda, with what can be done about it."""
    return _session_page(request, session_or_404(request, pk))


def _session_page(request: HttpRequest, session: CommitteeSession, form: AddToAgendaForm | None = None) -> HttpResponse:
    runs = policies.may_write(request.user, "run_committee")
    with aggregate("the cases of an agenda, by reference"):
        items = list(session.items.select_related("household", "evaluation", "decision"))
    mine = set(Household.objects.visible_to(request.user).filter(pk__in=[item.household_id for item in items]).values_list("pk", flat=True))
    points = [
        {
            "item": item,
            "decision": getattr(item, "decision", None),
            "is_readable": not item.household.is_confidential or item.is_open_to(request.user),
            "may_decide": runs and item.household_id in mine,
        }
        for item in items
    ]
    context = {
        "session": session,
        "title": str(session),
        "points": points,
        "left": sum(1 for point in points if point["decision"] is None),
        "members": session.members.order_by("last_name", "first_name"),
        "runs": runs,
        "is_open": runs and session.state != SessionState.CLOSED,
        "form": form or AddToAgendaForm(user=request.user),
    }
    return render(request, "households/committee/session.html", context)


def sheet_page(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """The pseudonymised sheet of one point."""
    session = session_or_404(request, pk)
    found = item_or_404(session, item)
    sheet = sheet_of(found, request.user)
    if not sheet.is_closed_to_reader:
        case_opened(request, found.household)
    order = list(session.items.values_list("pk", flat=True))
    index = order.index(found.pk)
    context = {
        "session": session,
        "item": found,
        "sheet": sheet,
        "evaluations": sheet.evaluations,
        "rows": sheet.rows,
        "title": sheet.reference,
        "previous": order[index - 1] if index else None,
        "next": order[index + 1] if index + 1 < len(order) else None,
    }
    return render(request, "households/committee/sheet.html", context)


def decide_page(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """The decision on one point; the sheet stands beside it."""
    session = session_or_404(request, pk, "run_committee")
    found = item_or_404(session, item)
    if not Household.objects.visible_to(request.user).filter(pk=found.household_id).exists():
        raise Http404
    form = DecisionForm(request.POST or None, item=found)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if _done(form, lambda: actions.decide(item=found, by=request.user, **data)):
            messages.success(request, f"{found.household} : la décision est enregistrée.")
            return redirect(session_url(session))
    sheet = sheet_of(found, request.user)
    case_opened(request, found.household)
    context = {"session": session, "item": found, "form": form, "sheet": sheet, "title": f"Décider pour {found.household}"}
    return render(request, "households/committee/decide.html", {**context, "evaluations": sheet.evaluations, "rows": sheet.rows})


@require_POST
def add_item(request: HttpRequest, pk: int) -> HttpResponse:
    session = session_or_404(request, pk, "run_committee")
    form = AddToAgendaForm(request.POST, user=request.user)
    if form.is_valid() and _done(form, lambda: actions.add_to_agenda(session=session, household=form.cleaned_data["reference"], by=request.user)):
        messages.success(request, "Le dossier est ajouté à l'ordre du jour.")
        return redirect(session_url(session))
    return _session_page(request, session, form)


@require_POST
def change_item(request: HttpRequest, pk: int, item: int, slug: str) -> HttpResponse:
    """Take a point off the agenda, or move it one place up or down."""
    session = session_or_404(request, pk, "run_committee")
    found = item_or_404(session, item)
    writes: dict[str, Callable[[], Any]] = {
        "retirer": lambda: actions.remove_from_agenda(item=found, by=request.user),
        "monter": lambda: actions.move_on_agenda(item=found, step=-1, by=request.user),
        "descendre": lambda: actions.move_on_agenda(item=found, step=1, by=request.user),
    }
    if slug not in writes:
        raise Http404
    return _then_session(request, session, writes[slug], "")


@require_POST
def fill(request: HttpRequest, pk: int) -> HttpResponse:
    session = session_or_404(request, pk, "run_committee")
    return _then_session(
        request, session, lambda: actions.fill_agenda(session=session, by=request.user), "L'ordre du jour est complété de ce qui est dû."
    )


@require_POST
def start(request: HttpRequest, pk: int) -> HttpResponse:
    session = session_or_404(request, pk, "run_committee")
    return _then_session(
        request, session, lambda: actions.open_session(session=session, by=request.user), "La séance est ouverte : notez chaque décision."
    )


def close_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Who was there, then the session is closed for good."""
    session = session_or_404(request, pk, "run_committee")
    form = CloseSessionForm(request.POST or None, session=session)

    def close() -> None:
        actions.close_session(session=session, attendees=form.cleaned_data["attendees"], by=request.user)

    if request.method == "POST" and form.is_valid() and _done(form, close):
        messages.success(request, "La séance est close, son procès-verbal est prêt.")
        return redirect(reverse("committee:minutes", args=[session.pk]))
    return render(request, "households/committee/close.html", {"session": session, "form": form, "title": "Clore la séance"})


def minutes_page(request: HttpRequest, pk: int) -> HttpResponse:
    session = _closed_or_404(request, pk)
    return render(request, "households/committee/minutes.html", {"session": session, **minutes_of(session)})


def minutes_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    session = _closed_or_404(request, pk)
    try:
        content = render_document(TEMPLATE, minutes_of(session))
    except DocumentFailed:
        messages.error(request, "Le PDF n'a pas pu être préparé. Le procès-verbal reste lisible ici ; réessayez dans un moment.")
        return redirect(reverse("committee:minutes", args=[session.pk]))
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="proces-verbal-{session.held_on:%Y-%m-%d}.pdf"'
    return answer


def _closed_or_404(request: HttpRequest, pk: int) -> CommitteeSession:
    session = session_or_404(request, pk)
    if session.state != SessionState.CLOSED:
        raise Http404
    return session


def _done(form: Any, write: Callable[[], Any]) -> bool:
    try:
        with transaction.atomic():
            write()
    except ValidationError as refusal:
        show_refusal(form, refusal)
        return False
    return True


def _then_session(request: HttpRequest, session: CommitteeSession, write: Callable[[], Any], done: str) -> HttpResponse:
    """Run the write and come back to the session, with what a rule refused."""
    try:
        write()
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        if done:
            messages.success(request, done)
    return redirect(session_url(session))
