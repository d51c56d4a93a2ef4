"""The steering table: how far the scheme is from its targets, where households stand, who carries what, with what results and what money."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import Aggregate, Count, Exists, F, Func, IntegerField, Max, OuterRef, Q, Value
from django.urls import reverse

from access.enums import Role
from access.scope import aggregate
from access.templatetags.french import day
from catalogue.enums import MeasureCode
from catalogue.models import MeasureKind, Unit
from households.enums import COURSE, ClosingReason, CommitteeOutcome, EvaluationResult, Stage
from households.mobilisation import Line, figures_of
from households.models import CommitteeDecision, Evaluation, Household, StageMove, SupportMeasure
from households.money import FUNDING_READERS, YearMoney, by_year, contributions, ledger_for
from households.papers import HIDDEN, Cell, Section, Table
from households.small_counts import SMALL, hide_small, shown_part, shown_total
from households.targets import Progress, homes_reached, households_reached
from households.templatetags.money import euros, percent

READERS: Final = frozenset({Role.GIE_STAFF, Role.LANDLORD_REFERENT, Role.SUPPORT_WORKER, Role.COMMITTEE, Role.FUNDER})
AGGREGATE_READERS: Final = frozenset({Role.COMMITTEE, Role.FUNDER})
"""They read figures of the whole scheme, without small counts and without a list behind."""
EVERY_OPEN: Final = "ouverts"
"""The value of the stage's filter that keeps every case that is not closed."""
PLANNED: Final = "Diagnostics terminés et mesures ouvertes, comptées jusqu'à leur fin prévue."
SHUT: Final = "Dossiers confidentiels"


class Median(Aggregate):
    """The middle value of the group: one that occurs, the lower of two."""

    template = "percentile_disc(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = IntegerField()


@dataclass(frozen=True)
class View:
    """What one reader counts: which cases and homes, whether small counts show, and whether figures open."""

    user: Any
    on: date

    @property
    def is_discreet(self) -> bool:
        return self.user.role in AGGREGATE_READERS

    @property
    def counts_all(self) -> bool:
        return self.is_discreet or self.user.role == Role.GIE_STAFF

    def households(self) -> Any:
        """The cases counted, each with ``is_shut``: confidential and not open to the reader.

        A reader without lists counts them among the others: apart, their number would be one more figure to subtract.
        """
        if not self.counts_all:
            return Household.objects.visible_to(self.user, on=self.on).annotate(is_shut=Value(False))
        if self.is_discreet:
            return Household.objects.annotate(is_shut=Value(False))
        named = Household.objects.filter(is_confidential=True).visible_to(self.user, on=self.on)
        return Household.objects.annotate(is_shut=Q(is_confidential=True) & ~Q(pk__in=named.values("pk")))

    def units(self) -> Any:
        return Unit.objects.all() if self.counts_all else Unit.objects.visible_to(self.user, on=self.on)

    def link(self, name: str, **query: Any) -> str:
        """Where a figure opens, nowhere for a reader without lists."""
        return "" if self.is_discreet else f"{reverse(name)}?{urlencode(query)}"


def column(
    view: View, counts: Sequence[int], urls: Sequence[str], whole: str, households: Sequence[int] | None = None, beside: int = 0
) -> tuple[list[Cell], Cell]:
    """One column of counts with its total, as this reader may read it; each opens to its address, the total to ``whole``.

    ``households`` are those behind each count, where they are not what is counted; ``beside`` are those that another figure counts with these.
    """
    shown: Sequence[int | None] = counts
    total: int | None = sum(counts)
    if view.is_discreet:
        gives_away = 0 < beside < SMALL
        shown = hide_small([*counts, beside])[:-1] if gives_away else hide_small(counts, households)
        total = None if gives_away else shown_total(counts, households)
    return [number(count, url) for count, url in zip(shown, urls, strict=True)], number(total, whole)


def number(count: int | None, url: str = "") -> Cell:
    return Cell(HIDDEN) if count is None else Cell(f"{count:,}".replace(",", "\u202f"), url if count else "", count)


def counted(view: View, caption: str, head: Sequence[str], names: Sequence[str], columns: Sequence[tuple[Any, ...]], **more: Any) -> Table:
    """A table of counts, one row by name, with its totals. A column is what ``column`` takes: its counts, their addresses, that of the
    total, and the households behind where they differ.
    """
    made = [column(view, *given) for given in columns]
    rows = [[Cell(name), *(cells[place] for cells, _total in made)] for place, name in enumerate(names)]
    return Table(caption, head, rows, [Cell("Ensemble"), *(total for _cells, total in made)] if names else (), **more)


def targets(view: View) -> Table:
    """Households and homes towards sixty, and today beside. Source: « Towards 60/60 » of the steering rules."""
    supports = SupportMeasure.objects.filter(kind__code=MeasureCode.SUPPORT, household__in=view.households().values("pk"))
    supported = supports.running(on=view.on).count()
    kind = MeasureKind.objects.get(code=MeasureCode.SUPPORT).pk
    homes = figures_of(view.units(), on=view.on).total
    if view.counts_all:
        households, reached = households_reached(on=view.on), homes_reached(on=view.on)
    else:
        begun = supports.filter(starts_on__lte=view.on).aggregate(found=Count("household", distinct=True))["found"]
        households = Progress(begun, households_reached(on=view.on).target)
        reached = Progress(homes.ever_occupied, homes_reached(on=view.on).target)
    return Table(
        "Ménages et logements",
        ["", "Atteints depuis le début", "Objectif du dispositif", f"Au {day(view.on)}"],
        [
            _progress(
                "Ménages accompagnés",
                households,
                supported,
                view,
                (view.link("pilotage:cases", quoi="accompagnes"), view.link("menages_mesures_modeladmin_index", kind=kind, cours="oui")),
            ),
            _progress(
                "Logements mobilisés",
                reached,
                homes.today,
                view,
                (view.link("pilotage:homes", etat="ever_occupied"), view.link("pilotage:homes", etat="today")),
                still=homes.occupied,
            ),
        ],
        note="Un ménage compte une fois, au début de son premier accompagnement ; un logement une fois, quand un ménage du dispositif y entre. "
        "Ce jour-là : accompagnements en cours ; logements occupés, ou fléchés et libres.",
    )


def _progress(name: str, progress: Progress, today: int, view: View, urls: tuple[str, str], *, still: int | None = None) -> list[Cell]:
    """``still`` are those of ``today`` that are among the reached, all of them by default: whoever left is not told by subtraction either."""
    reached: int | None = progress.reached
    now: int | None = today
    if view.is_discreet:
        reached = shown_total([progress.reached])
        now = None if shown_part(today if still is None else still, progress.reached) is None else today
    return [Cell(name), number(reached, urls[0]), number(progress.target), number(now, urls[1])]


def stages(view: View) -> Table:
    """Where households stand, and how long they have: median and longest wait in days at their present stage.

    The longest wait is that of one household: a reader who must recognise nobody does not read it. Closed cases stand with the results: the same
    cases are counted here and by territory, so that one total less the other gives no hidden figure back.
    """
    told = {"middle": "Attente médiane"} if view.is_discreet else {"middle": "Attente médiane", "longest": "Attente la plus longue"}
    days = Func(Value(view.on), F("stage_since"), template="(%(expressions)s)", arg_joiner="::date - ", output_field=IntegerField())
    rows = {
        row["stage"]: row
        for row in view.households()
        .filter(is_shut=False)
        .order_by()
        .values("stage")
        .annotate(count=Count("pk"), middle=Median(days), longest=Max(days))
    }
    shown = [*COURSE, Stage.SUSPENDED]
    shut = view.households().exclude(stage=Stage.CLOSED).filter(is_shut=True).count()
    counts = [rows.get(stage, {"count": 0})["count"] for stage in shown]
    urls = [*(view.link("menages_dossiers_modeladmin_index", stage=stage) for stage in shown), ""]
    cells, total = column(view, [*counts, shut], urls, view.link("menages_dossiers_modeladmin_index", stage=EVERY_OPEN))
    found = []
    for stage, cell in zip(shown, cells, strict=False):
        row = rows.get(stage)
        unknown = row is None or cell.text == HIDDEN
        waits = [Cell("–" if row is None or unknown else _in_days(row[name])) for name in told]
        found.append([Cell(Stage(stage).label.capitalize()), cell, *waits])
    if shut:
        found.append([Cell(SHUT), cells[-1], *(Cell("–") for _name in told)])
    return Table(
        "Ménages par étape",
        ["Étape", "Ménages", *told.values()],
        found,
        [Cell("Ensemble"), total, *(Cell("") for _name in told)],
        note="L'attente se compte en jours depuis l'entrée dans l'étape.",
    )


def _in_days(count: int) -> str:
    return f"{count} jour{'s' if count > 1 else ''}"


def by_place(view: View) -> Table:
    """Open cases, and those housed, by territory (EPCI); for a reader without lists, open cases only: the rest is a subtraction away."""
    rows = list(
        view.households()
        .exclude(stage=Stage.CLOSED)
        .order_by()
        .values("is_shut", "commune__epci_id", "commune__epci__name")
        .annotate(count=Count("pk"), housed=Count("pk", filter=Q(stage__in=[Stage.HOUSED, Stage.STABILISED])))
    )
    named: dict[str, list[int]] = {}
    urls: dict[str, list[str]] = {}
    for row in rows:
        name = SHUT if row["is_shut"] else row["commune__epci__name"] or "Hors EPCI"
        sums = named.setdefault(name, [0, 0])
        sums[0] += row["count"]
        sums[1] += row["housed"]
        epci = row["commune__epci_id"]
        opens = epci and not row["is_shut"]
        urls[name] = [
            view.link("menages_dossiers_modeladmin_index", commune__epci=epci, stage=EVERY_OPEN) if opens else "",
            view.link("pilotage:cases", quoi="loges", epci=epci) if opens else "",
        ]
    names = sorted(named, key=lambda name: (name == SHUT, name))
    heads = ["Dossiers ouverts"] if view.is_discreet else ["Dossiers ouverts", "dont logés"]
    wholes = [view.link("menages_dossiers_modeladmin_index", stage=EVERY_OPEN), view.link("pilotage:cases", quoi="loges")]
    return counted(
        view,
        "Ménages par territoire",
        ["EPCI", *heads],
        names,
        [([named[name][place] for name in names], [urls[name][place] for name in names], wholes[place]) for place in range(len(heads))],
        empty="Aucun dossier n'est ouvert.",
    )


def by_operator(view: View) -> Table:
    """Households with a running measure, by operator; one supported by two counts for each.

    With those whose support is over they come to the households reached, which stand above: when few are over, the total would tell how many.
    """
    running = SupportMeasure.objects.running(on=view.on).filter(household__in=view.households().filter(is_shut=False).values("pk"))
    rows = (
        running.order_by()
        .values("convention__partner_id", "convention__partner__name")
        .annotate(
            support=Count("household", filter=Q(kind__code=MeasureCode.SUPPORT)),
            home=Count("household", filter=Q(kind__code=MeasureCode.ADAPTED_MANAGEMENT)),
        )
        .order_by("convention__partner__name")
    )
    found = list(rows)
    kinds = dict(MeasureKind.objects.values_list("code", "pk"))
    left = households_reached(on=view.on).reached - sum(row["support"] for row in found) if view.is_discreet else 0

    def urls(code: str) -> list[str]:
        return [
            view.link("menages_mesures_modeladmin_index", convention__partner=row["convention__partner_id"], kind=kinds[code], cours="oui")
            for row in found
        ]

    def whole(code: str) -> str:
        return view.link("menages_mesures_modeladmin_index", kind=kinds[code], cours="oui")

    return counted(
        view,
        "Mesures en cours par opérateur",
        ["Opérateur", "Accompagnements", "Gestions locatives adaptées"],
        [row["convention__partner__name"] for row in found],
        [
            ([row["support"] for row in found], urls(MeasureCode.SUPPORT), whole(MeasureCode.SUPPORT), None, left),
            ([row["home"] for row in found], urls(MeasureCode.ADAPTED_MANAGEMENT), whole(MeasureCode.ADAPTED_MANAGEMENT)),
        ],
        empty="Aucune mesure n'est en cours.",
        note="" if view.is_discreet else "Les dossiers confidentiels n'y sont pas comptés.",
    )


def homes(view: View) -> list[Table]:
    """Homes by mode of mobilisation, by landlord and by territory."""
    found = figures_of(view.units(), on=view.on)
    return [
        _homes(view, "Logements par mode de mobilisation", "Mobilisation", found.modes),
        _homes(view, "Logements par bailleur", "Bailleur", found.landlords),
        _homes(view, "Logements par territoire", "EPCI", found.territories),
    ]


HOME_COLUMNS: Final = {"earmarked": "Fléchés", "free": "Fléchés et libres", "occupied": "Occupés", "ever_occupied": "Comptés vers l'objectif"}
DISCREET_HOME_COLUMNS: Final = ("free", "ever_occupied")
"""Two counts that have no home in common: of the four, any other would give a small one by subtraction."""


def _homes(view: View, caption: str, heading: str, lines: Sequence[Line]) -> Table:
    states = DISCREET_HOME_COLUMNS if view.is_discreet else tuple(HOME_COLUMNS)
    return counted(
        view,
        caption,
        [heading, *(HOME_COLUMNS[state] for state in states)],
        [line.label[:1].upper() + line.label[1:] for line in lines],
        [
            (
                [getattr(line, state) for line in lines],
                [view.link("pilotage:homes", etat=state, **line.query) for line in lines],
                view.link("pilotage:homes", etat=state),
            )
            for state in states
        ],
        empty="Aucun logement n'est fléché ni occupé par un ménage du dispositif.",
        note=""
        if view.is_discreet
        else "Un logement n'est occupé que par un ménage : les logements occupés disent aussi combien de ménages y sont logés.",
    )


def results(view: View, years: Sequence[int]) -> list[Table]:
    """Year by year: evaluations by result, the committee's decisions, and why cases closed."""
    return [yearly(view, kind, years) for kind in RESULTS]


@dataclass(frozen=True)
class Result:
    """A kind of result: its heading, its choices, where its day and its choice are, and its records."""

    caption: str
    choices: Any
    day: str
    name: str
    records: Callable[[], Any]

    def of(self, view: View) -> Any:
        """The records up to the reader's day, of the cases open to the reader."""
        cases = view.households().filter(is_shut=False).values("pk")
        return self.records().filter(household__in=cases, **{f"{self.day}__lte": view.on})


def closings() -> Any:
    """The last closing of each case that is closed."""
    later = StageMove.objects.filter(household=OuterRef("household"), to_stage=Stage.CLOSED, pk__gt=OuterRef("pk"))
    return StageMove.objects.filter(~Exists(later), to_stage=Stage.CLOSED, household__stage=Stage.CLOSED)


RESULTS: Final[Mapping[str, Result]] = {
    "evaluations": Result("Évaluations par résultat", EvaluationResult, "evaluated_on", "result", Evaluation.objects.all),
    "decisions": Result("Décisions du comité", CommitteeOutcome, "decided_on", "outcome", CommitteeDecision.objects.all),
    "clos": Result("Dossiers clos, par motif", ClosingReason, "moved_on", "household__closing_reason", closings),
}


def yearly(view: View, kind: str, years: Sequence[int]) -> Table:
    """How many records of each choice fall in each year; only the choices that occur."""
    result = RESULTS[kind]
    rows = result.of(view).order_by().values(f"{result.day}__year", result.name).annotate(times=Count("pk"), cases=Count("household", distinct=True))
    found = {(row[f"{result.day}__year"], row[result.name]): (row["times"], row["cases"]) for row in rows}
    kept = [choice for choice in result.choices if any((year, choice.value) in found for year in years)]
    columns = []
    for year in years:
        cells = [found.get((year, choice.value), (0, 0)) for choice in kept]
        urls = [view.link("pilotage:cases", quoi=kind, valeur=choice.value, annee=year) for choice in kept]
        whole = view.link("pilotage:cases", quoi=kind, annee=year)
        columns.append(([times for times, _cases in cells], urls, whole, [cases for _times, cases in cells]))
    names = [str(choice.label)[:1].upper() + str(choice.label)[1:] for choice in kept]
    return counted(view, result.caption, ["", *(str(year) for year in years)], names, columns, empty="Rien sur ces années.")


def money(view: View, years: Iterable[YearMoney]) -> Table:
    """Cost, coverage and gap of each year, in euros."""
    found = list(years)
    funds = view.user.role in FUNDING_READERS
    is_hidden = any(year.is_hidden for year in found)
    amounts: list[Callable[[YearMoney], Any]] = [lambda year: year.total]
    amounts += [lambda year: year.funded, lambda year: year.gap] if funds else []
    rows = []
    for year in found:
        url = view.link("money:costs", du=year.year, au=year.year)
        cells = [
            Cell(HIDDEN) if year.is_hidden else Cell(euros(get(year)), url if place == 0 else "", get(year)) for place, get in enumerate(amounts)
        ]
        covered = [Cell("–" if year.is_hidden else percent(year.rate))] if funds else []
        rows.append([Cell(str(year.year)), *cells, *covered])
    whole = view.link("money:costs", du=found[0].year, au=found[-1].year) if found else ""
    sums = [sum(get(year) for year in found) for get in amounts]
    total = [
        Cell("Ensemble"),
        *(Cell(euros(amount), whole if place == 0 else "") for place, amount in enumerate(sums)),
        *([Cell("")] if funds else []),
    ]
    head = ["Année", "Coût", *(["Financé", "Reste à financer", "Couvert"] if funds else [])]
    return Table("Coût, couverture et reste à financer" if funds else "Coût de vos mesures", head, rows, () if is_hidden else total, note=PLANNED)


def years_of(view: View, first: int, last: int) -> list[YearMoney]:
    """What the years cost and who pays, as the reader may read it, measures counted to their planned end."""
    ledger = ledger_for(view.user, first_year=first, last_year=last, on=view.on)
    given = contributions(on=view.on) if view.user.role in FUNDING_READERS else ()
    return by_year(ledger, given, hides_small=view.is_discreet)


@aggregate("the steering table")
def steering(view: View, first: int, last: int) -> list[Section]:
    """The whole table for this reader, over these years, both included. Raises PermissionError for who may not read costs."""
    return [
        Section("Où en est le dispositif", [targets(view)]),
        Section("Les ménages", [stages(view), by_place(view), by_operator(view)]),
        Section("Les logements", homes(view)),
        Section("Les résultats", results(view, range(first, last + 1))),
        Section("L'argent", [money(view, years_of(view, first, last))]),
    ]
