"""How large a file may be."""

from dataclasses import dataclass, replace
from typing import Self

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that is read of a file: bytes, data rows, columns, characters in a cell, bytes once unzipped, findings kept in full."""

    size: int
    rows: int
    columns: int
    cell_characters: int
    unzipped_size: int
    findings: int

    @classmethod
    def from_settings(cls) -> Self:
        return cls(
            size=settings.EXCHANGE_MAX_BYTES,
            rows=settings.EXCHANGE_MAX_ROWS,
            columns=settings.EXCHANGE_MAX_COLUMNS,
            cell_characters=settings.EXCHANGE_MAX_CELL_CHARACTERS,
            unzipped_size=settings.EXCHANGE_MAX_UNZIPPED_BYTES,
            findings=settings.EXCHANGE_MAX_FINDINGS,
        )

    def with_rows(self, rows: int | None) -> Self:
        """The same limits, with another number of rows unless it is None; a file of more rows may be larger in proportion."""
        if rows is None:
            return self
        times = max(1, rows / self.rows)
        return replace(self, rows=rows, size=int(self.size * times), unzipped_size=int(self.unzipped_size * times))
