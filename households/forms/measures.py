"""What changes in a running measure."""

from typing import Any, ClassVar

from django import forms

from access.enums import Role
from access.forms import DayField, PastDateField
from access.models import User
from catalogue.enums import ConventionStatus
from catalogue.models import Convention
from households.enums import MeasureEnd, NeedLevel
from households.forms.base import CaseForm, chosen_among
from households.models import Household, SupportMeasure

REFERENT_ROLES = (Role.GIE_STAFF, Role.SUPPORT_WORKER, Role.LANDLORD_REFERENT)
REFERENT_HELP = "Une personne du partenaire qui porte la convention, ou du GIE."


def referents() -> Any:
    """The people who may be a measure's referent, whatever its convention; the action checks for which one they work."""
    return User.objects.open().filter(role__in=REFERENT_ROLES)


class MeasureActionForm(CaseForm):
    """About one of the household's measures that have not ended."""

    measure = forms.ModelChoiceField(label="Mesure", queryset=SupportMeasure.objects.none(), empty_label=None)

    def __init__(self, *args: Any, household: Household, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, household=household, user=user, **kwargs)
        self.fields["measure"].queryset = self.candidates(household).visible_to(user).select_related("kind", "convention__partner")
        self.fields["measure"].label_from_instance = lambda measure: (
            f"{measure.kind.name}, {measure.convention.partner}, jusqu'au {measure.planned_ends_on:%d/%m/%Y}"
        )

    def candidates(self, household: Household) -> Any:
        return household.measures.unended()


class EndMeasureForm(MeasureActionForm):
    ended_on = PastDateField(label="Dernier jour")
    reason = forms.ChoiceField(label="Motif", choices=chosen_among(MeasureEnd))


class LevelForm(MeasureActionForm):
    level = forms.ChoiceField(label="Nouvelle intensité", choices=chosen_among(NeedLevel))
    moved_on = DayField(label="À partir du")


class ReferentForm(MeasureActionForm):
    referent = forms.ModelChoiceField(label="Nouveau référent", queryset=User.objects.none(), help_text=REFERENT_HELP)
    moved_on = PastDateField(label="À partir du")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.fields["referent"].queryset = referents().choosable_by(user)


class ProlongForm(MeasureActionForm):
    planned_ends_on = DayField(label="Nouvelle fin prévue", help_text="Au plus tard le dernier jour de la convention.")
    decided_on = PastDateField(label="Décidé le")


class SuspendMeasureForm(MeasureActionForm):
    moved_on = DayField(label="Suspendue à partir du", help_text="Les jours suspendus ne sont pas payés.")

    def candidates(self, household: Household) -> Any:
        return super().candidates(household).exclude(suspensions__ends_on__isnull=True, suspensions__isnull=False)


class ResumeMeasureForm(MeasureActionForm):
    resumed_on = DayField(label="Reprend le")

    def candidates(self, household: Household) -> Any:
        return super().candidates(household).filter(suspensions__ends_on__isnull=True, suspensions__isnull=False).distinct()


class TransferForm(MeasureActionForm):
    convention = forms.ModelChoiceField(label="Nouvelle convention", queryset=Convention.objects.none())
    referent = forms.ModelChoiceField(label="Référent", queryset=User.objects.none(), required=False, help_text=REFERENT_HELP)
    moved_on = DayField(label="À partir du", help_text="La mesure d'aujourd'hui s'arrête la veille : aucun jour n'est compté deux fois.")
    planned_ends_on = DayField(label="Fin prévue")
    field_order: ClassVar = ["measure", "convention", "referent", "moved_on", "planned_ends_on"]

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        convention = self.fields["convention"]
        convention.queryset = signed_conventions(user)
        convention.label_from_instance = name_convention
        self.fields["referent"].queryset = referents().choosable_by(user)


def signed_conventions(user: Any) -> Any:
    """The signed conventions the user sees."""
    return Convention.objects.visible_to(user).filter(status=ConventionStatus.SIGNED).select_related("partner")


def name_convention(convention: Convention) -> str:
    return f"{convention.number} · {convention.partner}, jusqu'au {convention.ends_on:%d/%m/%Y}"
