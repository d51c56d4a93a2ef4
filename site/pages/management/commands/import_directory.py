"""Take the département's directory in, as the screen does."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from access.exchange.course import receive
from access.exchange.findings import FileRefused
from access.exchange.limits import Limits
from pages.directory_file import Reading, read_directory
from pages.directory_import import NEW_KINDS, NothingWritten, propose_file
from partners.enums import OrganisationKind

ROWS_IN_ERROR, FILE_REFUSED = 1, 2


class Command(BaseCommand):
    help = "Lit un annuaire aux colonnes du département et montre ce qu'il proposerait ; crée les versions à relire avec --confirm."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FICHIER", help="le fichier à lire : CSV, XLSX ou ODS")
        parser.add_argument(
            "--kind", default=OrganisationKind.ASSOCIATION.value, choices=[kind.value for kind in NEW_KINDS], help="organismes nouveaux"
        )
        parser.add_argument("--confirm", action="store_true", help="proposer ; sans cette option, rien n'est enregistré")
        parser.add_argument("--skip-errors", action="store_true", help="laisser de côté les lignes en erreur et proposer les autres")
        parser.add_argument("--json", action="store_true", help="rendre un objet JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        limits, path = Limits.from_settings(), Path(options["file"])
        try:
            with path.open("rb") as handle:
                content = receive(handle, path.name, limits).content
        except OSError as error:
            raise CommandError(f"Le fichier « {path} » ne peut pas être lu : {error.strerror}.", returncode=FILE_REFUSED) from error
        try:
            reading, proposed = self._propose(content, limits, options) if options["confirm"] else (read_directory(content, limits=limits), 0)
        except FileRefused as refusal:
            raise CommandError(f"{refusal} {refusal.finding.hint}", returncode=FILE_REFUSED) from refusal
        self._tell(reading, proposed, as_json=options["json"])
        if reading.errors:
            raise SystemExit(ROWS_IN_ERROR)

    def _propose(self, content: bytes, limits: Limits, options: dict[str, Any]) -> tuple[Reading, int]:
        """What was read, and how many versions were proposed."""
        try:
            with transaction.atomic():
                reading = propose_file(
                    content=content,
                    fingerprint=None,
                    kind=OrganisationKind(options["kind"]),
                    skip_errors=options["skip_errors"],
                    limits=limits,
                    by=None,
                )
        except NothingWritten as nothing:
            return nothing.reading, 0
        return reading, len(reading.lines)

    def _tell(self, reading: Reading, proposed: int, *, as_json: bool) -> None:
        counts = {"rows": reading.rows, "created": len(reading.created), "changed": len(reading.changed), "unchanged": reading.unchanged}
        counts |= {"skipped": reading.skipped, "errors": reading.errors, "proposed": proposed}
        if as_json:
            self.stdout.write(json.dumps({**counts, "findings": [finding.as_dict() for finding in reading.findings]}, ensure_ascii=False, indent=1))
            return
        self.stdout.write(
            f"Nouvelles : {counts['created']} · à modifier : {counts['changed']} · inchangées : {counts['unchanged']} · en erreur : {counts['errors']}."
        )
        for finding in reading.findings:
            self.stdout.write(f"Ligne {finding.row}, colonne {finding.column} : {finding.message} {finding.hint}".rstrip())
        self.stdout.write(f"Versions à relire : {proposed}." if proposed else "Rien n'est enregistré.")
