"""Proposals and occupancies."""

from typing import ClassVar, Final

from django.db.models import F

from access.resources import Column, TableResource
from households.enums import CalDecision, EntryDoor, OccupancyEnd, ProposalAnswer, RefusalReason, TenureKind
from households.resources.columns import home, identity, masked_when_confidential

HOUSEHOLD: Final = (Column("ménage", "household__reference"), *identity("household_id"), Column("porte d'entrée", "household__entry_door", EntryDoor))


class ProposalResource(TableResource):
    code = "propositions"
    title = "Propositions"
    file_name = "propositions"
    columns: ClassVar = (
        *HOUSEHOLD,
        *home(),
        Column("proposé le", "proposed_on"),
        Column("réponse du ménage", "answer", ProposalAnswer),
        Column("répondu le", "answered_on"),
        Column("motif du refus", "refusal_reason", RefusalReason),
        Column("décision de la CAL", "cal_decision", CalDecision),
        Column("CAL du", "cal_on"),
        Column("rang", "cal_rank"),
        Column("motif de la CAL", "cal_reason"),
        Column("close le", "closed_on"),
    )


class OccupancyResource(TableResource):
    code = "occupations"
    title = "Occupations"
    file_name = "occupations"
    columns: ClassVar = (
        *HOUSEHOLD,
        *home(),
        Column("loyer hors charges (€/mois)", "unit__main_rent"),
        Column("charges (€/mois)", "unit__charges"),
        Column("titre d'occupation", "tenure", TenureKind),
        Column("entrée le", "starts_on"),
        Column("glissement prévu le", "planned_slide_on"),
        Column("sortie le", "ends_on"),
        Column("motif de la sortie", "end_reason", OccupancyEnd),
        Column("sorti du dispositif le", "left_scheme_on"),
    )


def as_recorded(heading: str, field: str) -> Column:
    """A fact of the home as the record holds it, masked in the rows of confidential cases."""
    return Column(heading, masked_when_confidential(F(field), household="occupancy__household__"))


class AllocationResource(TableResource):
    """Allocation records, as the State's register asks them."""

    code = "attributions"
    title = "Attributions"
    file_name = "attributions"
    columns: ClassVar = (
        Column("ménage", "occupancy__household__reference"),
        Column("numéro unique", "application_number"),
        Column("bailleur", "occupancy__unit__landlord__name"),
        Column("SIREN du bailleur", "landlord_siren"),
        Column("date du bail", "lease_on"),
        Column("déjà locataire du parc social", "was_tenant"),
        as_recorded("identifiant RPLS", "rpls_id"),
        as_recorded("adresse", "address"),
        Column("typologie", "typology"),
        Column("surface habitable (m²)", "living_area"),
        Column("loyer hors charges (€/mois)", "main_rent"),
        Column("accords collectifs", "has_collective_agreement"),
        Column("DALO", "is_dalo"),
        Column("contingent", "quota"),
    )
