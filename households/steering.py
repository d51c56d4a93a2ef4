"""The steering table: how far the scheme is from its targets, where households stand, who carries what, with what results and what money."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import Aggregate, Count, Exists, F, Func, IntegerField, Max, OuterRef, Q, Value
from django.urls import reverse

from access.enums import Role
from catalogue.enums import MeasureCode
from catalogue.models import Funding, MeasureKind, Unit
from households.enums import COURSE, ClosingReason, CommitteeOutcome, EvaluationResult, Stage
from households.mobilisation import Line, figures_of
from households.models import CommitteeDecision, Evaluation, Household, StageMove, SupportMeasure
from households.money import FUNDING_READERS, YearMoney, by_year, ledger_for
from households.papers import HIDDEN, Cell, Section, Table
from households.small_counts import hide_small, shown_total
from households.targets import Progress, homes_reached, households_reached
from households.templatetags.money import euros, percent

READERS: Final = frozenset({Role.GIE_STAFF, Role.LANDLORD_REFERENT, Role.SUPPORT_WORKER, Role.COMMITTEE, Role.FUNDER})
HOMES_READERS: Final = frozenset({Role.GIE_STAFF, Role.LANDLORD_REFERENT})
"""They read the screen of the scheme's homes."""
AGGREGATE_READERS: Final = frozenset({Role.COMMITTEE, Role.FUNDER})
"""They read figures of the whole scheme, without small counts and without a list behind."""
EVERY_OPEN: Final = "ouverts"
"""The value of the stage's filter that keeps every case that is not closed."""
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
        """The cases counted, each with ``is_shut``: confidential and not open to the reader."""
        if not self.counts_all:
            return Household.objects.visible_to(self.user, on=self.on).annotate(is_shut=Value(False))
        named = Household.objects.filter(is_confidential=True).visible_to(self.user, on=self.on) if not self.is_discreet else Household.objects.none()
        return Household.objects.annotate(is_shut=Q(is_confidential=True) & ~Q(pk__in=named.values("pk")))

    def units(self) -> Any:
        return Unit.objects.all() if self.counts_all else Unit.objects.visible_to(self.user, on=self.on)

    def link(self, name: str, **query: Any) -> str:
        """Where a figure opens, nowhere for a reader without lists."""
        return "" if self.is_discreet else f"{reverse(name)}?{urlencode(query)}"


def column(view: View, counts: Sequence[int], urls: Sequence[str]) -> tuple[list[Cell], Cell]:
    """One column of counts of households with its total, as this reader may read it."""
    shown: Sequence[int | None] = hide_small(counts) if view.is_discreet else counts
    total = shown_total(counts) if view.is_discreet else sum(counts)
    return [number(count, url) for count, url in zip(shown, urls, strict=True)], number(total)


def number(count: int | None, url: str = "") -> Cell:
    return Cell(HIDDEN) if count is None else Cell(f"{count:,}".replace(",", "\u202f"), url if count else "", count)


def counted(
    view: View, caption: str, head: Sequence[str], names: Sequence[str], columns: Sequence[tuple[Sequence[int], Sequence[str]]], **more: Any
) -> Table:
    """A table of counts, one row by name, with its totals."""
    made = [column(view, counts, urls) for counts, urls in columns]
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
        ["", "Atteints depuis le début", "Objectif du dispositif", "Aujourd'hui"],
        [
            _progress("Ménages accompagnés", households, supported, view, view.link("menages_mesures_modeladmin_index", kind=kind, cours="oui")),
            _progress("Logements mobilisés", reached, homes.today, view, reverse("homes:mobilised") if view.user.role in HOMES_READERS else ""),
        ],
        note="Un ménage compte une fois, au début de son premier accompagnement ; un logement une fois, quand un ménage du dispositif y entre. "
        "Aujourd'hui : accompagnements en cours ; logements occupés, ou fléchés et libres.",
    )


def _progress(name: str, progress: Progress, today: int, view: View, url: str) -> list[Cell]:
    discreet = [shown_total([count]) if view.is_discreet else count for count in (progress.reached, today)]
    return [Cell(name), number(discreet[0]), number(progress.target), number(discreet[1], url)]


def stages(view: View) -> Table:
    """Where households stand, and how long they have: median and longest wait in days at their present stage.

    The longest wait is that of one household: a reader who must recognise nobody does not read it.
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
    shut = view.households().filter(is_shut=True).count()
    counts = [rows.get(stage, {"count": 0})["count"] for stage in shown]
    cells, total = column(view, [*counts, shut], [*(view.link("menages_dossiers_modeladmin_index", stage=stage) for stage in shown), ""])
    found = []
    for stage, cell in zip(shown, cells, strict=False):
        row = rows.get(stage)
        unknown = row is None or stage == Stage.CLOSED or cell.text == HIDDEN
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
    """Open cases, and those housed, by territory (EPCI)."""
    rows = list(
        view.households()
        .exclude(stage=Stage.CLOSED)
        .order_by()
        .values("is_shut", "commune__epci_id", "commune__epci__name")
        .annotate(count=Count("pk"), housed=Count("pk", filter=Q(stage__in=[Stage.HOUSED, Stage.STABILISED])))
    )
    named: dict[str, list[int]] = {}
    urls: dict[str, str] = {}
    for row in rows:
        name = SHUT if row["is_shut"] else row["commune__epci__name"] or "Hors EPCI"
        sums = named.setdefault(name, [0, 0])
        sums[0] += row["count"]
        sums[1] += row["housed"]
        epci = row["commune__epci_id"]
        urls[name] = view.link("menages_dossiers_modeladmin_index", commune__epci=epci, stage=EVERY_OPEN) if epci and not row["is_shut"] else ""
    names = sorted(named, key=lambda name: (name == SHUT, name))
    return counted(
        view,
        "Ménages par territoire",
        ["EPCI", "Dossiers ouverts", "dont logés"],
        names,
        [([named[name][place] for name in names], [urls[name] if place == 0 else "" for name in names]) for place in (0, 1)],
    )


def by_operator(view: View) -> Table:
    """Households with a running measure, by operator; one supported by two counts for each."""
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

    def urls(code: str) -> list[str]:
        return [
            view.link("menages_mesures_modeladmin_index", convention__partner=row["convention__partner_id"], kind=kinds[code], cours="oui")
            for row in found
        ]

    return counted(
        view,
        "Mesures en cours par opérateur",
        ["Opérateur", "Accompagnements", "Gestions locatives adaptées"],
        [row["convention__partner__name"] for row in found],
        [([row["support"] for row in found], urls(MeasureCode.SUPPORT)), ([row["home"] for row in found], urls(MeasureCode.ADAPTED_MANAGEMENT))],
        empty="Aucune mesure n'est en cours.",
        note="Les dossiers confidentiels n'y sont pas comptés.",
    )


def homes(view: View) -> list[Table]:
    """Homes by mode of mobilisation and by landlord."""
    found = figures_of(view.units(), on=view.on)
    return [
        _homes(view, "Logements par mode de mobilisation", "Mobilisation", found.modes),
        _homes(view, "Logements par bailleur", "Bailleur", found.landlords),
    ]


def _homes(view: View, caption: str, heading: str, lines: Sequence[Line]) -> Table:
    def link(line: Line) -> str:
        return view.link("logements_parc_modeladmin_index", **line.query) if line.query else ""

    return counted(
        view,
        caption,
        [heading, "Fléchés", "Fléchés et libres", "Occupés", "Comptés vers l'objectif"],
        [line.label[:1].upper() + line.label[1:] for line in lines],
        [
            ([line.earmarked for line in lines], [link(line) for line in lines]),
            ([line.free for line in lines], ["" for _line in lines]),
            ([line.occupied for line in lines], ["" for _line in lines]),
            ([line.ever_occupied for line in lines], ["" for _line in lines]),
        ],
        empty="Aucun logement n'est fléché ni occupé par un ménage du dispositif.",
    )


def results(view: View, years: Sequence[int]) -> list[Table]:
    """Year by year: evaluations by result, the committee's decisions, and why cases closed."""
    cases = view.households().filter(is_shut=False).values("pk")
    evaluations = Evaluation.objects.filter(household__in=cases)
    decisions = CommitteeDecision.objects.filter(household__in=cases)
    closings = StageMove.objects.filter(household__in=cases, to_stage=Stage.CLOSED, household__stage=Stage.CLOSED)
    closings = closings.filter(~Exists(StageMove.objects.filter(household=OuterRef("household"), to_stage=Stage.CLOSED, pk__gt=OuterRef("pk"))))
    return [
        yearly(view, "Évaluations par résultat", EvaluationResult, evaluations, "evaluated_on", "result", years),
        yearly(view, "Décisions du comité", CommitteeOutcome, decisions, "decided_on", "outcome", years),
        yearly(view, "Dossiers clos, par motif", ClosingReason, closings, "moved_on", "household__closing_reason", years),
    ]


def yearly(view: View, caption: str, choices: Any, records: Any, day: str, name: str, years: Sequence[int]) -> Table:
    """How many records of each choice fall in each year; only the choices that occur."""
    rows = records.filter(**{f"{day}__lte": view.on}).order_by().values(f"{day}__year", name).annotate(count=Count("pk"))
    found = {(row[f"{day}__year"], row[name]): row["count"] for row in rows}
    kept = [choice for choice in choices if any(found.get((year, choice.value)) for year in years)]
    return counted(
        view,
        caption,
        ["", *(str(year) for year in years)],
        [str(choice.label)[:1].upper() + str(choice.label)[1:] for choice in kept],
        [([found.get((year, choice.value), 0) for choice in kept], ["" for _choice in kept]) for year in years],
        empty="Rien sur ces années.",
    )


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
    total = [Cell("Ensemble"), *(Cell(euros(sum(get(year) for year in found))) for get in amounts), *([Cell("")] if funds else [])]
    head = ["Année", "Coût", *(["Financé", "Reste à financer", "Couvert"] if funds else [])]
    return Table("Coût, couverture et reste à financer" if funds else "Coût de vos mesures", head, rows, () if is_hidden else total)


def years_of(view: View, first: int, last: int) -> list[YearMoney]:
    """What the years cost and who pays, as the reader may read it, measures counted to their planned end."""
    ledger = ledger_for(view.user, first_year=first, last_year=last, on=view.on)
    contributions = Funding.objects.all().contributions(on=view.on) if view.user.role in FUNDING_READERS else ()
    return by_year(ledger, contributions, hides_small=view.is_discreet)


def steering(view: View, first: int, last: int) -> list[Section]:
    """The whole table for this reader, over these years, both included. Raises PermissionError for who may not read costs."""
    return [
        Section("Où en est le dispositif", [targets(view)]),
        Section("Les ménages", [stages(view), by_place(view), by_operator(view)]),
        Section("Les logements", homes(view)),
        Section("Les résultats", results(view, range(first, last + 1))),
        Section("L'argent", [money(view, years_of(view, first, last))]),
    ]
