"""Reading a regular expression into a tree. Pure; `regex` says what is read."""

from __future__ import annotations

import re
import string
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NoReturn

from sre_console.gamedays.scenarios.patterns import PatternRefused

Test = Callable[[str], bool]
MOST_REPEATS, DEEPEST = 100, 20

_DIGITS = frozenset(string.digits)
_WORD = frozenset(string.ascii_letters + string.digits + "_")
_SPACE = frozenset(" \t\n\r\f\v")
_SETS = {"d": _DIGITS, "w": _WORD, "s": _SPACE}
_SIGNS: dict[str, tuple[int, int | None]] = {
    "*": (0, None),
    "+": (1, None),
    "?": (0, 1),
}
_REPEAT = re.compile(
    r"(?P<sign>[*+?])|\{(?=[0-9,])(?P<least>[0-9]{0,6})(?:(?P<comma>,)(?P<most>[0-9]{0,6}))?\}",
    re.ASCII,
)
_CHARACTERS = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v"}


@dataclass(frozen=True, slots=True)
class Node:
    kind: Literal["test", "begin", "end", "all", "any", "repeat"]
    nodes: tuple[Node, ...] = ()
    test: Test | None = None
    least: int = 0
    most: int | None = None  # of a repeat; None: without end


def regex_read(pattern: str) -> Node:
    """Raises PatternRefused, whose message is read after the field's name."""
    reader = _Reader(pattern)
    node = reader.alternatives(0)
    if not reader.over:
        reader.refuse("has a ) too many")
    return node


def _no_line_end(char: str) -> bool:
    return char != "\n"


class _Reader:
    def __init__(self, pattern: str) -> None:
        self._pattern, self._at = pattern, 0

    @property
    def over(self) -> bool:
        return self._at >= len(self._pattern)

    @property
    def _next(self) -> str:
        return self._pattern[self._at : self._at + 1]

    def refuse(self, message: str) -> NoReturn:
        where = f"{message}, at character {self._at + 1}"
        raise PatternRefused(where)

    def _take(self) -> str:
        char = self._next
        self._at += 1
        return char

    def _taken(self, text: str) -> bool:
        if not self._pattern.startswith(text, self._at):
            return False
        self._at += len(text)
        return True

    def alternatives(self, depth: int) -> Node:
        if depth > DEEPEST:
            self.refuse("is nested too deep")
        branches = [self._sequence(depth)]
        while self._taken("|"):
            branches.append(self._sequence(depth))
        return branches[0] if len(branches) == 1 else Node("any", tuple(branches))

    def _sequence(self, depth: int) -> Node:
        nodes: list[Node] = []
        while not self.over and self._next not in "|)":
            nodes.append(self._repeated(self._atom(depth)))
        return Node("all", tuple(nodes))

    def _atom(self, depth: int) -> Node:
        char = self._take()
        if char == "(":
            return self._group(depth + 1)
        if char in {"^", "$"}:
            return Node("begin" if char == "^" else "end")
        if char in _SIGNS:
            self.refuse("repeats nothing")
        if char == "[":
            return Node("test", test=self._class())
        if char == "\\":
            return Node("test", test=self._escaped())
        return Node("test", test=_no_line_end if char == "." else char.__eq__)

    def _group(self, depth: int) -> Node:
        if self._next == "?" and not self._taken("?:"):
            self.refuse("has a (?…) that is not read")
        node = self.alternatives(depth)
        if not self._taken(")"):
            self.refuse("has a ( that is not closed")
        return node

    def _repeated(self, atom: Node) -> Node:
        bounds = self._bounds()
        if bounds is None:
            return atom
        self._taken("?")  # as few as possible: the same, for yes or no
        if self._bounds() is not None:
            self.refuse("repeats a repeat")
        return Node("repeat", (atom,), least=bounds[0], most=bounds[1])

    def _bounds(self) -> tuple[int, int | None] | None:
        match = _REPEAT.match(self._pattern, self._at)
        if match is None:
            return None
        self._at = match.end()
        if match["sign"]:
            return _SIGNS[match["sign"]]
        least = int(match["least"] or 0)
        most = least if match["comma"] is None else None
        if match["most"]:
            most = int(match["most"])
        if most is not None and most < least:
            self.refuse("has a {} that makes no sense")
        if max(least, most or 0) > MOST_REPEATS:
            self.refuse(f"repeats more than {MOST_REPEATS} times")
        return least, most

    def _escaped(self) -> Test:
        char = self._take()
        if char.lower() in _SETS:
            known = _SETS[char.lower()]
            return known.__contains__ if char.islower() else lambda c: c not in known
        if not char:
            self.refuse("ends with a backslash")
        if char.isalnum() and char not in _CHARACTERS:
            self.refuse(f"has a \\{char} that is not read")
        return _CHARACTERS.get(char, char).__eq__

    def _class(self) -> Test:
        negated = self._taken("^")
        tests: list[Test] = []
        while not tests or self._next != "]":
            if self.over:
                self.refuse("has a [ that is not closed")
            first = self._take()
            if first == "\\":
                if self._next.lower() in _SETS and self._next:
                    tests.append(self._escaped())
                    continue
                first = self._character()
            if self._next != "-" or self._pattern[self._at + 1 :][:1] in {"]", ""}:
                tests.append(first.__eq__)
                continue
            self._take()
            last = self._take()
            if last == "\\":
                last = self._character()
            if last < first:
                self.refuse(f"has a range {first}-{last} that makes no sense")
            tests.append(lambda c, a=first, z=last: a <= c <= z)  # type: ignore[misc]
        self._take()
        if negated:
            return lambda c: not any(test(c) for test in tests)
        return lambda c: any(test(c) for test in tests)

    def _character(self) -> str:
        """What stands after a backslash, as one character."""
        char = self._take()
        if not char or (char.isalnum() and char not in _CHARACTERS):
            self.refuse(f"has a \\{char} that is not read")
        return _CHARACTERS.get(char, char)
