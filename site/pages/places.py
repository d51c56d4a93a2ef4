"""Places as visitors type them: communes past and present, postcodes and EPCIs, whatever the accents and the slips."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from django.utils.functional import cached_property

from access.text import fold
from catalogue.models import Commune, Epci, FormerCommune

SHORTEST_START: Final = 4
MOST_STARTS: Final = 3
CLOSE_ENOUGH: Final = 0.8
KIND_OF_EPCI: Final = re.compile(r"^(?:CC|CA|CU) (?:de |du |d'|des )?")


def place_key(text: str) -> str:
    """The form under which names of places are compared: no accent, no hyphen, no apostrophe, « Saint » whole."""
    words = fold(text).replace("-", " ").replace("'", " ").split()
    return " ".join({"st": "saint", "ste": "sainte"}.get(word, word) for word in words)


def plain_name(official: str) -> str:
    """The name of an EPCI as people say it: « CA du Pays de Saint Malo Agglomération » without the initials of its kind."""
    name = KIND_OF_EPCI.sub("", official)
    return name[:1].upper() + name[1:]


@dataclass(frozen=True)
class Place:
    """A name and the EPCIs (SIREN) it leads to."""

    name: str
    sirens: tuple[str, ...]


class Gazetteer:
    """The places of the département, read when first needed and looked up in memory."""

    @cached_property
    def epcis(self) -> dict[str, str]:
        """EPCI names by SIREN, in the order of names."""
        named = {epci.siren: plain_name(epci.name) for epci in Epci.objects.all()}
        return dict(sorted(named.items(), key=lambda item: place_key(item[1])))

    @cached_property
    def _communes(self) -> list[tuple[str, str, list[str], str]]:
        return list(Commune.objects.filter(epci__isnull=False).values_list("insee_code", "name", "postcodes", "epci_id"))

    @property
    def commune_names(self) -> list[str]:
        """The communes of the département, in the order of names."""
        return sorted((name for _, name, _, _ in self._communes), key=place_key)

    @cached_property
    def by_key(self) -> dict[str, Place]:
        """Communes, then former communes, then EPCIs, by the key of their names."""
        found = {place_key(name): Place(name, (siren,)) for _, name, _, siren in self._communes}
        sirens = {code: siren for code, _, _, siren in self._communes}
        for name, successor in FormerCommune.objects.values_list("name", "successor_id"):
            if successor in sirens:
                found.setdefault(place_key(name), Place(name, (sirens[successor],)))
        for siren, name in self.epcis.items():
            found.setdefault(place_key(name), Place(name, (siren,)))
        return found

    @cached_property
    def by_postcode(self) -> dict[str, Place]:
        sirens: defaultdict[str, set[str]] = defaultdict(set)
        for _, _, postcodes, siren in self._communes:
            for postcode in postcodes:
                sirens[postcode].add(siren)
        return {postcode: Place(postcode, tuple(sorted(codes))) for postcode, codes in sirens.items()}

    def find(self, text: str, *, loosely: bool = False) -> Place | None:
        """The place that ``text`` names: its postcode, its name, or the start of a name that few places share; ``loosely``, a name close to it."""
        key = place_key(text)
        if place := self.by_postcode.get(key) or self.by_key.get(key):
            return place
        if len(key) >= SHORTEST_START and not key.isdigit():
            starting = [place for name, place in self.by_key.items() if name.startswith(key)]
            if 0 < len({place.sirens for place in starting}) <= MOST_STARTS:
                return Place(starting[0].name, tuple(dict.fromkeys(siren for place in starting for siren in place.sirens)))
        if loosely and len(key) >= SHORTEST_START:
            close = get_close_matches(key, self.by_key, n=1, cutoff=CLOSE_ENOUGH)
            return self.by_key[close[0]] if close else None
        return None

    @cached_property
    def words(self) -> set[str]:
        """The single words that names of places are made of."""
        return {word for key in self.by_key for word in key.split() if len(word) >= SHORTEST_START}


def runs(words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The (start, end) of every run of consecutive words, the longest first."""
    for length in range(min(len(words), 6), 0, -1):
        for start in range(len(words) - length + 1):
            yield start, start + length
