"""Reading a mapping of a scenario field by field, collecting all that is wrong. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from difflib import get_close_matches
from typing import cast

from sre_console.gamedays.scenarios import durations
from sre_console.gamedays.scenarios.problems import Problem
from sre_console.gamedays.scenarios.scenario import ENGLISH, Text
from sre_console.gamedays.scenarios.tree import Node, child

TITLE_LONGEST = 200  # characters
TEXT_LONGEST = 4000
MOST_LANGUAGES = 20

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}", re.ASCII)


def one_of(allowed: Collection[str], given: object = None) -> str:
    """What it must be, and which of these was meant, perhaps."""
    meant = get_close_matches(str(given), [*allowed], 1) if given is not None else []
    hint = f"; did you mean {meant[0]}?" if meant else ""
    return f"must be one of {', '.join(allowed)}{hint}"


class Fields:
    """The fields of one mapping. What is missing or wrong is noted once and read as None."""

    def __init__(
        self,
        node: Node,
        problems: list[Problem],
        *,
        required: Sequence[str] = (),
        optional: Sequence[str] = (),
    ) -> None:
        self.node, self.problems = node, problems
        self._fields: dict[str, Node] = {}
        if not isinstance(node.value, Mapping):
            self.wrong(node, "must be a mapping")
            return
        known = (*required, *optional)
        for name, value in node.value.items():
            if name in known:
                self._fields[name] = value
                continue
            meant = get_close_matches(name, known, 1)
            hint = f"; did you mean {meant[0]}?" if meant else ""
            place, path = node.keys[name], child(node.path, name)
            problems.append(Problem(*place, path, f"is not known here{hint}"))
        for name in required:
            if name not in node.value:
                path = child(node.path, name)
                problems.append(Problem(*node.place, path, "is missing"))

    def wrong(self, node: Node, message: str) -> None:
        self.problems.append(Problem(*node.place, node.path, message))

    def __contains__(self, name: str) -> bool:
        return name in self._fields

    def get(self, name: str) -> Node | None:
        return self._fields.get(name)

    def refuse(self, name: str, message: str) -> None:
        """Note what is wrong about a field that is there."""
        if node := self.get(name):
            self.wrong(node, message)

    def text(self, name: str, *, most: int = TITLE_LONGEST) -> str | None:
        """A name, with no blanks around it."""
        node = self.get(name)
        return None if node is None else self.name_of(node, most=most)

    def name_of(self, node: Node, *, most: int = TITLE_LONGEST) -> str | None:
        text = self.text_of(node, most=most)
        if text is None or text == node.value:
            return text
        self.wrong(node, "must not begin or end with a blank")
        return None

    def text_of(
        self, node: Node, *, most: int = TITLE_LONGEST, lines: bool = False
    ) -> str | None:
        value = node.value
        if not isinstance(value, str) or not value.strip():
            quoted = isinstance(value, int | float) and not isinstance(value, bool)
            hint = "; put it in quotes" if quoted else ""
            self.wrong(node, f"must be text{hint}")
        elif len(value) > most:
            self.wrong(node, f"must not be longer than {most} characters")
        elif not lines and ("\n" in value.strip() or "\t" in value):
            self.wrong(node, "must be one line")
        else:
            return value.strip()
        return None

    def said(self, name: str, *, most: int = TEXT_LONGEST) -> Text | None:
        """A text, or one for each language with English among them."""
        node = self.get(name)
        if node is None:
            return None
        lines = most > TITLE_LONGEST
        if not isinstance(node.value, Mapping):
            text = self.text_of(node, most=most, lines=lines)
            return None if text is None else {ENGLISH: text}
        if ENGLISH not in node.value:
            self.wrong(node, f"must have the text in English, as {ENGLISH}")
        if len(node.value) > MOST_LANGUAGES:
            self.wrong(node, f"must hold at most {MOST_LANGUAGES} languages")
        texts: dict[str, str] = {}
        for language, each in node.value.items():
            if not _LANGUAGE.fullmatch(language):
                self.wrong(each, "must be named by its language, such as en or es")
            texts[language] = self.text_of(each, most=most, lines=lines) or ""
        return texts

    def choice(self, name: str, allowed: Collection[str]) -> str | None:
        node = self.get(name)
        return None if node is None else self.choice_of(node, allowed)

    def choice_of(self, node: Node, allowed: Collection[str]) -> str | None:
        if isinstance(node.value, str) and node.value in allowed:
            return node.value
        self.wrong(node, one_of(allowed, node.value))
        return None

    def number(
        self,
        name: str,
        *,
        least: float,
        most: float,
        beyond: bool = False,  # least itself is too little
    ) -> float | None:
        node = self.get(name)
        if node is None:
            return None
        value = node.value
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if number and least <= value <= most and not (beyond and value == least):  # type: ignore[operator]
            return float(value) + 0.0  # type: ignore[arg-type]
        bounds = f"above {least:g}, {most:,.12g} at most" if beyond else (
            f"from {least:,.12g} to {most:,.12g}"
        )  # fmt: skip
        self.wrong(node, f"must be a number {bounds}")
        return None

    def whole(self, name: str, *, least: int, most: int) -> int | None:
        node = self.get(name)
        return None if node is None else self.whole_of(node, least=least, most=most)

    def whole_of(self, node: Node, *, least: int, most: int) -> int | None:
        value = node.value
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        whole = isinstance(value, int) and not isinstance(value, bool)
        if whole and least <= value <= most:  # type: ignore[operator]
            return cast("int", value)
        self.wrong(node, f"must be a whole number from {least} to {most}")
        return None

    def duration(
        self, name: str, *, least: float = 0, most: float = durations.MOST
    ) -> float | None:
        """Seconds."""
        node = self.get(name)
        if node is None:
            return None
        try:
            seconds = durations.duration(node.value)
        except ValueError as error:
            self.wrong(node, str(error))
            return None
        if least <= seconds <= most:
            return seconds
        bounds = [durations.duration_written(each) for each in (least, most)]
        self.wrong(node, f"must be from {bounds[0]} to {bounds[1]}")
        return None

    def items(self, name: str, *, most: int, least: int = 0) -> tuple[Node, ...]:
        node = self.get(name)
        if node is None:
            return ()
        if not isinstance(node.value, tuple):
            self.wrong(node, "must be a list")
            return ()
        if len(node.value) < least:
            self.wrong(node, "must hold at least one item")
        if len(node.value) > most:
            self.wrong(node.value[most], f"is one too many: {most:,} at most")
        return node.value[:most]
