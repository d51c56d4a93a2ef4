"""Which price counts on which day: a convention's own where it has one, else the scheme's."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Self

from catalogue.models import Tariff
from households.costs import Span, TariffSpan, active_spans


class Prices:
    """The prices in euros, the scheme's and those of conventions. A convention's own price takes the place of the scheme's on its days only."""

    def __init__(self, scheme: Iterable[TariffSpan], own: Iterable[tuple[int, TariffSpan]] = ()) -> None:
        self._scheme: dict[str, list[TariffSpan]] = defaultdict(list)
        self._own: dict[tuple[int, str], list[TariffSpan]] = defaultdict(list)
        for tariff in scheme:
            self._scheme[tariff.kind].append(tariff)
        for convention_id, tariff in own:
            self._own[convention_id, tariff.kind].append(tariff)

    @classmethod
    def load(cls) -> Self:
        """The prices as recorded. One query."""
        scheme, own = [], []
        for tariff in Tariff.objects.select_related("kind"):
            span = TariffSpan(tariff.kind.code, tariff.amount, tariff.starts_on, tariff.ends_on)
            if tariff.convention_id is None:
                scheme.append(span)
            else:
                own.append((tariff.convention_id, span))
        return cls(scheme, own)

    @property
    def conventions(self) -> list[int]:
        """The ids of the conventions that have a price of their own."""
        return sorted({convention_id for convention_id, _kind in self._own})

    def has_own(self, kind: str) -> bool:
        """Whether any convention has a price of its own for ``kind``."""
        return any(code == kind for _convention_id, code in self._own)

    def of(self, kind: str, convention_id: int | None) -> list[TariffSpan]:
        """The price spans of ``kind`` under a convention, in order, none overlapping another."""
        own = self._own.get((convention_id, kind), []) if convention_id else []
        taken = [tariff.span for tariff in own]
        left = [
            TariffSpan(kind, tariff.amount, span.first, None if span.last == date.max else span.last)
            for tariff in self._scheme[kind]
            for span in active_spans(tariff.span, taken)
        ]
        return sorted([*own, *left], key=lambda tariff: tariff.starts_on)

    def rows(self, kinds: Sequence[str]) -> Iterator[tuple[str, int, TariffSpan]]:
        """Every price span of ``kinds``: the kind, the convention's id (0 for those without a price of their own), the span."""
        for kind in kinds:
            for convention_id in (0, *self.conventions):
                for tariff in self.of(kind, convention_id):
                    yield kind, convention_id, tariff

    def unpriced(self, kind: str, convention_id: int) -> list[Span]:
        """The days that no price covers."""
        return active_spans(Span(date.min, date.max), [tariff.span for tariff in self.of(kind, convention_id)])
