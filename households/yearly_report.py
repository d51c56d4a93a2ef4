"""One year of the scheme: activity, results and money."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db.models import Count, Q

from access.scope import aggregate
from access.templatetags.french import day
from catalogue.enums import MeasureCode
from catalogue.models import MeasureKind
from catalogue.models.money import Contribution
from households.enums import EntryDoor, OutreachKind
from households.ledger import Ledger
from households.models import Diagnosis, Household, Occupancy, OutreachContact, SupportMeasure
from households.money import by_year, contributions
from households.papers import Cell, Paper, Section, Table
from households.scheme_sheet import CLOSING
from households.steering import View, by_operator, homes, money, number, results, stages, targets
from households.templatetags.money import euros
from partners.models import Organisation


@aggregate("the yearly report")
def yearly_report(view: View, year: int) -> Paper:
    """The report of a calendar year, up to ``view.on`` when the year is not over. For a reader of the whole scheme's figures."""
    last = min(date(year, 12, 31), view.on)
    then = View(view.user, last)
    ledger = Ledger(year, year, last)
    years = by_year(ledger, contributions(on=last))
    sections = [
        Section("L'activité", [targets(then), _activity(date(year, 1, 1), last)]),
        Section("Les résultats", results(then, [year])),
        Section(
            "L'argent",
            [
                money(then, years),
                _by(ledger, "kind", "Coût par mesure"),
                _by(ledger, "operator", "Coût par opérateur"),
                _funders(years[0].contributions),
            ],
        ),
    ]
    if last == view.on:
        sections.insert(1, Section("Aujourd'hui", [stages(view), by_operator(view), *homes(view)]))
    return Paper(f"Rapport annuel {year}", f"Du 1er janvier au {day(last)}", sections, CLOSING)


def _activity(first: date, last: date) -> Table:
    within = (first, last)
    doors = Household.objects.filter(opened_on__range=within).aggregate(**{door.value: Count("pk", filter=Q(entry_door=door)) for door in EntryDoor})
    rows = [(f"Dossiers ouverts, {door.label}", doors[door.value]) for door in EntryDoor]
    rows += [
        ("Diagnostics terminés", Diagnosis.objects.filter(completed_on__range=within).count()),
        ("Accompagnements commencés", SupportMeasure.objects.filter(kind__code=MeasureCode.SUPPORT, starts_on__range=within).count()),
        (
            "Gestions locatives adaptées commencées",
            SupportMeasure.objects.filter(kind__code=MeasureCode.ADAPTED_MANAGEMENT, starts_on__range=within).count(),
        ),
        ("Entrées dans un logement", Occupancy.objects.filter(starts_on__range=within).count()),
    ]
    contacts = OutreachContact.objects.filter(contacted_on__range=within)
    rows += [(f"Aller vers : {kind.label}", contacts.filter(kind=kind).count()) for kind in OutreachKind]
    return Table("Ce qui s'est fait", ["", "Nombre"], [[Cell(name), number(count)] for name, count in rows])


def _by(ledger: Ledger, grouping: str, caption: str) -> Table:
    totals = {key: amount for (key,), amount in ledger.totals(grouping).items()}
    names = dict((MeasureKind if grouping == "kind" else Organisation).objects.filter(pk__in=totals).values_list("pk", "name"))
    rows = [[Cell(name), Cell(euros(totals[key]), value=totals[key])] for key, name in sorted(names.items(), key=lambda item: item[1])]
    whole = sum(totals.values(), Decimal("0.00"))
    return Table(
        caption, ["", "Montant"], rows, [Cell("Ensemble"), Cell(euros(whole), value=whole)] if rows else (), empty="Aucune dépense cette année."
    )


def _funders(contributions: Iterable[Contribution]) -> Table:
    given: dict[int, Decimal] = {}
    for item in contributions:
        given[item.funder_id] = given.get(item.funder_id, Decimal("0.00")) + item.amount
    names = dict(Organisation.objects.filter(pk__in=given).values_list("pk", "name"))
    rows = [[Cell(name), Cell(euros(given[key]), value=given[key])] for key, name in sorted(names.items(), key=lambda item: item[1])]
    return Table("Engagé, notifié ou versé, par financeur", ["Financeur", "Montant"], rows, empty="Rien n'est engagé pour cette année.")
