"""Two people on one record: the second is told what changed meanwhile, and loses nothing typed."""

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.forms.models import model_to_dict
from django.utils.choices import flatten_choices
from django.utils.crypto import salted_hmac
from django.utils.formats import localize

SEEN: Final = "seen"
MEANWHILE: Final = (
    "Pendant que vous écriviez, cette fiche a été modifiée. Rien n'est encore enregistré, et rien de ce que vous avez saisi n'est perdu : "
    "relisez les champs signalés, puis enregistrez de nouveau."
)
EMPTY: Final = "vide"
OUT_OF_SIGHT: Final = "une valeur que vous ne voyez pas"
LONGEST: Final = 120


def digest(name: str, value: Any) -> str:
    """What tells two values of a field apart, and tells nothing of the value. Written otherwise (« 412,0 », « 412,00 »), a value is the same."""
    if isinstance(value, list):
        value = sorted(str(getattr(item, "pk", item)) for item in value)
    elif isinstance(value, Decimal):
        value = value.normalize()
    elif isinstance(value, str):
        value = value.replace("\r\n", "\n").strip()
    return salted_hmac("access.conflicts", f"{name}={'' if value is None else value}").hexdigest()[:12]


class ChangeAwareForm(forms.ModelForm):
    """A form on a record, which remembers what it showed.

    ``refuse_if_changed``, called in the transaction that saves, refuses when somebody changed a field meanwhile. The form shown again then holds
    what the person typed and, where nothing had been typed, the value of the moment; sent again, it is accepted.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is not None:
            seen = "" if self.is_bound else json.dumps(self._digests(self._facts(self.instance)))
            self.fields[SEEN] = forms.CharField(widget=forms.HiddenInput, required=False, initial=seen)

    def refuse_if_changed(self) -> None:
        """Lock the record and compare it with what the form showed. Raises ValidationError, by field, when it changed."""
        seen = self._seen()
        if not seen:
            return
        record = type(self.instance)._default_manager.select_for_update(of=("self",)).get(pk=self.instance.pk)
        now, typed = self._facts(record), self._typed()
        changed = [name for name, value in now.items() if name in seen and digest(name, value) not in (seen[name], digest(name, typed[name]))]
        if not changed:
            return
        data: Any = self.data
        self.data = data = data.copy()
        data[self.add_prefix(SEEN)] = json.dumps(self._digests(now))
        told: dict[str, Any] = {NON_FIELD_ERRORS: MEANWHILE}
        for name in changed:
            if digest(name, typed[name]) == seen[name]:
                told[name] = f"Modifié entre-temps : « {self._words(name, typed[name])} » est devenu « {self._words(name, now[name])} »."
                self._show(name, now[name])
            else:
                told[name] = f"Modifié entre-temps : « {self._words(name, now[name])} » aujourd'hui. Votre saisie le remplacera."
        raise ValidationError(told)

    def _seen(self) -> dict[str, str]:
        try:
            seen = json.loads(self.data.get(self.add_prefix(SEEN), "") or "{}")
        except ValueError:
            return {}
        return seen if isinstance(seen, dict) else {}

    def _facts(self, record: models.Model) -> dict[str, Any]:
        """The values of the fields of this form, as the record holds them."""
        return model_to_dict(record, fields=[name for name in self.base_fields if name in self.fields])

    def _typed(self) -> dict[str, Any]:
        """The same, as the person sends them."""
        facts = self._facts(self.instance)
        chosen = {name: list(value) for name, value in self.cleaned_data.items() if isinstance(value, models.QuerySet)}
        return {**facts, **{name: value for name, value in chosen.items() if name in facts}}

    def _digests(self, facts: dict[str, Any]) -> dict[str, str]:
        return {name: digest(name, value) for name, value in facts.items()}

    def _words(self, name: str, value: Any) -> str:
        """A value as the form would show it."""
        field: Any = self.fields[name]
        if isinstance(value, bool):
            return "Oui" if value else "Non"
        if hasattr(field, "queryset"):
            return self._named(field, value if isinstance(value, list | tuple) else [value])
        if hasattr(field, "choices"):
            offered: list[tuple[Any, Any]] = list(flatten_choices(field.choices))
            labels = {str(key): str(label) for key, label in offered}
            chosen = value if isinstance(value, list) else [value]
            return ", ".join(labels.get(str(item), str(item)) for item in chosen if item not in (None, "")) or EMPTY
        text = "" if value is None else str(localize(value))
        return f"{text[:LONGEST]}…" if len(text) > LONGEST else text or EMPTY

    def _named(self, field: Any, chosen: Sequence[Any]) -> str:
        """Records as the form names them, those that the person may choose; the others are only told to be there."""
        keys = {getattr(item, "pk", item) for item in chosen} - {None}
        seen = [field.label_from_instance(record) for record in field.queryset.filter(pk__in=keys)]
        if len(seen) < len(keys):
            seen.append(OUT_OF_SIGHT)
        return ", ".join(seen) or EMPTY

    def _show(self, name: str, value: Any) -> None:
        """Put ``value`` in the form in the place of what was sent for a field nobody had touched."""
        field: Any = self.fields[name]
        data: Any = self.data
        key, prepared = self.add_prefix(name), field.prepare_value(value)
        if isinstance(prepared, bool):
            data.setlist(key, ["on"] if prepared else [])
        elif isinstance(prepared, list | tuple):
            data.setlist(key, [str(item) for item in prepared])
        else:
            data[key] = "" if prepared is None else str(field.widget.format_value(prepared) or "")
