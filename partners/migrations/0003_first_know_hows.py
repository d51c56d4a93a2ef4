from django.db import migrations

KNOW_HOWS = (
    ("aller-vers", "Aller vers", "Rencontrer le ménage là où il est, y revenir, gagner sa confiance."),
    ("diagnostic-social", "Diagnostic social", "Décrire avec le ménage le logement et l'appui dont il a besoin."),
    ("accompagnement", "Accompagnement dans le logement", "Aider le ménage à habiter : budget, droits, entretien, voisinage."),
    ("gestion-locative-adaptee", "Gestion locative adaptée", "Veiller de près sur le loyer, le logement et le voisinage."),
    ("prevention-expulsion", "Prévention des expulsions", "Agir avec le locataire et le bailleur avant l'audience et après."),
    ("sous-location", "Sous-location et bail glissant", "Louer, puis passer le bail au nom du ménage quand il est prêt."),
    ("hebergement", "Hébergement et orientation", "Recevoir les demandes d'hébergement et orienter vers la bonne réponse."),
    ("logement-social", "Location de logements sociaux", "Réserver, adapter ou construire des logements à loyer modéré."),
    ("addictions", "Addictions", "Accompagner des personnes qui vivent avec une conduite addictive."),
    ("sante-psychique", "Santé psychique", "Accompagner des personnes en souffrance psychique, et leurs proches."),
    ("violences", "Violences conjugales", "Mettre à l'abri, protéger et reloger les personnes victimes de violences."),
    ("sortie-de-prison", "Sortie de prison", "Préparer et suivre un retour au logement après une peine."),
)
"""The skills that the call for projects asks partners to bring together around each household's difficulties."""


def load(apps, schema_editor):
    KnowHow = apps.get_model("partners", "KnowHow")
    KnowHow.objects.using(schema_editor.connection.alias).bulk_create(
        KnowHow(code=code, name=name, meaning=meaning) for code, name, meaning in KNOW_HOWS
    )


def unload(apps, schema_editor):
    codes = [code for code, _, _ in KNOW_HOWS]
    apps.get_model("partners", "KnowHow").objects.using(schema_editor.connection.alias).filter(code__in=codes).delete()


class Migration(migrations.Migration):
    dependencies = [("partners", "0002_entries_by_territory_and_know_how")]
    operations = [migrations.RunPython(load, unload)]
