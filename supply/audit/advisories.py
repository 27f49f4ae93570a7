"""What an audit may find, and what it must have looked at before it may say that it found nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


class NotAudited(Exception):  # noqa: N818 - what is then printed, in these words
    """The tool has not looked at everything, whatever its exit code says."""


@dataclass(frozen=True)
class Part:
    """A package at a version, by the name that its advisories use."""

    name: str
    version: str

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


@dataclass(frozen=True)
class Advisory:
    """`ids` are all names of one hole; the first is how it is told."""

    part: Part
    ids: tuple[str, ...]
    fixed: str = ""

    def __str__(self) -> str:
        remedy = f"fixed in {self.fixed}" if self.fixed else "no version fixes it yet"
        return f"{self.part}: {self.ids[0]} ({remedy})"


@dataclass(frozen=True)
class Audited:
    """`what` names the kind of packages; `parts` are all that were looked at."""

    what: str
    parts: frozenset[Part]
    advisories: tuple[Advisory, ...]


def judged(
    what: str,
    *,
    wanted: Iterable[Part],
    looked_at: Iterable[Part],
    found: Iterable[Advisory],
    canary: Part,
) -> Audited:
    """The audit without its canary, a part with a well-known hole. Raises NotAudited.

    A database that is away, or a mirror that answers each question with an empty list, looks
    like a clean bill. Whoever does not see the canary's hole has not looked.
    """
    wanted, looked_at, found = set(wanted), set(looked_at), list(found)
    if not wanted:
        raise NotAudited("the lock names no package")
    if not any(each.part == canary for each in found):
        raise NotAudited(f"the database does not tell the known hole in {canary}")
    unseen = sorted(map(str, wanted - looked_at))
    if unseen:
        some = ", ".join(unseen[:5]) + (", …" if len(unseen) > 5 else "")  # noqa: PLR2004
        raise NotAudited(f"{len(unseen)} of {len(wanted)} packages: {some}")
    strange = sorted(map(str, looked_at - wanted - {canary}))
    if strange:
        raise NotAudited(f"other packages than the lock's: {', '.join(strange[:5])}")
    holes = tuple(each for each in found if each.part != canary)
    return Audited(what, frozenset(wanted), holes)
