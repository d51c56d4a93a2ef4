"""The scoped base class: a screen is a declaration of ten lines on it."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django.contrib.admin.utils import quote
from django.db import models
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.html import format_html
from wagtail.admin.panels import ObjectList, Panel
from wagtail_modeladmin.helpers import AdminURLHelper, ButtonHelper, PermissionHelper
from wagtail_modeladmin.options import ModelAdmin

from access.actions import Narrowing, trace
from access.backoffice import views
from access.backoffice.forms import ScopedModelForm
from access.backoffice.search import FoldedSearchHandler
from access.resources import ExportResource


@dataclass(frozen=True)
class HeaderButton:
    """A further door at the head of a list."""

    label: str
    url_name: str
    roles: frozenset[str]


class FrenchURLHelper(AdminURLHelper):
    """Addresses in the words of those who read them."""

    words: ClassVar[dict[str, str]] = {"create": "ajouter", "edit": "modifier", "inspect": "fiche", "history": "historique", "delete": "supprimer"}

    def get_action_url_pattern(self, action: str) -> str:
        pattern: str = super().get_action_url_pattern(action)
        return pattern.replace(f"/{action}/", f"/{self.words[action]}/", 1) if action in self.words else pattern


class RolePermissionHelper(PermissionHelper):
    """Answers from the sets of roles its screen declares; carries no scope and no state of a request."""

    def __init__(self, model: type[models.Model], inspect_view_enabled: bool, screen: "ScopedModelAdmin") -> None:
        super().__init__(model, inspect_view_enabled)
        self.screen = screen

    def user_has_any_permissions(self, user: Any) -> bool:
        return self.user_can_list(user)

    def user_can_list(self, user: Any) -> bool:
        return user.role in self.screen.readers

    def user_can_create(self, user: Any) -> bool:
        return user.role in self.screen.creators

    def user_can_inspect_obj(self, user: Any, obj: Any) -> bool:
        return self.inspect_view_enabled and self.user_can_list(user)

    def user_can_edit_obj(self, user: Any, obj: Any) -> bool:
        return user.role in self.screen.editors and self.screen.can_edit(user, obj)

    def user_can_delete_obj(self, user: Any, obj: Any) -> bool:
        """Nothing is deleted from a screen: records are closed, ended or withdrawn."""
        return False

    def user_can_export(self, user: Any) -> bool:
        return self.screen.resource_class is not None and user.role in self.screen.exporters


class RecordButtons(ButtonHelper):
    """The buttons on a record's page, in our own words."""

    def edit_button(self, *args: Any, **kwargs: Any) -> dict[str, str]:
        return {**super().edit_button(*args, **kwargs), "label": "Modifier", "title": "Modifier cette fiche"}


class ScopedModelAdmin(ModelAdmin):
    """A back-office screen: who reads, creates, edits and exports, over the records ``visible_to`` the user.

    ``readers``, ``creators``, ``editors`` and ``exporters`` are sets of roles, empty unless declared.
    """

    readers: ClassVar[frozenset[str]] = frozenset()
    creators: ClassVar[frozenset[str]] = frozenset()
    editors: ClassVar[frozenset[str]] = frozenset()
    exporters: ClassVar[frozenset[str]] = frozenset()

    panels: ClassVar[list[Panel]] = []
    form_class: ClassVar[type[ScopedModelForm]] = ScopedModelForm
    resource_class: ClassVar[type[ExportResource] | None] = None
    add_label = "Ajouter"
    intro = ""
    empty_message = "Rien ici pour l'instant."
    header_buttons: ClassVar[tuple[HeaderButton, ...]] = ()
    is_search_told: ClassVar[bool] = True
    """Whether the journal of exports keeps the words searched; not where somebody may type a person's name, for nothing erases that journal."""

    index_view_class = views.IndexView
    create_view_class = views.CreateView
    edit_view_class = views.EditView
    inspect_view_class = views.InspectView
    delete_view_class = views.DeleteView
    history_view_class = views.HistoryView
    inspect_view_enabled = True
    search_handler_class = FoldedSearchHandler
    url_helper_class = FrenchURLHelper
    empty_value_display = "–"
    list_per_page = 50
    button_helper_class = RecordButtons

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self.permission_helper = RolePermissionHelper(self.model, self.inspect_view_enabled, self)

    def record_link(self, instance: Any) -> str:
        """First column of a list: the record's name, leading to it."""
        return format_html('<a href="{}"><strong>{}</strong></a>', self.get_record_url(instance), self.record_name(instance))

    record_link.short_description = "Nom"

    def record_name(self, instance: Any) -> str:
        return str(instance)

    def get_record_url(self, instance: Any) -> str:
        return self.url_helper.get_action_url("inspect", quote(instance.pk))

    def get_list_display_add_buttons(self, request: HttpRequest) -> str:
        """No row of buttons: the first column leads to the record, where the actions are."""
        return ""

    def get_menu_label(self) -> str:
        return self.menu_label or str(self.opts.verbose_name_plural).capitalize()

    def get_queryset(self, request: HttpRequest) -> Any:
        """The records the user sees, in the screen's order."""
        return self.scope(self.model._default_manager.all(), request.user).order_by(*self.get_ordering(request))

    def scope(self, queryset: Any, user: Any) -> Any:
        return queryset.visible_to(user)

    def case_of(self, instance: Any) -> tuple[str, Any] | None:
        """The case that opening this record opens, as the journal calls it: its kind and its record. None when it opens none."""
        return None

    def can_edit(self, user: Any, instance: Any) -> bool:
        """Whether the state of the record allows an edit; the role is checked before."""
        return True

    def get_inspect_view_fields(self) -> list[str]:
        """Only what the screen declares, never a model's every field."""
        return list(self.inspect_view_fields)

    def get_edit_handler(self) -> ObjectList:
        return ObjectList(self.panels, base_form_class=self.form_class)

    def save_form(self, form: Any, *, by: Any) -> models.Model:
        """Save what a valid form holds, inside the caller's transaction; return the record. May raise ValidationError."""
        created = form.instance._state.adding
        instance: models.Model = form.save()
        trace(instance=instance, action="wagtail.create" if created else "wagtail.edit", by=by)
        return instance

    def get_success_url(self, instance: models.Model) -> str:
        return self.url_helper.index_url

    def export(self, queryset: Any, file_format: str, *, narrowing: Narrowing, by: Any) -> HttpResponseBase:
        """The list as narrowed on screen, as a file, told in the journal of exports. Only reached by a role among ``exporters``."""
        if self.resource_class is None:
            raise Http404
        return self.resource_class(user=by).as_response(queryset, file_format, narrowing=narrowing)
