"""Screens of measures, prices and conventions."""

from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel

from access.backoffice import ScopedModelAdmin, ScopedModelForm, choice_filter, related_filter
from access.enums import Role
from catalogue.backoffice.convention_views import ConventionInspectView
from catalogue.convention_words import WORDS
from catalogue.enums import BEFORE_SIGNATURE, ConventionStatus
from catalogue.models import Convention, ConventionText, MeasureKind, Tariff
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
        "parties",
        "purpose",
        "framework",
        "territory_today",
        "status",
        "measure_kinds",
        "capacity",
        "signed_on",
        "starts_on",
        "ends_on",
    ]
    panels: ClassVar = [
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("number"), FieldPanel("partner")]),
                FieldPanel("landlords", widget=forms.CheckboxSelectMultiple),
                FieldPanel("purpose"),
                FieldPanel("framework"),
            ],
            heading="Parties et objet",
        ),
        MultiFieldPanel([FieldPanel("measure_kinds", widget=forms.CheckboxSelectMultiple), FieldPanel("capacity")], heading="Mesures"),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("starts_on"), FieldPanel("ends_on")]), FieldPanel("territory")],
            heading="Dates et territoire",
        ),
        MultiFieldPanel([FieldPanel("text")], heading="Texte"),
    ]

    def parties(self, convention: Convention) -> str:
        return ", ".join(["GIE Solive", convention.partner.name, *(landlord.name for landlord in convention.landlords.order_by("name"))])

    parties.short_description = "Parties"

    def territory_today(self, convention: Convention) -> str:
        found = convention.territory_on(timezone.localdate())
        return found.name if found else "–"

    territory_today.short_description = "Territoire"

    def can_edit(self, user: Any, instance: Any) -> bool:
        return instance.status in BEFORE_SIGNATURE

    def get_success_url(self, instance: Any) -> str:
        return self.get_record_url(instance)


class ConventionTextAdmin(ScopedModelAdmin):
    model = ConventionText
    menu_icon = "edit"
    base_url_path = "partenaires/textes-de-convention"
    readers, creators, editors = STAFF, STAFF, STAFF
    add_label = "Ajouter un texte"
    intro = "Le texte d'où chaque convention est générée en PDF. Une convention signée garde le sien : le changer ici ne touche que les suivantes."
    empty_message = "Aucun texte n'est encore écrit : sans lui, une convention n'a pas de PDF."
    list_display = ("record_link",)
    inspect_view_fields: ClassVar = ["partner_kind", "body"]
    panels: ClassVar = [
        MultiFieldPanel(
            [
                FieldPanel("partner_kind"),
                FieldPanel(
                    "body",
                    help_text="Une ligne qui commence par « Article », « Préambule » ou « Annexe » devient un titre. Ces mots entre accolades sont "
                    "remplacés : " + ", ".join(f"{{{word}}} ({meaning})" for word, meaning in WORDS.items()) + ".",
                ),
            ],
            heading="Texte",
        )
    ]


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
