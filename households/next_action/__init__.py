"""The one thing each open case waits for, of all that ``waits`` tells, worked out anew whenever a case is written."""

from collections.abc import Collection
from typing import Any
from weakref import WeakKeyDictionary

from django.conf import settings
from django.db import connection

from households.next_action.waits import rules


def rules_as_text(cursor: Any) -> str:
    """Every rule as one SQL query, its values written out."""
    first, *others = rules()
    text: str = cursor.mogrify(*first.union(*others, all=True).query.sql_with_params())
    return text


OF_THOSE = "SELECT * FROM ({rules}) AS waits WHERE of_household = ANY($1)"
_prepared: "WeakKeyDictionary[Any, set[str]]" = WeakKeyDictionary()


def prepared(cursor: Any) -> str:
    """The name under which the statement for chosen cases is prepared in this session of the database, its ids as bigint[].

    Composing and planning it takes ten times as long as running it for one case, which every write to a case does.
    """
    name = f"solive_waits_{settings.EVALUATION_EVERY_MONTHS}"
    known = _prepared.setdefault(connection.connection, set())
    if name not in known:
        chosen = OF_THOSE.replace("{rules}", rules_as_text(cursor))
        cursor.execute(f"PREPARE {name} (bigint[]) AS " + REFRESH.replace("{rules}", chosen))
        known.add(name)
    return name


REFRESH = """
WITH candidate (household_id, rank, kind, since_on, due_on, awaited, owner_id, landlord_id, operator_id) AS ({rules}),
chosen AS (SELECT DISTINCT ON (household_id) * FROM candidate ORDER BY household_id, due_on, rank, landlord_id, operator_id)
INSERT INTO households_pendingaction AS kept (
    household_id, kind, since_on, due_on, awaited, owner_id, landlord_id, operator_id, epci_id, officer_id, is_confidential
)
SELECT chosen.household_id, chosen.kind, chosen.since_on, chosen.due_on, chosen.awaited, chosen.owner_id,
    coalesce(chosen.landlord_id, home.landlord_id), coalesce(chosen.operator_id, support.partner_id), commune.epci_id,
    household.officer_id, household.is_confidential
FROM chosen
JOIN households_household AS household ON household.id = chosen.household_id
JOIN catalogue_commune AS commune ON commune.insee_code = household.commune_id
LEFT JOIN LATERAL (
    SELECT landlord_id FROM households_occupancy AS occupancy
    WHERE occupancy.household_id = chosen.household_id AND occupancy.ends_on IS NULL LIMIT 1
) AS home ON true
LEFT JOIN LATERAL (
    SELECT convention.partner_id FROM households_supportmeasure AS measure
    JOIN catalogue_measurekind AS kind ON kind.id = measure.kind_id AND kind.code = 'support'
    JOIN catalogue_convention AS convention ON convention.id = measure.convention_id
    WHERE measure.household_id = chosen.household_id AND measure.ended_on IS NULL ORDER BY measure.starts_on DESC LIMIT 1
) AS support ON true
ON CONFLICT (household_id) DO UPDATE SET kind = excluded.kind, since_on = excluded.since_on, due_on = excluded.due_on, awaited = excluded.awaited,
    owner_id = excluded.owner_id, landlord_id = excluded.landlord_id, operator_id = excluded.operator_id, epci_id = excluded.epci_id,
    officer_id = excluded.officer_id, is_confidential = excluded.is_confidential
WHERE (
    kept.kind, kept.since_on, kept.due_on, kept.awaited, kept.owner_id, kept.landlord_id, kept.operator_id, kept.epci_id, kept.officer_id,
    kept.is_confidential
) IS DISTINCT FROM
    (excluded.kind, excluded.since_on, excluded.due_on, excluded.awaited, excluded.owner_id, excluded.landlord_id, excluded.operator_id, excluded.epci_id,
    excluded.officer_id, excluded.is_confidential)
"""

EVALUATIONS_DUE = """
WITH support AS (
    SELECT measure.id, measure.household_id, measure.starts_on,
        lag(coalesce(measure.ended_on, measure.planned_ends_on)) OVER (PARTITION BY household_id ORDER BY measure.starts_on) AS last_day_before
    FROM households_supportmeasure AS measure JOIN catalogue_measurekind AS kind ON kind.id = measure.kind_id AND kind.code = 'support'
    {of_measures}
), begun AS (
    SELECT id, household_id, max(starts_on) FILTER (WHERE last_day_before IS NULL OR last_day_before < starts_on - 1)
        OVER (PARTITION BY household_id ORDER BY starts_on) AS began_on
    FROM support
), evaluated AS (
    SELECT household_id, max(evaluated_on) AS last_on FROM households_evaluation AS evaluation {of_evaluations} GROUP BY household_id
), due AS (
    SELECT begun.id, (greatest(begun.began_on, evaluated.last_on) + make_interval(months => %(months)s))::date AS due_on
    FROM begun LEFT JOIN evaluated USING (household_id)
)
UPDATE households_supportmeasure AS kept SET evaluation_due_on = due.due_on FROM due
WHERE kept.id = due.id AND kept.evaluation_due_on IS DISTINCT FROM due.due_on
"""
"""A household has one support at a time: one begins wherever the one before does not end the day before."""

FORGET = """
DELETE FROM households_pendingaction AS kept USING households_household AS household
WHERE household.id = kept.household_id AND household.stage = 'closed'
"""


def refresh(households: Collection[int] | None = None) -> int:
    """Work out anew what the cases of these ids wait for (every case when None); return how many rows changed.

    Also the days their evaluations are due. Three statements whatever their number; the last one forgets the cases closed.
    """
    of_those = "" if households is None else "WHERE {}.household_id = ANY(%(households)s)"
    evaluations_due = EVALUATIONS_DUE.replace("{of_measures}", of_those.format("measure")).replace("{of_evaluations}", of_those.format("evaluation"))
    with connection.cursor() as cursor:
        cursor.execute(evaluations_due, {"months": settings.EVALUATION_EVERY_MONTHS, "households": list(households or ())})
        if households is None:
            cursor.execute(REFRESH.replace("{rules}", rules_as_text(cursor)))
        else:
            cursor.execute("EXECUTE " + prepared(cursor) + " (%s)", [list(households)])
        changed = cursor.rowcount
        if households is None:
            cursor.execute(FORGET)
        else:
            cursor.execute(FORGET + " AND household.id = ANY(%s)", [list(households)])
        return changed + cursor.rowcount
