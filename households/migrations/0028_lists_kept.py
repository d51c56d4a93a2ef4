"""The lists on which row-level security rests are worked out once for a request that only reads, instead of once for each table it names.

A list is kept in settings of the transaction, with whose it is and the moment the transaction began. From its first write on, a transaction
works its lists out each time: what it has just changed counts at once. Settings cannot be made by parallel workers, hence ``RESTRICTED``.

Whether a household refuses sharing is asked last, and only of the cases whose end is recent: asked first, it was asked of every case ever
followed.
"""

from django.db import migrations

ATTRIBUTES = "STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp"

FIND_OWN_CASES = """
DECLARE
    own bigint[] := ARRAY(SELECT solive_own_organisations());
    day date := solive_day();
    since date := solive_since();
BEGIN
    IF solive_role() = 'landlord_referent' THEN
        RETURN QUERY SELECT DISTINCT found.id FROM (
            SELECT household_id AS id FROM households_occupancy JOIN catalogue_unit ON catalogue_unit.id = unit_id
            WHERE landlord_id = ANY(own) AND starts_on <= day AND (ends_on IS NULL OR ends_on >= day)
            UNION ALL
            SELECT household_id FROM households_proposal JOIN catalogue_unit ON catalogue_unit.id = unit_id
            WHERE landlord_id = ANY(own) AND closed_on IS NULL
            UNION ALL
            SELECT household_id FROM households_proposal JOIN catalogue_unit ON catalogue_unit.id = unit_id
            WHERE closed_on >= since AND CASE WHEN landlord_id = ANY(own) THEN NOT solive_refuses_sharing(household_id) END
            UNION ALL
            SELECT id FROM households_household WHERE reported_by_id = ANY(own) AND NOT solive_refuses_sharing(id)
        ) AS found WHERE found.id NOT IN (SELECT solive_shut_cases());
    ELSIF solive_role() = 'support_worker' THEN
        RETURN QUERY SELECT DISTINCT found.id FROM (
            SELECT household_id AS id FROM households_diagnosis AS diagnosis JOIN households_household AS household ON household.id = household_id
            WHERE operator_id = ANY(own) AND completed_on IS NULL
                AND CASE WHEN stage <> 'closed' THEN true WHEN stage_since >= since THEN NOT solive_refuses_sharing(household_id) END
            UNION ALL
            SELECT household_id FROM households_diagnosis
            WHERE operator_id = ANY(own) AND CASE WHEN completed_on >= since THEN NOT solive_refuses_sharing(household_id) END
            UNION ALL
            SELECT household_id FROM households_supportmeasure AS measure JOIN catalogue_convention ON catalogue_convention.id = convention_id
            WHERE partner_id = ANY(own) AND CASE
                WHEN coalesce(ended_on, planned_ends_on) >= day THEN true
                WHEN coalesce(ended_on, planned_ends_on) >= since THEN NOT solive_refuses_sharing(household_id)
            END
        ) AS found WHERE found.id NOT IN (SELECT solive_shut_cases());
    ELSIF solive_role() = 'prescriber' THEN
        RETURN QUERY SELECT DISTINCT household_id FROM households_householdreport
            WHERE organisation_id = ANY(own) AND household_id IS NOT NULL AND household_id NOT IN (SELECT solive_shut_cases());
    END IF;
END
"""
FIND_CASE_HOMES = """
BEGIN
    IF solive_role() = 'support_worker' THEN
        RETURN QUERY SELECT unit_id FROM households_occupancy WHERE household_id IN (SELECT solive_own_cases())
            UNION SELECT unit_id FROM households_proposal WHERE household_id IN (SELECT solive_own_cases());
    END IF;
END
"""
FIND_CASE_CONVENTIONS = """
BEGIN
    IF solive_role() IN ('support_worker', 'landlord_referent') THEN
        RETURN QUERY SELECT DISTINCT convention_id FROM households_supportmeasure WHERE household_id IN (SELECT solive_own_cases());
    END IF;
END
"""
KEPT = """
DECLARE
    whose text := concat_ws(' ', solive_role(), solive_user(), solive_day(), solive_since(), extract(epoch FROM transaction_timestamp()));
    found bigint[];
BEGIN
    IF pg_current_xact_id_if_assigned() IS NOT NULL THEN
        RETURN QUERY SELECT {find}();
        RETURN;
    END IF;
    IF current_setting('solive.{name}_of', true) = whose THEN
        found := current_setting('solive.{name}')::bigint[];
    ELSE
        found := ARRAY(SELECT {find}());
        PERFORM set_config('solive.{name}', found::text, true), set_config('solive.{name}_of', whose, true);
    END IF;
    RETURN QUERY SELECT unnest(found);
END
"""
LISTS = {"own_cases": (200, FIND_OWN_CASES), "case_homes": (200, FIND_CASE_HOMES), "case_conventions": (50, FIND_CASE_CONVENTIONS)}


def function(name: str, rows: int, body: str, is_safe: str = "RESTRICTED") -> str:
    shell = f"LANGUAGE plpgsql PARALLEL {is_safe} ROWS {rows} {ATTRIBUTES}"
    return f"CREATE OR REPLACE FUNCTION {name}() RETURNS SETOF bigint {shell} AS $${body}$$"


def steps() -> list[migrations.RunSQL]:
    made = []
    for name, (rows, find) in LISTS.items():
        finder = f"solive_find_{name}"
        made += [
            migrations.RunSQL(function(finder, rows, find), function(f"solive_{name}", rows, find, "SAFE") + f"; DROP FUNCTION {finder}()"),
            migrations.RunSQL(f"REVOKE ALL ON FUNCTION {finder}() FROM PUBLIC", migrations.RunSQL.noop),
            migrations.RunSQL(function(f"solive_{name}", rows, KEPT.format(name=name, find=finder)), migrations.RunSQL.noop),
        ]
    return made


class Migration(migrations.Migration):
    dependencies = [("households", "0027_home_lost")]

    operations = steps()
