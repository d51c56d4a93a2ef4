"""What an import of reported households has to say, for the command line and for programs."""

from collections.abc import Iterator
from typing import Any

from access.exchange.findings import Level
from catalogue.exchange.report import COUNTS, counted
from households.enums import ReportFileStatus
from households.exchange.layout import HOUSEHOLDS
from households.models import HouseholdImport, HouseholdImportFinding


def as_object(entry: HouseholdImport) -> dict[str, Any]:
    """The import as one object for programs. A refused file carries the code of its refusal under ``refused``."""
    findings = [finding.as_dict() for finding in entry.findings.all()]
    report = {"layout": entry.layout, **{name: getattr(entry, name) for name in COUNTS}, "import_id": entry.pk, "findings": findings}
    if entry.finding_count > len(findings):
        report["findings_total"] = entry.finding_count
    if entry.status == ReportFileStatus.REFUSED:
        report["refused"] = findings[0]["code"]
    return report


def as_lines(entry: HouseholdImport) -> Iterator[str]:
    """The import in French, line by line."""
    if entry.status == ReportFileStatus.REFUSED:
        yield f"{entry.file_name} : fichier refusé."
        for finding in entry.findings.all():
            yield f"{finding.message} {finding.hint}".strip()
        return
    yield f"{entry.file_name} : {HOUSEHOLDS.label}, {counted(entry.rows, 'ligne lue', 'lignes lues')}."
    yield (
        f"À créer : {entry.created} · à modifier : {entry.changed} · inchangés : {entry.unchanged} · "
        f"en erreur : {entry.errors} · absents du fichier : {entry.absent} · lignes vides ou de total : {entry.skipped}."
    )
    for finding in entry.findings.all():
        yield told(finding)
    if entry.status == ReportFileStatus.CONFIRMED:
        yield f"Enregistré : {counted(entry.written, 'signalement créé ou modifié', 'signalements créés ou modifiés')} (envoi {entry.pk})."
    else:
        yield f"Rien n'est encore enregistré (aperçu {entry.pk})."


def told(finding: HouseholdImportFinding) -> str:
    """A finding on one line: where, what, what to do."""
    place = ", ".join(part for part in (f"Ligne {finding.row}" if finding.row else "", f"colonne {finding.column}" if finding.column else "") if part)
    level = "Remarque – " if finding.level == Level.NOTICE else ""
    where = f"{place}{f' ({finding.cell})' if finding.cell else ''} : " if place else ""
    return f"{level}{where}{finding.message} {finding.hint}".strip()
