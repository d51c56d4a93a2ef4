from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from partners.actions import remind_organisations


class Command(BaseCommand):
    help = "Rappelle aux organismes de confirmer leur fiche d'annuaire, quand personne ne l'a fait depuis un an. Une fois par mois au plus."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--on", type=date.fromisoformat, default=None, help="Le jour du rappel (AAAA-MM-JJ), aujourd'hui par défaut.")

    def handle(self, *args: Any, **options: Any) -> None:
        entries = remind_organisations(on=options["on"] or timezone.localdate())
        for entry in entries:
            self.stdout.write(f"Rappel : {entry.organisation}")
        self.stdout.write(f"{len(entries)} rappel{'s' if len(entries) > 1 else ''} à envoyer par les tâches de fond.")
