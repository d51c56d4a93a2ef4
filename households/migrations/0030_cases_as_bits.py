"""The lists on which row-level security rests are kept as bits: for each row, a policy asks one bit instead of looking in a list.

A page names twenty protected tables. As a list, thousands of ids were read again from their text, and put in a hash, for each of them.

What is kept is worked out where it is first asked, which a plan with parallel workers does not know how to do: ``UNSAFE``.

A landlord's own homes are known by the landlord that proposals and occupancies carry.
"""

import re
from importlib import import_module

from django.db import migrations

ATTRIBUTES = "STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp"
WAS = import_module("households.migrations.0025_row_level_security")
KEPT_BEFORE = import_module("households.migrations.0028_lists_kept")

FIND_OWN_CASES = """
DECLARE
    own bigint[] := ARRAY(SELECT solive_own_organisations());
    day date := solive_day();
    since date := solive_since();
BEGIN
    IF solive_role() = 'landlord_referent' THEN
        RETURN QUERY SELECT found.id FROM (
            SELECT household_id AS id FROM households_occupancy
            WHERE landlord_id = ANY(own) AND starts_on <= day AND (ends_on IS NULL OR ends_on >= day)
            UNION ALL
            SELECT household_id FROM households_proposal WHERE landlord_id = ANY(own) AND closed_on IS NULL
            UNION ALL
            SELECT household_id FROM households_proposal
            WHERE landlord_id = ANY(own) AND closed_on >= since AND CASE WHEN closed_on >= since THEN NOT solive_refuses_sharing(household_id) END
            UNION ALL
            SELECT id FROM households_household WHERE reported_by_id = ANY(own) AND NOT solive_refuses_sharing(id)
        ) AS found WHERE found.id NOT IN (SELECT solive_shut_cases());
    ELSIF solive_role() = 'support_worker' THEN
        RETURN QUERY SELECT found.id FROM (
            SELECT household_id AS id FROM households_diagnosis AS diagnosis JOIN households_household AS household ON household.id = household_id
            WHERE operator_id = ANY(own) AND completed_on IS NULL
                AND CASE WHEN stage <> 'closed' THEN true WHEN stage_since >= since THEN NOT solive_refuses_sharing(household_id) END
            UNION ALL
            SELECT household_id FROM households_diagnosis
            WHERE operator_id = ANY(own) AND completed_on >= since
                AND CASE WHEN completed_on >= since THEN NOT solive_refuses_sharing(household_id) END
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
AS_BITS = """
    SELECT coalesce(decode(string_agg(repeat('000000000000', (place - coalesce(before, -1) - 1)::integer) || word, '' ORDER BY place), 'hex'), ''::bytea)
    FROM (
        SELECT id / 48 AS place, lpad(to_hex(bit_or(1::bigint << (40 - 8 * ((id / 8) % 6) + id % 8)::integer)), 12, '0') AS word,
            lag(id / 48) OVER (ORDER BY id / 48) AS before
        FROM {finder}() AS id GROUP BY id / 48
    ) AS words
"""
"""The ids as bits, the nth for the id n, no longer than the greatest needs; written six bytes at a time, as many as a number holds."""

KEPT = """
DECLARE
    whose text := concat_ws(' ', solive_role(), solive_user(), solive_day(), solive_since(), extract(epoch FROM transaction_timestamp()));
    found bytea;
BEGIN
    IF pg_current_xact_id_if_assigned() IS NULL AND current_setting('solive.{name}_of', true) = whose THEN
        RETURN current_setting('solive.{name}')::bytea;
    END IF;
    found := ({find});
    IF pg_current_xact_id_if_assigned() IS NULL THEN
        PERFORM set_config('solive.{name}', found::text, true), set_config('solive.{name}_of', whose, true);
    END IF;
    RETURN found;
END
"""


def is_kept(column: str, bits: str) -> str:
    """Whether the bit of the id in ``column`` is set. Beyond the last bit, a byte of none is read."""
    return f"get_bit(substring((SELECT {bits}()) FROM ({column} / 8)::integer + 1 FOR 1) || '\\x00', {column} % 8)::boolean"  # noqa: S608


OF_OWN_CASES = """
DECLARE
    mine bytea := solive_own_case_bits();
    beyond bigint := 8 * octet_length(mine);
BEGIN
    IF solive_role() IN ({roles}) THEN
        RETURN QUERY {found};
    END IF;
END
"""
"""Read over whole tables: in a variable, the bits are asked without a slice for each row."""
IS_OWN = "CASE WHEN household_id < beyond THEN get_bit(mine, household_id) = 1 END"
CASE_HOMES = f"SELECT unit_id FROM households_occupancy WHERE {IS_OWN} UNION SELECT unit_id FROM households_proposal WHERE {IS_OWN}"  # noqa: S608
CASE_CONVENTIONS = f"SELECT DISTINCT convention_id FROM households_supportmeasure WHERE {IS_OWN}"  # noqa: S608
FINDERS = {
    "own_cases": FIND_OWN_CASES,
    "case_homes": OF_OWN_CASES.format(roles="'support_worker'", found=CASE_HOMES),
    "case_conventions": OF_OWN_CASES.format(roles="'support_worker', 'landlord_referent'", found=CASE_CONVENTIONS),
}
BITS = {
    "own_cases": ("solive_own_case_bits", "solive_find_own_cases"),
    "case_homes": ("solive_case_home_bits", "solive_find_case_homes"),
    "case_conventions": ("solive_case_convention_bits", "solive_find_case_conventions"),
    "closed_cases": ("solive_closed_case_bits", "solive_closed_cases"),
}
"""What is kept: the function that gives it as bits, and the one that finds it."""


def rule(written: str) -> str:
    """A policy's rule, asking a bit in place of each list it looked in."""
    for name, (bits, _finder) in BITS.items():
        written = re.sub(
            rf"(\w+) (NOT )?IN \(SELECT solive_{name}\(\)\)", lambda found, bits=bits: f"{found[2] or ''}{is_kept(found[1], bits)}", written
        )
    return written.replace(WAS.OWN_HOME, f"landlord_id = ANY({WAS.OWN})")


def finder(name: str, rows: int, body: str) -> str:
    return f"CREATE OR REPLACE FUNCTION {name}() RETURNS SETOF bigint LANGUAGE plpgsql PARALLEL UNSAFE ROWS {rows} {ATTRIBUTES} AS $${body}$$;"


def kept(name: str, bits: str, finder: str) -> migrations.RunSQL:
    body = KEPT.format(name=name, find=AS_BITS.format(finder=finder))
    made = f"CREATE FUNCTION {bits}() RETURNS bytea LANGUAGE plpgsql PARALLEL UNSAFE {ATTRIBUTES} AS $${body}$$;"
    return migrations.RunSQL(made, f"DROP FUNCTION {bits}();")


def policies(table: str, written: str) -> str:
    """The policies of a table, with one rule for whom they let read and whom they let write."""
    reads = f"(SELECT solive_reads_all()) OR {written}"
    writes = f"(SELECT solive_writes_all()) OR (NOT (SELECT solive_reads_all()) AND ({written}))"
    return f"""
        ALTER POLICY solive_read ON {table} USING ({reads});
        ALTER POLICY solive_insert ON {table} WITH CHECK ({writes});
        ALTER POLICY solive_update ON {table} USING ({writes}) WITH CHECK ({writes});
        ALTER POLICY solive_delete ON {table} USING ({writes});
    """


def policy_beside(table: str, written: str) -> str:
    return f"ALTER POLICY solive_read_of_case ON {table} USING ({written});"


def steps() -> list[migrations.RunSQL]:
    before = KEPT_BEFORE.LISTS
    made = [
        migrations.RunSQL(finder(f"solive_find_{name}", before[name][0], body), KEPT_BEFORE.function(f"solive_find_{name}", *before[name]))
        for name, body in FINDERS.items()
    ]
    made += [kept(name, *functions) for name, functions in BITS.items()]
    for alter, rules in ((policies, WAS.RULES), (policy_beside, WAS.BESIDE)):
        made += [migrations.RunSQL(alter(table, rule(was)), alter(table, was)) for table, was in rules.items() if rule(was) != was]
    for name, (rows, _body) in before.items():
        body = KEPT_BEFORE.KEPT.format(name=name, find=f"solive_find_{name}")
        made.append(migrations.RunSQL(f"DROP FUNCTION solive_{name}();", KEPT_BEFORE.function(f"solive_{name}", rows, body)))
    return made


class Migration(migrations.Migration):
    dependencies = [("households", "0029_landlords_of_homes")]

    operations = steps()
