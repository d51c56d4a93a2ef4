"""Row-level security on homes, operations, conventions and funding: the rules of ``visible_to``, held by the database.

Each condition first asks for the role, once for each statement, and then starts from the few organisations that employ whoever asks. What a
role sees because of a case is added by the households' room.
"""

from django.db import migrations

STAFF = "(SELECT solive_role()) = 'gie_staff'"
OWN = "ARRAY(SELECT solive_own_organisations())"


def role(*names: str) -> str:
    return f"(SELECT solive_role()) IN ({', '.join(repr(name) for name in names)})"


def own(column: str, *roles: str) -> str:
    """What staff see whole, and these roles of their own organisations."""
    return f"{STAFF} OR ({role(*roles)} AND {column} = ANY({OWN}))"


def with_parent(parent: str, column: str) -> str:
    """What is seen exactly when its parent is."""
    return f"{STAFF} OR EXISTS (SELECT FROM {parent} AS parent WHERE parent.id = {column})"


LANDLORD = "landlord_referent"
OPERATION = with_parent("catalogue_operation", "operation_id")
CONVENTION = with_parent("catalogue_convention", "convention_id")
FUNDING = with_parent("catalogue_funding", "funding_id")
OWN_FUNDING = f"{STAFF} OR ({role('funder')} AND EXISTS (SELECT FROM catalogue_funding AS parent WHERE parent.id = funding_id))"
"""What a landlord does not see, even of a funding that its operation counts on."""
PARTY = f"({role(LANDLORD, 'support_worker')} AND {{partner}} = ANY({OWN})) OR ({role(LANDLORD)} AND {{id}} IN (SELECT solive_joint_conventions()))"
PAPER = (
    f"{STAFF} OR EXISTS (SELECT FROM catalogue_convention AS parent"
    f" WHERE parent.id = convention_id AND ({PARTY.format(partner='parent.partner_id', id='parent.id')}))"
)
"""What was signed is for its parties, even where a case shows others that the convention exists."""

RULES = {
    "catalogue_residence": own("landlord_id", LANDLORD),
    "catalogue_unit": own("landlord_id", LANDLORD),
    "catalogue_operation": own("landlord_id", LANDLORD),
    "catalogue_operation_units": OPERATION,
    "catalogue_operationfunding": OPERATION,
    "catalogue_operationstep": OPERATION,
    "catalogue_financingdecision": (
        f"{STAFF} OR ({role(LANDLORD)} AND EXISTS (SELECT FROM catalogue_unit AS home WHERE home.id = unit_id AND home.landlord_id = ANY({OWN})))"
    ),
    "catalogue_convention": f"{STAFF} OR {PARTY.format(partner='partner_id', id='id')}",
    "catalogue_convention_landlords": CONVENTION,
    "catalogue_convention_measure_kinds": CONVENTION,
    "catalogue_conventionmove": CONVENTION,
    "catalogue_amendment": CONVENTION,
    "catalogue_conventiondocument": PAPER,
    "catalogue_conventiontext": f"{STAFF} OR {role(LANDLORD, 'support_worker')}",
    "catalogue_tariff": f"({role(LANDLORD, 'support_worker')} AND convention_id IS NULL) OR {CONVENTION}",
    "catalogue_funding": (
        f"{own('funder_id', 'funder')}"
        f" OR ({role(LANDLORD)} AND EXISTS (SELECT FROM catalogue_operationfunding AS line WHERE line.funding_id = catalogue_funding.id))"
    ),
    "catalogue_funding_kinds": OWN_FUNDING,
    "catalogue_fundingstep": FUNDING,
    "catalogue_fundingamount": OWN_FUNDING,
}

WRITTEN_BY_STAFF = {
    table for table in RULES if table.startswith(("catalogue_convention", "catalogue_amendment", "catalogue_tariff", "catalogue_funding"))
}
"""What partners read and never write."""


def protect(table: str, rule: str) -> str:
    """Rows are read, and written, by whom ``rule`` says, by the house's own work, and read by what counts over everything."""
    reads = f"(SELECT solive_reads_all()) OR {rule}"
    writes = f"(SELECT solive_writes_all()) OR (NOT (SELECT solive_reads_all()) AND ({STAFF if table in WRITTEN_BY_STAFF else rule}))"
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


SEARCH = """
CREATE FUNCTION solive_units_holding(word text, most integer) RETURNS SETOF bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 100 SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    pattern text := '%' || replace(replace(replace(solive_fold(word), '\\', '\\\\'), '%', '\\%'), '_', '\\_') || '%';
    own bigint[] := ARRAY(SELECT solive_own_organisations());
BEGIN
    IF solive_reads_all() OR solive_role() = 'gie_staff' THEN
        RETURN QUERY EXECUTE format('SELECT id FROM catalogue_unit WHERE search_key LIKE %L LIMIT %s', pattern, most);
    ELSIF solive_role() = 'landlord_referent' THEN
        RETURN QUERY EXECUTE format('SELECT id FROM catalogue_unit WHERE search_key LIKE %L AND landlord_id = ANY(%L) LIMIT %s', pattern, own, most);
    END IF;
END $$;
"""
"""A word is looked for by its index, which row-level security keeps from ``LIKE``: the function reads beside it, and only what the role sees."""

JOINT = """
CREATE FUNCTION solive_joint_conventions() RETURNS SETOF bigint
    LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE ROWS 20 SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT convention_id FROM catalogue_convention_landlords WHERE organisation_id IN (SELECT solive_own_organisations())
$$;
"""
"""The conventions that organisations of one's own signed beside another partner."""


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0018_walls_of_exchanges")]

    operations = [
        migrations.RunSQL(JOINT, "DROP FUNCTION solive_joint_conventions();"),
        *(migrations.RunSQL(protect(table, rule), unprotect(table)) for table, rule in RULES.items()),
        migrations.RunSQL(SEARCH, "DROP FUNCTION solive_units_holding(text, integer);"),
    ]
