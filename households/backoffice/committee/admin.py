"""The list of sessions, and the form that plans one."""

from typing import Any, ClassVar

from django import forms
from django.urls import reverse
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel

from access.backoffice import ScopedModelAdmin, ScopedModelForm, choice_filter
from access.backoffice.forms import person_label
from access.enums import Role
from access.models import User
from households import actions
from households.enums import SessionState
from households.models import CommitteeSession
from households.models.committee import SEATED

STAFF = frozenset({Role.GIE_STAFF})


class CommitteeSessionForm(ScopedModelForm):
    """Who is called: committee members and GIE staff whose account is open."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = self.fields["members"]
        members.queryset = User.objects.open().filter(role__in=SEATED).order_by("last_name", "first_name")
        members.label_from_instance = person_label
        self.fields["starts_at"].widget.attrs["placeholder"] = "14:00"


class CommitteeSessionAdmin(ScopedModelAdmin):
    model = CommitteeSession
    form_class = CommitteeSessionForm
    menu_icon = "calendar"
    menu_label = "Séances du comité"
    base_url_path = "comite/seances"
    inspect_view_enabled = False
    history_view_enabled = False
    readers, creators, editors = STAFF | {Role.COMMITTEE}, STAFF, STAFF
    add_label = "Prévoir une séance"
    intro = (
        "Les séances du comité d'orientation et d'évaluation. L'ordre du jour se remplit de ce qui est dû ; la séance close donne son procès-verbal."
    )
    empty_message = "Aucune séance n'est encore prévue."
    list_display = ("record_link", "starts_at", "place", "state")
    list_filter = (choice_filter("state", "État", SessionState),)
    panels: ClassVar = [
        MultiFieldPanel([FieldRowPanel([FieldPanel("held_on"), FieldPanel("starts_at")]), FieldPanel("place")], heading="Séance"),
        MultiFieldPanel([FieldPanel("members", widget=forms.CheckboxSelectMultiple)], heading="Membres convoqués"),
    ]

    def get_record_url(self, instance: CommitteeSession) -> str:
        return reverse("committee:session", args=[instance.pk])

    def get_success_url(self, instance: Any) -> str:
        return self.get_record_url(instance)

    def can_edit(self, user: Any, instance: CommitteeSession) -> bool:
        return instance.state == SessionState.PLANNED

    def save_form(self, form: Any, *, by: Any) -> Any:
        return actions.plan_session(session=form.save(commit=False), members=form.cleaned_data["members"], by=by)
