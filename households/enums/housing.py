"""From a home proposed to a home left."""

from typing import Final

from django.db import models


class ProposalAnswer(models.TextChoices):
    PENDING = "pending", "en attente"
    ACCEPTED = "accepted", "acceptée"
    REFUSED = "refused", "refusée"


class RefusalReason(models.TextChoices):
    LOCATION = "location", "localisation"
    RENT = "rent", "loyer trop élevé"
    SIZE = "size", "taille"
    CONDITION = "condition", "état du logement"
    NEIGHBOURHOOD = "neighbourhood", "environnement"
    NO_ANSWER = "no_answer", "sans réponse"
    OTHER = "other", "autre"


class WithdrawalReason(models.TextChoices):
    """Why a proposal was taken back, be it by the GIE or because the household moved in elsewhere."""

    HOME_GONE = "home_gone", "logement plus disponible"
    OTHER_HOME = "other_home", "autre logement retenu"
    SITUATION = "situation", "situation du ménage changée"
    MISTAKE = "mistake", "proposition faite par erreur"
    CASE_CLOSED = "case_closed", "dossier clos"
    OTHER = "other", "autre"


class CalDecision(models.TextChoices):
    """The decisions an allocation commission may take (code de la construction et de l'habitation, article R. 441-3)."""

    GRANTED = "granted", "attribution"
    RANKED = "ranked", "attribution par classement"
    CONDITIONAL = "conditional", "attribution sous condition"
    NOT_GRANTED = "not_granted", "non-attribution"
    INADMISSIBLE = "inadmissible", "irrecevable"


FAVOURABLE_CAL: Final = frozenset({CalDecision.GRANTED, CalDecision.RANKED, CalDecision.CONDITIONAL})


class TenureKind(models.TextChoices):
    DIRECT_LEASE = "direct_lease", "bail direct"
    SUBLETTING = "subletting", "sous-location"
    SLIDING_LEASE = "sliding_lease", "bail glissant"
    MANAGEMENT_MANDATE = "management_mandate", "mandat de gestion"
    RESIDENCE_AGREEMENT = "residence_agreement", "convention d'occupation"


class OccupancyEnd(models.TextChoices):
    MOVED = "moved", "déménagement"
    EVICTED = "evicted", "expulsion"
    DECEASED = "deceased", "décès"
    TRANSFERRED = "transferred", "relogement dans le dispositif"
    OTHER = "other", "autre"
