"""Check that nobody changed the journal from outside."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from access.journal.chain import knows, verify


class Command(BaseCommand):
    help = "Recalcule les empreintes du journal et dit si une ligne en a été modifiée, retirée ou ajoutée. Code de retour 1 si c'est le cas."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--expect", metavar="EMPREINTE", help="une empreinte notée ailleurs, qui doit encore se trouver dans la chaîne")

    def handle(self, *args: Any, **options: Any) -> None:
        verdict = verify()
        faults = [f"Lot {fault.batch} : {fault.reason}" for fault in verdict.faults]
        if options["expect"] and not knows(options["expect"]):
            faults.append("L'empreinte attendue n'est plus dans la chaîne : la fin du journal a été coupée ou refaite.")
        if faults:
            raise CommandError("Le journal ne tient pas.\n" + "\n".join(faults))
        self.stdout.write(f"Le journal tient : {verdict.batches} lots, {verdict.entries} lignes. Dernière empreinte : {verdict.head}")
