r"""Regular expressions that cost no more than their text is long. Pure.

Python's own may take for ever, with everybody else waiting: a scenario's author is not to be able to
stop the service with `(a+)+b`. This is Thompson's construction: all the ways a text can match are
followed at once, one character after the other, so nothing is ever tried again. What cannot be
matched so (references to groups, looking around) is refused, and so is what becomes too large.

Read are literals, `.`, classes, `\d \w \s` (of ASCII) and their opposites, groups, `|`, `* + ?`
and `{2,5}`, `^` and `$`. Whether a text matches is all that is answered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal

from sre_console.gamedays.scenarios.patterns import PatternRefused
from sre_console.gamedays.scenarios.regex_syntax import Node, Test, regex_read

MOST_STATES = 500
MOST_PARTS = 5_000  # built, repeats written out: what is empty costs no states
MOST_WORK = 2_000_000  # characters times states that are followed: about a second
Kind = Literal["test", "split", "begin", "end", "match"]


@dataclass(slots=True)
class _State:
    kind: Kind
    test: Test | None = None
    to: list[int] = field(default_factory=list)


class Regex:
    """A pattern that is ready to be searched for. Raises PatternRefused."""

    def __init__(self, pattern: str) -> None:
        self._states: list[_State] = []
        self._parts = 0
        end = self._add("match")
        self._start = self._build(regex_read(pattern), end)
        # Sets of states are numbered as they are met; what follows from one is kept.
        self._sets: dict[frozenset[int], dict[str, frozenset[int]]] = {}

    def search(self, text: str) -> bool:
        """Whether it is anywhere in the text. Raises PatternRefused where that costs too much."""
        work = 0
        again = self._reached([self._start], begin=False)
        now = self._reached([self._start], begin=True)
        for place, char in enumerate(text):
            if self._matched(now):
                return True
            if char == "\n" and place == len(text) - 1 and self._matched_at_end(now):
                return True  # $ is also before the last line's end
            known = self._sets.setdefault(now, {})
            if char not in known:
                work += len(now) + 1
                if work > MOST_WORK:
                    message = "takes too long on this answer"
                    raise PatternRefused(message)
                known[char] = self._after(now, char) | again
            now = known[char]
        return self._matched_at_end(now)

    def _after(self, now: frozenset[int], char: str) -> frozenset[int]:
        passed = [
            to
            for number in now
            if (test := self._states[number].test) is not None and test(char)
            for to in self._states[number].to
        ]
        return self._reached(passed, begin=False)

    def _reached(
        self, states: Iterable[int], *, begin: bool, end: bool = False
    ) -> frozenset[int]:
        """What can be got to without a character."""
        found: set[int] = set()
        left = [*states]
        while left:
            number = left.pop()
            if number in found:
                continue
            found.add(number)
            state = self._states[number]
            passes = {"split": True, "begin": begin, "end": end}
            if passes.get(state.kind):
                left += state.to
        return frozenset(found)

    def _matched(self, now: frozenset[int]) -> bool:
        return 0 in now

    def _matched_at_end(self, now: frozenset[int]) -> bool:
        return 0 in self._reached(now, begin=False, end=True)

    def _add(self, kind: Kind, *to: int, test: Test | None = None) -> int:
        if len(self._states) == MOST_STATES:
            message = f"is too large: it comes to more than {MOST_STATES} states"
            raise PatternRefused(message)
        self._states.append(_State(kind, test, [*to]))
        return len(self._states) - 1

    def _build(self, node: Node, then: int) -> int:
        """The state that the node begins with, before `then`."""
        self._parts += 1
        if self._parts > MOST_PARTS:
            message = f"is too large: it comes to more than {MOST_PARTS:,} parts"
            raise PatternRefused(message)
        build: dict[str, Callable[[Node, int], int]] = {
            "test": lambda n, to: self._add("test", to, test=n.test),
            "begin": lambda _, to: self._add("begin", to),
            "end": lambda _, to: self._add("end", to),
            "all": self._build_all,
            "any": lambda n, to: self._add(
                "split", *(self._build(each, to) for each in n.nodes)
            ),
            "repeat": self._build_repeat,
        }
        return build[node.kind](node, then)

    def _build_all(self, node: Node, then: int) -> int:
        for each in reversed(node.nodes):
            then = self._build(each, then)
        return then

    def _build_repeat(self, node: Node, then: int) -> int:
        (inner,) = node.nodes
        if node.most is None:
            loop = self._add("split", then)
            self._states[loop].to.append(self._build(inner, loop))
            then = loop
        else:
            end = then
            for _ in range(node.most - node.least):
                then = self._add("split", end, self._build(inner, then))
        for _ in range(node.least):
            then = self._build(inner, then)
        return then
