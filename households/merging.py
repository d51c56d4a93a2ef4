"""What bringing two cases of one household together gives, and what forbids it. Nothing is written here.

The case kept keeps what it holds and takes from the other what it lacks; everything that happened in the other moves to it. A merge that would
leave a case in a state that its own rules refuse is refused, with what to do first.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce

from access.scope import aggregate
from households import policies
from households.enums import COURSE, REFUSING, ConsentKind, Kinship, SessionState, Stage
from households.likeness import name_words
from households.models import (
    CaseMember,
    DistinctHouseholds,
    Household,
    OperationPlace,
    PendingAction,
    Person,
    RetentionNotice,
    SensitiveNeed,
)

BLANKS: Final = ("application_number", "monthly_resources", "officer", "dalo_appeal_on", "dalo_decision", "dalo_decided_on")
"""Kept, or taken from the other case where nothing is held."""
ORIGIN: Final = ("reported_by", "reported_on", "report_reason")
"""Taken together, when the case kept holds none of them."""
EARLIEST: Final = ("opened_on", "seniority_on")
"""Seniority survives a renewal of the demand; the household has been followed since the first of the two cases was opened."""
EITHER: Final = ("is_dalo", "has_collective_agreement", "is_pdalpd", "is_confidential")
KEPT: Final = ("entry_door", "commune", "size")
"""Kept as they are, but for a size that does not count everybody."""
FACTS: Final = ("stage", *KEPT, *EARLIEST, *BLANKS, *ORIGIN, *EITHER)
PERSON_BLANKS: Final = ("birth_date", "phone", "email")


@dataclass(frozen=True)
class Fact:
    """One field of the two cases, in words, and what the case kept holds in the end."""

    label: str
    kept: str
    absorbed: str
    result: str

    @property
    def differs(self) -> bool:
        return self.kept != self.absorbed


@dataclass(frozen=True)
class Moved:
    """Records that go over to the case kept."""

    label: str
    count: int


@dataclass(frozen=True)
class Plan:
    """What the merge gives. It is made when ``refusals``, French sentences that say what to do first, are none."""

    kept: Household
    absorbed: Household
    facts: list[Fact]
    people: list[tuple[Person, Person | None]]
    moved: list[Moved]
    shut_out: list[Any]
    refusals: list[str]


@aggregate("what a merge would move")
def plan(*, kept: Household, absorbed: Household, user: Any) -> Plan:
    """What taking ``absorbed`` into ``kept`` gives, as ``user``, who sees both, may read it."""
    changes = new_facts(kept, absorbed)
    return Plan(
        kept=kept,
        absorbed=absorbed,
        facts=[_fact(name, kept, absorbed, changes, user) for name in FACTS],
        people=same_people(kept, absorbed),
        moved=[Moved(label, count) for label, count in _counts(absorbed) if count],
        shut_out=[member.user for member in shut_out(kept, absorbed)],
        refusals=list(refusals(kept, absorbed)),
    )


def new_facts(kept: Household, absorbed: Household) -> dict[str, Any]:
    """The fields that the merge changes in the case kept, with their new values."""
    values: dict[str, Any] = {name: getattr(absorbed, name) for name in BLANKS if not getattr(kept, name) and getattr(absorbed, name)}
    if not any(getattr(kept, name) for name in ORIGIN):
        values |= {name: getattr(absorbed, name) for name in ORIGIN if getattr(absorbed, name)}
    for name in EARLIEST:
        first = min((day for day in (getattr(kept, name), getattr(absorbed, name)) if day), default=None)
        if first != getattr(kept, name):
            values[name] = first
    together = kept.people.count() + sum(same is None for _person, same in same_people(kept, absorbed))
    if together > kept.size:
        values["size"] = together
    values |= {name: True for name in EITHER if getattr(absorbed, name) and not getattr(kept, name)}
    outside = {member.user_id for member in shut_out(kept, absorbed)}
    if outside & {kept.officer_id, absorbed.officer_id}:
        held = next((one for one in (kept.officer, absorbed.officer) if one is not None and one.pk not in outside), None)
        values["officer"] = held
    return values


def same_people(kept: Household, absorbed: Household) -> list[tuple[Person, Person | None]]:
    """Each person of the other case, with the one of the case kept who is the same: same names, and birth dates that do not differ."""
    free = list(kept.people.all())
    found: list[tuple[Person, Person | None]] = []
    for person in absorbed.people.all():
        words = name_words(person.last_name, person.first_name)
        same = next(
            (
                one
                for one in free
                if name_words(one.last_name, one.first_name) == words
                and (one.birth_date == person.birth_date or one.birth_date is None or person.birth_date is None)
            ),
            None,
        )
        if same is not None:
            free.remove(same)
        found.append((person, same))
    return found


def new_kinship(kept: Household, person: Person) -> str:
    """The place in the household of a person who joins it: one case has one holder."""
    held = any(one.kinship == Kinship.HOLDER for one in kept.people.all())
    return Kinship.OTHER if held and person.kinship == Kinship.HOLDER else person.kinship


def shut_out(kept: Household, absorbed: Household) -> list[CaseMember]:
    """Who is named on one case only and would open, by the merge, the confidential one: the merge does not name them."""
    confidential = [household for household in (kept, absorbed) if household.is_confidential]
    members = list(CaseMember.objects.filter(household__in=[kept, absorbed]).select_related("user").order_by("pk"))
    named = [{member.user_id for member in members if member.household_id == household.pk} for household in confidential]
    return [member for member in members if not all(member.user_id in users for users in named)]


def relations(model: type[models.Model] = Household) -> list[tuple[type[models.Model], str]]:
    """Every model that names a household (or a record of ``model``), with the field that does."""
    fields = model._meta.get_fields(include_hidden=True)
    return [
        (field.related_model, field.field.name)
        for field in fields
        if isinstance(field, models.ManyToOneRel) and isinstance(field.related_model, type) and not field.related_model._meta.proxy
    ]


def moving() -> list[tuple[type[models.Model], str]]:
    """What goes over to the case kept: all that names a household, but what is worked out anew and what told the two apart."""
    return [(model, field) for model, field in relations() if model not in (PendingAction, DistinctHouseholds, RetentionNotice)]


def left_out(kept: Household, absorbed: Household) -> list[models.Model]:
    """What does not move because the case kept holds the same, or because it tells the cases apart."""
    same = [person for person, other in same_people(kept, absorbed) if other is not None]
    outside = {member.user_id for member in shut_out(kept, absorbed)}
    named = set(kept.team.values_list("user", flat=True))
    team = [member for member in absorbed.team.all() if member.user_id in named | outside]
    team += [member for member in kept.team.all() if member.user_id in outside]
    needs = SensitiveNeed.objects.current().filter(household=absorbed, topic__in=kept.sensitive_needs.current().values("topic"))
    places = OperationPlace.objects.filter(household=absorbed, operation__in=kept.operation_places.values("operation"))
    told = DistinctHouseholds.objects.filter(Q(first=absorbed) | Q(second=absorbed))
    notices = RetentionNotice.objects.filter(household=absorbed)
    return [*same, *team, *needs, *places, *told, *notices]


def _counts(absorbed: Household) -> Iterator[tuple[str, int]]:
    for model, field in moving():
        label = str(model._meta.verbose_name_plural)
        yield label[0].upper() + label[1:], model._base_manager.filter(**{field: absorbed}).count()


def _fact(name: str, kept: Household, absorbed: Household, changes: dict[str, Any], user: Any) -> Fact:
    before, other = _words(name, kept, user), _words(name, absorbed, user)
    result = before
    if name in changes:
        result = other if changes[name] == getattr(absorbed, name) else str(changes[name] or "à désigner")
    label = str(Household._meta.get_field(name).verbose_name)
    return Fact(label[0].upper() + label[1:], before, other, result)


def _words(name: str, household: Household, user: Any) -> str:
    """The value of a field as the user may read it."""
    value: Any = policies.referring_service(user, household) if name == "reported_by" else getattr(household, name)
    if hasattr(household, f"get_{name}_display"):
        value = getattr(household, f"get_{name}_display")()
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, Decimal):
        return f"{value:.2f}".replace(".", ",")
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if name == "officer" and value:
        return str(value.get_full_name())
    return f"{value}" if value not in (None, "") else "non renseigné"


Refusal = Callable[[Household, Household], Iterator[str]]


def _one_case(kept: Household, absorbed: Household) -> Iterator[str]:
    if kept.pk == absorbed.pk:
        yield "Choisissez deux dossiers différents."


def _further(kept: Household, absorbed: Household) -> Iterator[str]:
    """The case kept is the further on the road, and a case suspended is brought together with no case under way."""
    suspended = [household for household in (kept, absorbed) if household.stage == Stage.SUSPENDED]
    if len(suspended) == 1 and Stage.CLOSED not in (kept.stage, absorbed.stage):
        yield f"Le dossier {suspended[0]} est suspendu et l'autre ne l'est pas : reprenez-le d'abord."
    elif _rank(absorbed) > _rank(kept):
        yield f"Le dossier {absorbed} est plus avancé ({absorbed.get_stage_display()}) : gardez-le plutôt que {kept}."


def _rank(household: Household) -> int:
    stage = household.suspended_from or household.stage
    return -1 if stage == Stage.CLOSED else COURSE.index(Stage(stage))


def advised(first: Household, second: Household) -> tuple[Household, Household]:
    """Two cases, the one to keep before the other: the further on the road, else the first."""
    return (second, first) if _rank(second) > _rank(first) else (first, second)


def _drafts(kept: Household, absorbed: Household) -> Iterator[str]:
    drafts = absorbed.diagnoses.under_way()
    if drafts.exists() and kept.diagnoses.under_way().exists():
        yield "Un diagnostic est en cours dans chaque dossier : terminez d'abord l'un des deux."
    elif drafts.exists() and kept.stage in (Stage.IDENTIFIED, Stage.CLOSED):
        yield f"Un diagnostic est resté en cours dans le dossier {absorbed} : commencez d'abord celui de {kept}."


def _proposals(kept: Household, absorbed: Household) -> Iterator[str]:
    proposals = absorbed.proposals.open().select_related("unit")
    if kept.stage != Stage.PROPOSED:
        for proposal in proposals:
            yield f"Le logement {proposal.unit} est encore proposé dans le dossier {absorbed} : retirez d'abord cette proposition."
        return
    for proposal in proposals.filter(unit__in=kept.proposals.open().values("unit")):
        yield f"Le logement {proposal.unit} est proposé dans les deux dossiers : retirez d'abord l'une des deux propositions."


def _occupancies(kept: Household, absorbed: Household) -> Iterator[str]:
    for one in absorbed.occupancies.select_related("unit"):
        for other in kept.occupancies.select_related("unit"):
            if one.starts_on <= (other.ends_on or date.max) and other.starts_on <= (one.ends_on or date.max):
                yield (
                    f"Les deux dossiers disent deux logements occupés aux mêmes dates, {other.unit} et {one.unit} : "
                    "corrigez d'abord la sortie de l'un des deux."
                )


def _measures(kept: Household, absorbed: Household) -> Iterator[str]:
    spans = Coalesce("ended_on", "planned_ends_on")
    for one in absorbed.measures.select_related("kind").annotate(last=spans):
        if kept.measures.annotate(last=spans).filter(kind=one.kind, starts_on__lte=one.last, last__gte=one.starts_on).exists():
            yield f"Une mesure « {one.kind} » court dans les deux dossiers aux mêmes dates : mettez d'abord fin à l'une des deux."


def _agenda(kept: Household, absorbed: Household) -> Iterator[str]:
    sessions = kept.agenda_items.values("session")
    for item in absorbed.agenda_items.select_related("session"):
        if item.session.state != SessionState.CLOSED and not hasattr(item, "decision"):
            yield f"Le dossier {absorbed} est à l'ordre du jour du {item.session.held_on:%d/%m/%Y} : retirez-l'en d'abord."
        elif absorbed.agenda_items.filter(pk=item.pk, session__in=sessions).exists():
            yield f"Les deux dossiers sont passés à la séance du {item.session.held_on:%d/%m/%Y} : son compte rendu ne peut plus changer."


def _consents(kept: Household, absorbed: Household) -> Iterator[str]:
    """Support goes on under an agreement: an answer noted in one case must not end what runs in the other."""
    running = kept.measures.unended().filter(kind__code="support").exists() or absorbed.measures.unended().filter(kind__code="support").exists()
    answers = [latest for household in (kept, absorbed) if (latest := household.latest_answer(ConsentKind.SUPPORT, on=date.max)) is not None]
    if running and answers and max(answers, key=lambda one: (one.decided_on, one.pk)).answer in REFUSING:
        yield "Le ménage a refusé l'accompagnement dans un dossier, et il court dans l'autre : enregistrez d'abord sa réponse d'aujourd'hui."


RULES: Final[tuple[Refusal, ...]] = (_one_case, _further, _drafts, _proposals, _occupancies, _measures, _agenda, _consents)


def refusals(kept: Household, absorbed: Household) -> Iterator[str]:
    """What forbids the merge, in sentences that say what to do first."""
    for rule in RULES:
        yield from rule(kept, absorbed)
