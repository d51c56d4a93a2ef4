"""Searching the public directory: published entries only, whatever the accents and the slips."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any, Final, Self

from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.http import urlencode

from access.text import fold
from pages.places import Gazetteer, Place, runs
from partners.enums import Audience, OrganisationKind
from partners.models import DirectoryEntry, DirectoryEntryQuerySet, KnowHow

LONGEST_QUERY: Final = 100
MOST_WORDS: Final = 8
SHORTEST_CORRECTED: Final = 4
CLOSE_ENOUGH: Final = 0.75
SMALL_WORDS: Final = frozenset(
    ["a", "au", "aux", "avec", "d", "dans", "de", "des", "du", "en", "et", "l", "la", "le", "les", "ou", "par", "pour", "sur", "un", "une"]
)

FIELDS: Final = {"text": "q", "kind": "nature", "know_how": "savoir-faire", "audience": "public", "place": "lieu"}
"""The parts of a search and their names in an address."""


def capitalised(label: Any) -> str:
    text = str(label)
    return text[:1].upper() + text[1:]


def labelled(word: str, enum: type[OrganisationKind] | type[Audience]) -> list[str]:
    """The values whose French label holds ``word``, already folded: « bailleur » finds the social landlords."""
    return [value for value, label in enum.choices if word in fold(str(label))]


@dataclass(frozen=True)
class DirectorySearch:
    """What a visitor asks of the directory. An unknown filter value is set aside rather than refused.

    ``place`` is a commune, a postcode or the SIREN of an EPCI.
    """

    text: str = ""
    kind: str = ""
    know_how: str = ""
    audience: str = ""
    place: str = ""

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> Self:
        def typed(name: str) -> str:
            return query.get(FIELDS[name], "").replace("\x00", "").strip()[:LONGEST_QUERY]

        kind, audience, know_how = typed("kind"), typed("audience"), typed("know_how")
        search = cls(
            text=typed("text"),
            kind=kind if kind in OrganisationKind.values else "",
            audience=audience if audience in Audience.values else "",
            know_how=know_how,
            place=typed("place"),
        )
        return search if not know_how or know_how in search.know_how_names else replace(search, know_how="")

    @property
    def is_empty(self) -> bool:
        return not any(getattr(self, name) for name in FIELDS)

    def address(self, **changes: str) -> str:
        """The search as an address's query, with these parts changed."""
        fields = {FIELDS[name]: changes.get(name, getattr(self, name)) for name in FIELDS}
        return urlencode({name: value for name, value in fields.items() if value})

    @property
    def as_query(self) -> str:
        return self.address()

    @cached_property
    def know_how_names(self) -> dict[str, str]:
        return dict(KnowHow.objects.values_list("code", "name"))

    @cached_property
    def gazetteer(self) -> Gazetteer:
        return Gazetteer()

    @cached_property
    def found_place(self) -> Place | None:
        """The place asked for, as understood; None when none is asked for or none resembles it."""
        if not self.place:
            return None
        if self.place in self.gazetteer.epcis:
            return Place(self.gazetteer.epcis[self.place], (self.place,))
        return self.gazetteer.find(self.place, loosely=True)

    @property
    def place_names(self) -> list[str]:
        """The names of the EPCIs that the place leads to."""
        return [self.gazetteer.epcis[siren] for siren in self.found_place.sirens] if self.found_place else []

    @property
    def place_typed(self) -> str:
        """The place as the search field shows it: a name rather than a SIREN."""
        return self.found_place.name if self.found_place and self.place in self.gazetteer.epcis else self.place

    @cached_property
    def _present(self) -> tuple[set[str], set[str], set[str]]:
        """The kinds, know-hows and publics that a published entry has: no choice leads to an empty list."""
        kinds: set[str] = set()
        know_hows: set[str] = set()
        audiences: set[str] = set()
        for kind, codes, publics in DirectoryEntry.objects.published().order_by().values_list("organisation__kind", "know_hows", "audiences"):
            kinds.add(kind)
            know_hows.update(codes)
            audiences.update(publics)
        return kinds, know_hows, audiences

    @property
    def kinds(self) -> list[tuple[str, str]]:
        return [(value, capitalised(label)) for value, label in OrganisationKind.choices if value in self._present[0]]

    @property
    def know_hows(self) -> list[tuple[str, str]]:
        return [(code, name) for code, name in self.know_how_names.items() if code in self._present[1]]

    @property
    def audiences(self) -> list[tuple[str, str]]:
        everybody = Audience.ALL in self._present[2]
        return [
            (value, capitalised(label)) for value, label in Audience.choices if value != Audience.ALL and (everybody or value in self._present[2])
        ]

    @property
    def criteria(self) -> list[tuple[str, str]]:
        """What narrows the list, in words, each with the query that takes it off."""
        said = {
            "text": f"« {self.text} »",
            "kind": dict(self.kinds).get(self.kind, self.kind),
            "know_how": self.know_how_names.get(self.know_how, ""),
            "audience": capitalised(Audience(self.audience).label) if self.audience else "",
            "place": self.place_typed,
        }
        return [(words, self.address(**{name: ""})) for name, words in said.items() if getattr(self, name)]

    def entries(self) -> DirectoryEntryQuerySet:
        """The published entries that hold every word of the text and meet the filters: those of the place first, then in the order of names."""
        found = self._filtered()
        if self.place:
            found = found.serving(list(self.found_place.sirens)) if self.found_place else found.none()
        return found.order_by("is_departmental", "organisation__search_key") if self.place or self.text else found

    def count_by_epci(self) -> dict[str, int]:
        """How many entries meet the other filters in each EPCI, those of the whole département included."""
        rows = list(self._filtered().order_by().values_list("territories", "is_departmental"))
        everywhere = sum(1 for _, is_departmental in rows if is_departmental)
        counts = Counter(siren for sirens, is_departmental in rows if not is_departmental for siren in set(sirens))
        return {siren: counts[siren] + everywhere for siren in self.gazetteer.epcis}

    def _filtered(self) -> DirectoryEntryQuerySet:
        found = DirectoryEntry.objects.published().select_related("organisation")
        if self.kind:
            found = found.filter(organisation__kind=self.kind)
        if self.know_how:
            found = found.filter(know_hows__contains=[self.know_how])
        if self.audience:
            found = found.filter(audiences__overlap=[self.audience, Audience.ALL])
        return found.filter(self._text_condition(self.text)) if self.text else found

    def _text_condition(self, text: str) -> Q:
        """Every word of ``text`` stands in the entry, or names a place where it works."""
        words = [word for word in fold(text).replace("-", " ").split()[:MOST_WORDS] if word not in SMALL_WORDS]
        condition, rest = Q(), set(range(len(words)))
        for start, end in runs(words):
            if rest.issuperset(range(start, end)) and (place := self.gazetteer.find(" ".join(words[start:end]))):
                rest.difference_update(range(start, end))
                in_text = Q()
                for word in words[start:end]:
                    in_text &= self._word_condition(word)
                condition &= in_text | Q(territories__overlap=list(place.sirens)) | Q(is_departmental=True)
        for position in sorted(rest):
            condition &= self._word_condition(words[position])
        return condition

    def _word_condition(self, word: str) -> Q:
        return (
            Q(organisation__search_key__contains=word)
            | Q(search_key__contains=word)
            | Q(organisation__kind__in=labelled(word, OrganisationKind))
            | Q(audiences__overlap=labelled(word, Audience))
            | Q(know_hows__overlap=[code for code, name in self.know_how_names.items() if word in fold(name)])
        )

    def corrected(self) -> Self | None:
        """The search with its slips mended, when that finds something: « fougrees » becomes « fougeres »."""
        vocabulary = self.vocabulary()
        words = [_mended(word, vocabulary) for word in fold(self.text).split()[:MOST_WORDS]]
        other = replace(self, text=" ".join(words))
        return other if other.text != fold(self.text) and other.entries().exists() else None

    def vocabulary(self) -> set[str]:
        """The words that a search can find."""
        texts = [*map(str, OrganisationKind.labels), *map(str, Audience.labels), *self.know_how_names.values()]
        for organisation, entry in DirectoryEntry.objects.published().order_by().values_list("organisation__search_key", "search_key"):
            texts += [organisation, entry]
        words = {word.strip('.,;:!?()«»"') for text in texts for word in fold(text).replace("'", " ").replace("-", " ").split()}
        return {word for word in words if len(word) >= SHORTEST_CORRECTED} | self.gazetteer.words


def _mended(word: str, vocabulary: set[str]) -> str:
    if len(word) < SHORTEST_CORRECTED or any(word in known for known in vocabulary):
        return word
    return next(iter(get_close_matches(word, vocabulary, n=1, cutoff=CLOSE_ENOUGH)), word)
