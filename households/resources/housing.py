"""Proposals and occupancies."""

from typing import ClassVar

from access.resources import Column, TableResource
from households.enums import CalDecision, EntryDoor, OccupancyEnd, ProposalAnswer, RefusalReason, TenureKind
from households.resources.columns import home, identity

HOUSEHOLD = (Column("ménage", "household__reference"), *identity("household_id"), Column("porte d'entrée", "household__entry_door", EntryDoor))


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
