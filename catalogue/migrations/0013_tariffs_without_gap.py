"""Between two prices of the same kind no day is left without one: checked when the transaction ends, so that a price can be cut in two."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION solive_tariffs_without_gap() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changed catalogue_tariff;
BEGIN
    IF TG_OP = 'DELETE' THEN changed := OLD; ELSE changed := NEW; END IF;
    IF EXISTS (
        SELECT 1
        FROM (
            SELECT ends_on, lead(starts_on) OVER (ORDER BY starts_on) AS next_on
            FROM catalogue_tariff
            WHERE kind_id = changed.kind_id AND coalesce(convention_id, 0) = coalesce(changed.convention_id, 0)
        ) AS following
        WHERE next_on IS NOT NULL AND (ends_on IS NULL OR next_on <> ends_on + 1)
    ) THEN
        RAISE EXCEPTION 'a day between two tariffs has no price' USING ERRCODE = 'check_violation', CONSTRAINT = 'tariff_no_gap', TABLE = 'catalogue_tariff';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER tariff_no_gap AFTER INSERT OR UPDATE OR DELETE ON catalogue_tariff
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION solive_tariffs_without_gap();
"""
BACKWARD = "DROP TRIGGER tariff_no_gap ON catalogue_tariff; DROP FUNCTION solive_tariffs_without_gap();"


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0012_own_tariffs_and_funding")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
