"""Export a landlord's homes in the stock layout."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from access import scope
from access.actions import Narrowing
from access.resources import FORMATS
from catalogue.models import Unit
from catalogue.resources import UnitResource
from partners.models import Organisation


class Command(BaseCommand):
    help = "Exporte les logements d'un bailleur au format du fichier patrimoine."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--landlord", required=True, metavar="CODE", help="le code du bailleur")
        parser.add_argument("--format", required=True, choices=FORMATS, help="le format du fichier")
        parser.add_argument("--output", metavar="FICHIER", help="le fichier à écrire ; sans cette option, la sortie standard")

    @scope.aggregate("a landlord's homes as a file")
    def handle(self, *args: Any, **options: Any) -> None:
        landlord = Organisation.objects.landlords().filter(code=options["landlord"]).first()
        if landlord is None:
            raise CommandError(f"Aucun bailleur n'a le code « {options['landlord']} ».", returncode=2)
        units = Unit.objects.in_stock().filter(landlord=landlord).order_by("reference_key")
        narrowing = Narrowing({"landlord": landlord.code, "in_stock": True}, f"Bailleur : {landlord}, logements du parc, par référence")
        if options["output"]:
            with Path(options["output"]).open("wb") as target:
                UnitResource().produce(units, options["format"], target, narrowing=narrowing)
        else:
            UnitResource().produce(units, options["format"], sys.stdout.buffer, narrowing=narrowing)
