"""What row-level security asks of the session: who, in what role, on what day, and how long an ended access stays open. See ``access.scope``.

A setting that nobody made reads as empty: no role, no account, no day, and so no row.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION solive_role() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
    RETURN coalesce(current_setting('solive.role', true), '');
CREATE FUNCTION solive_user() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('solive.user', true), '')::bigint;
CREATE FUNCTION solive_day() RETURNS date LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('solive.day', true), '')::date;
CREATE FUNCTION solive_since() RETURNS date LANGUAGE sql STABLE PARALLEL SAFE
    RETURN (solive_day() - make_interval(months => nullif(current_setting('solive.months', true), '')::integer))::date;
CREATE FUNCTION solive_reads_all() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
    RETURN solive_role() IN ('system', 'aggregate');
CREATE FUNCTION solive_writes_all() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
    RETURN solive_role() = 'system';
"""
BACKWARD = """
DROP FUNCTION solive_writes_all(), solive_reads_all(), solive_since(), solive_day(), solive_user(), solive_role();
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0005_sign_in")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
