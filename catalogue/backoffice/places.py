"""Screens of places."""

from typing import ClassVar

from django import forms
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel

from access.backoffice import ScopedModelAdmin, related_filter
from access.enums import Role
from catalogue.models import Commune, Epci, Territory

STAFF = frozenset({Role.GIE_STAFF})


class CommuneAdmin(ScopedModelAdmin):
    model = Commune
    menu_icon = "site"
    base_url_path = "logements/communes"
    readers = STAFF
    intro = "Les communes du département et leur EPCI. Elles viennent du code officiel géographique et ne se modifient pas ici."
    list_display = ("record_link", "insee_code", "postcode_list", "epci", "population")
    list_filter = (related_filter("epci", "EPCI", Epci),)
    list_select_related = ("epci",)
    search_fields = ("search_key", "insee_code")
    ordering = ("search_key",)
    inspect_view_fields: ClassVar = ["name", "insee_code", "postcode_list", "epci", "population", "merged_communes"]

    def postcode_list(self, commune: Commune) -> str:
        return ", ".join(commune.postcodes)

    postcode_list.short_description = "Codes postaux"

    def merged_communes(self, commune: Commune) -> str:
        return ", ".join(f"{former.name} ({former.insee_code})" for former in commune.former_communes.all()) or "–"

    merged_communes.short_description = "Communes déléguées ou anciennes"


class TerritoryAdmin(ScopedModelAdmin):
    model = Territory
    menu_icon = "globe"
    base_url_path = "logements/territoires"
    readers, creators, editors = STAFF, STAFF, STAFF
    add_label = "Définir un territoire"
    intro = "Des ensembles de communes que les règles et les conventions nomment. Le plus petit l'emporte quand deux règles diffèrent."
    list_display = ("record_link", "starts_on", "ends_on")
    search_fields = ("name",)
    inspect_view_fields: ClassVar = ["name", "starts_on", "ends_on", "communes"]
    panels: ClassVar = [
        MultiFieldPanel([FieldPanel("name"), FieldRowPanel([FieldPanel("starts_on"), FieldPanel("ends_on")])], heading="Territoire"),
        FieldPanel("communes", widget=forms.SelectMultiple(attrs={"size": 14})),
    ]
