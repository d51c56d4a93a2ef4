from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand

from pages.seeding import seed_site


class Command(BaseCommand):
    help = "Crée les premières pages du site public. Un site qui a sa page d'accueil n'est pas touché ; une page qui existe n'est jamais modifiée."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--missing", action="store_true", help="Recrée aussi les pages d'origine qui ne sont plus là.")

        parser.add_argument(
            "--checked-on", type=date.fromisoformat, metavar="JOUR", help="Note ce jour comme celui de la vérification, par exemple 2015-03-01."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        created = seed_site(missing=options["missing"], checked_on=options["checked_on"])
        if not created:
            self.stdout.write("Le site est en place : aucune page à créer.")
            return
        for page in created:
            self.stdout.write(f"Créée : {page.title}")
