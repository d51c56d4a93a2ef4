"""The case itself: its team, its stops and its end."""

from typing import Any, ClassVar

from django import forms

from access.enums import Role
from access.models import User
from households.enums import ClosingReason
from households.forms.base import CaseForm, MoveForm, chosen_among
from households.models import CaseMember, Household

CASE_ROLES = (Role.GIE_STAFF, Role.LANDLORD_REFERENT, Role.SUPPORT_WORKER)


class NameOnCaseForm(CaseForm):
    person = forms.ModelChoiceField(label="Personne", queryset=User.objects.filter(role__in=CASE_ROLES))


class RemoveFromCaseForm(CaseForm):
    member = forms.ModelChoiceField(label="Personne", queryset=CaseMember.objects.none(), empty_label=None)

    def __init__(self, *args: Any, household: Household, **kwargs: Any) -> None:
        super().__init__(*args, household=household, **kwargs)
        self.fields["member"].queryset = household.team.select_related("user")
        self.fields["member"].label_from_instance = lambda member: member.user.get_full_name()


class SuspendForm(MoveForm):
    suspend_measures = forms.BooleanField(
        label="Suspendre aussi les mesures en cours", required=False, initial=True, help_text="Les jours suspendus ne sont pas payés."
    )


class CloseForm(MoveForm):
    closing_reason = forms.ChoiceField(label="Motif de clôture", choices=chosen_among(ClosingReason))
    field_order: ClassVar = ["closing_reason", "moved_on", "reason"]
