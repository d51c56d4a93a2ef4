"""Words about households and what happens to them."""

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


class DiagnosisStatus(models.TextChoices):
    DRAFT = "draft", "en cours"
    COMPLETED = "completed", "terminé"


class NeedLevel(models.TextChoices):
    """The grade of a need, and of the measure that meets it."""

    NONE = "none", "aucun"
    LIGHT = "light", "léger"
    REINFORCED = "reinforced", "renforcé"
    INTENSIVE = "intensive", "intensif"


class NeedScale(models.TextChoices):
    """The scales on which needs are named. They are never added up."""

    HOUSING = "housing", "logement"
    LIVING = "living", "mode de vie"
    SUPPORT = "support", "accompagnement"
    MANAGEMENT = "management", "gestion locative adaptée"


class SessionState(models.TextChoices):
    PLANNED = "planned", "prévue"
    HELD = "held", "en cours"
    CLOSED = "closed", "close"


class AgendaKind(models.TextChoices):
    """Why a case comes before the committee."""

    ORIENTATION = "orientation", "orientation"
    EVALUATION = "evaluation", "évaluation"


class CommitteeOutcome(models.TextChoices):
    """What the committee decides: of an orientation, then of an evaluation."""

    FAVOURABLE = "favourable", "orientation favorable"
    ADJOURNED = "adjourned", "ajournée"
    DECLINED = "declined", "non retenue"
    CONTINUE = "continue", "poursuivre l'accompagnement"
    ADJUST = "adjust", "ajuster l'accompagnement"
    STOP = "stop", "arrêter les mesures"
    REORIENT = "reorient", "réorienter : réviser le diagnostic"


ORIENTATION_OUTCOMES: Final = (CommitteeOutcome.FAVOURABLE, CommitteeOutcome.ADJOURNED, CommitteeOutcome.DECLINED)
EVALUATION_OUTCOMES: Final = (
    CommitteeOutcome.CONTINUE,
    CommitteeOutcome.ADJUST,
    CommitteeOutcome.STOP,
    CommitteeOutcome.REORIENT,
    CommitteeOutcome.ADJOURNED,
)


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


class MeasureEnd(models.TextChoices):
    COMPLETED = "completed", "objectifs atteints"
    CASE_CLOSED = "case_closed", "dossier clos"
    REPLACED = "replaced", "remplacée"
    REFUSED = "refused", "refus du ménage"
    OTHER = "other", "autre"


class MeasureChangeKind(models.TextChoices):
    """What changes in a running measure; the past is never rewritten."""

    LEVEL = "level", "intensité"
    REFERENT = "referent", "référent"
    PROLONGED = "prolonged", "prolongation"


class ConcernKind(models.TextChoices):
    """What a partner tells the GIE's officer about a housed household."""

    WORRY = "worry", "inquiétude"
    EXIT = "exit", "proposition de sortie"


class ConcernReason(models.TextChoices):
    UNPAID_RENT = "unpaid_rent", "loyer impayé"
    NEIGHBOURS = "neighbours", "troubles de voisinage"
    CONDITION = "condition", "état du logement"
    SILENCE = "silence", "plus de nouvelles"
    AUTONOMOUS = "autonomous", "ménage autonome"
    WANTS_TO_LEAVE = "wants_to_leave", "souhait de partir"
    UNFIT_HOME = "unfit_home", "logement inadapté"
    OTHER = "other", "autre"


CONCERN_REASONS: Final = {
    ConcernKind.WORRY: (
        ConcernReason.UNPAID_RENT,
        ConcernReason.NEIGHBOURS,
        ConcernReason.CONDITION,
        ConcernReason.SILENCE,
        ConcernReason.UNFIT_HOME,
        ConcernReason.OTHER,
    ),
    ConcernKind.EXIT: (ConcernReason.AUTONOMOUS, ConcernReason.WANTS_TO_LEAVE, ConcernReason.UNFIT_HOME, ConcernReason.OTHER),
}


class ConcernOutcome(models.TextChoices):
    """The GIE's answer to a worry or a proposed exit."""

    FOLLOWED = "followed", "suite donnée"
    NOTED = "noted", "prise en compte, sans changement"
    DECLINED = "declined", "non retenue"


class EvaluationResult(models.TextChoices):
    FAVOURABLE = "favourable", "favorable"
    MIXED = "mixed", "mitigée"
    UNFAVOURABLE = "unfavourable", "défavorable"


class Recommendation(models.TextChoices):
    CONTINUE = "continue", "poursuivre"
    ADJUST = "adjust", "ajuster"
    STOP = "stop", "arrêter"
    REORIENT = "reorient", "réorienter"


class Grade(models.IntegerChoices):
    """How a criterion of the evaluation grid is met."""

    STRUGGLING = 1, "en grande difficulté"
    FRAGILE = 2, "fragile"
    ON_THE_WAY = 3, "en bonne voie"
    ACQUIRED = 4, "acquis"


class HouseholdFeeling(models.IntegerChoices):
    """How the household itself says it is."""

    BAD = 1, "ça ne va pas"
    HARD = 2, "c'est difficile"
    FAIR = 3, "ça va plutôt bien"
    GOOD = 4, "ça va bien"


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


class ReportStatus(models.TextChoices):
    """What became of a reported household. A landlord is only ever told the first."""

    RECEIVED = "received", "reçu"
    ATTACHED = "attached", "rattaché"
    OPENED = "opened", "dossier ouvert"
    DISMISSED = "dismissed", "écarté"


class PrescriptionState(models.TextChoices):
    """What a prescriber is told of a report."""

    RECEIVED = "received", "reçu"
    EXAMINED = "examined", "en cours d'examen"
    TAKEN_ON = "taken_on", "pris en charge"
    DECLINED = "declined", "non retenu"


class DismissalReason(models.TextChoices):
    """Why a report leads to no case."""

    DUPLICATE = "duplicate", "signalement en double"
    OUT_OF_SCOPE = "out_of_scope", "hors du dispositif"
    ALREADY_HOUSED = "already_housed", "situation déjà résolue"
    NOT_ENOUGH = "not_enough", "informations insuffisantes"
    WITHDRAWN = "withdrawn", "retiré par son auteur"
    OTHER = "other", "autre"


class SheetPart(models.TextChoices):
    """The free texts of the scheme sheet, in its order. Source: the call for projects' own form."""

    PLACE = "place", "localisation"
    CARRIER = "carrier", "porteur du projet"
    PURPOSE = "purpose", "descriptif et objectifs"
    PUBLICS = "publics", "caractéristiques des publics"
    TYPOLOGY = "typology", "typologie des logements"
    RESERVATION = "reservation", "réservation et attribution des logements"
    HOMES_PLACE = "homes_place", "localisation des logements"
    METHOD = "method", "méthode de l'accompagnement"
    MANAGEMENT = "management", "complémentarité avec la gestion locative"
    ADHESION = "adhesion", "adhésion des ménages"
    OFFER = "offer", "mobilisation de l'offre d'accompagnement"
    RELATION = "relation", "relation entre bailleurs et opérateurs"
    FITNESS = "fitness", "adéquation aux besoins"
    CALENDAR = "calendar", "calendrier"


class OpinionLevel(models.TextChoices):
    DEPARTMENT = "department", "service départemental (DDCS ou DDT)"
    REGION = "region", "niveau régional (DREAL avec DRJSCS)"


class Reproducibility(models.TextChoices):
    WEAK = "weak", "faible"
    MEDIUM = "medium", "moyen"
    STRONG = "strong", "fort"


class Verdict(models.TextChoices):
    FAVOURABLE = "favourable", "favorable"
    UNFAVOURABLE = "unfavourable", "défavorable"


class StatementStatus(models.TextChoices):
    """Where an operator's statement stands."""

    DRAFT = "draft", "en préparation"
    SENT = "sent", "envoyé au GIE"
    DISPUTED = "disputed", "à corriger"
    ACCEPTED = "accepted", "accepté"
    SETTLED = "settled", "réglé"


WRITABLE_STATEMENTS: Final = frozenset({StatementStatus.DRAFT, StatementStatus.DISPUTED})
"""The operator may still change its lines."""


class LineStatus(models.TextChoices):
    """What the GIE says of one line of a statement."""

    TO_CHECK = "to_check", "à vérifier"
    ACCEPTED = "accepted", "acceptée"
    DISPUTED = "disputed", "contestée"


class RequestKind(models.TextChoices):
    """What a person may ask about the data held on them (RGPD, articles 15 to 21)."""

    ACCESS = "access", "accès à ses données"
    RECTIFICATION = "rectification", "rectification"
    OBJECTION = "objection", "opposition"
    ERASURE = "erasure", "effacement"


class ObjectionScope(models.TextChoices):
    """What a person objects to."""

    SHARING = "sharing", "au partage d'informations entre partenaires"
    SUPPORT = "support", "à l'accompagnement"


class RequestOutcome(models.TextChoices):
    """How a request ended."""

    GRANTED = "granted", "satisfaite"
    PARTIAL = "partial", "satisfaite en partie"
    REFUSED = "refused", "refusée, motif donné à la personne"
    NOTHING_HELD = "nothing_held", "aucune donnée détenue"


class AnonymisedKind(models.TextChoices):
    """What leaves the active base."""

    CASE = "household", "dossier"
    REPORT = "report", "signalement"
