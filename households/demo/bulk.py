"""Large data for measurements, made by the database itself: a million homes in about a minute."""

from datetime import date

from django.db import connection, transaction
from django.db.models import Max

from catalogue.models import Operation, Unit
from households.models import Household
from households.next_action import refresh

UNITS = """
INSERT INTO catalogue_unit (
    landlord_id, reference, rpls_id, street_number, street, address_extra, postcode, commune_name, commune_id, typology, living_area, floor,
    built_year, building_type, initial_financing, main_rent, charges, energy_class, emission_class, is_accessible, declared_occupation,
    mobilisation_mode, is_earmarked, updated_at
)
SELECT
    landlords.ids[1 + n %% cardinality(landlords.ids)],
    'VOL-' || lpad((%(offset)s + n)::text, 8, '0'), '', (1 + n %% 90)::text,
    (ARRAY['rue des Lilas', 'rue du Moulin', 'avenue du Général Leclerc', 'place des Halles', 'impasse des Chênes'])[1 + n %% 5],
    '', communes.postcodes[place.i], communes.names[place.i], communes.codes[place.i],
    (ARRAY['T1', 'T1bis', 'T2', 'T3', 'T3', 'T4', 'T5', 'T6+'])[1 + n %% 8],
    20 + n %% 90, n %% 6, 1950 + n %% 65, (ARRAY['collective', 'collective', 'detached'])[1 + n %% 3],
    (ARRAY['hlmo', 'plai', 'plus', 'pls'])[1 + n %% 4], 150 + n %% 400, 30 + n %% 100,
    (ARRAY['B', 'C', 'D', 'E'])[1 + n %% 4], (ARRAY['B', 'C', 'D', 'E'])[1 + n %% 4], n %% 4 = 0,
    CASE WHEN n %% 10 = 0 THEN 'vacant' ELSE 'let' END,
    CASE WHEN n %% 50 = 0 THEN 'existing' ELSE '' END, n %% 50 = 0, now()
FROM generate_series(1, %(count)s) AS n
CROSS JOIN (SELECT array_agg(id ORDER BY id) AS ids FROM partners_organisation WHERE kind = 'landlord') AS landlords
CROSS JOIN (
    SELECT array_agg(insee_code ORDER BY insee_code) AS codes, array_agg(name ORDER BY insee_code) AS names,
           array_agg(postcodes[1] ORDER BY insee_code) AS postcodes
    FROM catalogue_commune
) AS communes
CROSS JOIN LATERAL (SELECT 1 + (n::bigint * 7919) %% cardinality(communes.codes) AS i) AS place
"""

HOUSEHOLDS = """
WITH made AS (
    INSERT INTO households_household (
        reference, entry_door, stage, stage_since, suspended_from, closing_reason, opened_on, application_number, seniority_on, is_dalo, dalo_decision,
        has_collective_agreement, is_pdalpd, commune_id, size, report_reason, is_confidential, monthly_resources, officer_id
    )
    SELECT
        solive_next_household_reference(), CASE WHEN n %% 5 = 0 THEN 'maintenance' ELSE 'access' END,
        (ARRAY['identified', 'in_diagnosis', 'to_orient', 'searching', 'proposed', 'housed', 'housed', 'stabilised'])[1 + n %% 8],
        %(today)s::date - n %% 120, '', '', %(today)s::date - 400 - n %% 400, '035VOL' || lpad((%(offset)s + n)::text, 12, '0'),
        %(today)s::date - 200 - (n * 17) %% 2200, n %% 3 = 0, '', n %% 4 = 0, n %% 2 = 0,
        communes.codes[1 + (n::bigint * 7919) %% cardinality(communes.codes)], 1 + n %% 5, 'overdue', false, 600 + n %% 900,
        officers.ids[1 + n %% cardinality(officers.ids)]
    FROM generate_series(1, %(count)s) AS n
    CROSS JOIN (SELECT array_agg(insee_code ORDER BY insee_code) AS codes FROM catalogue_commune) AS communes
    CROSS JOIN (SELECT array_agg(id ORDER BY id) AS ids FROM access_user WHERE role = 'gie_staff') AS officers
    RETURNING id, stage
), people AS (
    INSERT INTO households_person (household_id, kinship, last_name, first_name, phone, email)
    SELECT id, 'holder', 'Volume' || id, 'Prénom' || id %% 97, '', '' FROM made
), diagnosed AS (
    INSERT INTO households_diagnosis (
        household_id, operator_id, status, started_on, completed_on, smallest, largest, needs_accessible, needs_ground_floor, building_type,
        needs_outdoor_space, has_animals, support_level, management_level
    )
    SELECT id, operators.ids[1 + id %% cardinality(operators.ids)],
        CASE WHEN stage = 'in_diagnosis' THEN 'draft' ELSE 'completed' END, %(today)s::date - 390,
        CASE WHEN stage = 'in_diagnosis' THEN NULL ELSE %(today)s::date - 360 END, 'T2', 'T4', false, false, '', false, false, 'light', 'light'
    FROM made
    CROSS JOIN (SELECT array_agg(id ORDER BY id) AS ids FROM partners_organisation WHERE kind = 'operator') AS operators
    WHERE stage <> 'identified'
), homes AS (
    SELECT unit.id, row_number() OVER (ORDER BY unit.id) AS rank
    FROM catalogue_unit AS unit
    WHERE unit.reference LIKE 'VOL-%%' AND NOT EXISTS (SELECT 1 FROM households_occupancy AS taken WHERE taken.unit_id = unit.id)
    LIMIT %(count)s
), housed AS (
    SELECT id, row_number() OVER (ORDER BY id) AS rank FROM made WHERE stage IN ('housed', 'stabilised')
), moved_in AS (
    INSERT INTO households_occupancy (household_id, unit_id, tenure, starts_on, end_reason)
    SELECT housed.id, homes.id, 'direct_lease', %(today)s::date - 300, '' FROM housed JOIN homes USING (rank)
)
INSERT INTO households_supportmeasure (
    household_id, kind_id, convention_id, level, scope, objectives, methods, starts_on, planned_ends_on, end_reason
)
SELECT housed.id, kind.id, conventions.ids[1 + housed.id %% cardinality(conventions.ids)], 'light', '', '', '', %(today)s::date - 300,
    %(today)s::date + 400, ''
FROM housed
CROSS JOIN (SELECT id FROM catalogue_measurekind WHERE code = 'support') AS kind
CROSS JOIN (SELECT array_agg(id ORDER BY id) AS ids FROM catalogue_convention) AS conventions
"""

CONTACTS = """
INSERT INTO households_outreachcontact (household_id, kind, is_met, contacted_on, note, organisation_id)
SELECT measure.household_id, (ARRAY['visit', 'call', 'attempt', 'letter'])[1 + n %% 4], n %% 4 < 2,
    %(today)s::date - (n * 12 + measure.household_id %% 60)::int, '', convention.partner_id
FROM households_supportmeasure AS measure
JOIN catalogue_convention AS convention ON convention.id = measure.convention_id
CROSS JOIN generate_series(0, 3) AS n
WHERE NOT EXISTS (SELECT 1 FROM households_outreachcontact AS known WHERE known.household_id = measure.household_id)
"""

PROPOSALS = """
WITH waiting AS (
    SELECT household.id, household.stage_since, row_number() OVER (ORDER BY household.id) AS rank FROM households_household AS household
    WHERE household.stage = 'proposed' AND household.application_number LIKE '035VOL%%'
        AND NOT EXISTS (SELECT 1 FROM households_proposal AS known WHERE known.household_id = household.id)
), free AS (
    SELECT unit.id, row_number() OVER (ORDER BY unit.id DESC) AS rank FROM catalogue_unit AS unit
    WHERE unit.reference LIKE 'VOL-%%' AND unit.declared_occupation = 'vacant'
        AND NOT EXISTS (SELECT 1 FROM households_occupancy AS taken WHERE taken.unit_id = unit.id)
    LIMIT %(count)s
)
INSERT INTO households_proposal (
    household_id, unit_id, proposed_on, answer, answered_on, refusal_reason, cal_decision, cal_on, cal_reason, withdrawal_reason, closed_on
)
SELECT waiting.id, free.id, waiting.stage_since, CASE WHEN waiting.rank %% 2 = 0 THEN 'pending' ELSE 'accepted' END,
    CASE WHEN waiting.rank %% 2 = 0 THEN NULL ELSE waiting.stage_since + 5 END, '', '', NULL::date, '', '', NULL::date
FROM waiting JOIN free USING (rank)
UNION ALL
SELECT occupancy.household_id, occupancy.unit_id, occupancy.starts_on - 40, 'accepted', occupancy.starts_on - 30, '', 'granted',
    occupancy.starts_on - 15, '', '', occupancy.starts_on
FROM households_occupancy AS occupancy JOIN households_household AS household ON household.id = occupancy.household_id
WHERE household.application_number LIKE '035VOL%%'
    AND NOT EXISTS (SELECT 1 FROM households_proposal AS known WHERE known.household_id = occupancy.household_id)
"""

OPERATIONS = """
WITH made AS (
    INSERT INTO catalogue_operation (
        landlord_id, name, kind, commune_id, home_count, typologies, is_modular, opened_on, reference_cost, planned_cost, stage, abandon_reason
    )
    SELECT
        landlords.ids[1 + n %% cardinality(landlords.ids)], 'Volume ' || (%(offset)s + n), 'new_build',
        communes.codes[1 + (n::bigint * 7919) %% cardinality(communes.codes)], 1 + n %% 6,
        ARRAY[(ARRAY['T2', 'T3', 'T4'])[1 + n %% 3]], n %% 4 = 0, %(today)s::date - 60 - n %% 300,
        100000 + n %% 900 * 100, 110000 + n %% 900 * 100, (ARRAY['land_search', 'negotiation', 'design', 'works', 'delivery'])[1 + n %% 5], ''
    FROM generate_series(1, %(count)s) AS n
    CROSS JOIN (SELECT array_agg(id ORDER BY id) AS ids FROM partners_organisation WHERE kind = 'landlord') AS landlords
    CROSS JOIN (SELECT array_agg(insee_code ORDER BY insee_code) AS codes FROM catalogue_commune) AS communes
    RETURNING id, stage, opened_on
)
INSERT INTO catalogue_operationstep (operation_id, step, position, planned_on, done_on)
SELECT made.id, road.step, road.position, made.opened_on + 90 * road.position::int,
    CASE WHEN road.position < array_position(ARRAY['land_search', 'negotiation', 'design', 'works', 'delivery'], made.stage)
        THEN made.opened_on + 12 * road.position::int END
FROM made
CROSS JOIN unnest(ARRAY['land_search', 'negotiation', 'design', 'works', 'delivery']) WITH ORDINALITY AS road (step, position)
"""

ANALYSE = "SELECT solive_analyse()"
"""The plans of what follows rest on what this transaction has just added."""


def seed(*, units: int, households: int, today: date) -> None:
    """Add that many homes and households, and an operation for every hundred households, numbered after those of earlier runs."""
    with transaction.atomic(), connection.cursor() as cursor:
        for statement, model, count in ((UNITS, Unit, units), (HOUSEHOLDS, Household, households), (OPERATIONS, Operation, households // 100)):
            if count:
                offset = model.objects.aggregate(last=Max("pk"))["last"] or 0
                cursor.execute(statement, {"count": count, "offset": offset, "today": today})
        cursor.execute(ANALYSE)
        if households:
            cursor.execute(CONTACTS, {"today": today})
            cursor.execute(PROPOSALS, {"count": households})
            cursor.execute(ANALYSE)
        refresh()
