"""The application may ask for fresh statistics, which PostgreSQL grants to a table's owner only.

After very many rows written at once, the next statement would otherwise be planned for tables believed empty. Nothing is read nor changed.
"""

from django.db import migrations

ANALYSE = """
CREATE FUNCTION solive_analyse() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    found record;
BEGIN
    FOR found IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename ~ '^(catalogue|households|partners)_' LOOP
        EXECUTE format('ANALYZE public.%I', found.tablename);
    END LOOP;
END
$$
"""


class Migration(migrations.Migration):
    dependencies = [("households", "0025_row_level_security")]

    operations = [migrations.RunSQL(ANALYSE, "DROP FUNCTION solive_analyse()")]
