"""Screens of the partners' room."""

from typing import ClassVar

from django import forms
from django.urls import reverse
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel

from access.backoffice import ScopedModelAdmin, ScopedModelForm, boolean_filter, choice_filter, related_filter
from access.enums import Role
from partners.enums import OrganisationKind
from partners.models import DirectoryEntry, KnowHow, Membership, Organisation

STAFF = frozenset({Role.GIE_STAFF})


class OrganisationAdmin(ScopedModelAdmin):
    model = Organisation
    menu_icon = "group"
    base_url_path = "partenaires/organisations"
    readers, creators, editors = STAFF, STAFF, STAFF
    add_label = "Ajouter une organisation"
    intro = "Bailleurs, opérateurs, services et collectivités qui prennent part au dispositif."
    empty_message = "Aucune organisation n'est encore enregistrée. Commencez par les bailleurs du groupement."
    list_display = ("record_link", "kind", "short_name", "phone", "is_active")
    list_filter = (choice_filter("kind", "Nature", OrganisationKind), boolean_filter("is_active", "Active"))
    search_fields = ("search_key",)
    ordering = ("search_key",)
    inspect_view_fields: ClassVar = ["name", "short_name", "kind", "code", "siret", "email", "phone", "is_active", "former_names"]
    panels: ClassVar = [
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("name"), FieldPanel("short_name")]),
                FieldRowPanel([FieldPanel("kind"), FieldPanel("code")]),
                FieldRowPanel([FieldPanel("siret"), FieldPanel("is_active")]),
            ],
            heading="Identité",
        ),
        MultiFieldPanel([FieldRowPanel([FieldPanel("email"), FieldPanel("phone")])], heading="Contact"),
        InlinePanel(
            "names",
            heading="Noms portés autrefois",
            label="un nom",
            help_text="Par exemple, la FNARS est devenue la FAS : un document de 2014 garde son nom de 2014.",
        ),
    ]

    def former_names(self, organisation: Organisation) -> str:
        spans = [
            f"{item.name} (du {item.starts_on:%d/%m/%Y}{f' au {item.ends_on:%d/%m/%Y}' if item.ends_on else ''})" for item in organisation.names.all()
        ]
        return ", ".join(spans) or "–"

    former_names.short_description = "Noms portés autrefois"


class MembershipAdmin(ScopedModelAdmin):
    model = Membership
    menu_icon = "user"
    base_url_path = "partenaires/rattachements"
    readers, creators, editors = STAFF, STAFF, STAFF
    add_label = "Rattacher une personne"
    intro = "Qui travaille pour quelle organisation, et depuis quand. Un rattachement ouvre l'accès à ce qui appartient à l'organisation."
    empty_message = "Aucun rattachement n'est encore enregistré."
    list_display = ("record_link", "person", "position", "is_referent", "starts_on", "ends_on")
    list_filter = (related_filter("organisation", "Organisation", Organisation), boolean_filter("is_referent", "Référent"))
    list_select_related = ("organisation", "user")
    search_fields = ("organisation__search_key",)
    inspect_view_fields: ClassVar = ["organisation", "user", "position", "is_referent", "starts_on", "ends_on"]
    panels: ClassVar = [
        MultiFieldPanel(
            [
                FieldPanel("user"),
                FieldPanel("organisation"),
                FieldRowPanel([FieldPanel("position"), FieldPanel("is_referent")]),
                FieldRowPanel([FieldPanel("starts_on"), FieldPanel("ends_on")]),
            ],
            heading="Rattachement",
        )
    ]

    def record_name(self, instance: Membership) -> str:
        return instance.organisation.name

    def person(self, membership: Membership) -> str:
        return membership.user.get_full_name()

    person.short_description = "Personne"


class DirectoryEntryForm(ScopedModelForm):
    """The address of an entry and whether it shows. What it says changes by a version that the GIE reads over."""

    def clean_is_published(self) -> bool:
        is_published: bool = self.cleaned_data["is_published"]
        if is_published and not self.instance.mission:
            raise forms.ValidationError("Cette fiche est encore vide : rédigez-la d'abord, puis approuvez-la. Elle sera publiée à ce moment-là.")
        return is_published


class DirectoryEntryAdmin(ScopedModelAdmin):
    model = DirectoryEntry
    form_class = DirectoryEntryForm
    menu_icon = "list-ul"
    menu_label = "Fiches d'annuaire"
    base_url_path = "partenaires/annuaire"
    readers, creators, editors = STAFF, STAFF, STAFF
    add_label = "Ajouter une fiche"
    intro = "Ce que l'annuaire public dit de chaque organisation. Ouvrez une fiche pour la rédiger, la relire ou la publier."
    empty_message = "L'annuaire est encore vide. Ajoutez la fiche d'un premier partenaire."
    list_display = ("record_link", "town", "is_published", "verified_on")
    list_filter = (boolean_filter("is_published", "Publiée"),)
    list_select_related = ("organisation",)
    search_fields = ("search_key", "organisation__search_key")
    inspect_view_fields: ClassVar = ["organisation", "slug", "external_id", "is_published", "verified_on", "updated_on", "reminded_on"]
    panels: ClassVar = [
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("organisation"), FieldPanel("slug")]), FieldPanel("external_id"), FieldPanel("is_published")],
            heading="Adresse et publication",
        )
    ]

    def record_name(self, instance: DirectoryEntry) -> str:
        return instance.organisation.name

    def get_record_url(self, instance: DirectoryEntry) -> str:
        return reverse("entries:entry", args=[instance.pk])

    def get_success_url(self, instance: DirectoryEntry) -> str:
        return self.get_record_url(instance)


class KnowHowAdmin(ScopedModelAdmin):
    model = KnowHow
    menu_icon = "tag"
    base_url_path = "partenaires/savoir-faire"
    readers, creators, editors = STAFF, STAFF, STAFF
    add_label = "Ajouter un savoir-faire"
    intro = "Les savoir-faire que les fiches d'annuaire citent, et que le visiteur choisit pour trouver le bon partenaire."
    empty_message = "Aucun savoir-faire n'est encore enregistré : l'annuaire ne propose pas ce filtre."
    list_display = ("record_link", "meaning", "is_in_use")
    list_filter = (boolean_filter("is_in_use", "Proposé"),)
    search_fields = ("search_key",)
    inspect_view_fields: ClassVar = ["name", "code", "meaning", "is_in_use"]
    panels: ClassVar = [
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("name"), FieldPanel("code")]), FieldPanel("meaning"), FieldPanel("is_in_use")], heading="Savoir-faire"
        )
    ]
