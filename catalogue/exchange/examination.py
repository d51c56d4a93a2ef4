"""One reading of a stock file beside the database: what it would write, and everything there is to say about it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from access.exchange.checking import RowReader
from access.exchange.course import Examination, store_bytes, stored_bytes
from access.exchange.findings import Code, FileRefused, Finding, FindingLog, Level, Problem, clip, quote
from access.exchange.journal import RowPacker, unpacked
from access.exchange.layout import Recognised, column_letters, recognise
from access.exchange.limits import Limits
from access.exchange.progress import COMPARING, READING, Progress, silent
from access.exchange.reading import open_sheets
from catalogue.exchange.checks import StockReader
from catalogue.exchange.headings import LandlordHeadings
from catalogue.exchange.held import held_homes
from catalogue.exchange.rpls import DECLARATION, fields_left_out, recognise_declaration, refuse_another_siret, refuse_declaration_without_siret
from catalogue.exchange.staging import Counts, Flagged, Staging
from catalogue.models import ImportedFile, UnitImport
from partners.models import Organisation


@dataclass(kw_only=True)
class StockExamination(Examination):
    """``packer`` holds the rows as they were understood, ``staging`` what they change."""

    staging: Staging
    packer: RowPacker

    def keep(self, entry: UnitImport, kept: ImportedFile) -> None:
        kept.staged_fields = list(self.staging.given[1:])
        kept.save(update_fields=["staged_fields"])
        store_bytes(kept, "packed_rows", self.packer.packed())
        entry.changes.all().delete()
        self.staging.record(entry.pk)


@contextmanager
def examine(unit_import: UnitImport, content: bytes, limits: Limits, progress: Progress = silent) -> Iterator[StockExamination]:
    """Read ``content``, stage it and compare it. Must run inside a transaction. Raises FileRefused when the file cannot be read."""
    log = FindingLog(limits.findings)
    own = LandlordHeadings(unit_import.landlord)
    found = recognise_stock(content, limits, unit_import.landlord, own)
    for finding in own.findings(found):
        log.add(finding)
    if found.layout is DECLARATION:
        log.add(fields_left_out(found))
    stock = StockReader(found, log, limits, landlord=unit_import.landlord, progress=progress)
    packer = RowPacker()
    with Staging(unit_import.landlord_id, stock.fields) as staging:
        staging.load(packer.passing(stock.lines()))
        if stock.reader.rows == 0:
            raise stock.no_rows()
        progress(COMPARING, 0, 0)
        _compare_rows(staging, stock.reader, log)
        counts = staging.compare()
        yield StockExamination(
            layout=found.layout.code,
            rows=stock.reader.rows,
            skipped=stock.reader.skipped,
            created=counts.created,
            changed=counts.changed,
            unchanged=counts.unchanged,
            absent=counts.absent,
            errors=counts.errors,
            fingerprint=counts.fingerprint,
            log=log,
            unknown_headings=own.unknown_in(found),
            totals=staging.totals(),
            staging=staging,
            packer=packer,
        )


def recognise_stock(content: bytes, limits: Limits, landlord: Organisation, own: LandlordHeadings) -> Recognised:
    """Which layout of the stock a file is in, and where its columns stand. Raises FileRefused when it cannot be read."""
    sheets = open_sheets(content, limits)
    declaration = recognise_declaration(sheets)
    if declaration is None:
        try:
            return recognise(sheets, own.layouts(), limits)
        except FileRefused:
            refuse_declaration_without_siret(sheets, landlord)
            raise
    refuse_another_siret(declaration, landlord)
    return declaration


@contextmanager
def stage_again(unit_import: UnitImport, kept: ImportedFile, progress: Progress = silent) -> Iterator[tuple[Staging, Counts]]:
    """Stage the rows as they were understood for the preview, and compare them with the homes as they are now, held against change."""
    with Staging(unit_import.landlord_id, kept.staged_fields) as staging:
        progress(READING, 0, 0)
        staging.load(unpacked(list(stored_bytes(kept, "packed_rows"))))
        progress(COMPARING, 0, 0)
        for field in ("reference", "rpls_id"):
            if field in kept.staged_fields:
                staging.duplicates(field)
        if "rpls_id" in kept.staged_fields:
            staging.taken_rpls_ids()
        counts = staging.compare()
        if counts.changed:
            staging.lock()
            counts = staging.compare()
        yield staging, counts


def _compare_rows(staging: Staging, reader: RowReader, log: FindingLog) -> None:
    """Note what shows only when rows are set beside each other and beside the homes known."""

    def note(field: str, flagged: Flagged, problem: Problem) -> None:
        position = reader.position(field)
        log.add(
            Finding(
                problem.level,
                problem.code,
                problem.message,
                problem.hint,
                row=flagged.row,
                column=reader.found.heading(position),
                cell=f"{column_letters(position)}{flagged.row}",
                reference=clip(flagged.reference or ""),
                value=clip(flagged.value),
            ),
            order=position,
        )

    fields = reader.found.fields
    for field, noun in (("reference", "La référence"), ("rpls_id", "L'identifiant RPLS")):
        if field in fields:
            for flagged in staging.duplicates(field):
                rows = f"{'à la ligne' if ',' not in flagged.other else 'aux lignes'} {clip(flagged.other)}"
                message = f"{noun} {quote(flagged.value)} figure aussi {rows}{'' if rows.endswith('…') else '.'}"
                note(field, flagged, Problem(Code.DUPLICATE_IN_FILE, message, "Gardez une seule de ces lignes, ou corrigez celle qui se trompe."))
    if "rpls_id" in fields:
        for flagged in staging.taken_rpls_ids():
            message = f"L'identifiant RPLS {quote(flagged.value)} est déjà celui de votre logement {quote(flagged.other)}."
            note("rpls_id", flagged, Problem(Code.RPLS_ID_TAKEN, message, "Corrigez l'identifiant de l'un des deux logements."))
    for flagged in staging.back_in_stock():
        message = f"Ce logement, retiré du parc le {flagged.value}, figure de nouveau dans le fichier : il y revient."
        note("reference", flagged, Problem(Code.BACK_IN_STOCK, message, "Si c'est une erreur, retirez la ligne du fichier.", Level.NOTICE))
    if "main_rent" in fields:
        for flagged in staging.rent_jumps():
            message = f"Le loyer passe de {_amount(flagged.other)} à {_amount(flagged.value)} : il augmente de plus de 30 %."
            note("main_rent", flagged, Problem(Code.RENT_JUMP, message, "Vérifiez ce loyer.", Level.NOTICE))
    if "declared_occupation" in fields:
        for flagged in staging.said_free(held_homes(staging.landlord_id, staging.today)):
            message = "Le fichier dit ce logement libre, alors que le dispositif tient ce logement pour occupé."
            hint = "Vérifiez l'occupation, ou dites au GIE que le logement est libéré."
            note("declared_occupation", flagged, Problem(Code.OCCUPATION_MISMATCH, message, hint, Level.NOTICE))
    if "initial_financing" in fields:
        for flagged in staging.other_financing():
            message = "Le financement initial diffère de celui qui est déjà enregistré : celui-ci est conservé."
            note(
                "initial_financing",
                flagged,
                Problem(Code.FINANCING_KEPT, message, "Si l'ancien est faux, demandez sa correction au GIE.", Level.NOTICE),
            )


def _amount(text: str) -> str:
    return f"{text.replace('.', ',')}\u00a0€"
