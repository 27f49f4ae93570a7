"""What every shown row says by itself: who wrote it, and by when that had taken effect."""

from __future__ import annotations

from dataclasses import dataclass

from tests.load.consistent.chains import Chain
from tests.load.consistent.record import Answer, Page, Record, Row, Version, origin


@dataclass(frozen=True, slots=True)
class Violation:
    kind: str
    told: str
    answer: Answer

    def __str__(self) -> str:
        asked = self.answer
        cache = f", cache: {asked.cache}" if asked.cache else ""
        return (
            f"{self.kind}: {self.told} (replica {asked.replica}, {asked.asked},"
            f" at {asked.began:.4f} for {asked.ended - asked.began:.4f} s{cache})"
        )


def shown_in(answer: Answer) -> tuple[Row, ...]:
    if isinstance(answer.got, Page):
        return answer.got.rows
    return () if answer.got.row is None else (answer.got.row,)


def look(record: Record, chains: dict[str, Chain]) -> list[Violation]:
    """Rows that nobody wrote so, and tags that two bodies share. Completes `taken`."""
    found = []
    tags: dict[str, Page] = {}
    for answer in record.answers:
        told = _strange(answer, chains) or _tag(answer, chains, tags)
        if told:
            found.append(Violation(*told, answer))
            continue
        for row in shown_in(answer):
            version = _writer(row, chains)
            if version is not None:
                version.taken = min(version.taken, answer.ended)
    for chain in chains.values():
        chain.seal()
    return found


def _writer(row: Row, chains: dict[str, Chain]) -> Version | None:
    known = origin(row)
    chain = chains.get(known[0]) if known else None
    place = chain.place(known[1]) if known and chain else None
    return chain.versions[place] if chain and place is not None else None


def _strange(answer: Answer, chains: dict[str, Chain]) -> tuple[str, str] | None:
    for row in shown_in(answer):
        version = _writer(row, chains)
        if version is None:
            return "unknown row", f"{row}: nobody wrote it, or it never took effect"
        if version.began > answer.ended:
            return "from the future", f"{row} was written later"
        if version.row is None and not version.deletes:
            version.row = row
        if version.row != row:
            return "torn row", f"{row}, but {version.row} was written"
    return None


def _tag(
    answer: Answer, chains: dict[str, Chain], tags: dict[str, Page]
) -> tuple[str, str] | None:
    if isinstance(answer.got, Page):
        if answer.etag and tags.setdefault(answer.etag, answer.got) != answer.got:
            return "one tag, two bodies", answer.etag
        return None
    if answer.got.row is None or answer.got.etag is None:
        return None
    version = _writer(answer.got.row, chains)
    if version is not None:
        version.etag = version.etag or answer.got.etag
        if version.etag != answer.got.etag:
            return "two tags, one row", f"{version.etag} and {answer.got.etag}"
    return None
