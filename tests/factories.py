"""Small records for tests. Places, measure kinds and prices come with the migrations."""

from datetime import date
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from access.enums import Role
from access.models import User
from catalogue import roads
from catalogue.enums import ConventionStatus, MeasureCode, OperationKind
from catalogue.models import Convention, MeasureKind, Operation, Territory, Unit
from households.enums import ConsentAnswer, ConsentKind, DiagnosisStatus, NeedLevel, Stage
from households.models import CaseMember, Consent, DelayRule, Diagnosis, Household, Occupancy, OutreachContact, Person, Proposal, SupportMeasure
from partners.enums import OrganisationKind
from partners.models import DirectoryEntry, Membership, Organisation

RENNES, FOUGERES, BETTON = "35238", "35115", "35024"
PASSWORD = "un-mot-de-passe-de-test"


class OrganisationFactory(DjangoModelFactory):
    class Meta:
        model = Organisation

    code = factory.Sequence(lambda n: f"organisation-{n}")
    name = factory.Sequence(lambda n: f"Organisation {n}")
    kind = OrganisationKind.OPERATOR

    class Params:
        landlord = factory.Trait(
            kind=OrganisationKind.LANDLORD, code=factory.Sequence(lambda n: f"bailleur-{n}"), name=factory.Sequence(lambda n: f"Bailleur {n}")
        )
        gie = factory.Trait(kind=OrganisationKind.GIE, code="gie-solive", name="GIE Solive")


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"personne{n}@solive.example")
    first_name = "Camille"
    last_name = factory.Sequence(lambda n: f"Fictif{n}")
    role = Role.GIE_STAFF

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        return model_class.objects.create_user(password=PASSWORD, **kwargs)


def member(role: Role, organisation: Organisation, **fields) -> User:
    """An account of that role that works for the organisation."""
    user = UserFactory(role=role, **fields)
    Membership.objects.create(user=user, organisation=organisation, starts_on=date(2014, 1, 1))
    return user


class UnitFactory(DjangoModelFactory):
    class Meta:
        model = Unit

    landlord = factory.SubFactory(OrganisationFactory, landlord=True)
    reference = factory.Sequence(lambda n: f"LOG-{n:05d}")
    postcode = "35300"
    commune_id = FOUGERES
    commune_name = "Fougères"
    typology = "T3"
    main_rent = Decimal("412.00")
    charges = Decimal("60.00")
    declared_occupation = "vacant"


class OperationFactory(DjangoModelFactory):
    class Meta:
        model = Operation

    landlord = factory.SubFactory(OrganisationFactory, landlord=True)
    name = factory.Sequence(lambda n: f"Opération {n}")
    kind = OperationKind.NEW_BUILD
    commune_id = FOUGERES
    opened_on = date(2015, 1, 5)

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        operation = model_class(**kwargs)
        roads.start(operation)
        return operation


class ConventionFactory(DjangoModelFactory):
    class Meta:
        model = Convention
        skip_postgeneration_save = True

    number = factory.Sequence(lambda n: f"2015-{n:03d}")
    partner = factory.SubFactory(OrganisationFactory)
    purpose = "Accompagner les ménages du dispositif."
    status = ConventionStatus.SIGNED
    signed_on = date(2014, 12, 15)
    starts_on = date(2015, 1, 1)
    ends_on = date(2035, 12, 31)

    @factory.post_generation
    def measure_kinds(self, create, extracted, **kwargs):
        codes = [MeasureCode.SUPPORT, MeasureCode.ADAPTED_MANAGEMENT] if extracted is None else extracted
        self.measure_kinds.set(MeasureKind.objects.filter(code__in=codes))


class HouseholdFactory(DjangoModelFactory):
    class Meta:
        model = Household
        skip_postgeneration_save = True

    entry_door = "access"
    commune_id = FOUGERES
    opened_on = date(2015, 1, 5)
    stage_since = date(2015, 1, 5)

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        household = super()._create(model_class, *args, **kwargs)
        household.refresh_from_db()
        return household

    class Params:
        maintenance = factory.Trait(entry_door="maintenance")
        confidential = factory.Trait(is_confidential=True)


class PersonFactory(DjangoModelFactory):
    class Meta:
        model = Person

    household = factory.SubFactory(HouseholdFactory)
    last_name = "Exemple"
    first_name = "Dominique"


def name_on_case(household: Household, user: User) -> CaseMember:
    return CaseMember.objects.create(household=household, user=user)


class DiagnosisFactory(DjangoModelFactory):
    class Meta:
        model = Diagnosis

    household = factory.SubFactory(HouseholdFactory)
    operator = factory.SubFactory(OrganisationFactory)
    started_on = date(2015, 1, 6)
    support_level = NeedLevel.REINFORCED

    class Params:
        completed = factory.Trait(status=DiagnosisStatus.COMPLETED, completed_on=date(2015, 1, 20))


class ProposalFactory(DjangoModelFactory):
    class Meta:
        model = Proposal

    household = factory.SubFactory(HouseholdFactory, stage=Stage.PROPOSED)
    unit = factory.SubFactory(UnitFactory)
    proposed_on = date(2015, 2, 10)


class OccupancyFactory(DjangoModelFactory):
    class Meta:
        model = Occupancy

    household = factory.SubFactory(HouseholdFactory, stage=Stage.HOUSED)
    unit = factory.SubFactory(UnitFactory)
    tenure = "direct_lease"
    starts_on = date(2015, 3, 1)


class SupportMeasureFactory(DjangoModelFactory):
    class Meta:
        model = SupportMeasure

    household = factory.SubFactory(HouseholdFactory, stage=Stage.HOUSED)
    kind = factory.LazyFunction(lambda: MeasureKind.objects.get(code=MeasureCode.SUPPORT))
    convention = factory.SubFactory(ConventionFactory)
    level = NeedLevel.REINFORCED
    starts_on = date(2015, 1, 1)
    planned_ends_on = date(2017, 12, 31)


class OutreachContactFactory(DjangoModelFactory):
    class Meta:
        model = OutreachContact

    household = factory.SubFactory(HouseholdFactory, stage=Stage.HOUSED)
    kind = "visit"
    is_met = True
    contacted_on = date(2015, 3, 1)
    organisation = factory.SubFactory(OrganisationFactory)


def agree(household: Household, on: date = date(2015, 1, 1)) -> None:
    """The household agrees to the support and to the sharing of information."""
    for kind in ConsentKind:
        Consent.objects.create(household=household, kind=kind, answer=ConsentAnswer.AGREED, decided_on=on)


def delay_rule(months: int = 24, territory: Territory | None = None, **fields) -> DelayRule:
    """A rule for a territory, the whole département unless told."""
    territory = territory or Territory.objects.most_specific_first().last()
    return DelayRule.objects.create(
        **{"territory": territory, "months": months, "starts_on": date(2014, 1, 1), "order_reference": "arrêté d'essai", **fields}
    )


class DirectoryEntryFactory(DjangoModelFactory):
    class Meta:
        model = DirectoryEntry

    organisation = factory.SubFactory(OrganisationFactory)
    slug = factory.LazyAttribute(lambda entry: entry.organisation.code)
    mission = "Accompagner les ménages."
    is_published = True
