"""The record of processing and the impact assessment, made from the register of personal data."""

import csv
from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from access.backoffice.journal import officers_only
from access.exchange.neutral import neutralise
from access.processing import Declaration, Group, activities, declarations

SENSITIVE: Final = "sensible"


@dataclass(frozen=True)
class Row:
    """The fields of one model that share a group."""

    title: str
    group: Group
    labels: list[str]


@dataclass(frozen=True)
class Risk:
    """What could happen to people, and what stands against it."""

    title: str
    harm: str
    measures: tuple[str, ...]


def rows_of(declared: Declaration) -> list[Row]:
    by_group: dict[Group, list[str]] = {}
    for fact in declared.fields:
        by_group.setdefault(fact.group, []).append(fact.label)
    return [Row(declared.title, group, labels) for group, labels in by_group.items()]


def record(request: HttpRequest) -> HttpResponse:
    """Each processing with its purpose, its basis, its fields, its readers, its time of keeping."""
    officers_only(request)
    told = [(activity, [row for one in declared for row in rows_of(one)]) for activity, declared in activities()]
    return render(request, "access/protection/record.html", {"title": "Registre des traitements", "activities": told})


def fields_file(request: HttpRequest) -> HttpResponse:
    """Every field with what is told of it, as a CSV file that French spreadsheets open."""
    officers_only(request)
    answer = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8", headers={"Content-Disposition": 'attachment; filename="champs.csv"'})
    writer = csv.writer(answer, delimiter=";", lineterminator="\r\n")
    writer.writerow(["traitement", "fiche", "champ", "libellé", "groupe", "finalité", "base légale", "conservation", "au terme", "qui voit"])
    for one in declarations():
        for fact in one.fields:
            activity, group = one.activity, fact.group
            told = [activity.title, one.title, fact.name, fact.label, group.label, group.purpose, activity.basis, activity.retention, fact.end]
            writer.writerow([neutralise(text) for text in (*told, group.readers)])
    return answer


def risks() -> list[Risk]:
    """The three risks that the authority asks about, with the settings in force."""
    return [
        Risk(
            "Accès illégitime",
            "Une adresse révélée met une victime de violences en danger ; une donnée de santé ou de justice révélée ferme un logement, un emploi.",
            (
                "Cloisonnement par fiche : chacun voit les dossiers de son organisme, par groupes de champs ; hors de sa vue, une fiche n'existe pas.",
                "Dossiers confidentiels ouverts aux seules personnes nommées ; besoins sensibles à la seule équipe du dossier, jamais exportés.",
                f"Chaque consultation est inscrite ; plus de {settings.READING_ALERT_CASES} dossiers ouverts en {settings.READING_ALERT_MINUTES} minutes "
                "préviennent le délégué.",
                f"Valeurs du journal scellées par dossier ; journal gardé {settings.JOURNAL_KEPT_MONTHS} mois au plus.",
            ),
        ),
        Risk(
            "Modification non désirée",
            "Un dossier faussé retarde un logement ou fait perdre un droit.",
            (
                "Une seule fonction par écriture, règles et contraintes tenues par la base elle-même.",
                "Chaque modification est inscrite champ par champ, sous le nom de qui l'a faite ; la base interdit d'y revenir.",
                "Une modification du journal faite du dehors se voit : empreintes enchaînées, commande de vérification.",
            ),
        ),
        Risk(
            "Disparition",
            "Un dossier perdu laisse un ménage sans suivi.",
            (
                "Rien ne s'efface depuis un écran ; imports et fusions se défont.",
                "Sauvegardes restaurables, qui rejouent les anonymisations faites depuis.",
            ),
        ),
    ]


def assessment(request: HttpRequest) -> HttpResponse:
    """Whether what is held is needed, and what could go wrong."""
    officers_only(request)
    facts: list[Any] = [fact for one in declarations() for fact in one.fields]
    counts = Counter(fact.group for fact in facts)
    context = {
        "title": "Analyse d'impact",
        "activities": activities(),
        "models": len(declarations()),
        "fields": len(facts),
        "sensitive": sum(fact.group.code == SENSITIVE for fact in facts),
        "erased": sum(not fact.is_kept for fact in facts),
        "groups": list(counts.items()),
        "risks": risks(),
    }
    return render(request, "access/protection/assessment.html", context)


app_name = "protection"
urlpatterns = [
    path("registre/", record, name="record"),
    path("registre/champs.csv", fields_file, name="fields"),
    path("analyse-d-impact/", assessment, name="assessment"),
]
