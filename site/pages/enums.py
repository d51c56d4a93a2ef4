"""Words of the public site."""

from django.db import models


class ContactSubject(models.TextChoices):
    """What a message to the GIE is about."""

    SCHEME = "scheme", "une question sur le dispositif"
    PARTNER = "partner", "devenir partenaire ou demander un accès"
    DIRECTORY = "directory", "une erreur dans l'annuaire"
    ACCESSIBILITY = "accessibility", "une difficulté d'accès au site"
    RIGHTS = "rights", "mes données personnelles"
    OTHER = "other", "autre chose"
