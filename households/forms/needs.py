"""Diagnosis and its revision, sensitive needs, committee, evaluation."""

from collections.abc import Iterator
from decimal import ROUND_DOWN, Decimal
from typing import Any, ClassVar, NamedTuple

from django import forms
from django.db.models import Q

from access.forms import PastDateField
from catalogue.models import Epci, NearbyService
from households.enums import ORIENTATION_OUTCOMES, Grade, HouseholdFeeling, NeedScale
from households.forms.base import CaseForm, CaseModelForm, chosen_among
from households.forms.places import CommunesField
from households.models import CommitteeDecision, Criterion, Diagnosis, Evaluation, Household, NeedTopic, RentGuideline, SensitiveNeed
from households.templatetags.money import euros
from partners.enums import OrganisationKind
from partners.models import Organisation


class Section(NamedTuple):
    """A titled part of a long form."""

    title: str
    help_text: str
    fields: list[forms.BoundField]


def diagnosing() -> Any:
    """Who may draw up a diagnosis."""
    return Organisation.objects.active().filter(kind__in=[OrganisationKind.OPERATOR, OrganisationKind.GIE])


class StartDiagnosisForm(CaseForm):
    operator = forms.ModelChoiceField(label="Confier le diagnostic à", queryset=diagnosing())
    started_on = PastDateField(label="À partir du")


class ReviseDiagnosisForm(CaseForm):
    operator = forms.ModelChoiceField(label="Révision établie par", queryset=diagnosing())
    started_on = PastDateField(label="Commencée le")

    def __init__(self, *args: Any, household: Household, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, household=household, user=user, **kwargs)
        last = household.diagnoses.completed().order_by("-completed_on", "-pk").first()
        if last is not None:
            self.initial["operator"] = last.operator_id


def rent_hint(household: Household) -> str:
    """What the resources would bear, as a hint: « Repère : de 360 à 396 € (30 à 33 % des ressources) »; nothing when they are not known."""
    guideline = RentGuideline.objects.first()
    if guideline is None or not household.monthly_resources:
        return "Ce que le ménage peut payer, charges comprises, aides déduites."
    low, high = (
        (household.monthly_resources * percent / 100).quantize(Decimal(1), rounding=ROUND_DOWN)
        for percent in (guideline.low_percent, guideline.high_percent)
    )
    shares = f"{guideline.low_percent} à {guideline.high_percent}\u00a0%"
    return f"Repère : de {low} à {high}\u00a0€, soit {shares} des ressources ({euros(household.monthly_resources)}). C'est vous qui décidez."


class TopicsField(forms.ModelMultipleChoiceField):
    """Needs of a vocabulary as boxes to tick."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, topic: NeedTopic) -> str:
        return f"{topic.label} (retiré du vocabulaire)" if topic.is_retired else topic.label


class DiagnosisForm(CaseModelForm):
    started_on = PastDateField(label="Commencé le")
    finished_on = PastDateField(
        label="Terminé le",
        required=False,
        initial=None,
        help_text="Laissez vide pour garder un brouillon. Un diagnostic terminé ne change plus ; le premier passe au comité.",
    )
    epcis = forms.ModelMultipleChoiceField(
        label="Territoires souhaités",
        queryset=Epci.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Toutes les communes de l'intercommunalité conviennent. Si rien n'est indiqué, tout le département convient.",
    )
    communes = CommunesField(
        label="Communes souhaitées, en plus",
        required=False,
        help_text="Une par ligne, ou séparées par des virgules. Par exemple : Fougères, Lécousse.",
    )
    nearby_services = forms.ModelMultipleChoiceField(
        label="Services à proximité", queryset=NearbyService.objects.all(), required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Diagnosis
        fields: ClassVar = [
            "operator",
            "started_on",
            "smallest",
            "largest",
            "building_type",
            "needs_accessible",
            "needs_ground_floor",
            "needs_outdoor_space",
            "has_animals",
            "ceiling_rent",
            "support_level",
            "management_level",
        ]

    scales: ClassVar = {
        "housing_needs": (NeedScale.HOUSING, "Autres besoins de logement"),
        "living_needs": (NeedScale.LIVING, "Mode de vie à prendre en compte"),
        "support_needs": (NeedScale.SUPPORT, "Besoins d'accompagnement"),
        "management_needs": (NeedScale.MANAGEMENT, "Besoins de gestion locative adaptée"),
    }
    laid_out: ClassVar = (
        ("Diagnostic", "", ("operator", "started_on")),
        (
            "Logement",
            "Quel logement conviendrait, et où.",
            (
                "smallest",
                "largest",
                "building_type",
                "needs_accessible",
                "needs_ground_floor",
                "needs_outdoor_space",
                "has_animals",
                "housing_needs",
                "epcis",
                "communes",
                "nearby_services",
                "ceiling_rent",
            ),
        ),
        ("Mode de vie", "", ("living_needs",)),
        ("Accompagnement", "L'aide dont le ménage a besoin pour habiter.", ("support_level", "support_needs")),
        ("Gestion locative adaptée", "L'attention dont le logement a besoin.", ("management_level", "management_needs")),
        ("Fin du diagnostic", "", ("finished_on",)),
    )

    def __init__(self, *args: Any, household: Household, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, household=household, user=user, **kwargs)
        chosen = dict(self.instance.needs.values_list("pk", "scale")) if self.instance.pk else {}
        for name, (scale, label) in self.scales.items():
            topics = NeedTopic.objects.plain().filter(scale=scale).filter(Q(is_retired=False) | Q(pk__in=chosen))
            self.fields[name] = TopicsField(label=label, queryset=topics.choosable_by(user), required=False)
            self.initial[name] = [pk for pk, on_scale in chosen.items() if on_scale == scale]
            if not self.fields[name].queryset.exists():
                del self.fields[name]
        self.fields["ceiling_rent"].help_text = rent_hint(household)
        if self.instance.pk:
            self.initial["epcis"] = list(self.instance.epcis.values_list("pk", flat=True))
            self.initial["communes"] = list(self.instance.communes.all())
            services = list(self.instance.nearby_services.values_list("pk", flat=True))
            self.initial["nearby_services"] = services
            self.fields["nearby_services"].queryset = NearbyService.objects.visible_to(user).filter(Q(is_active=True) | Q(pk__in=services))
            if self.instance.revises_id:
                self.fields["finished_on"].help_text = "Laissez vide pour garder un brouillon. Une fois terminée, la révision ne change plus."

    def sections(self) -> Iterator[Section]:
        """The form in parts, one for each scale; a part whose vocabulary is empty is left out."""
        for title, help_text, names in self.laid_out:
            fields = [self[name] for name in names if name in self.fields]
            if fields:
                yield Section(title, help_text, fields)

    def named_needs(self) -> list[NeedTopic]:
        """The needs ticked on every scale, once the form is valid."""
        return [topic for name in self.scales for topic in self.cleaned_data.get(name, ())]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        started, finished = cleaned.get("started_on"), cleaned.get("finished_on")
        if started and finished and finished < started:
            self.add_error("finished_on", "La fin du diagnostic précède son début.")
        sizes = list(Diagnosis._meta.get_field("smallest").choices or ())
        order = [value for value, _ in sizes]
        smallest, largest = cleaned.get("smallest"), cleaned.get("largest")
        if smallest and largest and order.index(largest) < order.index(smallest):
            self.add_error("largest", "La typologie maximale est plus petite que la minimale.")
        return cleaned


class SensitiveNeedsForm(CaseForm):
    topics = TopicsField(label="Besoins sensibles", queryset=NeedTopic.objects.none(), required=False)
    noted_on = PastDateField(label="À la date du")

    def __init__(self, *args: Any, household: Household, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, household=household, user=user, **kwargs)
        current = list(SensitiveNeed.objects.filter(household=household).current().visible_to(user).values_list("topic", flat=True))
        self.fields["topics"].queryset = NeedTopic.objects.sensitive().filter(Q(is_retired=False) | Q(pk__in=current)).choosable_by(user)
        self.initial["topics"] = current


class CommitteeForm(CaseModelForm):
    decided_on = PastDateField(label="Décidé le")

    class Meta:
        model = CommitteeDecision
        fields: ClassVar = ["decided_on", "outcome", "support_level", "management_level", "note"]

    def __init__(self, *args: Any, household: Household, **kwargs: Any) -> None:
        super().__init__(*args, household=household, **kwargs)
        self.fields["outcome"].choices = chosen_among([(outcome.value, outcome.label) for outcome in ORIENTATION_OUTCOMES])
        diagnosis = household.diagnoses.completed().first()
        if diagnosis is not None:
            self.initial.update(support_level=diagnosis.support_level, management_level=diagnosis.management_level)


class EvaluationForm(CaseModelForm):
    """The grid, criterion by criterion, the household's own view, and what the worker proposes."""

    evaluated_on = PastDateField(label="Évalué le")
    household_feeling = forms.TypedChoiceField(
        label="Comment le ménage se sent",
        choices=[*HouseholdFeeling.choices, ("", "le ménage ne s'est pas prononcé")],
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )

    class Meta:
        model = Evaluation
        fields: ClassVar = ["evaluated_on", "result", "recommendation", "household_feeling", "household_view"]
        widgets: ClassVar = {"household_view": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, household: Household, **kwargs: Any) -> None:
        super().__init__(*args, household=household, **kwargs)
        self.fields["result"].help_text = "Le résultat d'ensemble. Favorable, il permet de déclarer le ménage stabilisé."
        self.fields["household_view"].help_text = "Ce que le ménage dit lui-même, sans nom de personne ni donnée de santé."
        self.criteria = {f"criterion_{criterion.pk}": criterion for criterion in Criterion.objects.offered().visible_to(self.user)}
        choices = [*((grade.value, f"{grade.value} · {grade.label}") for grade in Grade), ("", "pas regardé cette fois")]
        for name, criterion in self.criteria.items():
            self.fields[name] = forms.TypedChoiceField(
                label=criterion.label,
                help_text=criterion.help_text,
                choices=choices,
                coerce=int,
                empty_value=None,
                required=False,
                widget=forms.RadioSelect,
            )

    def sections(self) -> Iterator[Section]:
        """The grid, the household's view, the conclusion."""
        yield Section("Évaluation", "", [self["evaluated_on"]])
        if self.criteria:
            yield Section("Grille", "Chaque critère se note de 1 à 4.", [self[name] for name in self.criteria])
        yield Section("L'avis du ménage", "", [self["household_feeling"], self["household_view"]])
        yield Section("Conclusion", "Le comité décide ensuite, au vu de cette proposition.", [self["result"], self["recommendation"]])

    def grades(self) -> dict[Criterion, int]:
        """The grades given, once the form is valid."""
        return {criterion: grade for name, criterion in self.criteria.items() if (grade := self.cleaned_data.get(name))}
