"""Anonymises the cases whose time of keeping is over; says what it would do unless told to do it."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from access import scope
from households.privacy.anonymising import anonymise_case, anonymise_report, replay, to_replay
from households.privacy.retention import due_cases, due_reports, give_notices


class Command(BaseCommand):
    help = "Anonymise les dossiers arrivés au terme de leur conservation, leur préavis passé. Sans --confirm, dit seulement lesquels."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--confirm", action="store_true", help="anonymise pour de bon : rien ne peut être défait")
        parser.add_argument(
            "--replay",
            nargs="?",
            const=settings.ANONYMISED_REGISTER,
            metavar="REGISTRE",
            help="après la restauration d'une sauvegarde, anonymise à nouveau ce que le registre dit l'avoir été",
        )
        parser.add_argument("--today", type=date.fromisoformat, help="le jour de l'examen (par défaut, aujourd'hui)")

    @scope.system("anonymisation")
    def handle(self, *args: Any, **options: Any) -> None:
        today, confirmed = options["today"] or timezone.localdate(), options["confirm"]
        if options["replay"]:
            self._replay(Path(options["replay"]), today, confirmed=confirmed)
            return
        if confirmed:
            give_notices(on=today)
        cases, reports = list(due_cases(on=today)), list(due_reports(on=today))
        for household in cases:
            self.stdout.write(f"dossier {household.reference}")
        for report in reports:
            self.stdout.write(f"signalement {report.pk}")
        if confirmed:
            for household in cases:
                anonymise_case(household=household, on=today)
            for report in reports:
                anonymise_report(report=report)
        self._tell(len(cases), len(reports), confirmed=confirmed)

    def _replay(self, register: Path, today: date, *, confirmed: bool) -> None:
        if register == Path(settings.ANONYMISED_REGISTER) and not register.exists():
            self.stdout.write("Aucun registre : rien n'a encore été anonymisé par cette installation.")
            return
        try:
            found = to_replay(register)
        except OSError as missing:
            raise CommandError(f"Le registre {register} ne peut pas être lu : {missing.strerror}.") from missing
        except ValueError as wrong:
            raise CommandError(str(wrong)) from wrong
        for kind, pk in found:
            self.stdout.write(f"{'dossier' if kind == 'household' else 'signalement'} n° {pk}")
        if confirmed:
            replay(found, on=today)
        self._tell(sum(kind == "household" for kind, _pk in found), sum(kind == "report" for kind, _pk in found), confirmed=confirmed)

    def _tell(self, cases: int, reports: int, *, confirmed: bool) -> None:
        done = "Anonymisés" if confirmed else "À anonymiser (rien n'est fait sans --confirm)"
        self.stdout.write(f"{done} : {cases} dossier{'s' if cases > 1 else ''}, {reports} signalement{'s' if reports > 1 else ''}.")
