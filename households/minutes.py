"""The minutes of a closed session: the same words on screen and in the PDF. A case has no other name there than its reference."""

from typing import Any

from access.scope import aggregate
from access.templatetags.french import day
from households.enums import CommitteeOutcome, MeasureEnd, NeedLevel
from households.models import CommitteeDecision, CommitteeSession
from households.models.committee import AgendaItem

TEMPLATE = "households/committee/minutes.typ"


@aggregate("the minutes of a session")
def minutes_of(session: CommitteeSession) -> dict[str, Any]:
    """What the minutes say, as text: title, place and time, who was there, and each point with its decision."""
    attendees = set(session.attendees.values_list("pk", flat=True))
    called = list(session.members.order_by("last_name", "first_name"))
    names = {user.pk: f"{user.get_full_name()}, {user.get_role_display()}" for user in [*called, *session.attendees.all()]}
    items = session.items.select_related("household", "decision", "evaluation")
    hour = f"à {session.starts_at.hour}\u00a0h\u00a0{session.starts_at.minute:02d}" if session.starts_at else ""
    return {
        "title": f"Procès-verbal du comité d'orientation et d'évaluation du {day(session.held_on)}",
        "day": day(session.held_on),
        "hour": hour,
        "place": session.place,
        "present": [name for pk, name in names.items() if pk in attendees],
        "absent": [names[user.pk] for user in called if user.pk not in attendees],
        "points": [_point(rank, item) for rank, item in enumerate(items, start=1)],
    }


def _point(rank: int, item: AgendaItem) -> dict[str, Any]:
    decision = item.decision
    if item.household.is_confidential:
        details = ["Dossier confidentiel : la décision est notée au dossier."]
        return {"rank": rank, "reference": item.household.reference, "kind": item.get_kind_display(), "decision": "", "details": details}
    return {
        "rank": rank,
        "reference": item.household.reference,
        "kind": item.get_kind_display(),
        "decision": decision.get_outcome_display(),
        "details": _details(decision),
    }


def _details(decision: CommitteeDecision) -> list[str]:
    said: list[str] = []
    if decision.outcome in (CommitteeOutcome.FAVOURABLE, CommitteeOutcome.ADJUST):
        if decision.support_level != NeedLevel.NONE:
            said.append(f"Accompagnement {decision.get_support_level_display()}")
        if decision.management_level != NeedLevel.NONE:
            said.append(f"Gestion locative adaptée : niveau {decision.get_management_level_display()}")
    if decision.end_reason:
        said.append(f"Motif : {MeasureEnd(decision.end_reason).label}")
    if decision.outcome == CommitteeOutcome.REORIENT:
        said.append("Une révision du diagnostic est ouverte ; l'étape du dossier ne change pas")
    if decision.note:
        said.append(decision.note)
    return said
