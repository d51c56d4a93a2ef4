"""What the scheme costs, who pays for it and what is missing: by year, by whatever the reader wants to group, down to the lines."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from access.actions import Narrowing, record_export
from access.enums import ExportOutcome, Role
from access.resources import CONTENT_TYPES
from access.scope import aggregate
from catalogue.enums import MeasureCode
from catalogue.models import Convention, Epci, Funding, MeasureKind
from households import papers
from households.charts import Stack, stacks
from households.journal import case_opened
from households.ledger import CONFIDENTIAL, FAR, Ledger
from households.models import Household, SupportMeasure
from households.money import FUNDING_READERS, LINE_READERS, READERS, YearMoney, by_year, contributions, ledger_for
from households.papers import Cell, Paper, Section, Table
from partners.models import Organisation

PLANNED, ACTUAL = "prevu", "reel"
BASES: Final = {PLANNED: "Prévu jusqu'au terme des mesures", ACTUAL: "Réalisé à ce jour"}
WORDS: Final = {
    "mesure": ("kind", "Mesure"),
    "operateur": ("operator", "Opérateur"),
    "bailleur": ("landlord", "Bailleur"),
    "territoire": ("territory", "Territoire"),
    "convention": ("convention", "Convention"),
    "mois": ("month", "Mois"),
    "menage": ("household", "Ménage"),
    "suivi": ("measure", "Mesure d'un ménage"),
}
"""What the reader may group by: the word in the address, the ledger's grouping, the heading."""
NONE: Final = "aucun"
HIDDEN: Final = "confidentiels"
NOBODY: Final = {"landlord": "Sans logement attribué", "territory": "Hors EPCI", "convention": "Sans convention", "measure": "Diagnostics"}
MONTHS: Final = ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre")
MONTH_NUMBERS: Final = frozenset(map(str, range(1, 13)))
YEARS_SHOWN: Final = 12
ROWS_A_PAGE: Final = 100
MEASURES_SHOWN: Final = 20
FUNDER_LIST_READERS: Final = frozenset({Role.GIE_STAFF, Role.FUNDER})
"""They read who pays: all of it, or the own grants. Source: the scheme's role table."""
EXPORTED: Final = frozenset({"csv", "xlsx"})
MOST_EXPORTED: Final = 50_000
LINE_HEADINGS: Final = ("Année", "Ménage", "Mesure", "Opérateur", "Du", "Au", "Jours", "Tarif (€)", "Montant (€)")
MONTH_HEADINGS: Final = (*LINE_HEADINGS[:-2], "Ligne de l'année (€)", "Part du mois (€)")


@dataclass(frozen=True)
class Asked:
    """What the reader asked to see, read from the address; what cannot be understood falls back to the default years."""

    first_year: int
    last_year: int
    base: str
    grouping: str
    kept: dict[str, str]
    page: str
    month: int = 0
    """One month of the years asked; none when 0."""

    @classmethod
    def read(cls, request: HttpRequest) -> "Asked":
        given = request.GET
        first, last = default_years(timezone.localdate())
        try:
            chosen = int(given.get("du", first)), int(given.get("au", last))
        except ValueError:
            chosen = first, last
        if 2000 <= chosen[0] <= chosen[1] <= 2100 and chosen[1] - chosen[0] < YEARS_SHOWN:
            first, last = chosen
        return cls(
            first_year=first,
            last_year=last,
            base=ACTUAL if given.get("base") == ACTUAL else PLANNED,
            grouping=given.get("par", "") if given.get("par") in WORDS else "mesure",
            kept={word: given[word][:40] for word in (*WORDS, "annee") if word != "mois" and given.get(word)},
            page=given.get("page", "1"),
            month=int(given["mois"]) if given.get("mois", "") in MONTH_NUMBERS else 0,
        )

    def query(self, **changes: Any) -> str:
        """The address's query for the same thing, changed."""
        asked = {
            "du": self.first_year,
            "au": self.last_year,
            "base": self.base,
            "par": self.grouping,
            **self.kept,
            "mois": self.month or "",
            **changes,
        }
        return urlencode({name: value for name, value in asked.items() if value != ""})

    def until(self, today: date) -> date:
        return today if self.base == ACTUAL else FAR

    def narrow(self, ledger: Ledger) -> Ledger:
        """The ledger, narrowed to what the address keeps. Raises Http404 for a value that cannot be one."""
        return ledger.narrowed(**{WORDS[word][0] if word in WORDS else "year": value_of(word, text) for word, text in self.kept.items()})


@dataclass(frozen=True)
class Row:
    """One value of the grouping: its name, its euros year by year, each with the query that opens its lines."""

    name: str
    cells: list[tuple[Decimal | None, str]]
    total: Decimal
    query: str


def default_years(today: date) -> tuple[int, int]:
    """The commitment while it runs, else last year, this year and the next."""
    first, last = settings.COMMITMENT_YEARS
    return (first, last) if first <= today.year <= last else (today.year - 1, today.year + 1)


def value_of(word: str, text: str) -> Any:
    if text == NONE:
        return None
    if text == HIDDEN:
        return CONFIDENTIAL
    if word == "territoire" and text.isdigit():
        return text
    if not text.isdigit() or len(text) > 15:
        raise Http404
    return int(text)


@aggregate("what cost lines are grouped by")
def names_of(grouping: str, keys: list[Any]) -> dict[Any, str]:
    """What each value of a grouping is called. One query."""
    ids = [key for key in keys if key not in (None, CONFIDENTIAL, str(CONFIDENTIAL))]
    found: dict[Any, str]
    if grouping == "month":
        found = {number: MONTHS[int(number) - 1].capitalize() for number in ids}
    elif grouping == "kind":
        found = {kind.pk: kind.name for kind in MeasureKind.objects.all()}
    elif grouping in ("operator", "landlord"):
        found = dict(Organisation.objects.filter(pk__in=ids).values_list("pk", "name"))
    elif grouping == "territory":
        found = dict(Epci.objects.filter(pk__in=ids).values_list("pk", "name"))
    elif grouping == "convention":
        found = dict(Convention.objects.filter(pk__in=ids).values_list("pk", "number"))
    elif grouping == "household":
        found = dict(Household.objects.filter(pk__in=ids).values_list("pk", "reference"))
    else:
        measures = SupportMeasure.objects.filter(pk__in=ids).values_list("pk", "household__reference", "kind__name", "starts_on")
        found = {pk: f"{reference}, {kind.lower()} depuis le {starts_on:%d/%m/%Y}" for pk, reference, kind, starts_on in measures}
    return {**found, None: NOBODY.get(grouping, "–"), CONFIDENTIAL: "Dossiers confidentiels", str(CONFIDENTIAL): "Dossiers confidentiels"}


def rows_of(asked: Asked, ledger: Ledger) -> Any:
    """A page of the grouping's values, in the order of their names, confidential cases last."""
    grouping = WORDS[asked.grouping][0]
    by_key: dict[Any, dict[int, Decimal]] = {}
    for (key, year), amount in ledger.totals(grouping, "year").items():
        by_key.setdefault(key, {})[year] = amount
    names = names_of(grouping, list(by_key))
    last = (None, CONFIDENTIAL, str(CONFIDENTIAL))
    keys = sorted(by_key, key=lambda key: (key in last, key if grouping == "month" else names[key]))
    page = Paginator(keys, ROWS_A_PAGE).get_page(asked.page)
    rows = []
    for key in page.object_list:
        text = NONE if key is None else HIDDEN if key in last else str(key)
        kept = {asked.grouping: text}
        years = by_key[key]
        cells = [(years.get(year), asked.query(**kept, annee=year)) for year in range(asked.first_year, asked.last_year + 1)]
        rows.append(Row(names[key], cells, sum(years.values(), Decimal("0.00")), asked.query(**kept)))
    page.object_list = rows
    return page


def chart(years: list[YearMoney]) -> list[Stack]:
    """The drawing's columns: for each year its three costs, one on the other."""
    parts = [(str(year.year), [year.diagnosis, year.support, year.adapted_management]) for year in years if not year.is_hidden]
    return stacks(parts)


def costs(request: HttpRequest) -> HttpResponse:
    """The costs of the years asked, their coverage and their gap, then the same euros by whatever the reader groups."""
    user: Any = request.user
    if getattr(user, "role", None) not in READERS:
        raise Http404
    asked, today = Asked.read(request), timezone.localdate()
    ledger = ledger_for(user, first_year=asked.first_year, last_year=asked.last_year, until=asked.until(today), on=today)
    fundings = user.role in FUNDING_READERS
    given = contributions(on=today) if fundings else ()
    detailed = user.role in LINE_READERS
    years = by_year(ledger, given, hides_small=not detailed)
    missing = ledger.missing()
    context = {
        "title": "Coûts et financements" if fundings else "Coûts",
        "asked": asked,
        "bases": BASES,
        "groupings": {word: heading for word, (_name, heading) in WORDS.items()},
        "heading": WORDS[asked.grouping][1],
        "years": years,
        "whole": whole(years),
        "stacks": [] if any(year.is_detail_hidden for year in years) else chart(years),
        "page": rows_of(asked, ledger) if detailed else None,
        "has_funding": fundings,
        "funders": funders_of(user, years) if user.role in FUNDER_LIST_READERS else None,
        "hides": any(year.is_hidden or year.is_detail_hidden for year in years),
        "missing": f"Aucun tarif « {MeasureCode(missing.kind).label} » n'est en vigueur le {missing.day:%d/%m/%Y} : les totaux sont incomplets."
        if missing
        else "",
        "is_staff": user.role == Role.GIE_STAFF,
        "today": today,
    }
    return render(request, "households/money/costs.html", context)


def whole(years: list[YearMoney]) -> dict[str, Decimal]:
    """All the years together, in euros."""
    names = ("diagnosis", "support", "adapted_management", "total", "funded", "gap")
    return {name: sum((getattr(year, name) for year in years), Decimal("0.00")) for name in names}


def funders_of(user: Any, years: list[YearMoney]) -> list[tuple[str, list[tuple[Decimal, Decimal | None]]]]:
    """For each funder that the reader may read: what it brings each year, and how much of that year's cost it comes to, in percent."""
    shown = Funding.objects.visible_to(user).order_by().values_list("funder_id", "funder__name").distinct()
    found = []
    for funder_id, name in sorted(shown, key=lambda row: row[1]):
        cells = []
        for year in years:
            amount = sum((item.amount for item in year.contributions if item.funder_id == funder_id), Decimal("0.00"))
            cells.append((amount, (amount * 100 / year.total).quantize(Decimal("0.1")) if year.total and not year.is_hidden else None))
        found.append((name, cells))
    return found


def lines(request: HttpRequest) -> HttpResponse:
    """The lines that a total is the sum of."""
    user: Any = request.user
    if getattr(user, "role", None) not in LINE_READERS:
        raise Http404
    asked, today = Asked.read(request), timezone.localdate()
    ledger = asked.narrow(ledger_for(user, first_year=asked.first_year, last_year=asked.last_year, until=asked.until(today), on=today))
    wanted = request.GET.get("format")
    if wanted in EXPORTED:
        return _exported(request, ledger, wanted, asked)
    found: Any = _Lines(ledger, asked.month)
    page = Paginator(found, ROWS_A_PAGE).get_page(asked.page)
    shown = list(page.object_list)
    if "menage" in asked.kept and (case := Household.objects.visible_to(user).filter(pk=value_of("menage", asked.kept["menage"])).first()):
        case_opened(request, case)
    open_cases = Household.objects.visible_to(user).filter(pk__in={line.household_id for line in shown})
    context = {
        "title": "Lignes de coût",
        "asked": asked,
        "base": BASES[asked.base],
        "page": page,
        "lines": shown,
        "kinds": names_of("kind", []),
        "operators": names_of("operator", [line.operator_id for line in shown]),
        "open_cases": set(open_cases.values_list("pk", flat=True)),
        "kept": kept_of(asked),
        "confidential": found.confidential,
        "total": found.total,
    }
    return render(request, "households/money/lines.html", context)


def _exported(request: HttpRequest, ledger: Ledger, file_format: str, asked: Asked) -> HttpResponse:
    """The lines open to the reader as a file, logged; back to the screen when there are too many for one file."""
    every = _Lines(ledger, asked.month)
    count = every.count()
    if count > MOST_EXPORTED:
        messages.error(
            request, f"{count} lignes, c'est trop pour un fichier : choisissez une année ou un opérateur ({MOST_EXPORTED} lignes au plus)."
        )
        return redirect(f"{reverse('money:lines')}?{asked.query()}")
    found = every.every()
    kinds, operators = names_of("kind", []), names_of("operator", list({line.operator_id for line in found}))
    rows = [
        [
            Cell(str(line.year), value=line.year),
            Cell(line.reference),
            Cell(kinds[line.kind_id]),
            Cell(operators[line.operator_id]),
            Cell(f"{line.first:%d/%m/%Y}"),
            Cell(f"{line.last:%d/%m/%Y}"),
            Cell(str(line.days), value=line.days),
            Cell(f"{price:.2f}".replace(".", ","), value=price),
            Cell(f"{line.amount:.2f}".replace(".", ","), value=line.amount),
        ]
        for line, price in ((line, line.whole if asked.month else line.tariff) for line in found)
    ]
    if hidden := every.confidential:
        rows.append(
            [
                Cell(""),
                Cell("Dossiers confidentiels"),
                *(Cell("") for _column in LINE_HEADINGS[3:]),
                Cell(f"{hidden:.2f}".replace(".", ","), value=hidden),
            ]
        )
    table = Table("Lignes de coût", MONTH_HEADINGS if asked.month else LINE_HEADINGS, rows)
    content = papers.workbook(Paper("Lignes de coût", "", [Section("Lignes de coût", [table])])) if file_format == "xlsx" else papers.delimited(table)
    words = ", ".join([BASES[asked.base], f"{asked.first_year}–{asked.last_year}", *(name for _heading, name in kept_of(asked))])
    record_export(
        by=request.user,
        subject="couts",
        label="Lignes de coût",
        narrowing=Narrowing({"query": asked.query()}, words),
        file_format=file_format,
        outcome=ExportOutcome.PRODUCED,
        rows=len(rows),
        size=len(content),
    )
    answer = HttpResponse(content, content_type=CONTENT_TYPES[file_format])
    answer["Content-Disposition"] = f'attachment; filename="lignes-de-cout-{timezone.localdate():%Y-%m-%d}.{file_format}"'
    return answer


def kept_of(asked: Asked) -> list[tuple[str, str]]:
    """What the address keeps, in words."""
    kept = [(WORDS[word][1] if word in WORDS else "Année", kept_name(word, text)) for word, text in asked.kept.items()]
    return [*kept, ("Mois", MONTHS[asked.month - 1])] if asked.month else kept


def kept_name(word: str, text: str) -> str:
    value = value_of(word, text)
    return text if word == "annee" else names_of(WORDS[word][0], [value]).get(value, "–")


def convention_section(request: HttpRequest, convention: Convention) -> str:
    """On a convention's page: how many measures run under it, of how many it may, and those the reader sees, the first to end first."""
    user: Any = request.user
    today = timezone.localdate()
    with aggregate("how many measures run under a convention"):
        running = SupportMeasure.objects.running(on=today).filter(convention=convention).count()
    seen = SupportMeasure.objects.visible_to(user).running(on=today).filter(convention=convention)
    first, last = default_years(today)
    context = {
        "convention": convention,
        "running": running,
        "capacity": convention.capacity_spans(today, today)[-1][2],
        "measures": list(seen.select_related("household", "kind").order_by("planned_ends_on", "pk")[:MEASURES_SHOWN]),
        "sees_costs": user.role in LINE_READERS,
        "first": first,
        "last": last,
    }
    return render_to_string("households/convention_section.html", context, request)


class _Lines:
    """The lines of the years asked, or the shares of one month of theirs, as a paginator reads them; with what they come to, in euros."""

    def __init__(self, ledger: Ledger, month: int = 0) -> None:
        self.ledger, self.month = ledger, month
        if month:
            self.length, seen, self.confidential = ledger.month_sums(month)
            self.total = seen + self.confidential
        else:
            self.length, self.confidential, self.total = ledger.count(), ledger.confidential(), ledger.total()

    def count(self) -> int:
        return self.length

    __len__ = count

    def __getitem__(self, wanted: slice) -> Any:
        return self.every(offset=wanted.start, limit=wanted.stop - wanted.start)

    def every(self, *, offset: int = 0, limit: int | None = None) -> Any:
        if self.month:
            return self.ledger.month_lines(self.month, offset=offset, limit=limit)
        return self.ledger.lines(offset=offset, limit=limit)
