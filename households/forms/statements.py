"""Forms of operators' statements."""

from typing import Any

from django import forms
from django.utils import timezone

from access.backoffice.forms import choose_plainly, narrow_choices
from access.conflicts import ChangeAwareForm
from access.enums import Role
from access.forms import PastDateField
from households.forms.base import FillsOnly
from households.models import Statement, StatementLine
from partners.models import own_organisation_ids


class StatementForm(FillsOnly):
    """The months of a statement, and its lines as a file if there is one."""

    file = forms.FileField(
        label="Fichier des lignes",
        required=False,
        help_text="CSV, XLSX ou ODS, avec les colonnes ménage, mesure, du, au et montant. Sans fichier, vous partez de ce que Solive attend.",
    )

    class Meta:
        model = Statement
        fields = ("operator", "year", "first_month", "last_month", "reference")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        narrow_choices(self, user)
        operators: Any = self.fields["operator"].queryset
        if user.role != Role.GIE_STAFF:
            operators = operators.filter(pk__in=own_organisation_ids(user, timezone.localdate()))
            self.fields["operator"].queryset, self.fields["operator"].initial = operators, operators.first()
        self.fields["year"].initial = timezone.localdate().year
        choose_plainly(self)


class StatementLineForm(FillsOnly, ChangeAwareForm):
    """One line, added or corrected."""

    class Meta:
        model = StatementLine
        fields = ("household_reference", "kind", "starts_on", "ends_on", "amount")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        narrow_choices(self, user)
        choose_plainly(self)


class JudgeForm(forms.Form):
    """Accept a line as stated, or dispute it."""

    accepts = forms.ChoiceField(
        label="Décision", choices=[("oui", "Accepter la ligne telle quelle"), ("non", "Contester la ligne")], widget=forms.RadioSelect
    )
    note = forms.CharField(label="Motif", required=False, max_length=200, help_text="L'opérateur le lit. Sans nom de personne ni donnée de santé.")


class SettleForm(forms.Form):
    on = PastDateField(label="Réglé le")
