"""One encrypted file of the whole database and of the files people sent."""

import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config import backups


class Command(BaseCommand):
    help = "Sauvegarde la base et les fichiers en un seul fichier chiffré, et prouve qu'il se restaure."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--output", type=Path, metavar="FICHIER", help="le fichier à écrire")
        parser.add_argument(
            "--new-key", type=Path, metavar="FICHIER", help="écrit une clé privée neuve, affiche la clé publique, et ne fait rien d'autre"
        )
        parser.add_argument(
            "--verify", type=Path, metavar="CLÉ", help="restaure la sauvegarde dans une base d'essai avec cette clé privée, et compare"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["new_key"]:
                self._new_key(options["new_key"])
            else:
                self._backup(options["output"], options["verify"])
        except backups.BackupFailed as failure:
            raise CommandError(str(failure)) from failure

    def _new_key(self, path: Path) -> None:
        public = backups.new_key(path)
        self.stdout.write(f"BACKUP_RECIPIENT={public}")
        self.stderr.write(f"Clé privée écrite dans {path} : gardez-la hors de ce serveur. Sans elle, aucune sauvegarde ne se relit.")

    def _backup(self, output: Path | None, key: Path | None) -> None:
        if not output:
            raise CommandError("Indiquez le fichier à écrire : --output solive.age")
        if not settings.BACKUP_RECIPIENT:
            raise CommandError(
                "Aucune clé : lancez « manage.py backup --new-key secours.key », puis donnez la variable BACKUP_RECIPIENT qu'elle affiche."
            )
        identity = backups.read_key(key) if key else None
        made = backups.make(settings.DATABASE_ACCOUNTS, Path(settings.MEDIA_ROOT), output, settings.BACKUP_RECIPIENT)
        self.stdout.write(f"{output} : {made}.")
        if identity is not None:
            with tempfile.TemporaryDirectory() as folder:
                backups.verify(settings.DATABASE_ACCOUNTS, output, identity, Path(folder))
            self.stdout.write("Restaurée dans une base d'essai : tout est revenu, ligne pour ligne.")
