"""The desk of stock files: who may use it, and what its pages say."""

from collections.abc import Callable
from typing import Any, Final

from django.http import HttpRequest

from access.enums import Role
from access.exchange.desk import Desk
from access.exchange.layout import Recognised
from access.exchange.limits import Limits
from access.exchange.states import ImportStatus, WorkKind
from catalogue.enums import ChangeKind
from catalogue.exchange.display import describe
from catalogue.exchange.engine import STOCK_COURSE
from catalogue.exchange.examination import recognise_stock
from catalogue.exchange.headings import LandlordHeadings
from catalogue.exchange.layouts import STOCK
from catalogue.exchange.rpls import LAYOUTS
from catalogue.exchange.withdrawal import withdrawable
from catalogue.models import ImportedFile, UnitImport
from partners.models import Organisation

ROLES: Final = frozenset({Role.GIE_STAFF, Role.LANDLORD_REFERENT})


def may_exchange(user: Any) -> bool:
    """The GIE's staff and landlords' referents exchange stock files."""
    return getattr(user, "role", None) in ROLES


def every_landlord() -> Any:
    """The landlords whose files are taken."""
    return Organisation.objects.landlords().active()


def landlords_for(user: Any) -> Any:
    """The landlords whose files ``user`` may send: every active one for the GIE's staff, the own one for a referent."""
    landlords = every_landlord()
    return landlords.visible_to(user) if user.role in ROLES else landlords.none()


def layout_label(code: str) -> str:
    return next((layout.label for layout in LAYOUTS if layout.code == code), "")


def details(request: HttpRequest, entry: UnitImport, page: Callable[..., Any]) -> dict[str, Any]:
    """What an import does to homes, kind by kind."""
    changed = page(entry.changes.filter(kind=ChangeKind.CHANGED), "modifications")
    return {
        "changed": changed,
        "changed_fields": describe(changed.object_list),
        "created": page(entry.changes.filter(kind=ChangeKind.CREATED), "creations"),
        "absent": page(entry.changes.filter(kind=ChangeKind.ABSENT), "absents"),
        "withdrawable": withdrawable(entry).count(),
        "totals": [(name, lines) for name, lines in (("Commune", entry.totals.get("commune")), ("Typologie", entry.totals.get("typology"))) if lines],
    }


def taken(entry: UnitImport) -> tuple[str, ...]:
    return tuple(ImportedFile.objects.filter(pk=entry.pk).values_list("staged_fields", flat=True).first() or ())


def recognise(content: bytes, limits: Limits, landlord: Organisation) -> Recognised:
    return recognise_stock(content, limits, landlord, LandlordHeadings(landlord))


STOCK_DESK: Final = Desk(
    course=STOCK_COURSE,
    namespace="stock_exchange",
    template="catalogue/exchange/base.html",
    may_use=may_exchange,
    senders=landlords_for,
    every_sender=every_landlord,
    columns=STOCK.columns,
    layout_label=layout_label,
    recognise=recognise,
    details=details,
    taken=taken,
    words={
        "journal_title": "Fichiers patrimoine",
        "journal_intro": "Les fichiers envoyés pour mettre à jour le parc des bailleurs, et ce que chacun a changé.",
        "journal_empty": "Aucun fichier n'est encore arrivé. Envoyez le fichier patrimoine d'un bailleur : vous en voyez l'aperçu avant que rien ne soit"
        " enregistré.",
        "journal_written": "Enregistrés",
        "send": "Importer un fichier",
        "upload_title": "Importer un fichier patrimoine",
        "upload_intro": "Vous voyez d'abord un aperçu : rien n'est enregistré avant votre confirmation.",
        "file_label": "Fichier patrimoine",
        "file_help": "CSV, XLSX ou ODS, 50 Mo au plus : tel que votre logiciel ou votre tableur le donne. Les colonnes RPLS publiées et la déclaration"
        " RPLS sont reconnues aussi.",
        "columns_help": "Une ligne de titres, puis une ligne par logement. L'ordre, les accents et les majuscules ne comptent pas, et les intitulés"
        " courants sont reconnus (« Réf. logement », « CP », « Loyer HC »…). Une colonne absente ne change rien ; une cellule vide efface la valeur.",
        "titles": {
            ImportStatus.CHECKED: "Aperçu de l'import",
            ImportStatus.CONFIRMED: "Import enregistré",
            ImportStatus.UNDONE: "Import annulé",
        },
        "under_way": {
            WorkKind.CHECK: "Lecture du fichier",
            WorkKind.CONFIRM: "Enregistrement de l'import",
            WorkKind.UNDO: "Annulation de l'import",
        },
        "import": ("import", "l'import"),
        "records_url": "logements_parc_modeladmin_index",
        "records": "Voir les logements",
        "written": ("logement enregistré", "logements enregistrés"),
        "written_by_command": ("logement créé ou modifié", "logements créés ou modifiés"),
        "confirm": "Enregistrer",
        "writable": ("changement", "changements"),
        "confirm_end": "",
        "skip": "enregistrer les autres",
        "nothing": "Tout est déjà à jour : il n'y a rien à enregistrer.",
        "created": ("à créer", "à créer"),
        "created_done": ("créé", "créés"),
        "absent": ("absent du fichier", "absents du fichier"),
        "created_list": "Logements à créer",
        "created_list_done": "Logements créés",
        "absent_list": "Logements absents du fichier",
        "absent_note": "Ils restent tels quels : un import ne supprime jamais un logement.",
        "changed_list": "Logements modifiés",
        "undone_note": "les logements créés sont retirés, les valeurs modifiées rétablies.",
        "undo": "Annuler l'import…",
        "undo_title": "Annuler l'import",
        "undo_button": "Annuler cet import",
        "undo_refused": "Cet import ne peut pas être annulé",
        "undone": "L'import est annulé.",
        "blocking": ("logement a changé ou sert", "logements ont changé ou servent"),
        "blocking_help": "Annulez d'abord les imports plus récents qui les ont modifiés, ou corrigez ces logements un à un.",
        "removed": ("logement créé par cet import est retiré", "logements créés par cet import sont retirés"),
        "restored": ("logement modifié retrouve ses valeurs", "logements modifiés retrouvent leurs valeurs"),
        "more": "catalogue/exchange/more.html",
    },
)
