from django.db import migrations

EDITORS = "Agent du GIE"
VERBS = ("add", "change", "delete")


def grant(apps, schema_editor):
    """The GIE's staff, who write the pages, also keep old addresses alive with redirections."""
    alias = schema_editor.connection.alias
    Permission = apps.get_model("auth", "Permission")
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.using(alias).get_or_create(app_label="wagtailredirects", model="redirect")
    editors = apps.get_model("auth", "Group").objects.using(alias).get(name=EDITORS)
    for verb in VERBS:
        permission, _ = Permission.objects.using(alias).get_or_create(
            content_type=content_type, codename=f"{verb}_redirect", defaults={"name": f"Can {verb} redirect"}
        )
        editors.permissions.add(permission)


def revoke(apps, schema_editor):
    alias = schema_editor.connection.alias
    editors = apps.get_model("auth", "Group").objects.using(alias).filter(name=EDITORS).first()
    if editors:
        editors.permissions.remove(
            *apps.get_model("auth", "Permission")
            .objects.using(alias)
            .filter(content_type__app_label="wagtailredirects", codename__endswith="_redirect")
        )


class Migration(migrations.Migration):
    dependencies = [
        ("pages", "0001_initial"),
        ("access", "0002_role_groups"),
        ("wagtailredirects", "0008_add_verbose_name_plural"),
    ]
    operations = [migrations.RunPython(grant, revoke)]
