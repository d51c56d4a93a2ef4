"""Undo a whole import of a stock file, as the screen does."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from catalogue.exchange.undo import UndoRefused, undo
from catalogue.models import UnitImport

UNKNOWN, REFUSED = 2, 1


class Command(BaseCommand):
    help = "Annule en entier un import de fichier patrimoine, si aucun de ses logements n'a changé ni servi depuis."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("import_id", type=int, metavar="IMPORT", help="le numéro de l'import")

    def handle(self, *args: Any, **options: Any) -> None:
        entry = UnitImport.objects.filter(pk=options["import_id"]).first()
        if entry is None:
            raise CommandError(f"Aucun import ne porte le numéro {options['import_id']}.", returncode=UNKNOWN)
        try:
            entry = undo(unit_import=entry, by=None)
        except UndoRefused as refusal:
            lines = [str(refusal), *(f"{blocking.reference} : {blocking.reason}." for blocking in refusal.blocking)]
            raise CommandError("\n".join(lines), returncode=REFUSED) from refusal
        self.stdout.write(f"Import {entry.pk} annulé : les logements créés sont retirés, les valeurs modifiées rétablies.")
