"""What the cache of reads asks of the parts around it."""

from __future__ import annotations

from collections.abc import Awaitable, Hashable
from dataclasses import dataclass
from typing import Protocol

from ironclad.edge.protocol import Headers, Scope
from ironclad.edge.read_shared import Heard, Shared
from ironclad.errors import IroncladError


class Changes(Protocol):
    """What is known of changes of the data."""

    @property
    def generation(self) -> Hashable:
        """Another one after each change."""

    @property
    def current(self) -> bool:
        """Whether what is kept may be told now."""

    @property
    def heard(self) -> Heard | None:
        """What an answer of another replica must hold; None while it is not known."""

    def changed(self, version: int | None = None) -> None:
        """Something has changed here, by that transaction: what is kept is old."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who may read."""

    group: str  # all of one group are answered alike
    caller: str  # a short hash, as authentication would note it
    network: str  # where they ask from
    known: str | None = (
        None  # a stand-in for whoever is known, by which they are counted
    )
    traffic: bool = False  # the built-in one, which is counted apart


@dataclass(frozen=True, slots=True)
class Counted:
    """How a request stands with the rate limits."""

    headers: Headers  # that tell of it
    refused: IroncladError | None = None


class Readers(Protocol):
    def find(
        self,
        scope: Scope,
        authorization: bytes | None,
        cookie: bytes | None,
        *,
        everybody: bool,
    ) -> Reader | None:
        """Who asks; None where only Django can tell. `everybody`: whether strangers may."""

    def forget(self) -> None:
        """Something was changed here that may concern who may read."""

    def count(self, scope: Scope, reader: Reader) -> Counted | Awaitable[Counted]:
        """Count the request by the rate limits. Awaitable where the counts are elsewhere."""


class Dependency(Protocol):
    @property
    def healthy(self) -> bool:
        """Whether calls of it pass as usual."""


@dataclass(frozen=True, slots=True)
class ReadParts:
    """What the cache is told by the parts around it."""

    changes: Changes  # of the users
    readers: Readers
    dependency: Dependency
    shared: Shared | None = None
    beats: Changes | None = None  # of what /api/slo answers
