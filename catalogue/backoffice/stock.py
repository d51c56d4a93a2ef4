"""Screens of homes."""

from typing import Any, ClassVar

from django import forms
from django.utils.html import format_html
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel

from access.backoffice import HeaderButton, ScopedModelAdmin, ScopedModelForm, boolean_filter, choice_filter, related_filter
from access.backoffice.views import InspectView
from access.enums import Role
from catalogue.backoffice.sections import sections_of
from catalogue.enums import DeclaredOccupation, MobilisationMode, Typology
from catalogue.models import Commune, NearbyService, Residence, Unit
from catalogue.resources import UnitResource
from partners.models import Organisation

STAFF = frozenset({Role.GIE_STAFF})
STOCK_READERS = frozenset({Role.GIE_STAFF, Role.LANDLORD_REFERENT})


class UnitForm(ScopedModelForm):
    """A home; the services near it are ticked among those of the vocabulary."""

    nearby_services = forms.ModelMultipleChoiceField(
        label="Services à proximité",
        queryset=NearbyService.objects.all(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="Les services que l'on rejoint à pied. Ne cochez rien si personne ne l'a vérifié : on ne le comptera ni pour ni contre.",
    )

    def clean_nearby_services(self) -> list[int] | None:
        """The ids of the services ticked, with those noted before that are no longer offered; None when there is none."""
        offered = set(self.fields["nearby_services"].queryset.values_list("pk", flat=True))
        kept = {pk for pk in self.instance.nearby_services or [] if pk not in offered}
        return sorted(kept | {service.pk for service in self.cleaned_data["nearby_services"]}) or None


class UnitInspectView(InspectView):
    """A home as its landlord describes it, and what other rooms know of it."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(sections=sections_of(self.request, self.instance), **kwargs)


class UnitAdmin(ScopedModelAdmin):
    model = Unit
    form_class = UnitForm
    inspect_view_class = UnitInspectView
    inspect_template_name = "catalogue/unit.html"
    menu_icon = "home"
    base_url_path = "logements/parc"
    readers = STOCK_READERS | {Role.SUPPORT_WORKER}
    creators, editors, exporters = STAFF, STAFF, STOCK_READERS
    resource_class = UnitResource
    add_label = "Ajouter un logement"
    intro = "Le parc des bailleurs, tel que leurs fichiers le donnent, et les logements fléchés pour le dispositif."
    empty_message = "Aucun logement n'est encore enregistré. Importez le fichier patrimoine d'un bailleur."
    list_display = ("record_link", "landlord", "commune", "typology", "area", "rent", "occupation", "earmarked")
    list_filter = (
        related_filter("landlord", "Bailleur", Organisation, kind="landlord"),
        related_filter("commune", "Commune", Commune),
        choice_filter("typology", "Typologie", Typology),
        choice_filter("declared_occupation", "Occupation", DeclaredOccupation),
        choice_filter("mobilisation_mode", "Mobilisation", MobilisationMode),
        boolean_filter("is_earmarked", "Fléché"),
    )
    list_select_related = ("landlord", "commune")
    search_fields = ("search_key",)
    ordering = ("-pk",)
    inspect_view_fields: ClassVar = [
        "landlord",
        "residence",
        "address",
        "rpls_id",
        "typology",
        "living_area",
        "floor",
        "built_year",
        "building_type",
        "initial_financing",
        "main_rent",
        "charges",
        "energy_class",
        "emission_class",
        "is_accessible",
        "has_lift",
        "has_outdoor_space",
        "animals_allowed",
        "services_near",
        "quota",
        "declared_occupation",
        "available_on",
        "mobilisation_mode",
        "is_earmarked",
        "withdrawn_on",
    ]
    panels: ClassVar = [
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("landlord"), FieldPanel("residence")]),
                FieldRowPanel([FieldPanel("reference"), FieldPanel("rpls_id")]),
            ],
            heading="Identité",
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("street_number"), FieldPanel("street")]),
                FieldPanel("address_extra"),
                FieldRowPanel([FieldPanel("postcode"), FieldPanel("commune")]),
            ],
            heading="Adresse",
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("typology"), FieldPanel("living_area"), FieldPanel("floor")]),
                FieldRowPanel([FieldPanel("built_year"), FieldPanel("building_type"), FieldPanel("initial_financing")]),
                FieldRowPanel([FieldPanel("energy_class"), FieldPanel("emission_class"), FieldPanel("quota")]),
                FieldRowPanel([FieldPanel("is_accessible"), FieldPanel("has_lift")]),
                FieldRowPanel([FieldPanel("has_outdoor_space"), FieldPanel("animals_allowed")]),
                FieldPanel("nearby_services"),
            ],
            heading="Description",
        ),
        MultiFieldPanel([FieldRowPanel([FieldPanel("main_rent"), FieldPanel("charges")])], heading="Loyer"),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("declared_occupation"), FieldPanel("available_on")]),
                FieldRowPanel([FieldPanel("mobilisation_mode"), FieldPanel("is_earmarked"), FieldPanel("withdrawn_on")]),
            ],
            heading="Disponibilité et mobilisation",
        ),
    ]
    header_buttons = (
        HeaderButton("Imports passés", "stock_exchange:journal", STOCK_READERS),
        HeaderButton("Importer un fichier", "stock_exchange:upload", STOCK_READERS),
    )

    def address(self, unit: Unit) -> str:
        return unit.address

    address.short_description = "Adresse"

    def services_near(self, unit: Unit) -> str:
        return ", ".join(unit.service_names) or "non renseigné"

    services_near.short_description = "Services à proximité"

    def rent(self, unit: Unit) -> Any:
        return unit.main_rent

    rent.short_description = "Loyer (€)"
    rent.admin_order_field = "main_rent"

    def area(self, unit: Unit) -> Any:
        return unit.living_area

    area.short_description = "Surface (m²)"
    area.admin_order_field = "living_area"

    def occupation(self, unit: Unit) -> str:
        return unit.get_declared_occupation_display() or "–"

    occupation.short_description = "Occupation"
    occupation.admin_order_field = "declared_occupation"

    def earmarked(self, unit: Unit) -> str:
        return format_html('<span class="solive-tag solive-tag--done">{}</span>', "Fléché") if unit.is_earmarked else "–"

    earmarked.short_description = "Fléché"
    earmarked.admin_order_field = "is_earmarked"


class ResidenceAdmin(ScopedModelAdmin):
    model = Residence
    menu_icon = "home"
    base_url_path = "logements/residences"
    readers, creators, editors = STOCK_READERS, STAFF, STAFF
    add_label = "Ajouter une résidence"
    intro = "Les immeubles et groupes d'immeubles des bailleurs."
    empty_message = "Aucune résidence n'est encore enregistrée."
    list_display = ("record_link", "landlord", "commune", "street")
    list_filter = (related_filter("landlord", "Bailleur", Organisation, kind="landlord"),)
    list_select_related = ("landlord", "commune")
    search_fields = ("name", "street")
    inspect_view_fields: ClassVar = ["name", "landlord", "street", "postcode", "commune"]
    panels: ClassVar = [
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("landlord"), FieldPanel("name")]),
                FieldPanel("street"),
                FieldRowPanel([FieldPanel("postcode"), FieldPanel("commune")]),
            ],
            heading="Résidence",
        )
    ]


class NearbyServiceAdmin(ScopedModelAdmin):
    model = NearbyService
    menu_icon = "list-ul"
    base_url_path = "logements/services"
    readers, creators, editors = STAFF, STAFF, STAFF
    inspect_view_enabled = False
    add_label = "Ajouter un service"
    intro = "Ce dont un ménage peut avoir besoin près de chez lui. On le coche sur les logements et dans les diagnostics."
    empty_message = "Aucun service n'est encore défini."
    list_display = ("record_link", "position", "is_active")
    search_fields = ("name",)
    panels: ClassVar = [
        MultiFieldPanel([FieldPanel("name"), FieldRowPanel([FieldPanel("position"), FieldPanel("is_active")])], heading="Service de proximité")
    ]

    def get_record_url(self, instance: NearbyService) -> str:
        return self.url_helper.get_action_url("edit", instance.pk)
