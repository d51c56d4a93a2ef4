"""Sends each person the letter of what waits on them."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from access import scope
from households.digest import send_digests


class Command(BaseCommand):
    help = "Envoie à chaque personne, par courriel, les actions qui l'attendent dans les sept jours. À lancer chaque matin ouvré."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--today", type=date.fromisoformat, help="le jour de l'envoi (par défaut, aujourd'hui)")

    @scope.system("letters of what waits on each")
    def handle(self, *args: Any, **options: Any) -> None:
        sent = send_digests(on=options["today"] or timezone.localdate())
        self.stdout.write(f"{sent} courriel{'s' if sent > 1 else ''} envoyé{'s' if sent > 1 else ''}.")
