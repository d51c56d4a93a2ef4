"""The scheme sheet as a PDF file."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from access import scope
from access.documents import DocumentFailed
from households import papers
from households.scheme_sheet import scheme_sheet


class Command(BaseCommand):
    help = "Écrit la fiche du dispositif en PDF, à partir des données du jour."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--output", type=Path, required=True, metavar="FICHIER", help="le fichier PDF à écrire")
        parser.add_argument("--today", type=date.fromisoformat, metavar="JOUR", help="jour auquel on compte (par défaut : aujourd'hui)")

    @scope.aggregate("the scheme sheet as a file")
    def handle(self, *args: Any, **options: Any) -> None:
        today, output = options["today"] or timezone.localdate(), options["output"]
        try:
            content = papers.pdf(scheme_sheet(None, on=today))
            output.write_bytes(content)
        except DocumentFailed as failure:
            raise CommandError("Le PDF n'a pas pu être préparé ; réessayez dans un moment.") from failure
        except OSError as failure:
            raise CommandError(f"Impossible d'écrire {output} : vérifiez que le dossier existe et que vous pouvez y écrire.") from failure
        self.stdout.write(f"Fiche écrite : {output}")
