"""What is typed around a session of the committee."""

from typing import Any

from django import forms

from access.backoffice.forms import person_label
from access.models import User
from households.enums import EVALUATION_OUTCOMES, ORIENTATION_OUTCOMES, AgendaKind, CommitteeOutcome, MeasureEnd, NeedLevel
from households.forms.base import chosen_among
from households.models import AgendaItem, CommitteeSession, Household

ENDS = (MeasureEnd.COMPLETED, MeasureEnd.REFUSED, MeasureEnd.OTHER)


class AddToAgendaForm(forms.Form):
    reference = forms.CharField(label="Référence du dossier", max_length=12, help_text="Par exemple MEN-00042.")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.user = user

    def clean_reference(self) -> Household:
        found = Household.objects.visible_to(self.user).filter(reference__iexact=self.cleaned_data["reference"].strip()).first()
        if found is None:
            raise forms.ValidationError("Aucun dossier ne porte cette référence : vérifiez-la dans la liste des ménages.")
        return found


class DecisionForm(forms.Form):
    """The decision on one point; what it needs besides depends on it."""

    outcome = forms.ChoiceField(label="Décision du comité", widget=forms.RadioSelect)
    support_level = forms.ChoiceField(label="Accompagnement", choices=NeedLevel, required=False)
    management_level = forms.ChoiceField(label="Gestion locative adaptée", choices=NeedLevel, required=False)
    end_reason = forms.ChoiceField(
        label="Motif de l'arrêt",
        choices=chosen_among([(end.value, end.label) for end in ENDS]),
        required=False,
        help_text="Pour arrêter les mesures.",
    )
    note = forms.CharField(
        label="Précision", max_length=200, required=False, help_text="Sans nom de personne ni donnée de santé : elle est au procès-verbal."
    )

    def __init__(self, *args: Any, item: AgendaItem, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        is_orientation = item.kind == AgendaKind.ORIENTATION
        self.fields["outcome"].choices = [
            (outcome.value, outcome.label) for outcome in (ORIENTATION_OUTCOMES if is_orientation else EVALUATION_OUTCOMES)
        ]
        diagnosis = item.household.diagnoses.completed().order_by("-completed_on", "-pk").first()
        levels = {"support": "support_level", "adapted_management": "management_level"}
        if is_orientation:
            del self.fields["end_reason"]
            if diagnosis is not None:
                self.initial = {name: getattr(diagnosis, name) for name in levels.values()}
        else:
            running = item.household.measures.running(on=item.session.held_on).with_level(on=item.session.held_on).select_related("kind")
            self.initial = {levels[measure.kind.code]: measure.present_level for measure in running}
            for name in levels.values():
                self.fields[name].help_text = "Pour ajuster : l'intensité à partir de la séance."

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("outcome") == CommitteeOutcome.STOP and not cleaned.get("end_reason"):
            self.add_error("end_reason", "Indiquez le motif de l'arrêt.")
        return cleaned


class PeopleField(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, person: User) -> str:
        return person_label(person)


class CloseSessionForm(forms.Form):
    attendees = PeopleField(
        label="Qui était présent", queryset=User.objects.none(), error_messages={"required": "Cochez au moins une personne présente."}
    )

    def __init__(self, *args: Any, session: CommitteeSession, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["attendees"].queryset = session.members.order_by("last_name", "first_name")
        self.initial["attendees"] = list(session.members.values_list("pk", flat=True))
