"""Noting that somebody went towards a household."""

from typing import Any

from django.core.exceptions import ValidationError

from access.actions import trace
from access.enums import Role
from households.actions.checks import refuse_closed
from households.models import OutreachContact
from households.writing import case_write, lock
from partners.models import own_organisations


@case_write()
def record_outreach(*, contact: OutreachContact, by: Any) -> OutreachContact:
    """Note a contact made by ``by`` for one of the organisations that employ ``by`` that day; the only one when none is told.

    An officer of the GIE may belong to none. Raises ValidationError on a closed case, when a letter or an attempt is said to have met the
    household, or when the organisation is not the writer's own.
    """
    household = lock(contact.household)
    refuse_closed(household)
    own = set(own_organisations(by, contact.contacted_on).values_list("organisation_id", flat=True))
    if contact.organisation_id is None and len(own) == 1:
        contact.organisation_id = own.pop()
    elif contact.organisation_id not in own and (contact.organisation_id is not None or by.role != Role.GIE_STAFF):
        raise ValidationError(
            {"organisation": f"Dites pour laquelle de vos organisations, le {contact.contacted_on:%d/%m/%Y}, ce contact a été pris."}
        )
    contact.made_by = by
    contact.full_clean()
    contact.save()
    trace(instance=household, action="wagtail.edit", by=by, outreach=contact.kind, met=contact.is_met)
    return contact
