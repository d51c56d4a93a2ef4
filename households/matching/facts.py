"""Where the facts of the criteria stand: on a home and a need at hand, and in the database."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q

from catalogue.enums import Typology
from catalogue.models import Commune, NearbyService, Unit
from households.matching import criteria as on
from households.matching.conditions import Column, Fact, Group, Text
from households.models import Diagnosis, Household

SIZES: Final = tuple(typology.value for typology in Typology)


@dataclass(frozen=True)
class Vocabulary:
    """Names and places that facts and sentences need, read once for many homes or households."""

    services: Mapping[int, str]
    communes_by_epci: Mapping[str, frozenset[str]]

    @classmethod
    def read(cls) -> "Vocabulary":
        communes: dict[str, set[str]] = defaultdict(set)
        for insee_code, epci in Commune.objects.filter(epci__isnull=False).values_list("pk", "epci"):
            communes[epci].add(insee_code)
        return cls(dict(NearbyService.objects.values_list("pk", "name")), {epci: frozenset(codes) for epci, codes in communes.items()})

    def communes_of(self, epcis: Iterable[str | None]) -> frozenset[str]:
        """The INSEE codes of the communes of these EPCIs."""
        return frozenset().union(*(self.communes_by_epci.get(epci or "", frozenset()) for epci in epcis))


def sizes(smallest: str, largest: str) -> frozenset[str]:
    """The typologies from ``smallest`` to ``largest``; none when the need names neither."""
    if not smallest and not largest:
        return frozenset()
    low = SIZES.index(smallest) if smallest else 0
    high = SIZES.index(largest) if largest else len(SIZES) - 1
    return frozenset(SIZES[low : high + 1])


def home_facts(unit: Unit) -> dict[Fact, Any]:
    return {
        on.TYPOLOGY: unit.typology,
        on.COMMUNE: unit.commune_id,
        on.ACCESSIBLE: unit.is_accessible,
        on.BUILDING: unit.building_type,
        on.RENT: unit.rent_with_charges,
        on.FLOOR: unit.floor,
        on.LIFT: unit.has_lift,
        on.OUTDOOR: unit.has_outdoor_space,
        on.ANIMALS: unit.animals_allowed,
        on.SERVICES: None if unit.nearby_services is None else frozenset(unit.nearby_services),
        on.EARMARKED: unit.is_earmarked,
        on.ENERGY: unit.energy_class,
    }


def need_facts(household: Household, diagnosis: Diagnosis | None, vocabulary: Vocabulary) -> dict[Fact, Any]:
    """What is known of a household's need; without a diagnosis, its resources only."""
    resources = household.monthly_resources or None
    facts: dict[Fact, Any] = {
        on.SIZES: frozenset(),
        on.COMMUNES: frozenset(),
        on.NEARBY: frozenset(),
        on.NEEDS_ACCESSIBLE: False,
        on.WANTED_BUILDING: "",
        on.CEILING: None,
        on.NEEDS_LEVEL: False,
        on.NEEDS_OUTDOOR: False,
        on.HAS_ANIMALS: False,
        on.WANTED_SERVICES: frozenset(),
        on.BEARABLE: resources and resources * on.BEARABLE_SHARE,
        on.STRETCHED: resources and resources * on.STRETCHED_SHARE,
        on.RESOURCES: resources,
        on.SERVICE_NAMES: vocabulary.services,
    }
    if diagnosis is not None:
        communes = list(diagnosis.communes.all())
        wished = vocabulary.communes_of(epci.pk for epci in diagnosis.epcis.all()) | {commune.pk for commune in communes}
        facts |= {
            on.SIZES: sizes(diagnosis.smallest, diagnosis.largest),
            on.COMMUNES: wished,
            on.NEARBY: vocabulary.communes_of(commune.epci_id for commune in communes),
            on.NEEDS_ACCESSIBLE: diagnosis.needs_accessible,
            on.WANTED_BUILDING: diagnosis.building_type,
            on.CEILING: diagnosis.ceiling_rent,
            on.NEEDS_LEVEL: diagnosis.needs_ground_floor,
            on.NEEDS_OUTDOOR: diagnosis.needs_outdoor_space,
            on.HAS_ANIMALS: diagnosis.has_animals,
            on.WANTED_SERVICES: frozenset(service.pk for service in diagnosis.nearby_services.all()),
        }
    return facts


class NotedServices(Group):
    """The services noted on a home, in its own row."""

    path = "nearby_services"

    def holding(self, value: int) -> Q:
        return self.covering([value])

    def meeting(self, values: Collection[int]) -> Q:
        return Q(**{f"{self.path}__overlap": list(values)})

    def within(self, values: Collection[int]) -> Q:
        return Q(**{f"{self.path}__contained_by": list(values)})

    def covering(self, values: Collection[int]) -> Q:
        return Q(**{f"{self.path}__contains": list(values)})

    def missing(self) -> Q:
        return Q(**{f"{self.path}__isnull": True})

    def given(self) -> Q:
        return Q(**{f"{self.path}__isnull": False})


HOME_COLUMNS: Final[Mapping[Fact, Any]] = {
    on.TYPOLOGY: Column("typology"),
    on.COMMUNE: Column("commune"),
    on.ACCESSIBLE: Column("is_accessible"),
    on.BUILDING: Text("building_type"),
    on.RENT: Column("total_rent"),
    on.FLOOR: Column("floor"),
    on.LIFT: Column("has_lift"),
    on.OUTDOOR: Column("has_outdoor_space"),
    on.ANIMALS: Column("animals_allowed"),
    on.SERVICES: NotedServices(),
    on.EARMARKED: Column("is_earmarked"),
    on.ENERGY: Text("energy_class"),
}
"""Where the facts of a home stand, from Unit with its ``total_rent``."""


class WantedSizes(Group):
    """The range of typologies of a need, held by its two ends."""

    def holding(self, value: str) -> Q:
        at = SIZES.index(value)
        return Q(need_smallest__in=["", *SIZES[: at + 1]]) & Q(need_largest__in=["", *SIZES[at:]])

    def missing(self) -> Q:
        return Q(need_smallest="", need_largest="")

    def given(self) -> Q:
        return Q(need_smallest__gt="") | Q(need_largest__gt="")

    def meeting(self, values: Collection[str]) -> Q:
        raise NotImplementedError

    within = covering = meeting


class WantedRows(Group):
    """A group that a need holds in rows of its own: ``through`` the table, ``path`` from it to the value."""

    def __init__(self, through: Any, path: str) -> None:
        self.rows = through.objects
        self.path = path

    def _needs(self, **condition: Any) -> Any:
        return self.rows.filter(**condition).values("diagnosis")

    def holding(self, value: Any) -> Q:
        return Q(diagnosis_id__in=self._needs(**{self.path: value}))

    def meeting(self, values: Collection[Any]) -> Q:
        return Q(diagnosis_id__in=self._needs(**{f"{self.path}__in": list(values)}))

    def within(self, values: Collection[Any]) -> Q:
        return ~Q(diagnosis_id__in=self.rows.exclude(**{f"{self.path}__in": list(values)}).values("diagnosis"))

    def covering(self, values: Collection[Any]) -> Q:
        raise NotImplementedError

    def missing(self) -> Q:
        return ~self.given()

    def given(self) -> Q:
        return Q(diagnosis_id__in=self._needs())


class WantedPlaces(WantedRows):
    """The communes named by a need, or by the EPCIs it names."""

    def __init__(self) -> None:
        super().__init__(Diagnosis.communes.through, "commune")
        self.wider = Diagnosis.epcis.through.objects

    def holding(self, value: str) -> Q:
        epcis = self.wider.filter(epci__communes=value).values("diagnosis")
        return super().holding(value) | Q(diagnosis_id__in=epcis)

    def given(self) -> Q:
        return super().given() | Q(diagnosis_id__in=self.wider.values("diagnosis"))


class NeighbouringPlaces(WantedRows):
    """The communes of the EPCIs of those that a need names."""

    def __init__(self) -> None:
        super().__init__(Diagnosis.communes.through, "commune__epci__communes")


NEED_FIELDS: Final = (
    "smallest",
    "largest",
    "needs_accessible",
    "building_type",
    "ceiling_rent",
    "needs_ground_floor",
    "needs_outdoor_space",
    "has_animals",
)
"""The fields of a diagnosis that households in search are given, as ``need_smallest`` and so on."""


def need_columns() -> Mapping[Fact, Any]:
    """Where the facts of a need stand, from Household with ``NEED_FIELDS``, ``diagnosis_id``, and the ``bearable`` and ``stretched`` rents."""
    return {
        on.SIZES: WantedSizes(),
        on.COMMUNES: WantedPlaces(),
        on.NEARBY: NeighbouringPlaces(),
        on.NEEDS_ACCESSIBLE: Column("need_needs_accessible"),
        on.WANTED_BUILDING: Text("need_building_type"),
        on.CEILING: Column("need_ceiling_rent"),
        on.NEEDS_LEVEL: Column("need_needs_ground_floor"),
        on.NEEDS_OUTDOOR: Column("need_needs_outdoor_space"),
        on.HAS_ANIMALS: Column("need_has_animals"),
        on.WANTED_SERVICES: WantedRows(Diagnosis.nearby_services.through, "nearbyservice"),
        on.BEARABLE: Column("bearable"),
        on.STRETCHED: Column("stretched"),
    }
