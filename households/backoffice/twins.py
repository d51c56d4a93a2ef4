"""The cases that a form must not double, with the way to each of them."""

from collections.abc import Iterator

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.urls import reverse
from django.utils.html import format_html

from households.application_numbers import KNOWN_NUMBER


def with_links(refusal: ValidationError) -> ValidationError:
    """The same refusal; where it names the case that bears the number, the name leads to it."""
    by_field = refusal.error_dict if hasattr(refusal, "error_dict") else {NON_FIELD_ERRORS: refusal.error_list}
    return ValidationError({name: list(_linked(errors)) for name, errors in by_field.items()})


def _linked(errors: list[ValidationError]) -> Iterator[ValidationError]:
    for error in errors:
        if error.code == KNOWN_NUMBER and error.params:
            link = format_html('<a href="{}">{}</a>', reverse("households:case", args=[error.params["pk"]]), error.params["reference"])
            yield ValidationError(format_html("Le dossier {} porte déjà ce numéro unique.", link), code=KNOWN_NUMBER)
        else:
            yield error
