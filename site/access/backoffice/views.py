"""The views behind a scoped screen. Each door of wagtail-modeladmin that answers for a record out of scope is closed here, once."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, ClassVar

from django.contrib.admin.utils import label_for_field, quote, unquote
from django.core.exceptions import BadRequest, ObjectDoesNotExist, ValidationError
from django.core.paginator import Page, Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.timezone import localtime
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column, DateColumn, UserColumn
from wagtail_modeladmin import views as modeladmin

from access.actions import Narrowing
from access.forms import show_refusal
from access.journal.recording import consulted, tracing
from access.templatetags.french import day

LONGEST = 5_000
FAR_DOWN = 1_000


class Guarded:
    """What a user may not do here does not exist: 404 rather than a redirection that would tell."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.check_action_permitted(request.user):
            raise Http404
        return super().dispatch(request, *args, **kwargs)


class ScopedRecord(Guarded):
    """A view of one record, looked up among those the user sees."""

    def __init__(self, model_admin: Any, instance_pk: str) -> None:
        modeladmin.WMABaseView.__init__(self, model_admin)
        self.instance_pk = unquote(instance_pk)
        self.pk_quoted = quote(self.instance_pk)

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        try:
            self.instance = self.model_admin.get_queryset(request).get(pk=self.instance_pk)
        except (self.model.DoesNotExist, ValueError, ValidationError) as missing:
            raise Http404 from missing
        case = self.model_admin.case_of(self.instance)
        if case is not None:
            consulted(request, *case)


class SavesThroughAction:
    """A form that saves whole or not at all, and shows what the rules say against it."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().post(request, *args, **kwargs)
        except ValidationError as damaged:
            raise BadRequest("A line of the form names a record by what is no number.") from damaged

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            with transaction.atomic(), tracing():
                form.refuse_if_changed()
                self.instance = self.model_admin.save_form(form, by=self.request.user)
        except ValidationError as refusal:
            show_refusal(form, refusal)
            return self.form_invalid(form)
        messages.success(self.request, f"Enregistré : {self.instance}.")
        return redirect(self.model_admin.get_success_url(self.instance))

    def get_error_message(self) -> str:
        return "Rien n'est enregistré : corrigez les champs signalés ci-dessous."


class BoundedPaginator(Paginator):
    """Counts and pages no further than ``LONGEST`` rows, so that a list costs the same however large its table grows."""

    @cached_property
    def count(self) -> int:
        rows: int = self.object_list.order_by().values("pk")[: LONGEST + 1].count()
        self.is_cut = rows > LONGEST
        return min(rows, LONGEST)

    def page(self, number: Any) -> Page[Any]:
        """Far down, the page's ids are found first, and only its rows read whole: sorting thousands of whole rows would go through the disk."""
        number = self.validate_number(number)
        bottom = (number - 1) * self.per_page
        if not self.finds_ids_first(bottom):
            return super().page(number)
        ids = self.ids_between(bottom, min(bottom + self.per_page, self.count))
        rows = {row.pk: row for row in self.object_list.filter(pk__in=ids)}
        return Page([rows[pk] for pk in ids if pk in rows], number, self)

    def finds_ids_first(self, bottom: int) -> bool:
        return bottom >= FAR_DOWN

    def ids_between(self, bottom: int, top: int) -> list[Any]:
        """The ids of the rows from one place of the list to another, in its order."""
        return list(self.object_list.values_list("pk", flat=True)[bottom:top])


class NarrowedPaginator(BoundedPaginator):
    """Pages of what a search or a filter leaves: looked for once, for the count and for the page alike."""

    @cached_property
    def count(self) -> int:
        self.is_cut = len(self._ids) > LONGEST
        return min(len(self._ids), LONGEST)

    @cached_property
    def _ids(self) -> list[Any]:
        return list(self.object_list.values_list("pk", flat=True)[: LONGEST + 1])

    def finds_ids_first(self, bottom: int) -> bool:
        return True

    def ids_between(self, bottom: int, top: int) -> list[Any]:
        return self._ids[bottom:top]


class IndexView(Guarded, modeladmin.IndexView):
    """The list: declared filters only, searched and sorted; exported by those who have that right."""

    def check_action_permitted(self, user: Any) -> bool:
        return self.permission_helper.user_can_list(user)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.EXPORT_VAR in request.GET and not self.permission_helper.user_can_export(request.user):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_filters(self, request: HttpRequest) -> Any:
        declared = {list_filter.parameter_name for list_filter in self.list_filter}
        kept = QueryDict(mutable=True)
        for name, values in self.params.lists():
            if name in declared or name in (self.ORDER_VAR, self.SEARCH_VAR):
                kept[name] = values[-1].replace("\x00", "")
        self.params = kept
        self.query = kept.get(self.SEARCH_VAR, "").strip()
        return super().get_filters(request)

    def as_spreadsheet(self, queryset: Any, spreadsheet_format: str) -> HttpResponseBase:
        return self.model_admin.export(queryset, spreadsheet_format, narrowing=self.narrowing(), by=self.request.user)

    def narrowing(self) -> Narrowing:
        """The filters, the search and the order of the list, as the reader sees them."""
        chosen = {spec.parameter_name: spec.value() for spec in self.filter_specs if spec.value()}
        words = [f"{spec.title} : {label}" for spec in self.filter_specs for value, label, is_chosen in spec.options() if is_chosen]
        told = self.query if self.model_admin.is_search_told else ""
        if self.query:
            words.append(f"recherche « {told} »" if told else "recherche (mots non gardés)")
        if self.ORDER_VAR in self.params:
            words.extend(self._order_words(self.params.get(self.ORDER_VAR, "")))
        return Narrowing({"filters": chosen, "search": told, "order": [str(term) for term in self.queryset.query.order_by]}, " ; ".join(words))

    def _order_words(self, order: str) -> Iterator[str]:
        for part in order.split("."):
            _, minus, column = part.rpartition("-")
            if column.isdigit() and int(column) < len(self.list_display):
                label = label_for_field(self.list_display[int(column)], self.model, model_admin=self.model_admin)
                yield f"tri par {str(label).lower()}{', en décroissant' if minus else ''}"

    @property
    def is_narrowed(self) -> bool:
        return bool(self.query or any(spec.value() for spec in self.filter_specs))

    def get_paginator(self) -> BoundedPaginator:
        pages = NarrowedPaginator if self.is_narrowed else BoundedPaginator
        return pages(self.queryset, self.items_per_page)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        paginator = self.get_paginator()
        page = paginator.get_page(self.page_num or 1)
        return super(modeladmin.IndexView, self).get_context_data(
            paginator=paginator,
            page_obj=page,
            object_list=page.object_list,
            user_can_create=self.permission_helper.user_can_create(self.request.user),
            show_search=self.search_handler.show_search_form,
            header_buttons=[button for button in self.model_admin.header_buttons if self.request.user.role in button.roles],
            can_export=self.permission_helper.user_can_export(self.request.user),
            is_narrowed=self.is_narrowed,
            **kwargs,
        )


class CreateView(SavesThroughAction, Guarded, modeladmin.CreateView):
    def get_page_title(self) -> str:
        return self.model_admin.add_label

    get_meta_title = get_page_title

    def get_page_subtitle(self) -> str:
        return ""


class EditView(SavesThroughAction, ScopedRecord, modeladmin.EditView):
    def check_action_permitted(self, user: Any) -> bool:
        return self.permission_helper.user_can_edit_obj(user, self.instance)

    def get_meta_title(self) -> str:
        return f"Modifier {self.instance}"


class InspectView(ScopedRecord, modeladmin.InspectView):
    page_title = ""

    def get_page_title(self) -> str:
        return str(self.instance)

    get_meta_title = get_page_title

    def get_page_subtitle(self) -> str:
        return self.verbose_name.capitalize()

    def get_field_label(self, field_name: str, field: Any = None) -> str:
        return str(label_for_field(field_name, self.model, model_admin=self.model_admin))

    def get_field_display_value(self, field_name: str, field: Any = None) -> Any:
        """The value as a person reads it; what the record stands on but is beyond the reader's sight is shown as empty."""
        shown_by_screen = getattr(self.model_admin, field_name, None)
        if shown_by_screen is not None:
            return shown_by_screen(self.instance)
        try:
            value = getattr(self.instance, field_name, None)
        except ObjectDoesNotExist:
            return self.model_admin.get_empty_value_display(field_name)
        if isinstance(value, bool):
            return "Oui" if value else "Non"
        if isinstance(value, datetime):
            return date_format(localtime(value), "j F Y, H:i")
        if isinstance(value, date):
            return day(value)
        if value == 0:
            return "0"
        return super().get_field_display_value(field_name, field)


class HistoryView(ScopedRecord, modeladmin.HistoryView):
    """Who wrote what and when, for those who write."""

    columns: ClassVar = [
        Column("message", label="Action"),
        UserColumn("user", label="Auteur", blank_display_name="Solive"),
        DateColumn("timestamp", label="Date"),
    ]

    def check_action_permitted(self, user: Any) -> bool:
        return user.role in self.model_admin.editors


class DeleteView(ScopedRecord, modeladmin.DeleteView):
    """Kept only because every screen has its address: nothing is deleted from a screen."""

    def check_action_permitted(self, user: Any) -> bool:
        return False
