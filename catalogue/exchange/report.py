"""What an import has to say, for the command line and for programs."""

from collections.abc import Iterator
from typing import Any

from access.exchange.findings import Level
from catalogue.enums import ImportStatus
from catalogue.exchange.rpls import LAYOUTS
from catalogue.models import ImportFinding, UnitImport

COUNTS = ("rows", "created", "changed", "unchanged", "skipped", "absent", "errors", "notices", "written")


def layout_label(code: str) -> str:
    return next((layout.label for layout in LAYOUTS if layout.code == code), "")


def as_object(entry: UnitImport) -> dict[str, Any]:
    """The import as one object for programs. A refused file carries the code of its refusal under ``refused``."""
    findings = [finding.as_dict() for finding in entry.findings.all()]
    report = {"layout": entry.layout, **{name: getattr(entry, name) for name in COUNTS}, "import_id": entry.pk, "findings": findings}
    if entry.finding_count > len(findings):
        report["findings_total"] = entry.finding_count
    if entry.status == ImportStatus.REFUSED:
        report["refused"] = findings[0]["code"]
    return report


def as_lines(entry: UnitImport) -> Iterator[str]:
    """The import in French, line by line."""
    if entry.status == ImportStatus.REFUSED:
        yield f"{entry.file_name} : fichier refusé."
        for finding in entry.findings.all():
            yield f"{finding.message} {finding.hint}".strip()
        return
    yield f"{entry.file_name} : {layout_label(entry.layout)}, {counted(entry.rows, 'ligne lue', 'lignes lues')}."
    yield (
        f"À créer : {entry.created} · à modifier : {entry.changed} · inchangés : {entry.unchanged} · "
        f"en erreur : {entry.errors} · absents du fichier : {entry.absent} · lignes vides ou de total : {entry.skipped}."
    )
    for finding in entry.findings.all():
        yield told(finding)
    if entry.status == ImportStatus.CONFIRMED:
        yield f"Enregistré : {counted(entry.written, 'logement créé ou modifié', 'logements créés ou modifiés')} (import {entry.pk})."
    else:
        yield f"Rien n'est encore enregistré (aperçu {entry.pk})."


def told(finding: ImportFinding) -> str:
    """A finding on one line: where, what, what to do."""
    place = ", ".join(part for part in (f"Ligne {finding.row}" if finding.row else "", f"colonne {finding.column}" if finding.column else "") if part)
    cell = f" ({finding.cell})" if finding.cell else ""
    level = "Remarque – " if finding.level == Level.NOTICE else ""
    return f"{level}{place}{cell} : {finding.message} {finding.hint}".strip() if place else f"{level}{finding.message} {finding.hint}".strip()


def counted(number: int, one: str, many: str) -> str:
    """``number`` with the noun in its right form: « 0 ligne », « 1 ligne », « 2 lignes »."""
    return f"{number} {one if number < 2 else many}"
