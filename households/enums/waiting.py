"""What cases wait for, and from whom."""

from typing import Final

from django.db import models


class PendingKind(models.TextChoices):
    """What a case can wait for."""

    NAME_OFFICER = "name_officer", "désigner un chargé de dossier"
    ENTRUST_DIAGNOSIS = "entrust_diagnosis", "confier le diagnostic"
    COMPLETE_DIAGNOSIS = "complete_diagnosis", "terminer le diagnostic"
    COMMITTEE = "committee", "faire décider le comité"
    RECORD_HOME = "record_home", "enregistrer le logement occupé"
    PROPOSE = "propose", "proposer un logement"
    RESUME_SEARCH = "resume_search", "reprendre la recherche"
    HOME_LOST = "home_lost", "chercher un autre logement ou clore"
    ANSWER = "answer", "recueillir la réponse du ménage"
    CAL = "cal", "enregistrer la décision de la CAL"
    LEASE = "lease", "enregistrer le bail"
    REVIEW_SUSPENSION = "review_suspension", "voir si le dossier peut reprendre"
    REFUSAL = "refusal", "décider de la suite d'un refus du ménage"
    CONSENT = "consent", "recueillir l'adhésion du ménage"
    OPEN_SUPPORT = "open_support", "ouvrir l'accompagnement"
    NAME_REFERENT = "name_referent", "désigner un référent d'accompagnement"
    ANSWER_CONCERN = "answer_concern", "répondre à un partenaire"
    CONTACT = "contact", "reprendre contact avec le ménage"
    EVALUATE = "evaluate", "évaluer l'accompagnement"
    REVIEW = "review", "faire examiner l'évaluation par le comité"
    SLIDE = "slide", "faire glisser le bail"
    RENEW = "renew", "prolonger la mesure ou y mettre fin"
    CLOSE = "close", "préparer la clôture"


LANDLORD_ACTIONS: Final = frozenset({PendingKind.ANSWER, PendingKind.CAL, PendingKind.LEASE})
"""What a landlord's referent may do about a proposal in the own stock."""


class AwaitedParty(models.TextChoices):
    GIE = "gie", "le GIE"
    OPERATOR = "operator", "l'opérateur"
    LANDLORD = "landlord", "le bailleur"
