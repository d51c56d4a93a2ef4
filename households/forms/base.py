"""Form bases of the case page."""

from typing import Any

from django import forms

from access.backoffice.forms import EMPTY_CHOICE, choose_plainly, narrow_choices
from access.conflicts import ChangeAwareForm
from access.forms import PastDateField
from households.models import Household


def chosen_among(choices: Any) -> list[tuple[str, str]]:
    """The choices after an empty one: a decision is never made by leaving the form as it came."""
    return [("", EMPTY_CHOICE), *getattr(choices, "choices", choices)]


class CaseForm(forms.Form):
    """A form about one household, filled in by one user."""

    def __init__(self, *args: Any, household: Household, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.household = household
        self.user = user
        narrow_choices(self, user)
        choose_plainly(self)


class FillsOnly(forms.ModelForm):
    """Fills its record without checking it: the action checks it whole, in its transaction."""

    def _post_clean(self) -> None:
        opts = self._meta
        self.instance = forms.models.construct_instance(self, self.instance, opts.fields, opts.exclude)


class CaseModelForm(FillsOnly, ChangeAwareForm):
    """A form that fills a record about one household."""

    def __init__(self, *args: Any, household: Household, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.household = household
        self.user = user
        if self.instance._state.adding:
            self.instance.household = household
        narrow_choices(self, user)
        choose_plainly(self)


class MoveForm(CaseForm):
    moved_on = PastDateField(label="Le")
    reason = forms.CharField(label="Précision", required=False, max_length=200, help_text="Sans nom de personne ni donnée de santé.")
