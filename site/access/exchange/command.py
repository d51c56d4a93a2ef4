"""The command line of an import, whatever the files hold: the same course as the screens."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, ClassVar, Final

from django.core.management.base import BaseCommand, CommandError

from access.exchange.course import ConfirmRefused, PreviewOutdated, UndoRefused, receive
from access.exchange.desk import Desk, as_lines, as_object
from access.exchange.limits import Limits
from access.exchange.progress import on_terminal
from access.exchange.states import ImportStatus
from access.scope import system

NOTHING_IN_ERROR, ROWS_IN_ERROR, FILE_REFUSED = 0, 1, 2
UNKNOWN: Final = 2


class ImportCommand(BaseCommand):
    """Reads a file for a landlord and shows what it would change; writes it when asked to. A room says at which desk."""

    desk: ClassVar[Desk]

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FICHIER", help="le fichier à lire : CSV, XLSX ou ODS")
        parser.add_argument("--landlord", required=True, metavar="CODE", help="le code du bailleur")
        parser.add_argument("--confirm", action="store_true", help="enregistrer ; sans cette option, rien n'est enregistré")
        parser.add_argument("--skip-errors", action="store_true", help="laisser de côté les lignes en erreur et enregistrer les autres")
        parser.add_argument("--json", action="store_true", help="rendre un objet JSON")
        parser.add_argument("--max-rows", type=int, metavar="N", help="lire jusqu'à N lignes, au lieu de la limite habituelle")

    @system("a file imported from the command line")
    def handle(self, *args: Any, **options: Any) -> None:
        landlord = self.desk.every_sender().filter(code=options["landlord"]).first()
        if landlord is None:
            raise CommandError(f"Aucun bailleur actif n'a le code « {options['landlord']} ».", returncode=FILE_REFUSED)
        limits, progress = Limits.from_settings().with_rows(options["max_rows"]), on_terminal()
        path = Path(options["file"])
        try:
            with path.open("rb") as handle:
                upload = receive(handle, path.name, limits)
        except OSError as error:
            raise CommandError(f"Le fichier « {path} » ne peut pas être lu : {error.strerror}.", returncode=FILE_REFUSED) from error
        entry = self.desk.course.check(landlord=landlord, upload=upload, by=None, limits=limits, progress=progress)
        del upload
        if options["confirm"] and entry.status == ImportStatus.CHECKED and (options["skip_errors"] or not entry.errors):
            entry = self._confirm(entry, skip_errors=options["skip_errors"], limits=limits, progress=progress)
        if options["json"]:
            self.stdout.write(json.dumps(as_object(entry), ensure_ascii=False, indent=1))
        else:
            self.stdout.write("\n".join(as_lines(entry, self.desk)))
        if entry.status == ImportStatus.REFUSED:
            raise SystemExit(FILE_REFUSED)
        if entry.errors:
            raise SystemExit(ROWS_IN_ERROR)

    def _confirm(self, entry: Any, **how: Any) -> Any:
        """The confirmed entry. Data that changed since the preview, a moment ago, is looked at again once."""
        try:
            return self.desk.course.confirm(entry=entry, by=None, **how)
        except PreviewOutdated:
            return self.desk.course.confirm(entry=entry, by=None, **how)
        except ConfirmRefused as refusal:
            raise CommandError(str(refusal), returncode=ROWS_IN_ERROR) from refusal


class UndoCommand(BaseCommand):
    """Undoes a whole import. A room says at which desk."""

    desk: ClassVar[Desk]
    done: ClassVar[str]

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("import_id", type=int, metavar="IMPORT", help="le numéro de l'import")

    @system("an import undone from the command line")
    def handle(self, *args: Any, **options: Any) -> None:
        entry = self.desk.course.imports.objects.filter(pk=options["import_id"]).first()
        if entry is None:
            raise CommandError(f"Aucun import ne porte le numéro {options['import_id']}.", returncode=UNKNOWN)
        try:
            entry = self.desk.course.undo(entry=entry, by=None, progress=on_terminal())
        except UndoRefused as refusal:
            lines = [str(refusal), *(f"{blocking.reference} : {blocking.reason}." for blocking in refusal.blocking)]
            raise CommandError("\n".join(lines), returncode=ROWS_IN_ERROR) from refusal
        self.stdout.write(self.done.format(entry.pk))
