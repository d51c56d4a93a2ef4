"""Row-level security on the files of reported households and all that is kept of them: the rules of ``visible_to``, held by the database.

Each condition asks for the role, once for each statement, then starts from the few organisations that employ whoever asks.
"""

from django.db import migrations

STAFF = "(SELECT solive_role()) = 'gie_staff'"
OWN = f"{STAFF} OR ((SELECT solive_role()) = 'landlord_referent' AND landlord_id = ANY(ARRAY(SELECT solive_own_organisations())))"
IMPORT = f"{STAFF} OR EXISTS (SELECT FROM households_householdimport AS parent WHERE parent.id = household_import_id)"
"""What is seen exactly when its import is."""

RULES = {
    "households_householdimport": OWN,
    "households_householdimportfile": IMPORT,
    "households_householdimportfinding": IMPORT,
    "households_householdimportwork": IMPORT,
    "households_reportheading": OWN,
}


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
    dependencies = [("households", "0023_waiting_since"), ("partners", "0006_own_organisations")]

    operations = [migrations.RunSQL(protect(table, rule), unprotect(table)) for table, rule in RULES.items()]
