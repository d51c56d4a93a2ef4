"""Words about homes, measures and conventions."""

from typing import Final

from django.db import models

from access.exchange.states import ImportStatus as ImportStatus


class Typology(models.TextChoices):
    """The size of a home, in main rooms; the order is the order of size."""

    T1 = "T1", "T1"
    T1BIS = "T1bis", "T1 bis"
    T2 = "T2", "T2"
    T3 = "T3", "T3"
    T4 = "T4", "T4"
    T5 = "T5", "T5"
    T6 = "T6+", "T6 et plus"


class BuildingType(models.TextChoices):
    COLLECTIVE = "collective", "collectif"
    DETACHED = "detached", "individuel"


class InitialFinancing(models.TextChoices):
    """What paid for the home when it was built: history, never changed by a later decision."""

    HBM = "hbm", "HBM"
    PLR_PSR = "plr_psr", "PLR/PSR"
    HLMO = "hlmo", "HLM/O"
    ILM = "ilm", "ILM"
    ILN = "iln", "ILN"
    PLA = "pla", "PLA"
    PLAI = "plai", "PLAI"
    PLAI_ADAPTED = "plai_adapted", "PLAI adapté"
    PLUS = "plus", "PLUS"
    PLS = "pls", "PLS"
    PAP = "pap", "PAP"
    PLI = "pli", "PLI"
    PCL = "pcl", "PCL"
    OTHER = "other", "autre"


class DeclaredOccupation(models.TextChoices):
    """What the landlord's file says of the home's use; an `Occupancy` is another thing and is never altered by it."""

    LET = "let", "loué"
    VACANT = "vacant", "vacant"
    WORKS = "works", "travaux"
    ASSOCIATION = "association", "association"
    OTHER = "other", "autre"


FREE_OCCUPATIONS: Final = ("", DeclaredOccupation.VACANT, DeclaredOccupation.OTHER)
"""Declared uses under which a home may be free: nothing said, vacant, or neither let nor in works nor lent to an association."""


class MobilisationMode(models.TextChoices):
    """How a home comes to the scheme."""

    NEW_BUILD = "new_build", "neuf"
    ADAPTATION = "adaptation", "aménagement"
    EXISTING = "existing", "existant"
    RECLASSIFIED = "reclassified", "reclassement"


class OperationKind(models.TextChoices):
    """What an operation does to bring homes to the scheme."""

    NEW_BUILD = "new_build", "construction neuve"
    PLAI_LABELLING = "plai_labelling", "labellisation PLAI"
    ADAPTATION = "adaptation", "aménagement"
    RECLASSIFICATION = "reclassification", "reclassement à bas loyer"


class OperationStage(models.TextChoices):
    """The step an operation is at. Each kind has a road of its own among them."""

    LAND_SEARCH = "land_search", "recherche du terrain"
    NEGOTIATION = "negotiation", "négociation"
    SELECTION = "selection", "choix des logements"
    SURVEY = "survey", "visite technique"
    DESIGN = "design", "conception"
    REQUEST = "request", "demande à l'État"
    DECISION = "decision", "décision de l'État"
    WORKS = "works", "travaux"
    DELIVERY = "delivery", "livraison"
    DELIVERED = "delivered", "livrée"
    ABANDONED = "abandoned", "abandonnée"


OVER: Final = (OperationStage.DELIVERED, OperationStage.ABANDONED)
"""The stages after which nothing more is awaited of an operation."""


class AbandonReason(models.TextChoices):
    LAND = "land", "terrain introuvable"
    COST = "cost", "coût trop élevé"
    PERMIT = "permit", "autorisation refusée"
    FINANCING = "financing", "financement refusé"
    NEED = "need", "besoin disparu"
    OTHER = "other", "autre"


class FinancingSource(models.TextChoices):
    """What kind of money pays for an operation."""

    SUBSIDY = "subsidy", "subvention"
    LOAN = "loan", "prêt"
    OWN = "own", "fonds propres"
    OTHER = "other", "autre"


class FinancingDecisionKind(models.TextChoices):
    """A decision on a home's financing, taken after it was built."""

    PLAI_LABEL = "plai_label", "labellisation PLAI"
    RECLASSIFICATION = "reclassification", "reclassement à bas loyer"


class EnergyClass(models.TextChoices):
    A = "A", "A"
    B = "B", "B"
    C = "C", "C"
    D = "D", "D"
    E = "E", "E"
    F = "F", "F"
    G = "G", "G"


class MeasureCode(models.TextChoices):
    """The three things the scheme pays for."""

    DIAGNOSIS = "diagnosis", "diagnostic social"
    SUPPORT = "support", "accompagnement"
    ADAPTED_MANAGEMENT = "adapted_management", "gestion locative adaptée"


class ChargeBase(models.TextChoices):
    HOME = "home", "par logement"
    HOUSEHOLD = "household", "par ménage"


class Periodicity(models.TextChoices):
    ONCE = "once", "une fois"
    YEARLY = "yearly", "par an"


class ConventionStatus(models.TextChoices):
    DRAFT = "draft", "brouillon"
    NEGOTIATION = "negotiation", "en négociation"
    TO_SIGN = "to_sign", "à signer"
    SIGNED = "signed", "signée"
    SUSPENDED = "suspended", "suspendue"
    ENDED = "ended", "terminée"
    TERMINATED = "terminated", "résiliée"


class ConventionAction(models.TextChoices):
    """What moves a convention from one status to the next, as the button says it."""

    NEGOTIATE = "negotiate", "ouvrir la négociation"
    SEND = "send", "envoyer à la signature"
    REOPEN = "reopen", "reprendre la négociation"
    SIGN = "sign", "noter la signature"
    SUSPEND = "suspend", "suspendre"
    RESUME = "resume", "remettre en vigueur"
    END = "end", "constater la fin"
    TERMINATE = "terminate", "résilier"


class ConventionPartner(models.TextChoices):
    """With whom a convention is signed, which settles its text."""

    OPERATOR = "operator", "un opérateur"
    LANDLORD = "landlord", "un bailleur"


BEFORE_SIGNATURE: Final = (ConventionStatus.DRAFT, ConventionStatus.NEGOTIATION, ConventionStatus.TO_SIGN)
"""While a convention is at one of these, its text can still be edited; after, only an amendment changes it."""
EVER_SIGNED: Final = (ConventionStatus.SIGNED, ConventionStatus.SUSPENDED, ConventionStatus.ENDED, ConventionStatus.TERMINATED)
"""A convention at one of these has been signed: what ran under it keeps its prices."""


class FundingStatus(models.TextChoices):
    """Where the scheme stands with a funder; the order is that of the road."""

    NOT_MET = "not_met", "pas encore rencontré"
    MET = "met", "rencontré"
    REQUESTED = "requested", "demandé"
    COMMITTED = "committed", "engagé"
    NOTIFIED = "notified", "notifié"
    PAID = "paid", "versé"
    REFUSED = "refused", "refusé"


COVERING: Final = (FundingStatus.COMMITTED, FundingStatus.NOTIFIED, FundingStatus.PAID)
"""The steps from which an amount covers a cost. Source: the scheme's steering rules."""


class FormerCommuneKind(models.TextChoices):
    DELEGATED = "delegated", "commune déléguée"
    ASSOCIATED = "associated", "commune associée"


class ChangeKind(models.TextChoices):
    """What a stock file does to a home: absent homes are only told, never touched."""

    CREATED = "created", "à créer"
    CHANGED = "changed", "à modifier"
    ABSENT = "absent", "absent du fichier"


class ExchangedLayout(models.TextChoices):
    """The files that a landlord may agree to send at a rhythm."""

    STOCK = "stock", "fichier patrimoine"
    REPORTS = "reports", "signalements"


class ExchangePeriodicity(models.TextChoices):
    """How often a file is agreed to come."""

    MONTHLY = "monthly", "chaque mois"
    QUARTERLY = "quarterly", "chaque trimestre"
    HALF_YEARLY = "half_yearly", "chaque semestre"
    YEARLY = "yearly", "chaque année"

    @property
    def months(self) -> int:
        """The months from one file to the next."""
        return {"monthly": 1, "quarterly": 3, "half_yearly": 6, "yearly": 12}[self.value]


RPLS_OCCUPATION: Final[dict[str, DeclaredOccupation]] = {
    "1": DeclaredOccupation.LET,
    "2": DeclaredOccupation.VACANT,
    "3": DeclaredOccupation.WORKS,
    "4": DeclaredOccupation.ASSOCIATION,
    "5": DeclaredOccupation.OTHER,
}
"""Codes of field 40 of the RPLS declaration (published column MODE)."""
