"""Import a landlord's file of reported households, as the screen does."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from access.exchange.limits import Limits
from catalogue.exchange.engine import ConfirmRefused, PreviewOutdated, receive
from households.enums import ReportFileStatus
from households.exchange.engine import check, confirm
from households.exchange.report import as_lines, as_object
from households.models import HouseholdImport
from partners.models import Organisation

NOTHING_IN_ERROR, ROWS_IN_ERROR, FILE_REFUSED = 0, 1, 2


class Command(BaseCommand):
    help = "Lit le fichier des ménages qu'un bailleur signale et montre ce qu'il changerait ; l'enregistre avec --confirm."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FICHIER", help="le fichier à lire : CSV, XLSX ou ODS")
        parser.add_argument("--landlord", required=True, metavar="CODE", help="le code du bailleur")
        parser.add_argument("--confirm", action="store_true", help="enregistrer ; sans cette option, rien n'est enregistré")
        parser.add_argument("--skip-errors", action="store_true", help="laisser de côté les lignes en erreur et enregistrer les autres")
        parser.add_argument("--json", action="store_true", help="rendre un objet JSON")
        parser.add_argument("--max-rows", type=int, metavar="N", help="lire jusqu'à N lignes, au lieu de la limite habituelle")

    def handle(self, *args: Any, **options: Any) -> None:
        landlord = Organisation.objects.landlords().active().filter(code=options["landlord"]).first()
        if landlord is None:
            raise CommandError(f"Aucun bailleur actif n'a le code « {options['landlord']} ».", returncode=FILE_REFUSED)
        limits = Limits.from_settings().with_rows(options["max_rows"])
        path = Path(options["file"])
        try:
            with path.open("rb") as handle:
                upload = receive(handle, path.name, limits)
        except OSError as error:
            raise CommandError(f"Le fichier « {path} » ne peut pas être lu : {error.strerror}.", returncode=FILE_REFUSED) from error
        entry = check(landlord=landlord, upload=upload, by=None, limits=limits)
        if options["confirm"] and entry.status == ReportFileStatus.CHECKED and (options["skip_errors"] or not entry.errors):
            entry = self._confirm(entry, limits, skip_errors=options["skip_errors"])
        if options["json"]:
            self.stdout.write(json.dumps(as_object(entry), ensure_ascii=False, indent=1))
        else:
            self.stdout.write("\n".join(as_lines(entry)))
        if entry.status == ReportFileStatus.REFUSED:
            raise SystemExit(FILE_REFUSED)
        if entry.errors:
            raise SystemExit(ROWS_IN_ERROR)

    def _confirm(self, entry: HouseholdImport, limits: Limits, *, skip_errors: bool) -> HouseholdImport:
        """The confirmed entry. Data that changed since the preview, a moment ago, is looked at again once."""
        try:
            return confirm(household_import=entry, by=None, skip_errors=skip_errors, limits=limits)
        except PreviewOutdated:
            return confirm(household_import=entry, by=None, skip_errors=skip_errors, limits=limits)
        except ConfirmRefused as refusal:
            raise CommandError(str(refusal), returncode=ROWS_IN_ERROR) from refusal
