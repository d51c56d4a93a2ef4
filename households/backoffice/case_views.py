"""The case page, and the pages from which something is written to a case."""

from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from access.enums import Role
from access.forms import written
from access.scope import aggregate
from catalogue.enums import MeasureCode
from households import policies
from households.backoffice.case_actions import BY_SLUG, CaseAction, offers, refused_moves
from households.backoffice.case_measures import concerns_of, measures_of, support_spans
from households.backoffice.pending import upcoming_of
from households.case_costs import by_year, household_lines
from households.costs import MissingTariff
from households.enums import COURSE, ConsentKind, EntryDoor, Stage
from households.journal import case_opened
from households.matching.search import Candidate, HomeSearch
from households.models import Household, HouseholdMerge, Occupancy, OutreachContact, Proposal
from households.models.delays import rules_by_commune
from households.prices import Prices
from households.timeline import timeline
from partners.models import own_organisations

CHOSEN_BEFORE = {"mesure": "measure", "inquietude": "concern"}
"""What a link may choose on the form it opens."""
OUTREACH_SHOWN = 5
LATEST_SHOWN = 8
SUGGESTED = 3
WITH_EVERYTHING = (
    "people",
    "consents",
    "diagnoses__operator",
    "diagnoses__communes",
    "diagnoses__epcis",
    "diagnoses__nearby_services",
    "diagnoses__needs",
    "committee_decisions",
    "evaluations",
    "concerns",
    "proposals__unit__landlord",
    "proposals__unit__commune",
    "occupancies__unit__landlord",
    "occupancies__unit__commune",
    "occupancies__allocation",
    "occupancies__past_tenures",
    "operation_places__operation",
    "measures__kind",
    "measures__convention__partner",
    "measures__suspensions",
    "measures__referent",
    "moves__moved_by",
    "team__user",
)


def case_or_404(request: HttpRequest, pk: int) -> Household:
    """The case, among those the user sees; the journal tells that it was opened."""
    households = Household.objects.visible_to(request.user).select_related("commune__epci", "officer", "reported_by")
    household: Household | None = households.prefetch_related(*WITH_EVERYTHING).filter(pk=pk).first()
    if household is None:
        raise Http404
    case_opened(request, household)
    return household


def case_url(household: Household) -> str:
    return reverse("households:case", args=[household.pk])


def case_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Who they are, where they stand, what comes next, home, measures and cost, on one screen. A case taken into another leads to it."""
    with aggregate("the case that another was taken into"):
        merged = HouseholdMerge.objects.standing().filter(absorbed_id=pk).first()
    if merged is not None:
        return redirect(case_url(case_or_404(request, merged.kept_id)))
    household = case_or_404(request, pk)
    today = timezone.localdate()
    groups = policies.field_groups(request.user, household)
    upcoming = upcoming_of([household], user=request.user, on=today).get(household.pk)
    offered = offers(request.user, household)
    context = {
        "household": household,
        "groups": groups,
        "title": household.display_with_names() if groups.identity else household.reference,
        "course": course_of(household),
        "next_action": upcoming,
        "next_is_elsewhere": upcoming is not None and upcoming.slug not in {offer.slug for offer in offered},
        "offers": sorted(offered, key=lambda offer: upcoming is None or offer.slug != upcoming.slug),
        "refused_moves": refused_moves(request.user, household, offered, on=today),
        "delay": delay_of(household),
        "referring_service": policies.referring_service(request.user, household),
        **needs_of(household, groups),
        "suggestions": suggestions_for(household, request.user, today),
        "proposals": Proposal.objects.visible_to(request.user).filter(household=household).select_related("unit__landlord", "unit__commune"),
        "occupancies": Occupancy.objects.visible_to(request.user)
        .filter(household=household)
        .select_related("unit__landlord", "unit__commune", "allocation")
        .prefetch_related("past_tenures"),
        "measures": measures_of(household, request.user),
        "refusals": refusals_of(household, today),
        "latest": timeline(household, request.user)[:LATEST_SHOWN],
        "concerns": concerns_of(household, request.user),
        "outreach": outreach_of(household, request.user) if groups.support else None,
        "costs": costs_of(household, request.user) if groups.costs else None,
        "can_edit": policies.may_write(request.user, "edit"),
        "can_steer": policies.may_write(request.user, "team"),
        "support_spans": support_spans(household) if groups.support_dates else [],
        "merges": HouseholdMerge.objects.visible_to(request.user).standing().filter(kept=household),
        "today": today,
    }
    return render(request, "households/case.html", context)


def suggestions_for(household: Household, user: Any, today: date) -> list[Candidate]:
    """The free homes that suit best a household in search, for whoever may propose one."""
    if household.stage != Stage.SEARCHING or not policies.may_write(user, "propose"):
        return []
    return HomeSearch(household, user, on=today).candidates(limit=SUGGESTED)


def needs_of(household: Household, groups: policies.FieldGroups) -> dict[str, Any]:
    """The diagnosis in force, the one under way, how many versions there are, and the sensitive needs for who may read them."""
    diagnoses = household.diagnoses.all()
    completed = sorted((item for item in diagnoses if item.is_completed), key=lambda item: (item.completed_on, item.pk))
    return {
        "diagnosis": completed[-1] if completed else None,
        "draft": next((item for item in diagnoses if not item.is_completed), None),
        "versions": len(completed),
        "evaluation_due_on": Household.objects.filter(pk=household.pk).with_evaluation_due(on=timezone.localdate()).get().evaluation_due_on
        if groups.support and household.is_open
        else None,
        "sensitive_needs": household.sensitive_needs.current().select_related("topic") if groups.sensitive else None,
    }


def case_action(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """One form, one write. What the stage does not allow is refused before the form is read."""
    household = case_or_404(request, pk)
    action = BY_SLUG.get(slug)
    if action is None or not policies.may_act(request.user, action.right, household):
        raise Http404
    missing = action.lacks(request.user, household)
    if missing:
        messages.error(request, f"{action.label} : {' '.join(missing)}")
        return redirect(case_url(household))
    form = build_form(action, household, request)
    if request.method == "POST" and form.is_valid() and written(form, lambda: action.perform(form, household, request.user)):
        messages.success(request, f"{action.label} : c'est enregistré.")
        still_seen = Household.objects.visible_to(request.user).filter(pk=pk).exists()
        if still_seen and action.then:
            return redirect(reverse("households:action", args=[household.pk, action.then]))
        return redirect(case_url(household) if still_seen else reverse("wagtailadmin_home"))
    return render(request, action.template, {"household": household, "action": action, "form": form, "title": action.label})


def build_form(action: CaseAction, household: Household, request: HttpRequest) -> Any:
    """The action's form, on the record it goes on with when there is one."""
    instance = action.instance_of(household) if action.instance_of else None
    extra = {"instance": instance} if instance is not None else {}
    if request.method == "GET":
        extra["initial"] = {field: request.GET[name] for name, field in CHOSEN_BEFORE.items() if request.GET.get(name, "").isdecimal()}
    return action.form_class(request.POST or None, household=household, user=request.user, **extra)


def course_of(household: Household) -> list[dict[str, Any]]:
    """The stages in order, each done, current or to come; a suspended case stands where it will resume, a closed one shows those it met.

    The maintenance door skips the search: the household has its home.
    """
    course = [stage for stage in COURSE if household.entry_door == EntryDoor.ACCESS or stage not in (Stage.SEARCHING, Stage.PROPOSED)]
    stage = household.suspended_from or household.stage
    if stage in course:
        position = course.index(Stage(stage))
        states = ["done" if index < position else "current" if index == position else "coming" for index in range(len(course))]
    else:
        met = {Stage.IDENTIFIED, *(move.from_stage for move in household.moves.all())}
        states = ["done" if item in met else "coming" for item in course]
    return [{"label": item.label, "state": state} for item, state in zip(course, states, strict=True)]


def delay_of(household: Household) -> dict[str, Any] | None:
    """The wait beyond the délai anormalement long and the rule applied; None when there is no demand or no rule."""
    today = timezone.localdate()
    rule = rules_by_commune(today).get(household.commune_id)
    if rule is None or household.seniority_on is None:
        return None
    limit = rule.limit(household.seniority_on)
    return {"rule": rule, "days": (today - limit).days, "is_overdue": limit < today, "limit": limit}


def refusals_of(household: Household, today: date) -> list[tuple[str, Any]]:
    """What the household refuses today, with the answer that says so."""
    return [(kind.value, household.latest_answer(kind, on=today)) for kind in ConsentKind if household.has_refused(kind, on=today)]


def outreach_of(household: Household, user: Any) -> dict[str, Any]:
    """The latest contacts with the household, and for how many days it has met nobody when that is too long."""
    today = timezone.localdate()
    silent = Household.objects.filter(pk=household.pk).with_silence(on=today).without_contact_since(settings.CONTACT_EVERY_DAYS, on=today).first()
    contacts = OutreachContact.objects.visible_to(user).filter(household=household).with_note_for(user).select_related("made_by", "organisation")
    return {"contacts": contacts[:OUTREACH_SHOWN], "silent_days": (today - silent.silent_since).days if silent else None}


def costs_of(household: Household, user: Any) -> dict[str, Any]:
    """The planned cost by year, and what has run by today; or the missing price that keeps it from being counted.

    A support worker sees what the own organisation does, and no other.
    """
    tariffs, today = Prices.load(), timezone.localdate()
    partners = None if user.role == Role.GIE_STAFF else set(own_organisations(user, today).values_list("organisation_id", flat=True))
    try:
        years = by_year(household_lines(household, tariffs, partners=partners))
        run = {year.year: year.total for year in by_year(household_lines(household, tariffs, until=today, partners=partners))}
    except MissingTariff as missing:
        return {"missing": f"Aucun tarif « {MeasureCode(missing.kind).label} » n'est en vigueur le {missing.day:%d/%m/%Y} : complétez les tarifs."}
    return {"years": [(year, run.get(year.year, 0)) for year in years], "total": sum(year.total for year in years)}
