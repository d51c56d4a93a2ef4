"""Words about partners."""

from django.db import models


class OrganisationKind(models.TextChoices):
    GIE = "gie", "groupement (GIE)"
    LANDLORD = "landlord", "bailleur social"
    OPERATOR = "operator", "opérateur d'accompagnement"
    ASSOCIATION = "association", "association"
    FEDERATION = "federation", "fédération"
    STATE_SERVICE = "state_service", "service de l'État"
    DEPARTMENT_COUNCIL = "department_council", "département"
    LOCAL_AUTHORITY = "local_authority", "collectivité ou EPCI"
    HEALTH_AGENCY = "health_agency", "agence de santé"
    PRESCRIBER = "prescriber", "prescripteur"
    JUSTICE_SERVICE = "justice_service", "service de la justice"
    FUNDER = "funder", "financeur"
    OTHER = "other", "autre"


class Audience(models.TextChoices):
    """Whom an organisation works for, as its directory entry says it."""

    ALL = "all", "tous les ménages en difficulté"
    ISOLATED = "isolated", "personnes isolées"
    FAMILIES = "families", "familles"
    YOUTH = "youth", "jeunes"
    PSYCHIC_HEALTH = "psychic_health", "personnes en souffrance psychique"
    WOMEN_VICTIMS = "women_victims", "femmes victimes de violences"
    LEAVING_PRISON = "leaving_prison", "personnes sous main de justice"
    TENANTS = "tenants", "locataires menacés d'expulsion"


class FileKind(models.TextChoices):
    LOGO = "logo", "logo"
    DOCUMENT = "document", "document"


class DraftStatus(models.TextChoices):
    """Where a proposed version of an entry stands."""

    DRAFT = "draft", "brouillon"
    SUBMITTED = "submitted", "à relire par le GIE"
    RETURNED = "returned", "à reprendre"
    APPROVED = "approved", "approuvée"
    DISCARDED = "discarded", "abandonnée"


OPEN_DRAFTS = (DraftStatus.DRAFT, DraftStatus.SUBMITTED, DraftStatus.RETURNED)
"""A version still under way: an entry has one at most."""


class DraftAction(models.TextChoices):
    SAVE = "save", "enregistrer"
    SUBMIT = "submit", "envoyer au GIE"
    TAKE_BACK = "take_back", "reprendre"
    DISCARD = "discard", "abandonner"
    AMEND = "amend", "retoucher"
    RETURN = "return", "renvoyer"
    APPROVE = "approve", "approuver"


DRAFT_MOVES: dict[tuple[str, str], DraftStatus] = {
    (DraftStatus.DRAFT, DraftAction.SAVE): DraftStatus.DRAFT,
    (DraftStatus.RETURNED, DraftAction.SAVE): DraftStatus.RETURNED,
    (DraftStatus.DRAFT, DraftAction.SUBMIT): DraftStatus.SUBMITTED,
    (DraftStatus.RETURNED, DraftAction.SUBMIT): DraftStatus.SUBMITTED,
    (DraftStatus.SUBMITTED, DraftAction.TAKE_BACK): DraftStatus.DRAFT,
    (DraftStatus.DRAFT, DraftAction.DISCARD): DraftStatus.DISCARDED,
    (DraftStatus.RETURNED, DraftAction.DISCARD): DraftStatus.DISCARDED,
    (DraftStatus.SUBMITTED, DraftAction.DISCARD): DraftStatus.DISCARDED,
    (DraftStatus.SUBMITTED, DraftAction.AMEND): DraftStatus.SUBMITTED,
    (DraftStatus.SUBMITTED, DraftAction.RETURN): DraftStatus.RETURNED,
    (DraftStatus.SUBMITTED, DraftAction.APPROVE): DraftStatus.APPROVED,
}
"""Every move a version can make. An action that has no line here is refused."""
GIE_ACTIONS = frozenset({DraftAction.AMEND, DraftAction.RETURN, DraftAction.APPROVE})
