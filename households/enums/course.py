"""The road of a case, its doors and stages, and who agreed to what."""

from typing import Final

from django.db import models


class EntryDoor(models.TextChoices):
    ACCESS = "access", "accès"
    MAINTENANCE = "maintenance", "maintien"


class Stage(models.TextChoices):
    IDENTIFIED = "identified", "repéré"
    IN_DIAGNOSIS = "in_diagnosis", "en diagnostic"
    TO_ORIENT = "to_orient", "à orienter"
    SEARCHING = "searching", "en recherche"
    PROPOSED = "proposed", "proposé"
    HOUSED = "housed", "logé et accompagné"
    STABILISED = "stabilised", "stabilisé"
    CLOSED = "closed", "clos"
    SUSPENDED = "suspended", "suspendu"


COURSE: Final = (
    Stage.IDENTIFIED,
    Stage.IN_DIAGNOSIS,
    Stage.TO_ORIENT,
    Stage.SEARCHING,
    Stage.PROPOSED,
    Stage.HOUSED,
    Stage.STABILISED,
)
"""The stages in the order of the road, as the page draws them."""
OPEN_STAGES: Final = frozenset(COURSE)
FOLLOWED: Final = (Stage.HOUSED, Stage.STABILISED)
"""The stages of a household that lives in its home and is supported there."""
BEFORE_THE_SEARCH: Final[frozenset[str]] = frozenset({Stage.IDENTIFIED, Stage.IN_DIAGNOSIS, Stage.TO_ORIENT})
"""The stages at which the scheme has not yet decided to take the household on."""


class StageAction(models.TextChoices):
    """What makes a case move from one stage to another."""

    START_DIAGNOSIS = "start_diagnosis", "lancer le diagnostic"
    SUBMIT_TO_COMMITTEE = "submit_to_committee", "présenter au comité"
    START_SEARCH = "start_search", "lancer la recherche"
    PROPOSE = "propose", "proposer un logement"
    RETURN_TO_SEARCH = "return_to_search", "reprendre la recherche"
    HOUSE = "house", "constater l'entrée dans les lieux"
    STABILISE = "stabilise", "déclarer stabilisé"
    SUSPEND = "suspend", "suspendre le dossier"
    RESUME = "resume", "reprendre le dossier"
    CLOSE = "close", "clore le dossier"


class ClosingReason(models.TextChoices):
    AUTONOMOUS_LEASE = "autonomous_lease", "bail autonome"
    MOVED = "moved", "déménagement"
    REFUSED = "refused", "refus du ménage"
    LOST_CONTACT = "lost_contact", "contact perdu"
    DECEASED = "deceased", "décès"
    OTHER = "other", "autre"


LEAVES_THE_HOME: Final = frozenset({ClosingReason.MOVED, ClosingReason.DECEASED})
"""Closing for one of these reasons ends the occupancy; for any other the household stays and the home leaves the scheme."""


class ReportReason(models.TextChoices):
    OVERDUE = "overdue", "délai dépassé"
    EVICTION_THREAT = "eviction_threat", "menace d'expulsion"
    UNFIT_FOR_COLLECTIVE = "unfit_for_collective", "inadapté au collectif"
    LEAVING_SHELTER = "leaving_shelter", "sortie d'hébergement"
    OTHER = "other", "autre"


class DaloDecision(models.TextChoices):
    PENDING = "pending", "en attente"
    RECOGNISED = "recognised", "reconnu prioritaire"
    REJECTED = "rejected", "rejeté"


class Kinship(models.TextChoices):
    HOLDER = "holder", "titulaire"
    SPOUSE = "spouse", "conjoint"
    CHILD = "child", "enfant"
    OTHER = "other", "autre"


class ConsentKind(models.TextChoices):
    SUPPORT = "support", "accompagnement"
    SHARING = "sharing", "partage d'informations"


class ConsentAnswer(models.TextChoices):
    AGREED = "agreed", "accord"
    REFUSED = "refused", "refus"
    WITHDRAWN = "withdrawn", "retrait"


REFUSING: Final = frozenset({ConsentAnswer.REFUSED, ConsentAnswer.WITHDRAWN})


class OutreachKind(models.TextChoices):
    """How somebody went towards a household."""

    VISIT = "visit", "visite"
    CALL = "call", "appel"
    LETTER = "letter", "courrier"
    ATTEMPT = "attempt", "tentative"


MEETS: Final = frozenset({OutreachKind.VISIT, OutreachKind.CALL})
"""The contacts in which a household can be met; a letter or an attempt is none."""
