from django.db import migrations
from django.utils.text import slugify

HOUSING = [
    "Isolation phonique",
    "À l'écart des voisins",
    "Local ou garage pour le travail ou la récupération",
    "Place pour une caravane ou un véhicule utilitaire",
    "Chauffage sans combustion",
    "Salle d'eau adaptée",
    "Chambre séparée pour chaque enfant",
]
LIVING = [
    "Vit en caravane ou en habitat mobile une partie de l'année",
    "Activité de récupération ou de ferraillage au domicile",
    "Accueil fréquent de proches",
    "Rythme de vie décalé",
    "Accumulation d'objets",
    "Attachement à la vie dehors",
    "Plusieurs générations sous le même toit",
]
SUPPORT = [
    "Accès aux droits",
    "Budget et dettes",
    "Démarches administratives",
    "Entretien du logement",
    "Relations de voisinage",
    "Parentalité et scolarité",
    "Emploi et formation",
    "Mobilité",
    "Isolement et lien social",
    "Langue et lecture",
]
MANAGEMENT = [
    "Présence régulière dans le logement",
    "Suivi rapproché du paiement du loyer",
    "Médiation avec le voisinage",
    "Explication de l'usage du logement et des équipements",
    "Suivi des consommations d'eau et d'énergie",
    "Petits travaux d'entretien accompagnés",
]
SENSITIVE = [
    ("support", "Santé : suivi médical à organiser"),
    ("support", "Santé : souffrance psychique"),
    ("housing", "Santé : handicap à prendre en compte"),
    ("support", "Addiction : consommation à accompagner"),
    ("support", "Addiction : soins en cours"),
    ("support", "Violences : victime, protection nécessaire"),
    ("housing", "Violences : adresse à tenir secrète"),
    ("support", "Justice : sortie de détention"),
    ("support", "Justice : suivi par le SPIP"),
    ("housing", "Justice : lieu de résidence contraint"),
]
CRITERIA = [
    ("Habiter le logement", "Le ménage occupe, entretient et s'approprie son logement."),
    ("Paiement du loyer et des charges", "Le loyer est payé, ou un plan est suivi."),
    ("Relations de voisinage", "La vie avec les voisins se passe sans conflit durable."),
    ("Budget", "Les dépenses et les dettes sont suivies."),
    ("Droits et démarches", "Les droits sont ouverts, les démarches sont faites à temps."),
    ("Vie familiale et sociale", "Le ménage a des liens et des appuis autour de lui."),
    ("Activité et insertion", "Emploi, formation ou activité qui a du sens pour le ménage."),
    ("Adhésion à l'accompagnement", "Le ménage vient aux rendez-vous et prend part aux objectifs."),
]


def load(apps, schema_editor):
    """First words of the vocabularies, for staff to amend: working words of the scheme's partners, set by no source."""
    alias = schema_editor.connection.alias
    Topic, Criterion, Guideline = (apps.get_model("households", name) for name in ("NeedTopic", "Criterion", "RentGuideline"))
    plain = (("housing", HOUSING), ("living", LIVING), ("support", SUPPORT), ("management", MANAGEMENT))
    named = [(scale, label, False) for scale, labels in plain for label in labels] + [(scale, label, True) for scale, label in SENSITIVE]
    Topic.objects.using(alias).bulk_create(
        Topic(code=slugify(label)[:50].strip("-"), label=label, scale=scale, is_sensitive=is_sensitive, position=10 * rank)
        for rank, (scale, label, is_sensitive) in enumerate(named, start=1)
    )
    Criterion.objects.using(alias).bulk_create(
        Criterion(code=slugify(label)[:50].strip("-"), label=label, help_text=help_text, position=10 * rank)
        for rank, (label, help_text) in enumerate(CRITERIA, start=1)
    )
    Guideline.objects.using(alias).create(low_percent=30, high_percent=33)


def unload(apps, schema_editor):
    """Empty the vocabularies and what was noted with their words; the step before drops the tables."""
    alias = schema_editor.connection.alias
    apps.get_model("households", "SensitiveNeed").objects.using(alias).all().delete()
    apps.get_model("households", "Diagnosis").needs.through.objects.using(alias).all().delete()
    for name in ("NeedTopic", "Criterion", "RentGuideline"):
        apps.get_model("households", name).objects.using(alias).all().delete()


class Migration(migrations.Migration):
    dependencies = [("households", "0006_diagnoses_revised_and_vocabulary")]
    operations = [migrations.RunPython(load, unload)]
