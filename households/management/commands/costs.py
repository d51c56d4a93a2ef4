"""What the scheme costs, year by year, and what covers it."""

import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from access import scope
from catalogue.enums import MeasureCode
from households.ledger import Ledger
from households.money import YearMoney, scheme_years
from households.plans import scenario_years, scenarios

FIGURES = ("diagnosis", "support", "adapted_management", "total", "funded", "gap")
LABELS = ("diagnostic", "accompagnement", "gestion adaptée", "total", "financé", "reste à financer")
ACTUAL, PLAN = "actual", "plan"


class Command(BaseCommand):
    help = "Affiche le coût du dispositif par année, ce qui est financé et ce qui reste à trouver, en euros."

    def add_arguments(self, parser: ArgumentParser) -> None:
        first, last = settings.COMMITMENT_YEARS
        parser.add_argument("--from", dest="first", type=int, default=first, metavar="ANNÉE", help="première année (par défaut : %(default)s)")
        parser.add_argument("--to", dest="last", type=int, default=last, metavar="ANNÉE", help="dernière année (par défaut : %(default)s)")
        parser.add_argument("--scenario", default=ACTUAL, metavar="NOM", help="« actual » (réalisé à ce jour), « plan », ou le nom d'un scénario")
        parser.add_argument("--today", type=date.fromisoformat, metavar="JOUR", help="jour auquel on compte (par défaut : aujourd'hui)")
        parser.add_argument("--json", action="store_true", help="affiche du JSON, montants en texte à deux décimales")

    @scope.aggregate("costs told on the command line")
    def handle(self, *args: Any, **options: Any) -> None:
        first, last, today = options["first"], options["last"], options["today"] or timezone.localdate()
        if not 2000 <= first <= last <= 2100:
            raise CommandError("Indiquez deux années entre 2000 et 2100, la première avant la dernière.")
        years = self.years(options["scenario"], first, last, today)
        if options["json"]:
            found = {str(year.year): {name: f"{getattr(year, name):.2f}" for name in FIGURES} for year in years}
            self.stdout.write(json.dumps({"years": found}))
            return
        for year in years:
            self.stdout.write(
                f"{year.year} : " + ", ".join(f"{label} {getattr(year, name):.2f} €" for name, label in zip(FIGURES, LABELS, strict=True))
            )
        self.stdout.write(f"Ensemble : {sum(year.total for year in years):.2f} €")

    def years(self, name: str, first: int, last: int, today: date) -> list[YearMoney]:
        if name == ACTUAL:
            missing = Ledger(first, last, today).missing()
            if missing:
                raise CommandError(
                    f"Aucun tarif « {MeasureCode(missing.kind).label} » n'est en vigueur le {missing.day:%d/%m/%Y} : complétez les tarifs."
                )
            return scheme_years(first, last, until=today, on=today)
        chosen = scenarios().filter(is_plan=True) if name == PLAN else scenarios().filter(name=name)
        scenario = chosen.first()
        if scenario is None:
            known = ", ".join(f"« {item.name} »" for item in scenarios()) or "aucun pour l'instant"
            raise CommandError(f"Aucun scénario « {name} ». Scénarios enregistrés : {known}.")
        return scenario_years(scenario, first, last, on=today)
