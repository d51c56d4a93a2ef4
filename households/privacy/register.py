"""The fields that hold something of a household, each with its purpose, its readers and what becomes of it at the end.

Sources: the scheme's role tables for who may see; « Personal data » of the scheme's rules for how long. A field that is not told here fails a test.
"""

from typing import Final

from access.processing import Activity, Group, Held, declare
from households.models import (
    AgendaItem,
    AllocationRecord,
    CaseMember,
    CommitteeDecision,
    Concern,
    Consent,
    Diagnosis,
    DistinctHouseholds,
    Evaluation,
    EvaluationGrade,
    Household,
    HouseholdImportFile,
    HouseholdImportFinding,
    HouseholdMerge,
    HouseholdReport,
    MeasureChange,
    MeasureSuspension,
    Occupancy,
    OfficerChange,
    OperationPlace,
    OutreachContact,
    PastTenure,
    PendingAction,
    Person,
    Proposal,
    RetentionNotice,
    RightsRequest,
    SensitiveNeed,
    StageMove,
    StatementLine,
    SupportMeasure,
)

BASIS: Final = "Mission d'intérêt public du logement des personnes défavorisées (RGPD, article 6.1.e)"
FOLLOWING: Final = Activity(
    "suivi",
    "Suivi des ménages du dispositif",
    "Loger les ménages que le logement ordinaire exclut et les accompagner : diagnostic, orientation, proposition, bail, mesures, évaluations.",
    f"{BASIS} ; besoins de santé, d'addiction, de violence et de justice : consentement explicite et intérêt public (articles 9.2 et 10)",
    "Membres des ménages suivis",
    "Base active : jusqu'à 2 ans après le dernier contact (réglage), puis anonymisation ; les statistiques restent",
    "GIE, bailleurs et opérateurs chacun pour ses dossiers, comité sous pseudonyme",
)
REPORTING: Final = Activity(
    "signalement",
    "Signalement de ménages par les partenaires",
    "Recevoir les ménages que les bailleurs et les prescripteurs signalent, et dire ce qu'il en advient.",
    BASIS,
    "Personnes signalées",
    "Avec le dossier ouvert ; sans dossier, 2 ans après le signalement (réglage). Fichiers reçus : 30 jours (réglage)",
    "GIE ; l'organisme qui signale, pour ses propres signalements",
)
PAYING: Final = Activity(
    "releves",
    "Relevés des opérateurs",
    "Comparer ce que les opérateurs déclarent à ce qui est attendu, et payer.",
    "Exécution des conventions (RGPD, article 6.1.b) et obligation comptable (6.1.c)",
    "Ménages accompagnés, sous leur seule référence",
    "Dix ans pour les pièces comptables ; la référence du ménage change à l'anonymisation",
    "GIE, opérateur pour ses propres relevés",
)
RIGHTS: Final = Activity(
    "droits",
    "Demandes des personnes sur leurs données",
    "Répondre dans le mois aux demandes d'accès, de rectification, d'opposition ou d'effacement.",
    "Obligation légale (RGPD, articles 12 à 22)",
    "Personnes qui font une demande",
    "Avec le dossier : la demande reste, sans lien avec une personne",
    "Délégué à la protection des données",
)

STAFF_AND_SUPPORT = "GIE ; opérateur qui diagnostique ou accompagne"
IDENTITY: Final = Group(
    "identite",
    "Identité",
    "Savoir de qui il s'agit et pouvoir le joindre",
    f"{STAFF_AND_SUPPORT} ; bailleur à qui le ménage est proposé ou qu'il loge",
)
SITUATION: Final = Group(
    "situation",
    "Situation",
    "Vérifier l'éligibilité et suivre le parcours",
    f"{STAFF_AND_SUPPORT} ; bailleur concerné, en lecture ; comité sous pseudonyme",
)
HOUSING: Final = Group(
    "logement", "Logement", "Trouver un logement qui convient et suivre l'attribution", f"{STAFF_AND_SUPPORT} ; bailleur pour ses logements"
)
SUPPORT: Final = Group("accompagnement", "Accompagnement", "Mettre en place, évaluer et ajuster l'accompagnement", f"{STAFF_AND_SUPPORT}")
RESOURCES: Final = Group(
    "ressources", "Ressources", "Proposer un loyer que le ménage peut payer", f"{STAFF_AND_SUPPORT} ; bailleur : loyer plafond seulement"
)
SENSITIVE: Final = Group(
    "sensible",
    "Besoins sensibles",
    "Adapter le logement et l'accompagnement à la santé, à l'addiction, aux violences ou à un suivi de justice",
    "Équipe du dossier seulement : agents du GIE nommés, référents de l'opérateur ; jamais le bailleur",
)
DECLARED: Final = Group(
    "declaration",
    "Déclaration du partenaire",
    "Retrouver le ménage et lui ouvrir un dossier",
    "GIE ; organisme qui a signalé, pour ce qu'il a transmis",
)
COURSE: Final = Group("gestion", "Gestion du dossier", "Savoir qui suit le dossier et ce qu'il attend", "GIE ; opérateur du dossier pour ses actions")
AUTHORS: Final = Group("auteurs", "Auteurs", "Savoir qui a écrit quoi", "GIE ; opérateur du dossier")
MONEY: Final = Group("couts", "Coûts", "Payer ce qui a été fait", "GIE ; opérateur pour ses relevés ; totaux pour le comité et les financeurs")
OFFICE: Final = Group("delegue", "Suite des demandes", "Prouver que la demande a été traitée dans le délai", "Délégué à la protection des données")


def m2m(name: str) -> type:
    """The table behind a list of a diagnosis."""
    return Diagnosis._meta.get_field(name).remote_field.through  # type: ignore[union-attr]


def declare_fields() -> None:
    """Tell the register every field of the households' room that is about a person."""
    declare(
        Household,
        FOLLOWING,
        Held(IDENTITY, erased="reference application_number search_key opening_key"),
        Held(
            SITUATION,
            kept="entry_door stage stage_since suspended_from closing_reason opened_on is_dalo has_collective_agreement is_pdalpd commune size "
            "is_confidential",
            erased="seniority_on dalo_appeal_on dalo_decision dalo_decided_on reported_on",
        ),
        Held(RESOURCES, erased="monthly_resources"),
        Held(SENSITIVE, erased="reported_by report_reason"),
        Held(COURSE, erased="officer"),
    )
    declare(Person, FOLLOWING, Held(IDENTITY, erased="household kinship last_name first_name birth_date phone email search_key"), deleted=True)
    declare(CaseMember, FOLLOWING, Held(COURSE, erased="household user"), deleted=True)
    declare(Consent, FOLLOWING, Held(SITUATION, kept="household kind answer decided_on"), Held(AUTHORS, erased="collected_by"))
    declare(
        StageMove,
        FOLLOWING,
        Held(SITUATION, kept="household action from_stage to_stage moved_on moved_at", erased="reason"),
        Held(AUTHORS, erased="moved_by"),
    )
    declare(
        Diagnosis,
        FOLLOWING,
        Held(SUPPORT, kept="household operator revises status started_on completed_on support_level management_level"),
        Held(
            HOUSING,
            kept="smallest largest needs_outdoor_space building_type",
            erased="needs_accessible needs_ground_floor has_animals",
        ),
        Held(RESOURCES, erased="ceiling_rent"),
        Held(AUTHORS, erased="author"),
    )
    for name, target in (("epcis", "epci"), ("communes", "commune"), ("nearby_services", "nearbyservice")):
        declare(m2m(name), FOLLOWING, Held(HOUSING, erased=f"diagnosis {target}"), deleted=True)
    declare(m2m("needs"), FOLLOWING, Held(SUPPORT, erased="diagnosis needtopic"), deleted=True)
    declare(SensitiveNeed, FOLLOWING, Held(SENSITIVE, erased="household topic noted_on noted_by ended_on"), deleted=True)
    declare(
        SupportMeasure,
        FOLLOWING,
        Held(
            SUPPORT,
            kept="household kind unit convention level starts_on planned_ends_on ended_on end_reason evaluation_due_on",
            erased="scope objectives methods",
        ),
        Held(AUTHORS, erased="referent"),
    )
    declare(MeasureSuspension, FOLLOWING, Held(SUPPORT, kept="measure starts_on ends_on is_with_case"))
    declare(
        MeasureChange,
        FOLLOWING,
        Held(SUPPORT, kept="measure kind starts_on from_level level from_ends_on planned_ends_on made_at"),
        Held(AUTHORS, erased="referent made_by"),
    )
    declare(
        Evaluation,
        FOLLOWING,
        Held(SUPPORT, kept="household evaluated_on result recommendation household_feeling", erased="household_view"),
        Held(AUTHORS, erased="evaluated_by"),
    )
    declare(EvaluationGrade, FOLLOWING, Held(SUPPORT, kept="evaluation criterion grade"))
    declare(AgendaItem, FOLLOWING, Held(SITUATION, kept="session household kind evaluation position"))
    declare(
        CommitteeDecision,
        FOLLOWING,
        Held(SITUATION, kept="household item decided_on outcome support_level management_level end_reason", erased="note"),
        Held(AUTHORS, erased="recorded_by"),
    )
    declare(
        Concern,
        FOLLOWING,
        Held(SUPPORT, kept="household kind reason raised_on organisation outcome answered_on", erased="note answer"),
        Held(AUTHORS, erased="raised_by answered_by"),
    )
    declare(
        Proposal,
        FOLLOWING,
        Held(
            HOUSING,
            kept="household unit landlord proposed_on answer answered_on refusal_reason cal_decision cal_on cal_rank cal_reason withdrawal_reason closed_on",
        ),
        Held(AUTHORS, erased="proposed_by"),
    )
    declare(Occupancy, FOLLOWING, Held(HOUSING, kept="household unit landlord tenure starts_on ends_on end_reason planned_slide_on left_scheme_on"))
    declare(PastTenure, FOLLOWING, Held(HOUSING, kept="occupancy tenure starts_on ends_on"))
    declare(
        AllocationRecord,
        FOLLOWING,
        Held(IDENTITY, erased="application_number address"),
        Held(
            HOUSING,
            kept="occupancy landlord_siren lease_on was_tenant rpls_id typology living_area main_rent has_collective_agreement is_dalo quota",
        ),
    )
    declare(OperationPlace, FOLLOWING, Held(HOUSING, kept="operation household noted_on"), Held(AUTHORS, erased="noted_by"))
    declare(OfficerChange, FOLLOWING, Held(COURSE, erased="household former officer changed_on made_by"), deleted=True)
    declare(
        OutreachContact,
        FOLLOWING,
        Held(SUPPORT, kept="household kind is_met contacted_on organisation", erased="note"),
        Held(AUTHORS, erased="made_by"),
    )
    declare(DistinctHouseholds, FOLLOWING, Held(COURSE, erased="first second told_by told_at"), deleted=True)
    declare(
        PendingAction,
        FOLLOWING,
        Held(COURSE, erased="household kind since_on due_on awaited owner landlord operator epci officer is_confidential"),
        deleted=True,
    )
    declare(RetentionNotice, FOLLOWING, Held(COURSE, erased="household noticed_on due_on"), deleted=True)
    declare(
        HouseholdMerge,
        FOLLOWING,
        Held(COURSE, kept="kept absorbed_id merged_on undone_at", erased="absorbed_reference merged_by undone_by journal state"),
    )
    declare(
        HouseholdReport,
        REPORTING,
        Held(
            DECLARED,
            kept="organisation entry_door size commune is_dalo has_collective_agreement is_pdalpd status dismissal_reason household decided_at "
            "household_import imported_at updated_at",
            erased="reference reference_key application_number applied_on last_name first_name birth_date phone unit reason search_key",
        ),
        Held(AUTHORS, erased="decided_by imported_by"),
    )
    declare(HouseholdImportFile, REPORTING, Held(DECLARED, erased="household_import packed kept_until preview former"), deleted=True)
    declare(
        HouseholdImportFinding,
        REPORTING,
        Held(DECLARED, kept="household_import level code row column cell message hint", erased="reference value"),
    )
    declare(
        StatementLine,
        PAYING,
        Held(MONEY, kept="statement kind starts_on ends_on amount status expected_amount", erased="household_reference note"),
    )
    declare(
        RightsRequest,
        RIGHTS,
        Held(OFFICE, kept="kind received_on due_on outcome answered_on household report scope", erased="person created_by"),
    )
