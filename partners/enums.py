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
