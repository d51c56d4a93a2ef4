from typing import Any

from django.core.management.base import BaseCommand

from pages.seeding import seed_site


class Command(BaseCommand):
    help = "Crée les pages du site public qui manquent. Une page qui existe n'est jamais modifiée."

    def handle(self, *args: Any, **options: Any) -> None:
        created = seed_site()
        if not created:
            self.stdout.write("Le site est complet : aucune page à créer.")
            return
        for page in created:
            self.stdout.write(f"Créée : {page.title}")
