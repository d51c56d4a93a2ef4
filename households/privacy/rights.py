"""Persons' requests about their data: found by exact identity, logged with their due date, answered, and what an objection entails."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from access import scope as wall
from access.enums import Role
from access.journal.recording import record_change, tracing
from access.models import User
from households import actions
from households.enums import ConsentAnswer, RequestKind, RequestOutcome, Stage
from households.likeness import name_words
from households.models import Household, HouseholdReport, Person, RightsRequest
from households.models.delays import add_months
from households.privacy.anonymising import anonymise_case

CLOSED = "Le dossier est clos : aucun partenaire n'y agit plus. L'opposition est notée, et le dossier ne sera pas rouvert sans un nouvel accord."


@dataclass(frozen=True)
class Found:
    """Where a person is: as members of cases, and in reports that opened no case."""

    people: Sequence[Person]
    reports: Sequence[HouseholdReport]

    def __bool__(self) -> bool:
        return bool(self.people or self.reports)


@wall.aggregate("where a person is held")
def find(*, last_name: str, first_name: str, birth_date: date | None) -> Found:
    """Everywhere a person of exactly these names is held, accents, case and order set aside; born that day, or on a day not told."""
    words = name_words(last_name, first_name)
    born = Q() if birth_date is None else Q(birth_date=birth_date) | Q(birth_date__isnull=True)
    longest = max(words, key=len, default="")
    if not longest:
        return Found((), ())
    people = Person.objects.filter(born, search_key__contains=longest).select_related("household").order_by("pk")
    reports = HouseholdReport.objects.filter(born, search_key__contains=longest, household__isnull=True).order_by("pk")
    return Found(
        [person for person in people if name_words(person.last_name, person.first_name) == words],
        [report for report in reports if name_words(report.last_name, report.first_name) == words],
    )


def due_on(received_on: date) -> date:
    """The last day to answer: one month after the request is received (RGPD, article 12.3)."""
    return add_months(received_on, 1)


@wall.system("a person's request")
@transaction.atomic
@tracing()
def log_request(
    *, kind: str, received_on: date, by: Any, person: Person | None = None, report: HouseholdReport | None = None, scope: str = ""
) -> RightsRequest:
    """Write down what a person asks. Raises ValidationError for a kind that is none of the list, or an objection to nothing."""
    if kind == RequestKind.OBJECTION and not scope:
        raise ValidationError({"scope": "Dites à quoi la personne s'oppose."})
    request = RightsRequest(
        kind=kind,
        received_on=received_on,
        due_on=due_on(received_on),
        household=person.household if person else None,
        person=person,
        report=report,
        scope=scope if kind == RequestKind.OBJECTION else "",
        created_by=by,
    )
    request.full_clean()
    request.save()
    record_change(instance=request, by=by)
    return request


@wall.system("the answer to a person's request")
@transaction.atomic
@tracing()
def answer(*, request: RightsRequest, outcome: str, on: date, by: Any) -> RightsRequest:
    """Say how a request ended. Raises ValidationError when it is answered already, or for an outcome that is none of the list."""
    held = _open(request)
    if outcome not in RequestOutcome:
        raise ValidationError({"outcome": "Choisissez une réponse de la liste."})
    held.outcome, held.answered_on = outcome, on
    held.full_clean()
    held.save()
    record_change(instance=held, by=by)
    return held


def consequences(request: RightsRequest) -> list[str]:
    """What an objection entails, as French sentences, before it is recorded."""
    household = request.household
    if household is None or request.kind != RequestKind.OBJECTION:
        return []
    if household.stage == Stage.CLOSED:
        return [CLOSED]
    return actions.consent_effects(household=household, kind=request.scope, answer=ConsentAnswer.REFUSED, decided_on=request.received_on)


@wall.system("an objection")
@transaction.atomic
def record_objection(*, request: RightsRequest, on: date, by: Any) -> RightsRequest:
    """Record an objection on the case, where it does what a refusal of the household does, and answer the request."""
    held = _open(request)
    if held.kind != RequestKind.OBJECTION or held.household is None:
        raise ValidationError("Cette demande n'est pas une opposition sur un dossier.", code="kind")
    if held.household.stage != Stage.CLOSED:
        actions.record_consent(household=held.household, kind=held.scope, answer=ConsentAnswer.REFUSED, decided_on=held.received_on, by=by)
    return answer(request=held, outcome=RequestOutcome.GRANTED, on=on, by=by)


def ask_rectification(*, request: RightsRequest) -> list[User]:
    """Write to who keeps the case what is to be put right, by a link and a reference, never a name; return to whom.

    Raises ValidationError when there is no case, or nobody to write to.
    """
    household = request.household
    if request.kind != RequestKind.RECTIFICATION or household is None:
        raise ValidationError("Cette demande n'est pas une rectification sur un dossier.", code="kind")
    keepers = _keepers(household)
    if not keepers:
        raise ValidationError("Personne n'est chargé de ce dossier : demandez au GIE de nommer un agent.", code="nobody")
    address = settings.WAGTAILADMIN_BASE_URL + rectification_address(household)
    body = (
        f"Bonjour,\n\nUne personne du dossier {household.reference} demande que ses données soient rectifiées, avant le {request.due_on:%d/%m/%Y}.\n"
        f"Voyez avec elle ce qui doit l'être, puis corrigez le dossier :\n{address}\n\nSolive\n"
    )
    send_mail(f"Solive : {household.reference}, données à rectifier", body, None, [keeper.email for keeper in keepers])
    return keepers


def rectification_address(household: Household) -> str:
    """Where the case's own data are put right, by those who may."""
    return reverse("menages_dossiers_modeladmin_edit", args=[household.pk])


def _keepers(household: Household) -> list[User]:
    """The case's officer; failing that, the officers of the GIE named on it."""
    if household.officer is not None and household.officer.is_active:
        return [household.officer]
    return list(User.objects.filter(cases__household=household, role=Role.GIE_STAFF, is_active=True).order_by("pk"))


@wall.system("an erasure that a person asks for")
def erase_now(*, request: RightsRequest, on: date, by: Any) -> RightsRequest:
    """Anonymise a closed case without waiting, because the person asks for it, and answer the request.

    Raises ValidationError for a case still open: it is closed first, by whoever follows it.
    """
    held = _open(request)
    if held.kind != RequestKind.ERASURE or held.household is None:
        raise ValidationError("Cette demande n'est pas un effacement sur un dossier.", code="kind")
    if held.household.stage != Stage.CLOSED:
        raise ValidationError("Ce dossier est encore ouvert : le GIE le clôt d'abord, ou la demande est refusée avec son motif.", code="open")
    anonymise_case(household=held.household, on=on)
    held.refresh_from_db()
    return answer(request=held, outcome=RequestOutcome.GRANTED, on=on, by=by)


def _open(request: RightsRequest) -> RightsRequest:
    held: RightsRequest = RightsRequest.objects.get(pk=request.pk)
    if held.outcome:
        raise ValidationError("Cette demande a déjà sa réponse.", code="answered")
    return held
