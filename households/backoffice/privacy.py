"""The data protection officer's screens about households: persons' requests, and what leaves the active base. No case is read here."""

from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST
from wagtail.admin.ui.components import Component

from access.backoffice.journal import officers_only
from access.enums import Role
from access.forms import show_refusal
from access.journal.recording import consulted
from access.models import ReadingAlert
from access.scope import aggregate
from households.enums import RequestKind
from households.forms.privacy import AnswerForm, FindForm, LogForm
from households.journal import CASE, REPORT
from households.models import Anonymisation, RetentionNotice, RightsRequest
from households.privacy import rights
from households.privacy.portrait import portrait_of
from households.privacy.retention import due_cases, due_reports, notices_for
from households.tasks import run_retention

PAGE: Final = 50
NOBODY: Final = "personne"
PERSON: Final = "p"


@aggregate("persons' requests")
def requests_page(request: HttpRequest) -> HttpResponse:
    """The requests that wait, the first due first, then those answered."""
    seen = RightsRequest.objects.visible_to(officers_only(request)).select_related("household", "person", "report")
    answered = Paginator(seen.exclude(outcome=""), PAGE).get_page(request.GET.get("p"))
    context = {"title": "Demandes des personnes", "waiting": seen.open(), "page": answered, "today": timezone.localdate()}
    context["waiting"] = [(one, one.is_late(on=context["today"]), one.is_soon(on=context["today"])) for one in context["waiting"]]
    return render(request, "households/privacy/requests.html", context)


@aggregate("a person's request")
def new_request(request: HttpRequest) -> HttpResponse:
    """First who asks, looked for by exact identity; then what is asked. The identity typed is kept nowhere."""
    user = officers_only(request)
    asked = request.POST if request.method == "POST" else None
    find_form = FindForm(asked)
    context: dict[str, Any] = {"title": "Inscrire une demande", "find_form": find_form, "log_form": None}
    if asked is not None and find_form.is_valid():
        found = rights.find(**find_form.cleaned_data)
        for person in found.people:
            consulted(request, CASE, person.household)
        for report in found.reports:
            consulted(request, REPORT, report)
        choices = _choices(found)
        logging = "inscrire" in asked
        form = LogForm(asked if logging else None, choices=choices)
        if logging and form.is_valid():
            try:
                made = _logged(form.cleaned_data, found, user)
            except ValidationError as refusal:
                show_refusal(form, refusal)
            else:
                messages.success(request, f"La demande est inscrite : réponse due avant le {made.due_on:%d/%m/%Y}.")
                return redirect("privacy:request", pk=made.pk)
        context |= {"log_form": form, "found": found}
    return render(request, "households/privacy/new.html", context)


def _choices(found: rights.Found) -> list[tuple[str, str]]:
    """What the request may be about: places in cases and reports, never a name."""
    people = [(f"{PERSON}{person.pk}", f"{person.household.reference}, {person.get_kinship_display()}") for person in found.people]
    reports = [(f"r{report.pk}", f"signalement {report.pk}, sans dossier") for report in found.reports]
    return [*people, *reports, (NOBODY, "aucune de ces fiches" if found else "aucune donnée n'est détenue sous cette identité")]


def _logged(data: dict[str, Any], found: rights.Found, user: Any) -> RightsRequest:
    about = data["about"]
    person = next((one for one in found.people if about == f"{PERSON}{one.pk}"), None)
    report = next((one for one in found.reports if about == f"r{one.pk}"), None)
    return rights.log_request(kind=data["kind"], received_on=data["received_on"], scope=data["scope"], person=person, report=report, by=user)


def _request_or_404(request: HttpRequest, pk: int) -> RightsRequest:
    seen = RightsRequest.objects.visible_to(officers_only(request)).select_related("household__officer", "person__household", "report")
    found: RightsRequest = get_object_or_404(seen, pk=pk)
    return found


@aggregate("a person's request")
def request_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One request: what is asked, by when, what can be done for it, and its answer."""
    found = _request_or_404(request, pk)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            rights.answer(request=found, outcome=form.cleaned_data["outcome"], on=timezone.localdate(), by=request.user)
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, "La réponse est inscrite.")
            return redirect("privacy:request", pk=pk)
    today = timezone.localdate()
    context = {
        "title": f"Demande {found.pk} : {found.get_kind_display()}",
        "asked": found,
        "is_late": found.is_late(on=today),
        "form": form,
        "holds": bool(found.person or found.report),
        "consequences": rights.consequences(found),
        "address": rights.rectification_address(found.household) if found.household else "",
        "kinds": RequestKind,
    }
    return render(request, "households/privacy/request.html", context)


@require_POST
@aggregate("all the data on one person")
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """All the data on the person, readable and for programs, in one file; the journal tells it."""
    made = portrait_of(_request_or_404(request, pk), on=timezone.localdate(), by=request.user)
    if made is None:
        raise Http404
    answer = HttpResponse(made.as_archive(), content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="donnees-demande-{pk}.zip"'
    answer["Cache-Control"] = "private, no-store"
    return answer


ACTS: Final = {
    "opposition": lambda found, user, on: (rights.record_objection(request=found, on=on, by=user), "L'opposition est enregistrée au dossier.")[1],
    "rectification": lambda found, user, on: (
        f"Un courriel est parti à {len(rights.ask_rectification(request=found))} personne(s) chargée(s) du dossier."
    ),
    "effacement": lambda found, user, on: (rights.erase_now(request=found, on=on, by=user), "Le dossier est anonymisé.")[1],
}


@require_POST
@aggregate("a person's request")
def act(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """Do what the request calls for: record the objection, ask for the rectification, erase."""
    found = _request_or_404(request, pk)
    if what not in ACTS:
        raise Http404
    try:
        messages.success(request, ACTS[what](found, request.user, timezone.localdate()))
    except ValidationError as refusal:
        messages.error(request, f"Rien n'est enregistré. {' '.join(refusal.messages)}")
    return redirect("privacy:request", pk=pk)


@aggregate("what leaves the active base")
def retention_page(request: HttpRequest) -> HttpResponse:
    """What leaves the active base: told ahead, due today, done; and the run itself, once read."""
    officers_only(request)
    today = timezone.localdate()
    if request.method == "POST":
        if request.POST.get("confirmation") != "oui":
            messages.error(request, "Rien n'est fait : cochez d'abord la case qui confirme.")
            return redirect("privacy:retention")
        run_retention.defer()
        messages.success(request, "L'anonymisation est lancée par les tâches de fond. Le registre ci-dessous la montrera dans quelques minutes.")
        return redirect("privacy:retention")
    cases, reports = due_cases(on=today), due_reports(on=today)
    context = {
        "title": "Conservation",
        "months": settings.RETENTION_MONTHS,
        "days": settings.RETENTION_NOTICE_DAYS,
        "cases": cases[:PAGE],
        "cases_count": cases.count(),
        "reports_count": reports.count(),
        "notices": Paginator(RetentionNotice.objects.select_related("household", "household__officer"), PAGE).get_page(request.GET.get("n")),
        "page": Paginator(Anonymisation.objects.visible_to(request.user), PAGE).get_page(request.GET.get("p")),
    }
    return render(request, "households/privacy/retention.html", context)


def register_file(request: HttpRequest) -> HttpResponse:
    """What was anonymised, as a file of kinds and numbers: to keep with the backups, which replay it."""
    officers_only(request)
    lines = Anonymisation.objects.visible_to(request.user).order_by("done_at", "pk")
    body = "".join(f"{one.kind};{one.subject_id};{timezone.localtime(one.done_at):%Y-%m-%d}\n" for one in lines)
    return HttpResponse(body, content_type="text/csv; charset=utf-8", headers={"Content-Disposition": 'attachment; filename="anonymisations.csv"'})


class LeavingCases(Component):
    """On the home page of whoever follows cases: those that will be anonymised unless the household is met."""

    template_name = "households/privacy/leaving.html"
    order = 20

    def __init__(self, notices: list[RetentionNotice]) -> None:
        self.notices = notices

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        return {"notices": self.notices, "months": settings.RETENTION_MONTHS}


class OfficerHome(Component):
    """What waits for the data protection officer."""

    template_name = "households/privacy/home.html"
    order = 10

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        user, today = parent_context["request"].user, timezone.localdate()
        requests = RightsRequest.objects.visible_to(user).open()
        with aggregate("how much leaves the active base"):
            due = due_cases(on=today).count() + due_reports(on=today).count()
        return {
            "alerts": ReadingAlert.objects.visible_to(user).waiting().count(),
            "requests": requests.count(),
            "late": requests.filter(due_on__lt=today).count(),
            "due": due,
        }


def add_panels(request: HttpRequest, panels: list[Any]) -> None:
    role = getattr(request.user, "role", None)
    if role == Role.DPO:
        panels.append(OfficerHome())
    if role == Role.GIE_STAFF and (notices := list(notices_for(request.user)[:PAGE])):
        panels.append(LeavingCases(notices))
