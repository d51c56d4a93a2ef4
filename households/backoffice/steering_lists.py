"""What stands behind a figure of the steering table: the cases or the homes it counts."""

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any, Final

from django.core.paginator import Paginator
from django.db.models import Min, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from access.enums import Role
from access.templatetags.french import day
from catalogue.enums import MeasureCode, MobilisationMode
from catalogue.models import Epci
from households.enums import FOLLOWED
from households.mobilisation import OUTSIDE, STATES, of_the_scheme
from households.models import SupportMeasure
from households.steering import AGGREGATE_READERS, HOME_COLUMNS, READERS, RESULTS, View
from partners.models import Organisation

LIST_READERS: Final = READERS - AGGREGATE_READERS
HOME_PAGE_READERS: Final = frozenset({Role.GIE_STAFF, Role.LANDLORD_REFERENT})
ROWS_A_PAGE: Final = 100
HOME_STATES: Final[Mapping[str, tuple[str, Q]]] = {
    **{state: (title, STATES[state]) for state, title in HOME_COLUMNS.items()},
    "today": ("Occupés, ou fléchés et libres", STATES["occupied"] | STATES["free"]),
}


def _view(request: HttpRequest) -> View:
    if getattr(request.user, "role", None) not in LIST_READERS or not getattr(request.user, "may_sign_in", False):
        raise Http404
    return View(request.user, timezone.localdate())


def _page(request: HttpRequest, title: str, head: list[str], found: Any, row: Callable[[Any], tuple[Any, ...]], **more: Any) -> HttpResponse:
    page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {"title": title, "head": head, "page": page, "rows": [row(item) for item in page.object_list], "query": query.urlencode(), **more}
    return render(request, "households/steering/list.html", context)


def homes(request: HttpRequest) -> HttpResponse:
    """The homes that a figure counts."""
    view, given = _view(request), request.GET
    title, condition = HOME_STATES.get(given.get("etat", ""), ("", None))
    if condition is None:
        raise Http404
    units = of_the_scheme(view.units(), on=view.on).filter(condition)
    names = [title]
    if mode := given.get("mobilisation_mode", ""):
        if mode not in MobilisationMode.values:
            raise Http404
        units, names = units.filter(mobilisation_mode=mode), [*names, str(MobilisationMode(mode).label)]
    for key, model in (("landlord", Organisation), ("commune__epci", Epci)):
        if value := given.get(key, ""):
            named = model.objects.filter(pk=value).first() if value.isdecimal() and len(value) < 16 else None
            if named is None:
                raise Http404
            units, names = units.filter(**{key: named}), [*names, named.name]
    if given.get("sans") == "mobilisation_mode":
        units, names = units.filter(mobilisation_mode=""), [*names, "mode non précisé"]
    elif given.get("sans") == "commune__epci":
        units, names = units.filter(commune__epci=None), [*names, OUTSIDE]
    links = view.user.role in HOME_PAGE_READERS
    return _page(
        request,
        "Logements",
        ["Bailleur", "Commune", "Mobilisation"],
        units.select_related("landlord", "commune").order_by("landlord__name", "reference_key"),
        lambda unit: (str(unit), unit.pk if links else None, [unit.landlord.name, unit.commune.name, unit.get_mobilisation_mode_display() or "–"]),
        told=", ".join(names),
        first="Logement",
        address="logements_parc_modeladmin_inspect",
    )


def cases(request: HttpRequest) -> HttpResponse:
    """The cases that a figure counts; those closed to the reader are told by their number only."""
    view, given = _view(request), request.GET
    kind = given.get("quoi", "")
    if kind in RESULTS:
        return _results(request, view, kind)
    if kind == "accompagnes":
        begun = SupportMeasure.objects.filter(kind__code=MeasureCode.SUPPORT, starts_on__lte=view.on).order_by().values("household")
        counted = view.households().filter(pk__in=begun)
        told, column = "Accompagnés depuis le début", "Premier accompagnement"
        shown = counted.filter(is_shut=False).annotate(since=Min("measures__starts_on", filter=Q(measures__kind__code=MeasureCode.SUPPORT)))
    elif kind == "loges":
        counted, told, column = view.households().filter(stage__in=FOLLOWED), "Logés", "Dans l'étape depuis le"
        if value := given.get("epci", ""):
            epci = Epci.objects.filter(pk=value).first() if value.isdecimal() and len(value) < 16 else None
            if epci is None:
                raise Http404
            counted, told = counted.filter(commune__epci=epci), f"Logés, {epci.name}"
        shown = counted.filter(is_shut=False)
    else:
        raise Http404
    return _page(
        request,
        "Ménages",
        ["Étape", column],
        shown.order_by("reference"),
        lambda case: (case.reference, case.pk, [case.get_stage_display(), day(getattr(case, "since", case.stage_since))]),
        told=told,
        first="Ménage",
        address="households:case",
        shut=counted.filter(is_shut=True).count() if kind == "accompagnes" or not given.get("epci") else 0,
    )


def _results(request: HttpRequest, view: View, kind: str) -> HttpResponse:
    result, given = RESULTS[kind], request.GET
    value, year = given.get("valeur", ""), given.get("annee", "")
    if value not in ("", *result.choices.values) or not (year.isdecimal() and 2000 <= int(year[:5]) <= 2100):
        raise Http404
    records = result.of(view).filter(**{f"{result.day}__year": int(year)}).select_related("household")
    told, heads = year, ["Le", *([] if value else ["Résultat"])]
    if value:
        records, told = records.filter(**{result.name: value}), f"{result.choices(value).label}, {year}"

    def chosen(record: Any) -> str:
        return str(result.choices(attrgetter(result.name.replace("__", "."))(record)).label)

    return _page(
        request,
        result.caption,
        heads,
        records.order_by(result.day, "pk"),
        lambda record: (record.household.reference, record.household_id, [day(getattr(record, result.day)), *([] if value else [chosen(record)])]),
        told=told,
        first="Ménage",
        address="households:case",
    )
