"""The scheme sheet: the call for projects' own form, filled from live data. Source: the form of the call for projects, 2014."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.conf import settings
from django.db.models import Q, Sum

from access.scope import aggregate
from access.templatetags.french import day
from catalogue.enums import FundingStatus, MeasureCode, MobilisationMode
from catalogue.models import Funding, Operation, Unit
from households.costs import MissingTariff
from households.enums import OpinionLevel, Reproducibility, SheetPart, Verdict
from households.ledger import Ledger
from households.models import Household, Intake, Opinion, Scenario, SheetText
from households.money import YearMoney, by_year, ledger_for
from households.papers import HIDDEN, Cell, Paper, Section, Table, Text, Ticks
from households.plans import scenario_years
from households.prices import Prices
from households.small_counts import SMALL, shown_total
from households.steering import AGGREGATE_READERS
from households.targets import homes_reached, households_reached
from households.templatetags.money import euros, percent
from partners.enums import OrganisationKind
from partners.models import Organisation

TITLE: Final = "Fiche du dispositif"
CLOSING: Final = "Les montants sont la somme de lignes arrondies au centime. Cette fiche ne contient aucune donnée nominative."
PARTNERS: Final = (
    ("Bailleurs", (OrganisationKind.LANDLORD,)),
    ("Opérateurs et associations", (OrganisationKind.OPERATOR, OrganisationKind.ASSOCIATION, OrganisationKind.FEDERATION)),
    ("Services de l'État et de santé", (OrganisationKind.STATE_SERVICE, OrganisationKind.HEALTH_AGENCY, OrganisationKind.JUSTICE_SERVICE)),
    ("Collectivités", (OrganisationKind.DEPARTMENT_COUNCIL, OrganisationKind.LOCAL_AUTHORITY)),
    ("Prescripteurs", (OrganisationKind.PRESCRIBER,)),
)


@aggregate("the years of the scheme sheet")
def sheet_years(reader: Any, *, on: date) -> list[YearMoney]:
    """What really ran by that day, and who pays: the years of the commitment, then any later one with a cost.

    ``reader`` is None for the managers of the scheme, who see everything.
    """
    first, last = settings.COMMITMENT_YEARS
    until = max(last, on.year)
    ledger = Ledger(first, until, on) if reader is None else ledger_for(reader, first_year=first, last_year=until, until=on, on=on)
    years = by_year(ledger, Funding.objects.all().contributions(on=on), hides_small=_is_discreet(reader))
    return [year for year in years if year.year <= last or year.total]


def _is_discreet(reader: Any) -> bool:
    return reader is not None and reader.role in AGGREGATE_READERS


@aggregate("the scheme sheet")
def scheme_sheet(reader: Any, *, on: date) -> Paper:
    """The sheet as of that day, as its reader may read it; None for the managers of the scheme, who see everything."""
    written = dict(SheetText.objects.values_list("part", "text"))

    def text(part: SheetPart) -> Text:
        return Text(str(part.label).capitalize(), written.get(part, ""))

    first, last = settings.COMMITMENT_YEARS
    is_discreet = _is_discreet(reader)
    return Paper(
        TITLE,
        f"Au {day(on)}",
        [
            Section("Le projet", [text(SheetPart.PLACE), text(SheetPart.CARRIER), text(SheetPart.PURPOSE)]),
            Section("Les publics", [_households(on, is_discreet), _eligibilities(SMALL if is_discreet else 1), text(SheetPart.PUBLICS)]),
            Section(
                "Les logements", [_modes(), _homes(on, is_discreet), *map(text, (SheetPart.TYPOLOGY, SheetPart.RESERVATION, SheetPart.HOMES_PLACE))]
            ),
            Section(
                "L'accompagnement",
                list(map(text, (SheetPart.METHOD, SheetPart.MANAGEMENT, SheetPart.ADHESION, SheetPart.OFFER, SheetPart.RELATION, SheetPart.FITNESS))),
            ),
            Section("Les partenaires", [_partners(label, kinds, on) for label, kinds in PARTNERS]),
            Section(
                "Le montage financier",
                [
                    _tariffs(on),
                    *_plan(first, last, on),
                    _money(f"Coût réel au {day(on)} et couverture", sheet_years(reader, on=on)),
                    _fundings(reader, on),
                    _investment(on),
                ],
            ),
            Section("La durée", [Text("Durée de l'engagement", f"{last - first + 1} ans ({first}–{last})"), text(SheetPart.CALENDAR)]),
            Section("Les avis", _opinions(on)),
        ],
        CLOSING,
    )


def _reached(count: int, is_discreet: bool) -> str:
    """The count, or that it is small for a reader who must recognise nobody."""
    return f"moins de {SMALL}" if is_discreet and shown_total([count]) is None else str(count)


def _households(on: date, is_discreet: bool) -> Text:
    progress = households_reached(on=on)
    told = f"{progress.target} visés, {_reached(progress.reached, is_discreet)} accompagnés depuis le début"
    return Text("Nombre de ménages accompagnés", told)


def _homes(on: date, is_discreet: bool) -> Text:
    progress = homes_reached(on=on)
    told = f"{progress.target} visés, {_reached(progress.reached, is_discreet)} occupés par un ménage du dispositif depuis le début"
    return Text("Nombre de logements", told)


def _eligibilities(fewest: int) -> Ticks:
    """Ticked when at least that many households are eligible."""
    held = {name: Household.objects.filter(**{name: True}).count() >= fewest for name in ("is_dalo", "has_collective_agreement", "is_pdalpd")}
    return Ticks(
        "Ménages éligibles ou relevant de",
        [("DALO", held["is_dalo"]), ("Accords collectifs", held["has_collective_agreement"]), ("PDALPD", held["is_pdalpd"])],
    )


def _modes() -> Ticks:
    """A mode is ticked when a home of the scheme, an operation or the plan uses it."""
    used = set(Unit.objects.filter(is_earmarked=True).values_list("mobilisation_mode", flat=True).distinct())
    used |= {str(operation.mobilisation_mode) for operation in Operation.objects.filter(abandoned_on__isnull=True).only("kind")}
    used |= set(Intake.objects.filter(scenario__is_plan=True).values_list("mode", flat=True).distinct())
    return Ticks("Mobilisation des logements", [(str(mode.label).capitalize(), mode.value in used) for mode in MobilisationMode])


def _partners(label: str, kinds: Sequence[str], on: date) -> Text:
    names = Organisation.objects.filter(kind__in=kinds).order_by("name").values_list("name", flat=True)
    return Text(label, ", ".join(names))


def _tariffs(on: date) -> Table:
    prices = Prices.load()
    found = {
        code: next((item.amount for item in prices.of(code, None) if item.span.first <= on <= item.span.last), None) for code in MeasureCode.values
    }
    bases = {
        MeasureCode.DIAGNOSIS: "par logement, une fois",
        MeasureCode.SUPPORT: "par ménage et par an",
        MeasureCode.ADAPTED_MANAGEMENT: "par logement et par an",
    }
    rows = [
        [Cell(str(MeasureCode(code).label).capitalize()), Cell(bases[MeasureCode(code)]), Cell(euros(amount), value=amount)]
        for code, amount in found.items()
    ]
    amounts = [amount for amount in found.values() if amount is not None]
    if len(amounts) == len(found):
        yearly = sum(amounts, Decimal(0)) - (found[MeasureCode.DIAGNOSIS] or Decimal(0))
        rows.append(
            [Cell("Offre intégrée, la première année"), Cell("par ménage"), Cell(euros(sum(amounts, Decimal(0))), value=sum(amounts, Decimal(0)))]
        )
        rows.append([Cell("Offre intégrée, chaque année suivante"), Cell("par ménage"), Cell(euros(yearly), value=yearly)])
    return Table(f"Tarifs du dispositif au {day(on)}", ["Mesure", "Base", "Montant"], rows)


def _plan(first: int, last: int, on: date) -> list[Table | Text]:
    plan = Scenario.objects.filter(is_plan=True).first()
    if plan is None:
        return [Text("Coût prévu", "Aucun plan n'est encore enregistré.")]
    try:
        return [_money(f"Coût prévu par le plan « {plan.name} »", scenario_years(plan, first, last, on=on))]
    except MissingTariff:
        return [Text("Coût prévu", "Un tarif manque sur une partie de l'engagement : le coût du plan ne peut pas être calculé.")]


def _money(caption: str, years: Sequence[YearMoney]) -> Table:
    names = ("diagnosis", "support", "adapted_management", "total", "funded", "gap")
    rows = []
    for year in years:
        hidden = {name: year.is_hidden or (year.is_detail_hidden and place < 3) for place, name in enumerate(names)}
        cells = [Cell(HIDDEN) if hidden[name] else Cell(euros(getattr(year, name)), value=getattr(year, name)) for name in names]
        rows.append([Cell(str(year.year)), *cells, Cell(HIDDEN if year.is_hidden else percent(year.rate))])
    sums = {name: sum((getattr(year, name) for year in years), Decimal("0.00")) for name in names}
    shown = (
        ()
        if any(year.is_hidden or year.is_detail_hidden for year in years)
        else [Cell("Ensemble"), *(Cell(euros(sums[name]), value=sums[name]) for name in names), Cell("")]
    )
    return Table(caption, ["Année", "Diagnostic", "Accompagnement", "Gestion adaptée", "Total", "Financé", "Reste", "Couvert"], rows, shown)


def _fundings(reader: Any, on: date) -> Table:
    """Each grant that the reader may read, and what all of them come to. Source: the scheme's role table, « totals, own grants »."""
    labels = dict(FundingStatus.choices)
    every = Funding.objects.filter(is_investment=False)
    read = every if reader is None else every.visible_to(reader, on=on)
    amount = every.with_total().aggregate(whole=Sum("total"))["whole"] or Decimal("0.00")
    rows = []
    for funding in read.with_status(on=on).with_total().select_related("funder"):
        state = str(labels[funding.status]).capitalize() + (f" le {day(funding.status_on)}" if funding.status_on else "")
        rows.append(
            [
                Cell(f"{funding.funder.name} : {funding.name}"),
                Cell(state),
                Cell(euros(funding.total) if funding.total else "à déterminer", value=funding.total or None),
            ]
        )
    is_partial = len(rows) < every.count()
    total = [Cell("Ensemble, tous financeurs" if is_partial else "Ensemble"), Cell(""), Cell(euros(amount), value=amount)] if amount else ()
    if is_partial and not rows:
        rows, total = [[Cell("Tous financeurs"), Cell(""), Cell(euros(amount) if amount else "à déterminer", value=amount or None)]], ()
    return Table("Cofinancements", ["Financeur", "Où en est la demande", "Montant"], rows, total, empty="Aucun cofinancement n'est encore noté.")


def _investment(on: date) -> Ticks:
    """FNDOLLTS in case of new homes: financed, or applied for. Source: the form's two questions."""
    statuses = set(
        Funding.objects.filter(Q(name__icontains="FNDOLLTS") | Q(funder__name__icontains="FNDOLLTS"))
        .with_status(on=on)
        .values_list("status", flat=True)
    )
    financed = {FundingStatus.COMMITTED, FundingStatus.NOTIFIED, FundingStatus.PAID}
    return Ticks(
        "Investissement par le FNDOLLTS, pour une offre nouvelle",
        [("financement obtenu", bool(statuses & financed)), ("candidature en cours", FundingStatus.REQUESTED in statuses)],
    )


def _opinions(on: date) -> list[Table | Text | Ticks]:
    blocks: list[Table | Text | Ticks] = []
    given = Opinion.objects.filter(given_on__lte=on).order_by("-given_on", "-pk")
    department, region = given.filter(level=OpinionLevel.DEPARTMENT).first(), given.filter(level=OpinionLevel.REGION).first()
    who = f"{department.given_by}, le {day(department.given_on)}" if department else "Pas encore d'avis"
    blocks.append(Text("Service départemental", who))
    blocks.append(Text("Pertinence du projet", department.relevance if department else ""))
    blocks.append(
        Ticks(
            "Caractère reproductible",
            [(str(item.label).capitalize(), department is not None and department.reproducibility == item) for item in Reproducibility],
        )
    )
    blocks.append(Text("Conditions jugées nécessaires", department.conditions if department else ""))
    who = f"{region.given_by}, le {day(region.given_on)}" if region else "Pas encore d'avis"
    blocks.append(Text("Niveau régional", who))
    blocks.append(Ticks("Avis global", [(str(item.label).capitalize(), region is not None and region.verdict == item) for item in Verdict]))
    blocks.append(Text("Commentaire de la région", region.text if region else ""))
    return blocks
