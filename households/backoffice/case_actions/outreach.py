"""Going towards the household."""

from households import actions
from households.backoffice.case_actions.declaration import CaseAction, is_open_or_suspended
from households.forms import OutreachForm

ACTIONS = (
    CaseAction(
        "contact",
        "outreach",
        "Noter un contact",
        OutreachForm,
        lambda form, household, user: actions.record_outreach(contact=form.contact(), by=user),
        is_open_or_suspended,
        template="households/case_outreach.html",
    ),
)
