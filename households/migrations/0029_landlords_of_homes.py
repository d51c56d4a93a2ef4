"""The landlord of the home, beside the home, in proposals and occupancies: what a landlord sees is read in one index.

The database writes it, whatever writes the row: when a home is proposed or occupied, and again when a home changes landlord. The home is held
meanwhile, so that neither passes the other unseen.
"""

import django.db.models.deletion
from django.db import migrations, models

SHELL = "RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp"
TABLES = ("households_occupancy", "households_proposal")

FILL = """
BEGIN
    SELECT landlord_id INTO NEW.landlord_id FROM catalogue_unit WHERE id = NEW.unit_id FOR SHARE;
    RETURN NEW;
END
"""
FOLLOW = """
BEGIN
    UPDATE households_occupancy SET landlord_id = NEW.landlord_id WHERE unit_id = NEW.id;
    UPDATE households_proposal SET landlord_id = NEW.landlord_id WHERE unit_id = NEW.id;
    RETURN NULL;
END
"""
FUNCTIONS = {"solive_fill_landlord": FILL, "solive_follow_landlord": FOLLOW}

WHEN_WRITTEN = """
CREATE TRIGGER solive_landlord_filled BEFORE INSERT OR UPDATE OF unit_id, landlord_id ON {table}
    FOR EACH ROW EXECUTE FUNCTION solive_fill_landlord();
"""
WHEN_HOME_CHANGES = """
CREATE TRIGGER solive_landlord_followed AFTER UPDATE OF landlord_id ON catalogue_unit
    FOR EACH ROW WHEN (OLD.landlord_id IS DISTINCT FROM NEW.landlord_id) EXECUTE FUNCTION solive_follow_landlord();
"""
FIRST_TIME = "UPDATE {table} SET landlord_id = home.landlord_id FROM catalogue_unit AS home WHERE home.id = unit_id; SET CONSTRAINTS ALL IMMEDIATE;"


def landlord(*, is_known: bool) -> models.ForeignKey:
    return models.ForeignKey(
        "partners.organisation",
        django.db.models.deletion.PROTECT,
        editable=False,
        blank=True,
        null=not is_known,
        related_name="+",
        db_index=False,
        verbose_name="bailleur du logement",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("households", "0028_lists_kept"),
        ("catalogue", "0020_seldom_occupation"),
        ("partners", "0001_initial"),
    ]

    operations = [
        migrations.AddField("occupancy", "landlord", landlord(is_known=False)),
        migrations.AddField("proposal", "landlord", landlord(is_known=False)),
        *(migrations.RunSQL(FIRST_TIME.format(table=table), migrations.RunSQL.noop) for table in TABLES),
        migrations.AlterField("occupancy", "landlord", landlord(is_known=True)),
        migrations.AlterField("proposal", "landlord", landlord(is_known=True)),
        *(migrations.RunSQL(f"CREATE FUNCTION {name}() {SHELL} AS $${body}$$;", f"DROP FUNCTION {name}();") for name, body in FUNCTIONS.items()),
        *(migrations.RunSQL(WHEN_WRITTEN.format(table=table), f"DROP TRIGGER solive_landlord_filled ON {table};") for table in TABLES),
        migrations.RunSQL(WHEN_HOME_CHANGES, "DROP TRIGGER solive_landlord_followed ON catalogue_unit;"),
        migrations.AddIndex(
            "occupancy", models.Index(fields=["landlord"], include=["household", "starts_on", "ends_on"], name="occupancy_of_landlord")
        ),
        migrations.AddIndex("proposal", models.Index(fields=["landlord", "closed_on"], include=["household"], name="proposal_of_landlord")),
    ]
