"""Whether every answer equals some state that it may equal. Pure: it reads a record alone.

The database goes through one row of states. A write takes effect at one moment between its
start and its acknowledgement; an answer is right if there are such moments for the writes, and
one of its own, whose state it equals as a whole: rows, order, total, next page, tag. Its own lies
before its end, and not before its start, with one exception: what its replica has not acknowledged
itself may be `slack` seconds late. What its replica has acknowledged before the request began, and
the write whose version the request named, it must show.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product
from math import inf, prod

from tests.load.consistent import model
from tests.load.consistent.chains import Acknowledged, Chain, May
from tests.load.consistent.record import (
    Answer,
    Page,
    Query,
    Record,
    Single,
    Version,
    origin,
)
from tests.load.consistent.sightings import Violation, look, shown_in

SLACK = 0.25  # seconds
_MOST_CHOICES = 20_000  # states of one moment that are tried for one answer
_LOOK_BACK = 10.0  # seconds, for what a violation is told to be


@dataclass(frozen=True, slots=True)
class Verdict:
    violations: list[Violation]
    judged: int
    undecided: int  # too many writes in flight at once to try all their states
    behind: int  # answers that equal only a state from before their request
    oldest: float  # by how many seconds, at most


class Undecided(Exception):  # noqa: N818 - no failure
    pass


def judge(record: Record, *, slack: float = SLACK) -> Verdict:
    chains = {user: Chain(versions) for user, versions in record.users.items()}
    violations = look(record, chains)
    strange = {id(each.answer) for each in violations}
    court = Court(record, chains, slack)
    undecided, ages = 0, [0.0]
    for answer in record.answers:
        if id(answer) in strange:
            continue
        try:
            latest = court.fits(answer)
        except Undecided:
            undecided += 1
            continue
        if latest is None:
            violations.append(court.explain(answer))
        elif latest < answer.began:
            ages.append(answer.began - latest)
    return Verdict(violations, len(record.answers), undecided, len(ages) - 1, max(ages))


class Court:
    def __init__(
        self, record: Record, chains: Mapping[str, Chain], slack: float
    ) -> None:
        self._chains = chains
        self._slack = slack
        versions = [each for chain in chains.values() for each in chain.versions]
        self._begins = sorted(each.began for each in versions)
        self._acknowledged = {
            replica: Acknowledged(
                each
                for each in versions
                if each.replica == replica and each.acked < inf
            )
            for replica in {answer.replica for answer in record.answers}
        }

    def fits(self, answer: Answer) -> float | None:
        """The latest moment whose state it equals. Raises Undecided."""
        floor = max(
            answer.began - self._slack,
            self._acknowledged[answer.replica].floor(answer.began),
            answer.named.began if answer.named else -inf,
        )
        return self._search(answer, floor, partial(_must_show, answer))

    def explain(self, answer: Answer) -> Violation:
        """What would have to be forgiven."""
        floor = answer.began - _LOOK_BACK
        try:
            latest = self._search(answer, floor, _nothing)
            if latest is not None and latest < answer.began - self._slack:
                age = answer.began - latest
                return Violation("stale", f"{age * 1000:.0f} ms old", answer)
            if latest is not None:
                told = "its replica had acknowledged it, or its version was named"
                return Violation("missed write", told, answer)
            if self._search(answer, floor, _nothing, apart=True) is not None:
                told = "its rows are of one state, its total or links of another"
                return Violation("torn answer", told, answer)
        except Undecided:
            pass
        return Violation("no state", f"{answer.got}", answer)

    def _search(
        self, answer: Answer, floor: float, must: May, *, apart: bool = False
    ) -> float | None:
        shown = self._shown(answer)
        if shown is None:
            return None
        since = [self._chains[user].since(place) for user, place in shown.items()]
        until = [self._chains[user].until(place) for user, place in shown.items()]
        low, high = max([floor, *since]), min([answer.ended, *until])
        for moment in self._moments(low, high):
            latest = self._fits_at(moment, answer, shown, must, apart=apart)
            if latest is not None:
                return min(high, latest)
        return None

    def _shown(self, answer: Answer) -> dict[str, int] | None:
        """The place of each user that it shows; None where one is shown twice."""
        places = {}
        rows = shown_in(answer)
        for row in rows:
            known = origin(row)
            place = self._chains[known[0]].place(known[1]) if known else None
            if known is None or place is None:
                return None
            places[known[0]] = place
        return places if len(places) == len(rows) else None

    def _moments(self, low: float, high: float) -> Iterator[float]:
        """At these as much may be current as at any other between them; the newest first."""
        if low > high:
            return
        for at in range(bisect_right(self._begins, high) - 1, -1, -1):
            if self._begins[at] <= low:
                break
            yield self._begins[at]
        yield low

    def _fits_at(
        self,
        moment: float,
        answer: Answer,
        shown: Mapping[str, int],
        must: May,
        *,
        apart: bool,
    ) -> float | None:
        """Until when it would equal a state that is possible at the moment."""
        asked = answer.asked
        users = [asked[0]] if isinstance(asked, tuple) else list(self._chains)
        choices: list[Sequence[int]] = []
        for user in users:
            may_be = self._chains[user].may_be(moment, must)
            if user not in shown:
                choices.append(may_be[::-1])
            elif shown[user] in may_be:
                choices.append((shown[user],))
            else:
                return None
        if prod(map(len, choices)) > _MOST_CHOICES:
            raise Undecided
        for places in product(*choices):
            chosen = list(zip(users, places, strict=True))
            state = [self._chains[user].versions[at] for user, at in chosen if at >= 0]
            if _equal(answer, state, apart=apart):
                return min(self._chains[user].until(at) for user, at in chosen)
        return None


def _must_show(answer: Answer, version: Version) -> bool:
    acknowledged = version.acked <= answer.began
    return version is answer.named or (
        acknowledged and version.replica == answer.replica
    )


def _nothing(_: Version) -> bool:
    return False


def _equal(answer: Answer, state: Sequence[Version], *, apart: bool) -> bool:
    got, asked = answer.got, answer.asked
    if isinstance(got, Page) and isinstance(asked, Query):
        right = model.page(state, asked)
        if apart:
            return got.rows == right.rows
        same_total = got.total is None or got.total == right.total
        return same_total and (got.rows, got.more, got.less) == (
            right.rows,
            right.more,
            right.less,
        )
    assert isinstance(got, Single)
    assert isinstance(asked, tuple)
    current = next(
        (each for each in state if each.row and each.row[0] == asked[1]), None
    )
    if current is None or got.etag is None:
        return current is None and got.etag is None
    if got.row is not None and got.row != current.row:
        return False
    return current.etag is None or got.etag == current.etag
