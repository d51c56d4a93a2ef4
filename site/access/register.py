"""The personal data of this room: accounts, and the traces of what their holders do."""

from typing import Final

from access.models import Export, JournalEntry, ReadingAlert, User
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
TRACE: Final = Group("trace", "Trace", "Savoir qui, quand, quelle fiche, quel champ", "Délégué à la protection des données")
VALUES: Final = Group("valeurs", "Valeurs scellées", "Rétablir ce qui a été changé, sur demande", "Personne à l'écran : scellées par dossier")


def declare_fields() -> None:
    """Tell the register every field of this room that is about a person."""
    declare(
        User,
        ACCOUNTS,
        Held(ACCOUNT, kept="role is_active joined_at last_login is_superuser", erased="email first_name last_name password"),
    )
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
