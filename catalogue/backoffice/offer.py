"""Screens of measures, prices and conventions."""

from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel

from access.backoffice import ScopedModelAdmin, ScopedModelForm, choice_filter, related_filter
from access.enums import Role
from catalogue.backoffice.convention_views import ConventionInspectView
from catalogue.enums import BEFORE_SIGNATURE, ConventionStatus
from catalogue.models import Convention, MeasureKind, Tariff
from catalogue.resources import ConventionResource
from partners.models import Organisation

STAFF = frozenset({Role.GIE_STAFF})
LANDLORD_EXPORTERS = frozenset({Role.GIE_STAFF, Role.LANDLORD_REFERENT})
PARTIES = frozenset({Role.GIE_STAFF, Role.LANDLORD_REFERENT, Role.SUPPORT_WORKER})


class ConventionAdmin(ScopedModelAdmin):
    model = Convention
    menu_icon = "doc-full"
    base_url_path = "partenaires/conventions"
    readers, creators, editors, exporters = PARTIES, STAFF, STAFF, LANDLORD_EXPORTERS
    resource_class = ConventionResource
    add_label = "Ajouter une convention"
    intro = "Les accords entre le GIE et les opérateurs ou les bailleurs : chaque mesure court sous l'un d'eux."
    empty_message = "Aucune convention n'est encore enregistrée. Sans convention signée, aucune mesure ne peut s'ouvrir."
    list_display = ("record_link", "partner", "status", "capacity", "starts_on", "ends_on")
    list_filter = (
        choice_filter("status", "État", ConventionStatus),
        related_filter("partner", "Partenaire", Organisation, kind__in=["operator", "landlord"]),
    )
    list_select_related = ("partner",)
    search_fields = ("number", "partner__search_key")
    inspect_view_class = ConventionInspectView
    inspect_template_name = "catalogue/convention.html"
    inspect_view_fields: ClassVar = [
        "number",
        "partner",
        "purpose",
        "framework",
        "territory",
        "status",
        "measure_kinds",
        "capacity",
        "signed_on",
        "starts_on",
        "ends_on",
    ]
    panels: ClassVar = [
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("number"), FieldPanel("partner")]), FieldPanel("purpose"), FieldPanel("framework")], heading="Parties et objet"
        ),
        MultiFieldPanel([FieldPanel("measure_kinds", widget=forms.CheckboxSelectMultiple), FieldPanel("capacity")], heading="Mesures"),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("starts_on"), FieldPanel("ends_on")]), FieldPanel("territory")],
            heading="Dates et territoire",
        ),
    ]

    def can_edit(self, user: Any, instance: Any) -> bool:
        return instance.status in BEFORE_SIGNATURE

    def get_success_url(self, instance: Any) -> str:
        return self.get_record_url(instance)


class MeasureKindAdmin(ScopedModelAdmin):
    model = MeasureKind
    menu_icon = "tasks"
    base_url_path = "couts/types-de-mesure"
    readers, editors = STAFF, STAFF
    intro = "Ce que le dispositif finance : le diagnostic, l'accompagnement et la gestion locative adaptée."
    list_display = ("record_link", "base", "periodicity")
    inspect_view_fields: ClassVar = ["name", "base", "periodicity", "description"]
    panels: ClassVar = [MultiFieldPanel([FieldPanel("name"), FieldPanel("description")], heading="Type de mesure")]


class TariffForm(ScopedModelForm):
    """Once a price runs, only its last day can be set: a change never rewrites the past."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and self.instance.starts_on <= timezone.localdate():
            for name in ("kind", "convention", "amount", "starts_on"):
                self.fields[name].disabled = True


class TariffAdmin(ScopedModelAdmin):
    model = Tariff
    form_class = TariffForm
    menu_icon = "tag"
    base_url_path = "couts/tarifs"
    readers, creators, editors = STAFF, STAFF, STAFF
    add_label = "Ajouter un tarif"
    intro = "Les prix du dispositif et leurs dates. Pour changer un prix, fermez le tarif en cours puis ajoutez le suivant : le passé ne change pas."
    list_display = ("record_link", "convention", "amount", "starts_on", "ends_on")
    list_filter = (related_filter("kind", "Mesure", MeasureKind),)
    list_select_related = ("kind", "convention")
    inspect_view_fields: ClassVar = ["kind", "convention", "amount", "starts_on", "ends_on"]
    panels: ClassVar = [
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("kind"), FieldPanel("convention"), FieldPanel("amount")]),
                FieldRowPanel([FieldPanel("starts_on"), FieldPanel("ends_on")]),
            ],
            heading="Tarif",
        )
    ]
