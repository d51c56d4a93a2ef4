"""What happens around the households of the demonstration: people who go towards them."""

import random
from datetime import date, timedelta

from access.enums import Role
from access.models import User
from households import actions
from households.enums import OutreachKind, Stage
from households.models import Household, OutreachContact, SupportMeasure
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


def seed_contacts(today: date, chance: random.Random) -> None:
    """Some contacts with each household that is supported, by a worker of its operator or else by its officer; done once."""
    if OutreachContact.objects.exists():
        return
    workers = {
        membership.organisation_id: membership.user
        for membership in Membership.objects.in_force(on=today).filter(user__role=Role.SUPPORT_WORKER).select_related("user")
    }
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
