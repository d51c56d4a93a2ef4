"""Searching the public directory: published entries only, whatever the accents typed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from django.db.models import Q
from django.utils.http import urlencode

from access.text import fold
from partners.enums import Audience, OrganisationKind
from partners.models import DirectoryEntry, DirectoryEntryQuerySet

LONGEST_QUERY = 100


def labelled(word: str, enum: type[OrganisationKind] | type[Audience]) -> list[str]:
    """The values whose French label holds ``word``, already folded: « bailleur » finds the social landlords."""
    return [value for value, label in enum.choices if word in fold(str(label))]


@dataclass(frozen=True)
class DirectorySearch:
    """What a visitor asks of the directory. An unknown filter value is set aside rather than refused."""

    text: str = ""
    kind: str = ""
    audience: str = ""

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> Self:
        kind, audience = query.get("nature", ""), query.get("public", "")
        return cls(
            text=query.get("q", "").replace("\x00", "").strip()[:LONGEST_QUERY],
            kind=kind if kind in OrganisationKind.values else "",
            audience=audience if audience in Audience.values else "",
        )

    @property
    def is_empty(self) -> bool:
        return not (self.text or self.kind or self.audience)

    @property
    def as_query(self) -> str:
        """The search as an address's query, for the links from page to page of the list."""
        fields = {"q": self.text, "nature": self.kind, "public": self.audience}
        return urlencode({name: value for name, value in fields.items() if value})

    @property
    def kinds(self) -> list[tuple[str, str]]:
        """The kinds of organisation that have a published entry: no choice leads to an empty list."""
        present = set(DirectoryEntry.objects.published().order_by().values_list("organisation__kind", flat=True))
        return [(value, label[0].upper() + label[1:]) for value, label in OrganisationKind.choices if value in present]

    @property
    def audiences(self) -> list[tuple[str, str]]:
        return [(value, label[0].upper() + label[1:]) for value, label in Audience.choices]

    def entries(self) -> DirectoryEntryQuerySet:
        """The published entries that hold every word of the text and meet the filters, in the order of names."""
        found = DirectoryEntry.objects.published().select_related("organisation")
        if self.kind:
            found = found.filter(organisation__kind=self.kind)
        if self.audience:
            found = found.filter(Q(audiences__contains=[self.audience]) | Q(audiences__contains=[Audience.ALL]))
        for word in fold(self.text).split():
            found = found.filter(
                Q(organisation__search_key__contains=word)
                | Q(search_key__contains=word)
                | Q(organisation__kind__in=labelled(word, OrganisationKind))
                | Q(audiences__overlap=labelled(word, Audience))
            )
        return found
