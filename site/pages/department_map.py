"""The schematic map of the département: one tile an EPCI, set roughly where it lies. Drawn from the same counts as the list."""

from dataclasses import dataclass
from typing import Final

from pages.directory import DirectorySearch

TILE: Final = 100
GAP: Final = 6
COLUMNS, ROWS = 4, 6
LINE_HEIGHT: Final = 17

TILES: Final[dict[str, tuple[int, int, tuple[str, ...]]]] = {
    "243500725": (0, 0, ("Côte", "d’Émeraude")),
    "243500782": (1, 0, ("Pays de", "Saint-Malo")),
    "200070670": (2, 0, ("Pays de Dol", "et Baie")),
    "243500733": (1, 1, ("Bretagne", "romantique")),
    "200070688": (2, 1, ("Couesnon", "Marches de", "Bretagne")),
    "200072452": (3, 1, ("Fougères", "Agglo")),
    "200038990": (0, 2, ("Saint-Méen", "Montauban")),
    "243500667": (1, 2, ("Val d’Ille-", "Aubigné")),
    "243500774": (2, 2, ("Liffré-", "Cormier")),
    "200039022": (3, 2, ("Vitré",)),
    "243500550": (0, 3, ("Montfort",)),
    "243500139": (1, 3, ("Rennes", "Métropole")),
    "243500659": (2, 3, ("Pays de", "Châteaugiron")),
    "243500634": (3, 3, ("Roche", "aux Fées")),
    "243500618": (0, 4, ("Brocéliande",)),
    "200043990": (1, 4, ("Vallons de", "Hte-Bretagne")),
    "200070662": (2, 4, ("Bretagne", "Porte de", "Loire")),
    "243500741": (0, 5, ("Redon",)),
}
"""By SIREN: column, row and the short name, cut in lines. The positions are a drawing's, not a survey's."""


@dataclass(frozen=True)
class Tile:
    """One EPCI on the map: where it stands (in the drawing's units), what it is called, how many partners work there, where it leads."""

    name: str
    lines: tuple[tuple[int, str], ...]
    x: int
    y: int
    count: int
    query: str
    is_chosen: bool

    @property
    def middle(self) -> int:
        return self.x + (TILE - GAP) // 2

    @property
    def count_y(self) -> int:
        return self.y + TILE - GAP - 10


@dataclass(frozen=True)
class DepartmentMap:
    tiles: list[Tile]
    others: list[Tile]
    """EPCIs that the drawing does not know: shown as plain links."""
    width: int = COLUMNS * TILE
    height: int = ROWS * TILE
    side: int = TILE - GAP


def department_map(search: DirectorySearch) -> DepartmentMap:
    """The map of what ``search`` finds in each EPCI, whatever the place it asks for. A chosen tile leads back to the whole département."""
    chosen = set(search.found_place.sirens) if search.found_place else set()
    tiles: list[Tile] = []
    others: list[Tile] = []
    counts = search.count_by_epci()
    known = [siren for siren in TILES if siren in counts]
    for siren in [*known, *(siren for siren in counts if siren not in TILES)]:
        column, row, words = TILES.get(siren, (0, 0, ()))
        top = row * TILE + 38 - (len(words) * LINE_HEIGHT) // 2 + 10
        tile = Tile(
            name=search.gazetteer.epcis[siren],
            lines=tuple((top + rank * LINE_HEIGHT, line) for rank, line in enumerate(words)),
            x=column * TILE,
            y=row * TILE,
            count=counts[siren],
            query=search.address(place="" if chosen == {siren} else siren),
            is_chosen=siren in chosen,
        )
        (tiles if siren in TILES else others).append(tile)
    return DepartmentMap(tiles, others)
