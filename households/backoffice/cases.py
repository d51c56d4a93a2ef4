"""The list of households, and the form through which one enters the scheme."""

from collections.abc import Sequence
from typing import Any, ClassVar, Final
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, Value
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel

from access.backoffice import HeaderButton, ScopedModelAdmin, ScopedModelForm, boolean_filter, choice_filter, related_filter
from access.backoffice.filters import SelectFilter
from access.backoffice.views import BoundedPaginator, CreateView, EditView, HistoryView, IndexView
from access.enums import Role
from access.forms import show_refusal
from access.models import User
from access.text import Folded, search_words
from catalogue.models import Commune, Epci
from households import actions, policies
from households.actions.cases import SENT_TWICE, TWINS
from households.application_numbers import hold_register, refuse_known_number
from households.backoffice.admin import CASE_READERS, HOUSING_READERS, STAFF
from households.backoffice.outreach import SilenceFilter, contact_link, last_met
from households.backoffice.pending import upcoming_of
from households.backoffice.twins import with_links
from households.enums import BEFORE_THE_SEARCH, EntryDoor, Stage
from households.journal import CASE, case_opened
from households.likeness import Likeness, alike, recorded
from households.models import Household, HouseholdMerge, Person
from households.models.cases import LONGEST_OVERDUE
from households.models.delays import rules_by_commune
from households.steering import EVERY_OPEN
from households.writing import case_write, lock


class StageFilter(choice_filter("stage", "Étape", Stage)):
    """By stage, or every case that is not closed."""

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[Any, str]]:
        return [(EVERY_OPEN, "Tous les dossiers non clos"), *super().lookups(request, model_admin)]

    def queryset(self, request: Any, queryset: Any) -> Any:
        return queryset.exclude(stage=Stage.CLOSED) if self.value() == EVERY_OPEN else super().queryset(request, queryset)


OUT_OF_TIME: Final = "hors"
ENTERED_BY_STAFF: Final = ("opened_on", "officer", "reported_by", "report_reason", "reported_on", "is_confidential")
"""What only the GIE writes of how a household entered the scheme, and who holds its case."""


class OverdueFilter(SelectFilter):
    """Keeps the cases not closed whose wait is, or is not yet, beyond the délai anormalement long today."""

    title = "Délai"
    parameter_name = "delai"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        return [(OUT_OF_TIME, "Hors délai"), ("dans", "Dans les délais")]

    def queryset(self, request: Any, queryset: Any) -> Any:
        today = timezone.localdate()
        if self.value() == OUT_OF_TIME:
            return queryset.exclude(stage=Stage.CLOSED).filter(wait_limit__lt=today)
        return queryset.exclude(stage=Stage.CLOSED).filter(wait_limit__gte=today) if self.value() else queryset


class HouseholdSearch(ScopedModelAdmin.search_handler_class):
    """By reference or application number and, where the user reads identities, by the members' names."""

    def search_queryset(self, queryset: Any, search_term: str, **kwargs: Any) -> Any:
        for word in search_words(search_term):
            folded = Folded(Value(word))
            found = Q(search_key__contains=folded)
            if "people" in self.search_fields:
                found |= Q(pk__in=Person.objects.filter(search_key__contains=folded).values("household"))
                found |= Q(pk__in=HouseholdMerge.objects.standing().filter(absorbed_reference=word.upper()).values("kept"))
            queryset = queryset.filter(found)
        return queryset


class OverduePaginator(BoundedPaginator):
    """Pages of those out of time: to sort them all for each page would read every case."""

    def finds_ids_first(self, bottom: int) -> bool:
        return True

    def ids_between(self, bottom: int, top: int) -> list[int]:
        ids: list[int] = self.object_list.longest_overdue(bottom, top, on=timezone.localdate())
        return ids


class HouseholdList(IndexView):
    """The list, each case with what it waits for as its reader may know it, and the rule its wait is measured by."""

    @property
    def is_by_delay(self) -> bool:
        """Of those out of time, the longest overdue come first."""
        return bool(self.params.get(OverdueFilter.parameter_name) == OUT_OF_TIME and self.ORDER_VAR not in self.params)

    def get_ordering(self, request: Any, queryset: Any) -> list[str]:
        return list(LONGEST_OVERDUE) if self.is_by_delay else super().get_ordering(request, queryset)

    def get_paginator(self) -> BoundedPaginator:
        """A partner's few cases are sorted whole."""
        reads_all = self.is_by_delay and self.request.user.role == Role.GIE_STAFF
        return OverduePaginator(self.queryset, self.items_per_page) if reads_all else super().get_paginator()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["object_list"] = list(context["object_list"])
        today = timezone.localdate()
        upcoming = upcoming_of(context["object_list"], user=self.request.user, on=today)
        rules = rules_by_commune(today)
        for household in context["object_list"]:
            household.delay_rule = rules.get(household.commune_id)
            household.upcoming = upcoming.get(household.pk)
            household.can_note_contact = policies.may_write(self.request.user, "outreach")
        return context


class HouseholdForm(ScopedModelForm):
    """A household as it enters the scheme: nothing of it lies in the future, and an officer of the GIE holds it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["officer"].queryset = User.objects.open().filter(role=Role.GIE_STAFF)
        known = self.instance
        if known._state.adding:
            self.initial["officer"] = self.for_user.pk
        hidden = set(ENTERED_BY_STAFF) if self.for_user.role == Role.SUPPORT_WORKER else set()
        if known.pk and known.reported_by and policies.referring_service(self.for_user, known) is None:
            hidden.add("reported_by")
        if known.pk and not policies.field_groups(self.for_user, known).resources:
            hidden.add("monthly_resources")
        for name in hidden:
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        today, known = timezone.localdate(), self.instance
        for name in ("opened_on", "reported_on", "seniority_on", "dalo_appeal_on", "dalo_decided_on"):
            if cleaned.get(name) and cleaned[name] > today:
                self.add_error(name, "Cette date est dans l'avenir.")
        if known.pk and "entry_door" in self.changed_data and (known.suspended_from or known.stage) not in BEFORE_THE_SEARCH:
            self.add_error("entry_door", "La porte d'entrée ne change plus une fois le dossier orienté par le comité.")
        if cleaned.get("application_number"):
            try:
                refuse_known_number(household=Household(pk=known.pk, application_number=cleaned["application_number"]), by=self.for_user)
            except ValidationError as refusal:
                self.add_error(None, with_links(refusal))
        return cleaned


class HouseholdCreateView(CreateView):
    """Opens a case, once however often the form is sent; cases like it are shown first, and left to whoever writes to tell apart."""

    likenesses: Sequence[Likeness] = ()

    def form_valid(self, form: Any) -> HttpResponse:
        form.instance.opening_key = self.opening_key()
        form.told_apart = {int(pk) for pk in self.request.POST.getlist("distinct") if pk.isdecimal()}
        try:
            with transaction.atomic():
                household = self.model_admin.save_form(form, by=self.request.user)
        except ValidationError as refusal:
            return self.refused(form, refusal)
        messages.success(self.request, f"Enregistré : {household}.")
        return redirect(self.model_admin.get_success_url(household))

    def refused(self, form: Any, refusal: ValidationError) -> HttpResponse:
        code = getattr(refusal, "code", "")
        if code == SENT_TWICE:
            opened = Household.objects.visible_to(self.request.user).filter(opening_key=form.instance.opening_key).first()
            if opened is not None:
                return redirect(self.model_admin.get_success_url(opened))
        if code == TWINS:
            entered = recorded(form.instance, form.instance.people.all(), "votre saisie")
            self.likenesses = alike(entered, user=self.request.user)
            for likeness in self.likenesses:
                case_opened(self.request, likeness.household)
            return self.render_to_response(self.get_context_data(form=form))
        show_refusal(form, with_links(refusal))
        return self.form_invalid(form)

    def opening_key(self) -> UUID:
        """The mark of the form sent; a form that comes without one gets its own."""
        try:
            return UUID(self.request.POST.get("envoi", ""))
        except ValueError:
            return uuid4()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(opening_key=self.opening_key(), likenesses=self.likenesses, **kwargs)


class StaffHistoryView(HistoryView):
    """Who wrote what to a case, for those who steer it."""

    def check_action_permitted(self, user: Any) -> bool:
        return user.role in STAFF


class HouseholdEditView(EditView):
    """The sheet; the way to its history for those who read it."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context if self.request.user.role in STAFF else {**context, "history_url": None}


class HouseholdAdmin(ScopedModelAdmin):
    model = Household
    menu_icon = "group"
    base_url_path = "menages/dossiers"
    inspect_view_enabled = False
    readers, creators, editors = HOUSING_READERS, STAFF, CASE_READERS
    history_view_class = StaffHistoryView
    edit_view_class = HouseholdEditView
    search_handler_class = HouseholdSearch
    index_view_class = HouseholdList
    create_view_class = HouseholdCreateView
    header_buttons = (HeaderButton("Doublons possibles", "households:twins", STAFF),)
    form_class = HouseholdForm
    add_label = "Enregistrer un ménage"
    intro = "Les ménages suivis, chacun avec son étape et ce qu'il attend."
    empty_message = "Aucun ménage n'est encore suivi. Enregistrez le premier, ou attendez un signalement."
    list_filter = (
        StageFilter,
        choice_filter("entry_door", "Porte d'entrée", EntryDoor),
        OverdueFilter,
        related_filter("commune", "Commune", Commune),
        related_filter("commune__epci", "EPCI", Epci),
        boolean_filter("is_dalo", "DALO"),
    )
    list_select_related = ("commune", "officer")
    ordering = ("-pk",)
    panels: ClassVar = [
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("entry_door"), FieldPanel("opened_on")]),
                FieldRowPanel([FieldPanel("commune"), FieldPanel("officer")]),
                FieldRowPanel([FieldPanel("reported_by"), FieldPanel("report_reason")]),
                FieldPanel("reported_on"),
                FieldPanel("is_confidential"),
            ],
            heading="Entrée dans le dispositif",
        ),
        InlinePanel("people", heading="Personnes du ménage", label="une personne"),
        MultiFieldPanel([FieldRowPanel([FieldPanel("size"), FieldPanel("monthly_resources")])], heading="Composition et ressources"),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("application_number"), FieldPanel("seniority_on")]),
                FieldRowPanel([FieldPanel("is_dalo"), FieldPanel("has_collective_agreement"), FieldPanel("is_pdalpd")]),
                FieldRowPanel([FieldPanel("dalo_appeal_on"), FieldPanel("dalo_decision"), FieldPanel("dalo_decided_on")]),
            ],
            heading="Demande et éligibilités",
        ),
    ]

    def get_queryset(self, request: Any) -> Any:
        today = timezone.localdate()
        return super().get_queryset(request).with_wait_limit(on=today).with_silence(on=today).prefetch_related("people")

    def get_list_filter(self, request: Any) -> tuple[Any, ...]:
        """Who was met is told to those who read the support only."""
        return (*self.list_filter, SilenceFilter) if request.user.role in CASE_READERS else self.list_filter

    def record_link(self, household: Household) -> str:
        contact = contact_link(household) if household.can_note_contact else ""
        return format_html("{}{}", super().record_link(household), contact)

    record_link.short_description = "Dossier"

    def last_met(self, household: Household) -> str:
        return last_met(household)

    last_met.short_description = "Rencontré le"

    def get_list_display(self, request: Any) -> tuple[str, ...]:
        names, met = (("holder",), ("last_met",)) if request.user.role in CASE_READERS else ((), ())
        return ("record_link", *names, "entry_door", "stage", "commune", "overdue", *met, "waits_for", "due")

    def get_search_fields(self, request: Any) -> tuple[str, ...]:
        return ("search_key", "people") if request.user.role in CASE_READERS else ("search_key",)

    def get_record_url(self, instance: Household) -> str:
        return reverse("households:case", args=[instance.pk])

    def get_success_url(self, instance: Any) -> str:
        return self.get_record_url(instance)

    def case_of(self, instance: Household) -> tuple[str, Household]:
        return CASE, instance

    def can_edit(self, user: Any, instance: Household) -> bool:
        return instance.stage != Stage.CLOSED

    def save_form(self, form: Any, *, by: Any) -> Any:
        if form.instance._state.adding:
            return actions.open_household(household=form.save(commit=False), by=by, told_apart=form.told_apart)
        with case_write():
            former = lock(form.instance).officer
            if "application_number" in form.changed_data:
                hold_register()
                refuse_known_number(household=form.instance, by=by)
            household: Any = super().save_form(form, by=by)
            if household.officer != former:
                actions.note_officer(household=household, former=former, officer=household.officer, by=by)
            if household.is_confidential:
                actions.name_on_case(household=household, user=by, by=by)
        return household

    def holder(self, household: Household) -> str:
        return next((person.full_name for person in household.people.all()), "–")

    holder.short_description = "Titulaire"

    def overdue(self, household: Household) -> str:
        limit = household.wait_limit
        if limit is None or household.stage == Stage.CLOSED:
            return "–"
        rule, days = household.delay_rule, (timezone.localdate() - limit).days
        shown = format_html('<span class="solive-tag solive-tag--late">Hors délai, {} j</span>', days) if days > 0 else "Dans les délais"
        return format_html("{}<br><small>{} mois, {}</small>", shown, rule.months, rule.territory)

    overdue.short_description = "Délai"
    overdue.admin_order_field = "wait_limit"

    def waits_for(self, household: Household) -> str:
        action = household.upcoming
        return format_html("{}<br><small>{}</small>", action.label, action.who) if action else "–"

    waits_for.short_description = "Prochaine action"

    def due(self, household: Household) -> str:
        action = household.upcoming
        if action is None:
            return "–"
        shown = action.due_on.strftime("%d/%m/%Y")
        return format_html('<span class="solive-tag solive-tag--late">{}, en retard</span>', shown) if action.is_late else shown

    due.short_description = "Avant le"
