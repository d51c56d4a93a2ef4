"""Fill the site with demonstration data. Safe to repeat; refused outside development."""

import random
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from access import scope
from access.enums import Role
from access.journal.recording import untraced
from households.demo import bulk, cases, homes, money, needs, support, world
from households.models.delays import add_months

SEED = 35
SCENARIOS = ("living", "reference")


class Command(BaseCommand):
    help = "Crée des données de démonstration : partenaires, comptes, logements, ménages (personnes fictives)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--today", type=date.fromisoformat, help="le jour autour duquel poser les dates (par défaut, aujourd'hui)")
        parser.add_argument("--scenario", choices=SCENARIOS, default="living", help="« reference » : les 60 ménages de l'exemple chiffré")
        parser.add_argument("--units", type=int, default=0, help="ajoute ce nombre de logements, pour les mesures")
        parser.add_argument("--households", type=int, default=0, help="ajoute ce nombre de ménages, pour les mesures")

    @scope.system("demonstration data")
    @untraced()
    def handle(self, *args: Any, **options: Any) -> None:
        if not getattr(settings, "DEMO_DATA_ALLOWED", False):
            raise CommandError("Les données de démonstration sont réservées au développement : elles ouvrent des comptes au mot de passe connu.")
        today = options["today"] or timezone.localdate()
        chance = random.Random(SEED)  # noqa: S311  invented data, the same each time
        with transaction.atomic():
            self._seed_world(today, options["scenario"], chance)
        made = cases.seed_reference(chance) if options["scenario"] == "reference" else cases.seed_cases(today, chance)
        if options["scenario"] == "living":
            support.seed(today, random.Random(SEED))  # noqa: S311  invented data, the same each time
            needs.seed(today, random.Random(SEED))  # noqa: S311  invented data, the same each time
            with transaction.atomic():
                homes.seed(today)
        self.stdout.write(f"{made} ménages de démonstration créés." if made else "Les ménages de démonstration sont déjà là.")
        if options["units"] or options["households"]:
            bulk.seed(units=options["units"], households=options["households"], today=today)
            self.stdout.write(f"{options['units']} logements et {options['households']} ménages ajoutés pour les mesures.")
        self._print_accounts()

    def _seed_world(self, today: date, scenario: str, chance: random.Random) -> None:
        first, last = date(today.year - 3, 1, 1), date(today.year + 2, 12, 31)
        if scenario == "reference":
            first, last = cases.REFERENCE_FIRST, cases.REFERENCE_LAST
        world.seed_organisations()
        world.seed_accounts(since=min(first, date(2014, 1, 1)))
        world.seed_rules(since=date(2014, 1, 1))
        world.seed_exchanges(since=add_months(today.replace(day=1), -1))
        world.seed_conventions(first, last)
        world.seed_units(chance)
        money.seed_money()

    def _print_accounts(self) -> None:
        self.stdout.write(f"\nComptes de démonstration (mot de passe : {world.PASSWORD})")
        for account in world.ACCOUNTS:
            self.stdout.write(f"  {Role(account.role).label:<40} {account.email}")
