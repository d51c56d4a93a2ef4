"""Works out anew what every open case waits for."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from access import scope
from households.next_action import refresh


class Command(BaseCommand):
    help = "Recalcule la prochaine action de tous les dossiers ouverts."

    @scope.system("what every case waits for")
    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            changed = refresh()
        self.stdout.write(f"Prochaines actions recalculées : {changed} dossier{'s' if changed > 1 else ''} mis à jour.")
