"""The steering table, the scheme sheet and the yearly report, on screen and as files."""

from dataclasses import dataclass
from typing import Any, ClassVar, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel

from access.actions import Narrowing, record_export
from access.backoffice import ScopedModelAdmin
from access.documents import DocumentFailed
from access.enums import ExportOutcome, Role
from access.resources import CONTENT_TYPES
from access.templatetags.french import day
from households import papers
from households.backoffice.money import Asked, chart
from households.charts import BEAM
from households.models import Opinion, SheetText
from households.money import FUNDING_READERS
from households.papers import Cell, Paper, Section
from households.scheme_sheet import scheme_sheet
from households.steering import READERS, View, steering, years_of
from households.yearly_report import yearly_report

STAFF: Final = frozenset({Role.GIE_STAFF})
SHEET_READERS: Final = FUNDING_READERS
LATE: Final = "Le fichier n'a pas pu être préparé. Les chiffres restent lisibles ici ; réessayez dans un moment."
CHARTED: Final = "Ménages par étape"


@dataclass(frozen=True)
class Beam:
    """One bar of the drawing of the stages: its label, its length and where it stands, in the drawing's units."""

    label: str
    text: str
    y: int
    width: int


def beams(sections: list[Section]) -> list[Beam]:
    """The households by stage as bars; none when a count is hidden or all are empty."""
    rows = [row for table in papers.tables(Paper("", "", sections)) if table.caption == CHARTED for row in table.rows]
    counts = [(str(row[0]), row[1]) for row in rows]
    figures = [int(cell.value) for _name, cell in counts if cell.value is not None]
    if len(figures) < len(counts) or not any(figures):
        return []
    return [_beam(place, name, cell, max(figures)) for place, (name, cell) in enumerate(counts)]


def _beam(place: int, name: str, cell: Cell, most: int) -> Beam:
    return Beam(name, cell.text, place * BEAM, round(int(cell.value or 0) / most * 300))


def _reader(request: HttpRequest, allowed: frozenset[Role]) -> View:
    if getattr(request.user, "role", None) not in allowed or not getattr(request.user, "may_sign_in", False):
        raise Http404
    return View(request.user, timezone.localdate())


def table(request: HttpRequest) -> HttpResponse:
    """The steering table as its reader may read it."""
    view, asked = _reader(request, READERS), Asked.read(request)
    sections = steering(view, asked.first_year, asked.last_year)
    if request.GET.get("format") == "pdf":
        paper = Paper("Tableau de pilotage", f"Au {day(view.on)}", sections)
        return _file(request, "tableau-de-pilotage", "pdf", paper, "pilotage:table")
    years = years_of(view, asked.first_year, asked.last_year)
    context = {
        "title": "Tableau de pilotage",
        "sections": sections,
        "beams": beams(sections),
        "stacks": [] if any(year.is_hidden or year.is_detail_hidden for year in years) else chart(years),
        "asked": asked,
        "view": view,
        "reads_sheet": view.user.role in SHEET_READERS,
        "is_staff": view.user.role in STAFF,
    }
    return render(request, "households/steering/table.html", context)


def sheet(request: HttpRequest) -> HttpResponse:
    """The scheme sheet, from live data."""
    view = _reader(request, SHEET_READERS)
    paper = scheme_sheet(view.user, on=view.on)
    if request.GET.get("format") == "pdf":
        return _file(request, "fiche-du-dispositif", "pdf", paper, "pilotage:sheet")
    return render(request, "households/steering/paper.html", {"title": paper.title, "paper": paper, "is_staff": view.user.role in STAFF, "years": []})


def report(request: HttpRequest, year: int) -> HttpResponse:
    """The report of one year, for staff."""
    view = _reader(request, STAFF)
    if not 2000 <= year <= view.on.year:
        raise Http404
    paper = yearly_report(view, year)
    wanted = request.GET.get("format")
    if wanted in ("pdf", "xlsx"):
        return _file(request, f"rapport-{year}", wanted, paper, "pilotage:report", year)
    years = range(view.on.year, max(view.on.year - 12, 1999), -1)
    return render(request, "households/steering/paper.html", {"title": paper.title, "paper": paper, "is_staff": True, "years": years, "year": year})


def _file(request: HttpRequest, name: str, file_format: str, paper: Paper, screen: str, *args: Any) -> HttpResponse:
    """The paper as a file, logged as an export; back to its screen when it cannot be made."""
    try:
        content = papers.pdf(paper) if file_format == "pdf" else papers.workbook(paper)
    except DocumentFailed:
        messages.error(request, LATE)
        return redirect(screen, *args)
    rows = sum(len(found.rows) for found in papers.tables(paper))
    record_export(
        by=request.user,
        subject="pilotage",
        label=paper.title,
        narrowing=Narrowing({}, paper.subtitle),
        file_format=file_format,
        outcome=ExportOutcome.PRODUCED,
        rows=rows,
        size=len(content),
    )
    answer = HttpResponse(content, content_type=CONTENT_TYPES.get(file_format, "application/pdf"))
    answer["Content-Disposition"] = f'attachment; filename="{name}-{timezone.localdate():%Y-%m-%d}.{file_format}"'
    return answer


class SheetTextAdmin(ScopedModelAdmin):
    model = SheetText
    menu_icon = "doc-full"
    menu_label = "Textes de la fiche"
    base_url_path = "pilotage/textes"
    readers, creators, editors = STAFF, STAFF, STAFF
    add_label = "Écrire une partie"
    intro = "Les parties rédigées de la fiche du dispositif. Les chiffres, eux, viennent des données."
    empty_message = "Aucune partie n'est encore écrite."
    list_display = ("record_link", "text")
    inspect_view_fields: ClassVar = ["part", "text"]
    panels: ClassVar = [MultiFieldPanel([FieldPanel("part"), FieldPanel("text")], heading="Texte")]


class OpinionAdmin(ScopedModelAdmin):
    model = Opinion
    menu_icon = "tick"
    menu_label = "Avis de l'État"
    base_url_path = "pilotage/avis"
    readers, creators, editors = STAFF, STAFF, STAFF
    add_label = "Noter un avis"
    intro = "Les avis du service départemental (pertinence, caractère reproductible, conditions) et du niveau régional (favorable ou non)."
    empty_message = "Aucun avis n'est encore noté."
    list_display = ("record_link", "given_by", "reproducibility", "verdict")
    inspect_view_fields: ClassVar = ["level", "given_by", "given_on", "relevance", "reproducibility", "conditions", "verdict", "text"]
    panels: ClassVar = [
        MultiFieldPanel([FieldPanel("level"), FieldRowPanel([FieldPanel("given_by"), FieldPanel("given_on")])], heading="Qui et quand"),
        MultiFieldPanel([FieldPanel("relevance"), FieldPanel("reproducibility"), FieldPanel("conditions")], heading="Avis du département"),
        MultiFieldPanel([FieldPanel("verdict"), FieldPanel("text")], heading="Avis de la région"),
    ]
