"""What happens around the households of the demonstration: people who go towards them, measures that change, partners who worry."""

import random
from datetime import date, timedelta

from access.enums import Role
from access.models import User
from households import actions
from households.enums import NeedLevel, OutreachKind, Stage
from households.models import Concern, Household, Occupancy, OutreachContact, SupportMeasure
from partners.models import Membership

NOTES = (
    "Accueil chaleureux, le chauffage marche de nouveau.",
    "Personne à la porte, avis de passage laissé.",
    "Rendez-vous pris pour la visite du logement.",
    "Le courrier de la CAF a été lu ensemble.",
    "",
)
SILENT_SHARE = 0.25
"""The share of the supported households that nobody has met for long."""


WORRIES = (
    ("worry", "unpaid_rent", "Deux mois de loyer en retard, un courrier est parti."),
    ("worry", "neighbours", "Bruit le soir, deux voisins ont écrit."),
    ("exit", "autonomous", "Le loyer est payé seul depuis six mois."),
    ("worry", "silence", ""),
)


def seed(today: date, chance: random.Random) -> None:
    """Contacts, changes of measures and worries, each done once."""
    if OutreachContact.objects.exists():
        return
    seed_contacts(today, chance)
    seed_changes(today, chance)
    seed_concerns(today)


def seed_changes(today: date, chance: random.Random) -> None:
    """A few measures are graded otherwise, handed to a worker, or prolonged."""
    workers = _workers(today)
    supported = SupportMeasure.objects.running(on=today).filter(kind__code="support").exclude(household__stage__in=[Stage.CLOSED, Stage.SUSPENDED])
    for index, measure in enumerate(supported.select_related("convention", "household__officer").order_by("pk")):
        officer, worker = measure.household.officer, workers.get(measure.convention.partner_id)
        if worker is not None:
            actions.change_referent(measure=measure, referent=worker, on=measure.starts_on, by=officer)
        day = measure.starts_on + timedelta(days=(today - measure.starts_on).days // 2)
        if index % 3 == 0:
            level = chance.choice([level for level in NeedLevel if level not in (measure.level, NeedLevel.NONE)])
            actions.change_level(measure=measure, level=level, on=day, by=officer)
        if index % 4 == 0:
            last = min(measure.planned_ends_on + timedelta(days=60), measure.convention.ends_on)
            if last > measure.planned_ends_on:
                actions.prolong_measure(measure=measure, planned_ends_on=last, on=day, by=officer)


def seed_concerns(today: date) -> None:
    """Worries and proposed exits of landlords and operators; every other one is answered."""
    referents = {
        membership.organisation_id: membership.user
        for membership in Membership.objects.in_force(on=today).filter(user__role=Role.LANDLORD_REFERENT).select_related("user")
    }
    homes = Occupancy.objects.in_scheme(on=today).filter(landlord__in=referents).exclude(household__stage=Stage.CLOSED)
    for index, (home, (kind, reason, note)) in enumerate(
        zip(homes.select_related("household__officer", "unit").order_by("pk"), WORRIES, strict=False)
    ):
        concern = Concern(household=home.household, kind=kind, reason=reason, note=note, raised_on=today - timedelta(days=1 + index))
        actions.raise_concern(concern=concern, by=referents[home.unit.landlord_id])
        if index % 2:
            answer = "Une visite est prévue avec l'intervenante."
            actions.answer_concern(concern=concern, outcome="followed", answer=answer, on=today, by=home.household.officer)


def _workers(today: date) -> dict[int, User]:
    """A support worker of each operator that has one."""
    memberships = Membership.objects.in_force(on=today).filter(user__role=Role.SUPPORT_WORKER).select_related("user")
    return {membership.organisation_id: membership.user for membership in memberships}


def seed_contacts(today: date, chance: random.Random) -> None:
    """Some contacts with each household that is supported, by a worker of its operator or else by its officer."""
    workers = _workers(today)
    supported = SupportMeasure.objects.running(on=today).filter(kind__code="support").select_related("convention", "household__officer")
    for measure in supported.exclude(household__stage__in=[Stage.CLOSED, Stage.SUSPENDED]).order_by("pk"):
        by = workers.get(measure.convention.partner_id) or measure.household.officer
        latest = 60 if chance.random() < SILENT_SHARE else chance.randint(1, 30)
        for index in range(chance.randint(2, 5)):
            day = today - timedelta(days=latest + 17 * index)
            if day >= measure.starts_on and by is not None:
                _note(measure.household, day, chance, by)


def _note(household: Household, day: date, chance: random.Random, by: User) -> None:
    kind = chance.choices(list(OutreachKind), weights=(5, 3, 1, 2))[0]
    is_met = kind in (OutreachKind.VISIT, OutreachKind.CALL) and chance.random() < 0.8
    contact = OutreachContact(household=household, kind=kind, is_met=is_met, contacted_on=day, note=chance.choice(NOTES) if is_met else "")
    actions.record_outreach(contact=contact, by=by)
