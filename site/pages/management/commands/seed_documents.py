from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from pages.public_documents import fill_documents


class Command(BaseCommand):
    help = "Met en page les premiers documents du site. Une page de documents déjà modifiée n'est pas touchée."

    def handle(self, *args: Any, **options: Any) -> None:
        for title in fill_documents(on=timezone.localdate()):
            self.stdout.write(f"Document ajouté : {title}")
