"""What a query says of a period. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

Row = tuple[object, ...]
SAMPLES = 5  # records that are shown of each query
MOST = 10_000  # that a file holds of each


@dataclass(frozen=True, slots=True)
class Period:
    begin: datetime
    end: datetime
    now: datetime
    deep: bool = False  # an export: what takes long is done as well

    @property
    def most(self) -> int:
        """Records that are read; of a file one more, which tells that it was cut."""
        return MOST + 1 if self.deep else SAMPLES


@dataclass(frozen=True, slots=True)
class Found:
    """`rows` are the records, read as they are needed; the last cell is where each is shown."""

    figures: tuple[tuple[str, str], ...]
    head: tuple[str, ...] = ()
    rows: Iterable[Row] = ()


@dataclass(frozen=True, slots=True)
class Query:
    name: str
    title: str
    asks: str  # what is looked for, and where
    run: Callable[[Period], Found]
