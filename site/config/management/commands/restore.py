"""Put an encrypted backup in the place of the database and of the files."""

import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config import backups


class Command(BaseCommand):
    help = "Restaure une sauvegarde à la place de la base et des fichiers, qui sont gardés sous un autre nom. Arrêtez d'abord le site."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", type=Path, metavar="FICHIER", help="la sauvegarde")
        parser.add_argument("--key", type=Path, required=True, metavar="CLÉ", help="la clé privée")
        parser.add_argument("--confirm", action="store_true", help="sans cette option, la sauvegarde est seulement essayée")

    def handle(self, *args: Any, **options: Any) -> None:
        source, accounts, media = options["source"], settings.DATABASE_ACCOUNTS, Path(settings.MEDIA_ROOT)
        try:
            identity = backups.read_key(options["key"])
            if not options["confirm"]:
                self._try(source, identity)
                return
            restored, former = backups.restore(accounts, source, identity, media)
        except backups.BackupFailed as failure:
            raise CommandError(str(failure)) from failure
        self.stdout.write(f"Restaurée : la sauvegarde du {restored.made_at}, {restored}.")
        self.stdout.write(
            f"La base d'avant s'appelle {former}, ses fichiers portent la même date : supprimez-les quand tout est vérifié. "
            "Lancez maintenant « manage.py migrate » et « manage.py anonymise --replay --confirm », puis redémarrez le site."
        )

    def _try(self, source: Path, identity: Any) -> None:
        with tempfile.TemporaryDirectory() as folder:
            found = backups.verify(settings.DATABASE_ACCOUNTS, source, identity, Path(folder))
        self.stdout.write(f"Sauvegarde du {found.made_at} : {found}, tout revient. Rien n'est changé ici.")
        self.stdout.write("Pour restaurer, arrêtez le site et ajoutez --confirm.")
