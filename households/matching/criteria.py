"""The table of criteria: what each asks, when it is met, in part or not known, what it weighs and what it says.

The weights and the shares of resources are the GIE's working habits, not rules of the scheme.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum
from typing import Any, Final

from catalogue.enums import BuildingType
from households.matching.conditions import (
    All,
    Always,
    Among,
    Asked,
    AtMost,
    Condition,
    Covers,
    Either,
    Fact,
    Given,
    Is,
    IsIn,
    Known,
    Meets,
    Missing,
    Never,
    Same,
    UpTo,
)

BEARABLE_SHARE: Final = Decimal("0.33")
STRETCHED_SHARE: Final = Decimal("0.40")
"""Rent and charges as a share of monthly resources: up to the first it is borne, up to the second with effort."""


class Grade(IntEnum):
    """How a home meets a criterion; the value is its part of the criterion's weight, in halves. What is not known counts neither way."""

    UNMET = 0
    UNKNOWN = 1
    PARTLY = 3
    MET = 2

    @property
    def halves(self) -> int:
        return 1 if self == Grade.PARTLY else int(self)


TYPOLOGY, COMMUNE, ACCESSIBLE, BUILDING, RENT = (Fact(name) for name in ("typology", "commune", "is_accessible", "building_type", "rent"))
FLOOR, LIFT, OUTDOOR, ANIMALS, SERVICES, EARMARKED, ENERGY = (
    Fact(name) for name in ("floor", "has_lift", "has_outdoor_space", "animals_allowed", "services", "is_earmarked", "energy_class")
)
SIZES, COMMUNES, NEARBY, NEEDS_ACCESSIBLE, WANTED_BUILDING, CEILING = (
    Fact(name) for name in ("sizes", "communes", "nearby", "needs_accessible", "wanted_building", "ceiling")
)
NEEDS_LEVEL, NEEDS_OUTDOOR, HAS_ANIMALS, WANTED_SERVICES, BEARABLE, STRETCHED = (
    Fact(name) for name in ("needs_level", "needs_outdoor", "has_animals", "wanted_services", "bearable", "stretched")
)
PLACE_NAME, SERVICE_NAMES, RESOURCES = Fact("place name"), Fact("service names"), Fact("resources")
"""Facts used in sentences only."""


Say = Callable[[Known], str]


def plainly(text: str) -> Say:
    return lambda known: text


NOTHING_TO_SAY: Final = plainly("")


@dataclass(frozen=True)
class Criterion:
    """``asked`` tells whether the need asks for it. A hard criterion keeps homes out; a soft one weighs in the score.

    ``fits``, ``lacks`` and ``doubt`` put into words a home that meets it, one that does not (or in part), and one of which it is not known.
    """

    code: str
    label: str
    asked: Asked
    met: Condition
    fits: Say = NOTHING_TO_SAY
    lacks: Say = NOTHING_TO_SAY
    doubt: Say = NOTHING_TO_SAY
    partly: Condition = Never()  # noqa: RUF009 (a constant)
    unknown: Condition = Never()  # noqa: RUF009 (a constant)
    half: Say | None = None
    weight: int = 0

    @property
    def is_hard(self) -> bool:
        return self.weight == 0

    @property
    def passes(self) -> Condition:
        """What keeps a home in: met, in part, or not known."""
        return Either(self.met, self.partly, self.unknown)

    def grade(self, known: Known) -> Grade:
        """How well the home meets it, both sides being known."""
        if self.met.holds(known):
            return Grade.MET
        if self.partly.holds(known):
            return Grade.PARTLY
        return Grade.UNKNOWN if self.unknown.holds(known) else Grade.UNMET


def _which_floor(known: Known) -> str:
    floor = known[FLOOR]
    if floor is not None and floor <= 0:
        return "plain-pied" if known[BUILDING] == BuildingType.DETACHED else "rez-de-chaussée"
    return "ascenseur"


def _too_high(known: Known) -> str:
    floor = known[FLOOR]
    return f"{floor}{'er' if floor == 1 else 'e'} étage sans ascenseur"


def _share(known: Known) -> str:
    return f"loyer {known[RENT] / known[RESOURCES] * 100:.0f} % des ressources"


def _too_heavy(known: Known) -> str:
    return f"loyer trop lourd, {known[RENT] / known[RESOURCES] * 100:.0f} % des ressources"


def _named(known: Known, ids: Any) -> str:
    names = known[SERVICE_NAMES]
    return ", ".join(names[pk] for pk in sorted(ids) if pk in names)


def _near(known: Known) -> str:
    found = _named(known, known[WANTED_SERVICES] & (known[SERVICES] or frozenset()))
    return f"{found} à proximité" if found else ""


def _over(known: Known) -> str:
    return f"loyer de {known[RENT] - known[CEILING]:.0f} € au-dessus du plafond"


HARD: Final = (
    Criterion("typologie", "typologie", Given(SIZES), Among(TYPOLOGY, SIZES), lacks=plainly("typologie souhaitée")),
    Criterion("commune", "commune", Given(COMMUNES), Among(COMMUNE, COMMUNES)),
    Criterion(
        "acces",
        "accès PMR",
        Is(NEEDS_ACCESSIBLE),
        Is(ACCESSIBLE),
        fits=plainly("accès PMR"),
        lacks=plainly("accès PMR"),
        doubt=plainly("accès PMR inconnu"),
        unknown=Missing(ACCESSIBLE),
    ),
    Criterion(
        "construction",
        "type de construction",
        Given(WANTED_BUILDING),
        Same(BUILDING, WANTED_BUILDING),
        fits=lambda known: str(BuildingType(known[BUILDING]).label),
        lacks=lambda known: str(BuildingType(known[WANTED_BUILDING]).label),
        doubt=plainly("type de construction inconnu"),
        unknown=Missing(BUILDING),
    ),
    Criterion(
        "loyer",
        "loyer plafond",
        Given(CEILING),
        AtMost(RENT, CEILING),
        fits=plainly("sous le loyer plafond"),
        lacks=_over,
        doubt=plainly("loyer inconnu"),
        unknown=Missing(RENT),
    ),
)
"""Kept out when not met, unless an officer relaxes one; never kept out for what is not known."""

SOFT: Final = (
    Criterion(
        "secteur",
        "secteur souhaité",
        Given(COMMUNES),
        Among(COMMUNE, COMMUNES),
        fits=plainly("commune souhaitée"),
        lacks=plainly("secteur souhaité"),
        partly=Among(COMMUNE, NEARBY),
        half=plainly("commune voisine, même intercommunalité"),
        weight=20,
    ),
    Criterion(
        "etage",
        "rez-de-chaussée ou ascenseur",
        Is(NEEDS_LEVEL),
        Either(UpTo(FLOOR, 0), Is(LIFT)),
        fits=_which_floor,
        lacks=_too_high,
        doubt=lambda known: "étage inconnu" if known[FLOOR] is None else "ascenseur inconnu",
        unknown=Either(Missing(FLOOR), Missing(LIFT)),
        weight=25,
    ),
    Criterion(
        "exterieur",
        "espace extérieur",
        Is(NEEDS_OUTDOOR),
        Is(OUTDOOR),
        fits=lambda known: "jardin" if known[BUILDING] == BuildingType.DETACHED else "espace extérieur",
        lacks=plainly("espace extérieur"),
        doubt=plainly("espace extérieur inconnu"),
        unknown=Missing(OUTDOOR),
        weight=20,
    ),
    Criterion(
        "animaux",
        "animaux",
        Is(HAS_ANIMALS),
        Is(ANIMALS),
        fits=plainly("animaux acceptés"),
        lacks=plainly("accueil des animaux"),
        doubt=plainly("accueil des animaux inconnu"),
        unknown=Missing(ANIMALS),
        weight=15,
    ),
    Criterion(
        "services",
        "services à proximité",
        Given(WANTED_SERVICES),
        All(Covers(SERVICES, WANTED_SERVICES), Given(SERVICES)),
        fits=_near,
        lacks=lambda known: _named(known, known[WANTED_SERVICES] - (known[SERVICES] or frozenset())),
        doubt=plainly("services à proximité inconnus"),
        partly=Meets(SERVICES, WANTED_SERVICES),
        unknown=Missing(SERVICES),
        half=_near,
        weight=15,
    ),
    Criterion("flechage", "fléché", Always(), Is(EARMARKED), fits=plainly("fléché"), weight=15),
    Criterion(
        "energie",
        "classe énergie",
        Always(),
        IsIn(ENERGY, ("A", "B", "C")),
        fits=lambda known: f"énergie {known[ENERGY]}",
        lacks=lambda known: f"énergie {known[ENERGY]}",
        doubt=plainly("classe énergie inconnue"),
        partly=IsIn(ENERGY, ("D", "E")),
        half=NOTHING_TO_SAY,
        unknown=Missing(ENERGY),
        weight=10,
    ),
    Criterion(
        "effort",
        "part des ressources",
        Given(BEARABLE),
        AtMost(RENT, BEARABLE),
        fits=_share,
        lacks=_too_heavy,
        doubt=plainly("part des ressources inconnue"),
        partly=AtMost(RENT, STRETCHED),
        unknown=Missing(RENT),
        weight=25,
    ),
)
"""What makes the score. A need that does not ask for one is not scored on it."""

CRITERIA: Final = (*HARD, *SOFT)
BY_CODE: Final[Mapping[str, Criterion]] = {criterion.code: criterion for criterion in CRITERIA}


@dataclass(frozen=True)
class Fit:
    """What a home and a need are to each other: a score from 0 to 100, and why, in words."""

    score: int
    fits: tuple[str, ...]
    lacks: tuple[str, ...]
    doubts: tuple[str, ...]


def score(grades: Mapping[str, Grade]) -> int:
    """The share of the weight asked that is met, from 0 to 100, rounded down; ``grades`` holds the soft criteria that the need asks for."""
    whole = sum(BY_CODE[code].weight for code in grades)
    met = sum(BY_CODE[code].weight * grade.halves for code, grade in grades.items())
    return 100 * met // (2 * whole) if whole else 0


def fit(known: Known) -> Fit:
    """How a home and a need fit, everything being known of both."""
    fits, lacks, doubts, grades = [], [], [], {}
    for criterion in CRITERIA:
        if not criterion.asked.holds(known):
            continue
        grade = criterion.grade(known)
        if not criterion.is_hard:
            grades[criterion.code] = grade
        if grade == Grade.MET:
            fits.append(criterion.fits(known))
        elif grade == Grade.UNKNOWN:
            doubts.append(criterion.doubt(known))
        else:
            if grade == Grade.PARTLY and criterion.half:
                fits.append(criterion.half(known))
            if grade == Grade.UNMET or not criterion.half or criterion.code == "services":
                lacks.append(criterion.lacks(known))
    return Fit(score(grades), *(tuple(filter(None, words)) for words in (fits, lacks, doubts)))
