from django.db import migrations

ROLES = [
    "Agent du GIE",
    "Référent bailleur",
    "Intervenant d'accompagnement",
    "Prescripteur",
    "Membre du comité",
    "Financeur",
    "Rédacteur de fiche",
    "Délégué à la protection des données",
    "Administrateur technique",
]
EDITORS = "Agent du GIE"


def create_groups(apps, schema_editor):
    """One group per role; all of them enter the back office, only the GIE's staff write the public pages."""
    alias = schema_editor.connection.alias
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    ContentType = apps.get_model("contenttypes", "ContentType")
    Page = apps.get_model("wagtailcore", "Page")
    Collection = apps.get_model("wagtailcore", "Collection")

    def permission(app, model, codename, name):
        content_type, _ = ContentType.objects.using(alias).get_or_create(app_label=app, model=model)
        found, _ = Permission.objects.using(alias).get_or_create(content_type=content_type, codename=codename, defaults={"name": name})
        return found

    Group.objects.using(alias).filter(name__in=["Moderators", "Editors"]).delete()
    enter = permission("wagtailadmin", "admin", "access_admin", "Can access Wagtail admin")
    for name in ROLES:
        group, _ = Group.objects.using(alias).get_or_create(name=name)
        group.permissions.add(enter)

    editors = Group.objects.using(alias).get(name=EDITORS)
    for model in ("Workflow", "GroupApprovalTask"):
        apps.get_model("wagtailcore", model).objects.using(alias).update(name="Relecture par le GIE")
    for task in apps.get_model("wagtailcore", "GroupApprovalTask").objects.using(alias).all():
        task.groups.set([editors])
    root = Page.objects.using(alias).get(depth=1)
    for codename in ("add_page", "change_page", "publish_page", "lock_page", "unlock_page"):
        apps.get_model("wagtailcore", "GroupPagePermission").objects.using(alias).get_or_create(
            group=editors, page=root, permission=permission("wagtailcore", "page", codename, codename)
        )
    collection = Collection.objects.using(alias).get(depth=1)
    for app, model in (("wagtailimages", "image"), ("wagtaildocs", "document")):
        for verb in ("add", "change", "choose"):
            apps.get_model("wagtailcore", "GroupCollectionPermission").objects.using(alias).get_or_create(
                group=editors, collection=collection, permission=permission(app, model, f"{verb}_{model}", f"Can {verb} {model}")
            )


def remove_groups(apps, schema_editor):
    apps.get_model("auth", "Group").objects.using(schema_editor.connection.alias).filter(name__in=ROLES).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0001_initial"),
        ("wagtailcore", "0098_apitoken"),
        ("wagtailadmin", "0001_create_admin_access_permissions"),
        ("wagtailimages", "0027_image_description"),
        ("wagtaildocs", "0014_alter_document_file_size"),
    ]
    operations = [migrations.RunPython(create_groups, remove_groups)]
