"""The desk of files of reported households: who may use it, and what its pages say."""

from collections.abc import Callable
from typing import Any, Final

from django.http import HttpRequest

from access.enums import Role
from access.exchange.desk import Desk
from access.exchange.layout import Recognised
from access.exchange.limits import Limits
from access.exchange.states import ImportStatus, WorkKind
from catalogue.enums import ChangeKind
from catalogue.exchange.desk import every_landlord, landlords_for
from households import policies
from households.exchange.engine import REPORT_COURSE
from households.exchange.examination import ReportHeadings, recognise_reports
from households.exchange.layout import HOUSEHOLDS
from households.models import HouseholdImport, HouseholdImportFile, HouseholdReport
from partners.models import Organisation


def may_send(user: Any) -> bool:
    return policies.may_write(user, "send_reports")


def is_shut(user: Any, entry: HouseholdImport) -> bool:
    """Whether the landlord has reported somebody whose case is confidential and does not name ``user``, a member of the GIE.

    Any of its files may hold that household again; the landlord reads its own.
    """
    if user.role != Role.GIE_STAFF:
        return False
    reports = HouseholdReport.objects.filter(organisation=entry.landlord)
    return reports.exclude(pk__in=reports.visible_to(user).values("pk")).exists()


def details(request: HttpRequest, entry: HouseholdImport, page: Callable[..., Any]) -> dict[str, Any]:
    """What a file does to reports, kind by kind: the first of each."""
    kept = HouseholdImportFile.objects.none() if is_shut(request.user, entry) else HouseholdImportFile.objects.filter(pk=entry.pk)
    preview = kept.values_list("preview", flat=True).first() or []
    changed = page([change for change in preview if change["kind"] == ChangeKind.CHANGED], "modifications")
    return {
        "changed": changed,
        "changed_fields": [(change, change["fields"]) for change in changed],
        "created": page([change for change in preview if change["kind"] == ChangeKind.CREATED], "creations"),
        "absent": None,
        "totals": [],
    }


def taken(entry: HouseholdImport) -> tuple[str, ...]:
    kept = HouseholdImportFile.objects.filter(pk=entry.pk).first()
    return tuple(recognise(kept.content(), Limits.from_settings().with_rows(entry.rows + entry.skipped), entry.landlord).fields) if kept else ()


def recognise(content: bytes, limits: Limits, landlord: Organisation) -> Recognised:
    return recognise_reports(content, limits, ReportHeadings(landlord))


def layout_label(code: str) -> str:
    return HOUSEHOLDS.label


REPORT_DESK: Final = Desk(
    course=REPORT_COURSE,
    namespace="reports:files",
    template="households/reports/files.html",
    may_use=may_send,
    senders=landlords_for,
    every_sender=every_landlord,
    columns=HOUSEHOLDS.columns,
    layout_label=layout_label,
    recognise=recognise,
    details=details,
    taken=taken,
    is_shut=is_shut,
    words={
        "journal_title": "Fichiers de signalements",
        "journal_intro": "Les fichiers de ménages signalés, et ce que chacun a transmis au GIE.",
        "journal_empty": "Aucun fichier n'est encore arrivé. Envoyez celui d'un bailleur : vous en voyez l'aperçu avant que rien ne soit enregistré.",
        "journal_written": "Transmis",
        "send": "Envoyer un fichier",
        "upload_title": "Envoyer des signalements",
        "upload_intro": "Vous voyez d'abord un aperçu : rien n'est transmis au GIE avant votre confirmation.",
        "upload_warning": "N'envoyez aucune donnée sensible : un fichier dont une colonne porte sur la santé, les addictions, la justice, les violences,"
        " les croyances ou les origines, ou sur le numéro de sécurité sociale, est refusé et n'est pas conservé.",
        "file_label": "Fichier des ménages signalés",
        "file_help": "CSV, XLSX ou ODS, 50 Mo au plus : tel que votre logiciel ou votre tableur le donne.",
        "columns_help": "Une ligne de titres, puis une ligne par ménage. L'ordre, les accents et les majuscules ne comptent pas, et les intitulés"
        " courants sont reconnus (« Date de naissance », « Tél. », « Réf. logement »…). Une colonne absente ne change rien ; une cellule vide efface"
        " la valeur.",
        "titles": {
            ImportStatus.CHECKED: "Aperçu de l'envoi",
            ImportStatus.CONFIRMED: "Signalements transmis",
            ImportStatus.UNDONE: "Envoi annulé",
        },
        "under_way": {
            WorkKind.CHECK: "Lecture du fichier",
            WorkKind.CONFIRM: "Transmission des signalements",
            WorkKind.UNDO: "Annulation de l'envoi",
        },
        "import": ("envoi", "l'envoi"),
        "records_url": "reports:entrance",
        "records": "Voir les signalements",
        "written": ("signalement transmis", "signalements transmis"),
        "written_by_command": ("signalement créé ou modifié", "signalements créés ou modifiés"),
        "confirm": "Transmettre",
        "writable": ("signalement", "signalements"),
        "confirm_end": " au GIE",
        "skip": "transmettre le reste",
        "nothing": "Tout est déjà reçu : il n'y a rien à transmettre.",
        "created": ("nouveau", "nouveaux"),
        "created_done": ("nouveau", "nouveaux"),
        "absent": ("déjà reçu, hors de ce fichier", "déjà reçus, hors de ce fichier"),
        "created_list": "Nouveaux signalements",
        "created_list_done": "Nouveaux signalements",
        "changed_list": "Signalements modifiés",
        "undone_note": "les signalements nouveaux sont retirés, les valeurs modifiées rétablies.",
        "undo": "Annuler l'envoi…",
        "undo_title": "Annuler l'envoi",
        "undo_button": "Annuler cet envoi",
        "undo_refused": "Cet envoi ne peut pas être annulé",
        "undone": "L'envoi est annulé.",
        "blocking": ("signalement a été modifié ou repris", "signalements ont été modifiés ou repris"),
        "blocking_help": "Annulez d'abord les envois plus récents qui les ont modifiés, ou dites au GIE ce qui doit changer.",
        "removed": ("signalement nouveau est retiré", "signalements nouveaux sont retirés"),
        "restored": ("signalement modifié retrouve ses valeurs", "signalements modifiés retrouvent leurs valeurs"),
    },
)
