"""What the screens, the commands and the reports of one kind of file need to know of it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest

from access.exchange.course import Course
from access.exchange.findings import Level
from access.exchange.layout import Column, Recognised
from access.exchange.limits import Limits
from access.exchange.states import ImportStatus

Plural = tuple[str, str]
"""A noun and what goes with it, for one and for several."""

COUNTS = ("rows", "created", "changed", "unchanged", "skipped", "absent", "errors", "notices", "written")


@dataclass(frozen=True, kw_only=True)
class Desk:
    """One kind of file at its screens. ``words`` holds what the shared pages say of it."""

    course: Course
    namespace: str
    template: str
    may_use: Callable[[Any], bool]
    senders: Callable[[Any], Any]
    every_sender: Callable[[], Any]
    columns: tuple[Column, ...]
    layout_label: Callable[[str], str]
    recognise: Callable[[bytes, Limits, Any], Recognised]
    details: Callable[[HttpRequest, Any, Callable[..., Any]], dict[str, Any]]
    """What a page about an import shows of its changes: given the request, the import, and what pages a list."""

    taken: Callable[[Any], tuple[str, ...]]
    """The fields that columns of an import feed already."""

    words: Mapping[str, Any] = field(default_factory=dict)
    is_shut: Callable[[Any, Any], bool] = lambda user, entry: False
    """Whether what an import's file says is kept from this user, who may know of the import."""

    @property
    def meanings(self) -> list[tuple[str, str]]:
        """What a heading may mean: fields, and what they are called."""
        return [(column.field, column.heading.replace("_", " ").capitalize()) for column in self.columns]

    def meaning(self, name: str) -> str:
        return dict(self.meanings).get(name, "Ne pas importer")


def counted(number: int, one: str, many: str) -> str:
    """``number`` with the noun in its right form: « 0 ligne », « 1 ligne », « 2 lignes »."""
    return f"{number} {one if number < 2 else many}"


def as_object(entry: Any) -> dict[str, Any]:
    """The import as one object for programs. A refused file carries the code of its refusal under ``refused``."""
    findings = [finding.as_dict() for finding in entry.findings.all()]
    report = {"layout": entry.layout, **{name: getattr(entry, name) for name in COUNTS}, "import_id": entry.pk, "findings": findings}
    if entry.finding_count > len(findings):
        report["findings_total"] = entry.finding_count
    if entry.status == ImportStatus.REFUSED:
        report["refused"] = findings[0]["code"]
    return report


def as_lines(entry: Any, desk: Desk) -> Iterator[str]:
    """The import in French, line by line."""
    if entry.status == ImportStatus.REFUSED:
        yield f"{entry.file_name} : fichier refusé."
        for finding in entry.findings.all():
            yield f"{finding.message} {finding.hint}".strip()
        return
    yield f"{entry.file_name} : {desk.layout_label(entry.layout)}, {counted(entry.rows, 'ligne lue', 'lignes lues')}."
    yield (
        f"À créer : {entry.created} · à modifier : {entry.changed} · inchangés : {entry.unchanged} · "
        f"en erreur : {entry.errors} · absents du fichier : {entry.absent} · lignes vides ou de total : {entry.skipped}."
    )
    for finding in entry.findings.all():
        yield told(finding)
    if entry.finding_count > entry.findings.count():
        yield f"… et d'autres : {entry.finding_count} constats en tout."
    if entry.status == ImportStatus.CONFIRMED:
        yield f"Enregistré : {counted(entry.written, *desk.words['written_by_command'])} ({desk.words['import'][0]} {entry.pk})."
    else:
        yield f"Rien n'est encore enregistré (aperçu {entry.pk})."


def told(finding: Any) -> str:
    """A finding on one line: where, what, what to do."""
    place = ", ".join(part for part in (f"Ligne {finding.row}" if finding.row else "", f"colonne {finding.column}" if finding.column else "") if part)
    level = "Remarque – " if finding.level == Level.NOTICE else ""
    where = f"{place}{f' ({finding.cell})' if finding.cell else ''} : " if place else ""
    return f"{level}{where}{finding.message} {finding.hint}".strip()
