"""The words, the grid and the rent hint that staff edit without code."""

from typing import Any, ClassVar

from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel

from access.backoffice import ScopedModelAdmin, ScopedModelForm, boolean_filter, choice_filter
from access.enums import Role
from households.enums import NeedScale
from households.models import Criterion, NeedTopic, RentGuideline

STAFF = frozenset({Role.GIE_STAFF})


class NeedTopicForm(ScopedModelForm):
    """Where a need stands, and whether it is sensitive, is settled when it is added: what was noted under it keeps its meaning and its readers."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            for name in ("scale", "is_sensitive"):
                self.fields[name].disabled = True


class NeedTopicAdmin(ScopedModelAdmin):
    model = NeedTopic
    form_class = NeedTopicForm
    menu_icon = "list-ul"
    menu_label = "Vocabulaire des besoins"
    base_url_path = "vocabulaires/besoins"
    readers, creators, editors = STAFF, STAFF, STAFF
    add_label = "Ajouter un besoin"
    intro = "Les besoins que l'on coche dans un diagnostic, par échelle. Un besoin retiré n'est plus proposé ; les diagnostics passés le gardent."
    empty_message = "Le vocabulaire est vide : ajoutez un premier besoin."
    list_display = ("record_link", "scale", "is_sensitive", "position", "is_retired")
    list_filter = (
        choice_filter("scale", "Échelle", NeedScale),
        boolean_filter("is_sensitive", "Sensible"),
        boolean_filter("is_retired", "Retiré"),
    )
    ordering = ("scale", "position", "label")
    inspect_view_fields: ClassVar = ["label", "scale", "is_sensitive", "position", "is_retired"]
    panels: ClassVar = [
        MultiFieldPanel(
            [
                FieldPanel("label"),
                FieldRowPanel([FieldPanel("scale"), FieldPanel("position")]),
                FieldPanel("is_sensitive"),
                FieldPanel("is_retired"),
            ],
            heading="Besoin",
        )
    ]


class CriterionAdmin(ScopedModelAdmin):
    model = Criterion
    menu_icon = "list-ol"
    menu_label = "Grille d'évaluation"
    base_url_path = "vocabulaires/grille"
    readers, creators, editors = STAFF, STAFF, STAFF
    add_label = "Ajouter un critère"
    intro = "Ce que chaque évaluation regarde, noté de 1 à 4. Un critère retiré n'est plus demandé ; les évaluations passées le gardent."
    empty_message = "La grille est vide : ajoutez un premier critère."
    list_display = ("record_link", "help_text", "position", "is_retired")
    list_filter = (boolean_filter("is_retired", "Retiré"),)
    ordering = ("position", "label")
    inspect_view_fields: ClassVar = ["label", "help_text", "position", "is_retired"]
    panels: ClassVar = [
        MultiFieldPanel([FieldPanel("label"), FieldPanel("help_text"), FieldPanel("position"), FieldPanel("is_retired")], heading="Critère")
    ]


class RentGuidelineAdmin(ScopedModelAdmin):
    model = RentGuideline
    menu_icon = "tag"
    menu_label = "Repère de loyer"
    base_url_path = "vocabulaires/repere-de-loyer"
    readers, editors = STAFF, STAFF
    intro = "La part des ressources affichée en repère à côté du loyer plafond. Elle n'impose rien."
    list_display = ("record_link",)
    inspect_view_fields: ClassVar = ["low_percent", "high_percent"]
    panels: ClassVar = [MultiFieldPanel([FieldRowPanel([FieldPanel("low_percent"), FieldPanel("high_percent")])], heading="Part des ressources")]
