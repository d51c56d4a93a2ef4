"""The visitors' messages, as the GIE reads them."""

from typing import ClassVar

from wagtail.admin.panels import FieldPanel, MultiFieldPanel

from access.backoffice import ScopedModelAdmin, boolean_filter, choice_filter
from access.enums import Role
from pages.enums import ContactSubject
from pages.models import ContactMessage

STAFF = frozenset({Role.GIE_STAFF})


class ContactMessageAdmin(ScopedModelAdmin):
    model = ContactMessage
    menu_icon = "mail"
    menu_order = 510
    base_url_path = "messages"
    readers, editors = STAFF, STAFF
    intro = "Ce que les visiteurs écrivent par la page de contact. Un message est effacé au bout d'un an."
    empty_message = "Aucun message n'est encore arrivé."
    list_display = ("record_link", "subject", "name", "is_handled")
    list_filter = (choice_filter("subject", "Objet", ContactSubject), boolean_filter("is_handled", "Traité"))
    inspect_view_fields: ClassVar = ["received_at", "subject", "name", "email", "body", "is_handled"]
    panels: ClassVar = [MultiFieldPanel([FieldPanel("is_handled")], heading="Suivi")]
