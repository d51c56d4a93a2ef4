"""The gestures that walks of a whole case have in common."""

from django.utils import timezone

from tests.browser.test_main_job import act


def today() -> str:
    return timezone.localdate().isoformat()


def hold_a_session(page, *, member: str, outcome: str) -> None:
    """Call a session for today, decide its one point, and close it: the agenda fills itself with what is due."""
    page.goto("/gestion/comite/seances/ajouter/")
    page.fill("[name=held_on]", today())
    page.fill("[name=place]", "GIE Solive")
    page.get_by_label(member).check()
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_role("button", name="Ouvrir la séance").click()
    page.get_by_role("link", name="Décider").click()
    page.get_by_label(outcome).check()
    page.get_by_role("button", name="Enregistrer la décision").click()
    page.get_by_role("link", name="Clore la séance").click()
    page.get_by_role("button", name="Clore la séance").click()
    page.get_by_role("link", name="Télécharger le PDF").wait_for()


def open_case_from_first_report(page, name: str) -> str:
    """From the home: the report that waits, then the case it opens; return the address of the case."""
    page.goto("/gestion/")
    page.get_by_role("link", name="1 signalement attend").click()
    page.get_by_role("link", name=name).click()
    page.get_by_role("link", name="Ouvrir un dossier").click()
    page.get_by_role("button", name="Ouvrir un dossier").click()
    page.get_by_text("est ouvert.").wait_for()
    return page.url


def diagnose(page, **needs: str) -> None:
    """From the worker's home: the diagnosis that waits on the person, filled in and finished today."""
    page.goto("/gestion/")
    page.get_by_role("link", name="Faire : Terminer le diagnostic").click()
    for name, value in needs.items():
        page.select_option(f"[name={name}]", value)
    page.get_by_label("Fougères Agglomération").check()
    page.fill("[name=finished_on]", today())
    page.get_by_role("button", name="Saisir le diagnostic").click()
    page.get_by_text("Saisir le diagnostic : c'est enregistré.").wait_for()


def support(page, *, convention: str, referent: str, last_day: str) -> None:
    """The household agrees, then both measures open under the convention, from today."""
    act(page, "Recueillir l'adhésion", kind="support", answer="agreed", decided_on=today())
    for kind in ("Accompagnement", "Gestion locative adaptée"):
        answers = {"convention": convention, "level": "reinforced", "starts_on": today(), "planned_ends_on": last_day}
        act(page, "Ouvrir une mesure", kind={"label": kind}, referent=referent, **answers)


def note_a_visit(page, case: str) -> None:
    """In the stairwell: three taps."""
    page.goto(f"{case}contact/")
    page.get_by_text("Visite", exact=True).click()
    page.get_by_text("Oui", exact=True).click()
    page.get_by_role("button", name="Noter ce contact").click()
    page.get_by_text("Noter un contact : c'est enregistré.").wait_for()


def evaluate(page, case: str, *, result: str, recommendation: str) -> None:
    page.goto(case)
    act(
        page, "Enregistrer une évaluation", evaluated_on=today(), result=result, recommendation=recommendation, household_view="Nous sommes bien ici."
    )
