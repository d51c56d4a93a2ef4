"""Writes that are the same in every room."""

from typing import Any

from django.db import models, transaction
from wagtail.log_actions import log


@transaction.atomic
def save_record(*, instance: models.Model, by: Any) -> models.Model:
    """Check ``instance`` whole, save it, and trace who did it.

    Raises ValidationError, in French, when the record breaks a rule or a constraint; nothing is written then.
    """
    created = instance._state.adding
    instance.full_clean()
    instance.save()
    trace(instance=instance, action="wagtail.create" if created else "wagtail.edit", by=by)
    return instance


def trace(*, instance: models.Model, action: str, by: Any, **data: Any) -> None:
    """Write one line in the journal of changes. ``data`` holds codes and numbers, never a person's name."""
    log(instance=instance, action=action, user=by, data=data or None, content_changed=True)
