"""Row-level security on all that is known of households: the rules of ``visible_to``, held by the database.

Staff see every case but the confidential ones that do not name them: they are told apart by the short list of those closed to them. Everybody
else starts from the few cases open to them. Each list is worked out once for each statement that needs it.
"""

from django.db import migrations, models
from django.db.models import Q

SHELL = "LANGUAGE {language} STABLE SECURITY DEFINER PARALLEL SAFE ROWS {rows} SET search_path = pg_catalog, public, pg_temp"


def function(name: str, language: str, rows: int, body: str) -> str:
    return f"CREATE FUNCTION {name}() RETURNS SETOF bigint {SHELL.format(language=language, rows=rows)} AS $$ {body} $$;"


REFUSES = """
CREATE FUNCTION solive_refuses_sharing(household bigint) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce((
        SELECT answer IN ('refused', 'withdrawn') FROM households_consent
        WHERE household_id = household AND kind = 'sharing' AND decided_on <= solive_day() ORDER BY decided_on DESC, id DESC LIMIT 1
    ), false)
$$;
"""
SHUT_CASES = function(
    "solive_shut_cases",
    "sql",
    100,
    """
    SELECT id FROM households_household AS household
    WHERE is_confidential AND NOT EXISTS (SELECT FROM households_casemember WHERE household_id = household.id AND user_id = solive_user())
    """,
)
CLOSED_CASES = function("solive_closed_cases", "sql", 100, "SELECT found FROM solive_shut_cases() AS found WHERE solive_role() = 'gie_staff'")
OWN_CASES = function(
    "solive_own_cases",
    "plpgsql",
    200,
    """
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
            WHERE landlord_id = ANY(own) AND (closed_on IS NULL OR (closed_on >= since AND NOT solive_refuses_sharing(household_id)))
            UNION ALL
            SELECT id FROM households_household WHERE reported_by_id = ANY(own) AND NOT solive_refuses_sharing(id)
        ) AS found WHERE found.id NOT IN (SELECT solive_shut_cases());
    ELSIF solive_role() = 'support_worker' THEN
        RETURN QUERY SELECT DISTINCT found.id FROM (
            SELECT household_id AS id FROM households_diagnosis AS diagnosis JOIN households_household AS household ON household.id = household_id
            WHERE operator_id = ANY(own) AND (
                (completed_on IS NULL AND stage <> 'closed')
                OR (coalesce(completed_on, stage_since) >= since AND NOT solive_refuses_sharing(household_id))
            )
            UNION ALL
            SELECT household_id FROM households_supportmeasure AS measure JOIN catalogue_convention ON catalogue_convention.id = convention_id
            WHERE partner_id = ANY(own) AND (
                coalesce(ended_on, planned_ends_on) >= day
                OR (coalesce(ended_on, planned_ends_on) >= since AND NOT solive_refuses_sharing(household_id))
            )
        ) AS found WHERE found.id NOT IN (SELECT solive_shut_cases());
    ELSIF solive_role() = 'prescriber' THEN
        RETURN QUERY SELECT DISTINCT household_id FROM households_householdreport
            WHERE organisation_id = ANY(own) AND household_id IS NOT NULL AND household_id NOT IN (SELECT solive_shut_cases());
    END IF;
END
    """,
)
TEAM_CASES = function(
    "solive_team_cases",
    "plpgsql",
    50,
    """
BEGIN
    IF solive_role() IN ('gie_staff', 'support_worker') THEN
        RETURN QUERY SELECT household_id FROM households_casemember WHERE user_id = solive_user();
    END IF;
    IF solive_role() = 'support_worker' THEN
        RETURN QUERY SELECT household_id FROM households_supportmeasure JOIN catalogue_convention ON catalogue_convention.id = convention_id
            WHERE referent_id = solive_user() AND partner_id = ANY(ARRAY(SELECT solive_own_organisations()));
        RETURN QUERY SELECT household_id FROM households_diagnosis
            WHERE author_id = solive_user() AND operator_id = ANY(ARRAY(SELECT solive_own_organisations()));
    END IF;
END
    """,
)
OWN_SESSIONS = function(
    "solive_own_sessions", "sql", 10, "SELECT committeesession_id FROM households_committeesession_members WHERE user_id = solive_user()"
)
CASE_HOMES = function(
    "solive_case_homes",
    "plpgsql",
    200,
    """
BEGIN
    IF solive_role() = 'support_worker' THEN
        RETURN QUERY SELECT unit_id FROM households_occupancy WHERE household_id IN (SELECT solive_own_cases());
        RETURN QUERY SELECT unit_id FROM households_proposal WHERE household_id IN (SELECT solive_own_cases());
    END IF;
END
    """,
)
CASE_CONVENTIONS = function(
    "solive_case_conventions",
    "plpgsql",
    50,
    """
BEGIN
    IF solive_role() IN ('support_worker', 'landlord_referent') THEN
        RETURN QUERY SELECT DISTINCT convention_id FROM households_supportmeasure WHERE household_id IN (SELECT solive_own_cases());
    END IF;
END
    """,
)
NAMED_CASES = """
CREATE FUNCTION solive_named_cases(account bigint) RETURNS integer
    LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT count(*)::integer FROM households_casemember AS named JOIN households_household AS household ON household.id = named.household_id
    WHERE named.user_id = account AND household.stage <> 'closed' AND (solive_reads_all() OR solive_role() IN ('dpo', 'administrator'))
$$;
"""
"""How many open cases name an account, never which: for those who review access and see no case."""

FUNCTIONS = {
    "solive_refuses_sharing(bigint)": REFUSES,
    "solive_shut_cases()": SHUT_CASES,
    "solive_closed_cases()": CLOSED_CASES,
    "solive_own_cases()": OWN_CASES,
    "solive_team_cases()": TEAM_CASES,
    "solive_own_sessions()": OWN_SESSIONS,
    "solive_case_homes()": CASE_HOMES,
    "solive_case_conventions()": CASE_CONVENTIONS,
    "solive_named_cases(bigint)": NAMED_CASES,
}

INNER = ("solive_refuses_sharing(bigint)", "solive_shut_cases()")
"""Called by the other functions, in their owner's name, and by nobody else."""

STAFF = "(SELECT solive_role()) = 'gie_staff'"
OWN = "ARRAY(SELECT solive_own_organisations())"
LANDLORD, SUPPORT = "landlord_referent", "support_worker"


def role(*names: str) -> str:
    return f"(SELECT solive_role()) IN ({', '.join(repr(name) for name in names)})"


def open_to_staff(column: str) -> str:
    return f"({STAFF} AND {column} NOT IN (SELECT solive_closed_cases()))"


def own_case(column: str, *roles: str) -> str:
    return f"({role(*roles)} AND {column} IN (SELECT solive_own_cases()))"


def of_case(*roles: str, column: str = "household_id") -> str:
    """What goes with a case: seen by staff to whom the case is open, and by these roles when the case is one of theirs."""
    return f"{open_to_staff(column)} OR {own_case(column, *roles)}"


def own(column: str, *roles: str) -> str:
    return f"{STAFF} OR ({role(*roles)} AND {column} = ANY({OWN}))"


def with_parent(parent: str, column: str, key: str = "id") -> str:
    """What is seen exactly when its parent is."""
    return f"EXISTS (SELECT FROM {parent} AS parent WHERE parent.{key} = {column})"


OWN_HOME = f"EXISTS (SELECT FROM catalogue_unit AS home WHERE home.id = unit_id AND home.landlord_id = ANY({OWN}))"
HOUSING = f"{of_case(SUPPORT)} OR ({own_case('household_id', LANDLORD)} AND {OWN_HOME})"
MEASURE = with_parent("households_supportmeasure", "measure_id")
DIAGNOSIS = with_parent("households_diagnosis", "diagnosis_id")
OCCUPANCY = with_parent("households_occupancy", "occupancy_id")
SESSION = f"{STAFF} OR ({role('committee')} AND {{}} IN (SELECT solive_own_sessions()))"
SCENARIO = with_parent("households_scenario", "scenario_id")

RULES = {
    "households_household": of_case(LANDLORD, SUPPORT, "prescriber", column="id"),
    "households_person": of_case(LANDLORD, SUPPORT),
    "households_casemember": of_case(LANDLORD, SUPPORT),
    "households_consent": of_case(LANDLORD, SUPPORT),
    "households_stagemove": of_case(LANDLORD, SUPPORT),
    "households_officerchange": of_case(SUPPORT),
    "households_diagnosis": of_case(LANDLORD, SUPPORT),
    "households_diagnosis_epcis": DIAGNOSIS,
    "households_diagnosis_communes": DIAGNOSIS,
    "households_diagnosis_nearby_services": DIAGNOSIS,
    "households_diagnosis_needs": DIAGNOSIS,
    "households_sensitiveneed": (f"({role('gie_staff', SUPPORT)} AND household_id IN (SELECT solive_team_cases()) AND ({of_case(SUPPORT)}))"),
    "households_evaluation": of_case(LANDLORD, SUPPORT),
    "households_evaluationgrade": f"{role('gie_staff', SUPPORT)} AND {with_parent('households_evaluation', 'evaluation_id')}",
    "households_outreachcontact": of_case(SUPPORT),
    "households_committeedecision": of_case(SUPPORT),
    "households_concern": f"{of_case(SUPPORT)} OR ({own_case('household_id', LANDLORD)} AND organisation_id = ANY({OWN}))",
    "households_proposal": HOUSING,
    "households_occupancy": HOUSING,
    "households_pasttenure": OCCUPANCY,
    "households_allocationrecord": f"{role('gie_staff', LANDLORD)} AND {OCCUPANCY}",
    "households_operationplace": (
        f"{open_to_staff('household_id')} OR ({own_case('household_id', LANDLORD)} AND {with_parent('catalogue_operation', 'operation_id')})"
    ),
    "households_supportmeasure": of_case(LANDLORD, SUPPORT),
    "households_measuresuspension": MEASURE,
    "households_measurechange": MEASURE,
    "households_pendingaction": (
        f"{of_case(SUPPORT)} OR ({own_case('household_id', LANDLORD)} AND kind IN ('answer', 'cal', 'lease') AND landlord_id = ANY({OWN}))"
    ),
    "households_householdmerge": open_to_staff("kept_id"),
    "households_distincthouseholds": f"{open_to_staff('first_id')} AND second_id NOT IN (SELECT solive_closed_cases())",
    "households_committeesession": SESSION.format("id"),
    "households_committeesession_members": SESSION.format("committeesession_id"),
    "households_committeesession_attendees": SESSION.format("committeesession_id"),
    "households_agendaitem": SESSION.format("session_id"),
    "households_statement": own("operator_id", SUPPORT),
    "households_statementline": with_parent("households_statement", "statement_id"),
    "households_scenario": STAFF,
    "households_intake": SCENARIO,
    "households_scenarioprice": SCENARIO,
    "households_scenariofunding": SCENARIO,
    "households_rightsrequest": role("dpo"),
    "households_retentionnotice": f"{open_to_staff('household_id')} OR {role('dpo')}",
    "households_anonymisation": role("dpo"),
    "households_sheettext": STAFF,
    "households_opinion": STAFF,
    "households_householdreport": own("organisation_id", LANDLORD, "prescriber"),
}

BESIDE = {
    "catalogue_unit": f"{role(SUPPORT)} AND id IN (SELECT solive_case_homes())",
    "catalogue_convention": f"{role(SUPPORT, LANDLORD)} AND id IN (SELECT solive_case_conventions())",
}
"""What a lower room's records are seen for, read only, because a case of one's own names them."""


def protect(table: str, rule: str) -> str:
    """Rows are read, and written, by whom ``rule`` says, by the house's own work, and read by what counts over everything."""
    reads = f"(SELECT solive_reads_all()) OR {rule}"
    writes = f"(SELECT solive_writes_all()) OR (NOT (SELECT solive_reads_all()) AND ({rule}))"
    return f"""
        ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
        CREATE POLICY solive_read ON {table} FOR SELECT USING ({reads});
        CREATE POLICY solive_insert ON {table} FOR INSERT WITH CHECK ({writes});
        CREATE POLICY solive_update ON {table} FOR UPDATE USING ({writes}) WITH CHECK ({writes});
        CREATE POLICY solive_delete ON {table} FOR DELETE USING ({writes});
    """


def unprotect(table: str) -> str:
    names = ("solive_read", "solive_insert", "solive_update", "solive_delete")
    return f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY; " + " ".join(f"DROP POLICY {name} ON {table};" for name in names)


class Migration(migrations.Migration):
    dependencies = [
        ("households", "0024_walls_of_exchanges"),
        ("catalogue", "0019_row_level_security"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="household", index=models.Index(fields=["id"], condition=Q(is_confidential=True), name="household_confidential")
        ),
        *(migrations.RunSQL(body, f"DROP FUNCTION {name};") for name, body in FUNCTIONS.items()),
        *(migrations.RunSQL(f"REVOKE ALL ON FUNCTION {name} FROM PUBLIC;", migrations.RunSQL.noop) for name in INNER),
        *(migrations.RunSQL(protect(table, rule), unprotect(table)) for table, rule in RULES.items()),
        *(
            migrations.RunSQL(
                f"CREATE POLICY solive_read_of_case ON {table} FOR SELECT USING ({rule});", f"DROP POLICY solive_read_of_case ON {table};"
            )
            for table, rule in BESIDE.items()
        ),
    ]
