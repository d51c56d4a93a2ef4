"""The organisations that employ whoever asks, on the day of the scope: ``partners.models.own_organisations`` for row-level security."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION solive_own_organisations() RETURNS SETOF bigint
    LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE ROWS 3 SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT organisation_id FROM partners_membership
    WHERE user_id = solive_user() AND starts_on <= solive_day() AND (ends_on IS NULL OR ends_on >= solive_day())
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("partners", "0005_entries_known_elsewhere"), ("access", "0006_scope_settings")]

    operations = [migrations.RunSQL(FORWARD, "DROP FUNCTION solive_own_organisations();")]
