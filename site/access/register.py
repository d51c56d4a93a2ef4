"""The personal data of this room: accounts, and the traces of what their holders do."""

from typing import Final

from access.models import AccessReview, Export, HeldForm, JournalEntry, ReadingAlert, RecoveryCode, SecondFactor, SignIn, Try, User
from access.processing import Activity, Group, Held, declare

ACCOUNTS: Final = Activity(
    "comptes",
    "Comptes et habilitations",
    "Savoir qui se connecte et ce que chacun peut voir.",
    "Intérêt légitime : sécurité des données (RGPD, articles 6.1.f et 32)",
    "Agents du GIE et partenaires qui ont un compte",
    "Tant que le compte est ouvert, puis le temps que ses traces se rapportent à lui",
    "Administrateur technique ; GIE pour les rattachements",
)
SIGNING_IN: Final = Activity(
    "connexions",
    "Connexions et double authentification",
    "Ne laisser entrer que le titulaire d'un compte, et lui montrer où son compte est ouvert.",
    "Intérêt légitime : sécurité des données (RGPD, articles 6.1.f et 32)",
    "Agents du GIE et partenaires qui ont un compte, et qui essaie d'y entrer",
    "Connexion : 12 heures au plus ; essai manqué : un jour, sans nom ni adresse lisibles ; saisie gardée : une heure ; secret : tant qu'il sert",
    "Le titulaire ; administrateur technique pour les connexions",
)
TRACES: Final = Activity(
    "journal",
    "Journal des consultations, des modifications et des exports",
    "Pouvoir dire qui a vu ou changé quoi, et relever les lectures inhabituelles.",
    "Obligation légale : sécurité du traitement (RGPD, articles 5.2 et 32)",
    "Titulaires d'un compte ; ménages, sous leur seule référence",
    "12 mois au plus (réglage), puis effacement par mois entiers ; valeurs illisibles dès l'anonymisation du dossier",
    "Délégué à la protection des données",
)
ACCOUNT: Final = Group("compte", "Compte", "Reconnaître la personne et lui ouvrir ce qui relève de son rôle", "Administrateur technique")
ENTRY: Final = Group("connexion", "Connexion", "Savoir où le compte est ouvert et depuis quand", "Le titulaire et l'administrateur technique")
SECRET: Final = Group("secret", "Secret", "Vérifier un code, ralentir qui devine, rendre une saisie", "Personne : chiffré ou réduit à une empreinte")
TRACE: Final = Group("trace", "Trace", "Savoir qui, quand, quelle fiche, quel champ", "Délégué à la protection des données")
VALUES: Final = Group("valeurs", "Valeurs scellées", "Rétablir ce qui a été changé, sur demande", "Personne à l'écran : scellées par dossier")


def declare_fields() -> None:
    """Tell the register every field of this room that is about a person."""
    declare(
        User,
        ACCOUNTS,
        Held(
            ACCOUNT,
            kept="role is_active leaves_on joined_at invited_at last_login last_seen_on lock_told_on is_superuser",
            erased="email first_name last_name password search_key",
        ),
    )
    declare(
        SignIn,
        SIGNING_IN,
        Held(ENTRY, erased="user device began_at last_seen_at proved_at confirmed_at"),
        Held(SECRET, erased="password_mark"),
        deleted=True,
    )
    declare(
        SecondFactor,
        SIGNING_IN,
        Held(ENTRY, erased="user confirmed_at candidate_at"),
        Held(SECRET, erased="secret last_step candidate"),
        deleted=True,
    )
    declare(RecoveryCode, SIGNING_IN, Held(ENTRY, erased="user made_at used_at"), Held(SECRET, erased="code_mark"), deleted=True)
    declare(Try, SIGNING_IN, Held(SECRET, erased="guess account source is_known_device at"), deleted=True)
    declare(HeldForm, SIGNING_IN, Held(ENTRY, erased="user path had_files held_at"), Held(SECRET, erased="sealed"), deleted=True)
    declare(AccessReview, TRACES, Held(TRACE, kept="reviewed_at reviewed_by accounts without_factor idle remark"))
    declare(
        JournalEntry,
        TRACES,
        Held(TRACE, erased="at actor kind subject_kind subject_id reference door touched"),
        Held(VALUES, erased="sealed"),
        deleted=True,
    )
    declare(
        Export,
        TRACES,
        Held(TRACE, kept="exported_at exported_by subject subject_label narrowing narrowing_words file_format outcome rows size"),
    )
    declare(ReadingAlert, TRACES, Held(TRACE, kept="reader from_at until_at cases outcome decided_by decided_at"))
