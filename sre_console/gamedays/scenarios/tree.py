"""A YAML or JSON document as a tree whose every value knows its place. Pure.

Types are those of JSON: what YAML 1.1 would take for a truth, a date or an octal number is text.
Anchors, tags, merged and repeated keys are refused, and so is anything too large or too deep.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import yaml

from sre_console.gamedays.scenarios.problems import Problem, ScenarioInvalid

MOST_BYTES = 256 * 1024
DEEPEST = 20
MOST_NODES = 20_000

# Lines end at a line feed for whoever reads the file, so for us too: what YAML 1.1 takes for
# other ends of lines is refused, as are surrogates and whatever does not show.
_NEVER = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]"
)
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?", re.ASCII)
_LONGEST_NUMBER = 40  # characters
_WORDS: dict[str, bool | None] = {
    "": None, "~": None, "null": None, "true": True, "false": False,
}  # fmt: skip

Scalar = str | int | float | bool | None
Place = tuple[int, int]  # line and column, from 1


@dataclass(frozen=True, slots=True)
class Node:
    """A value and where it stands; mappings and lists hold nodes."""

    value: Mapping[str, Node] | tuple[Node, ...] | Scalar
    place: Place = (0, 0)
    path: str = ""
    keys: Mapping[str, Place] = field(default_factory=dict)  # of a mapping

    def count(self) -> int:
        """How many values there are in it, itself included."""
        if isinstance(self.value, Mapping):
            return 1 + sum(node.count() for node in self.value.values())
        if isinstance(self.value, tuple):
            return 1 + sum(node.count() for node in self.value)
        return 1

    def plain(self) -> object:
        """As JSON has it."""
        if isinstance(self.value, Mapping):
            return {name: node.plain() for name, node in self.value.items()}
        if isinstance(self.value, tuple):
            return [node.plain() for node in self.value]
        return self.value


def reads_otherwise(text: str) -> bool:
    """Whether the plain text, without quotes, is no text."""
    return text in _WORDS or bool(_NUMBER.fullmatch(text))


def child(path: str, key: str | int) -> str:
    if isinstance(key, int):
        return f"{path}[{key}]"
    name = key if len(key) <= 40 else key[:39] + "…"  # noqa: PLR2004 - for reading
    return f"{path}.{name}" if path else name


def tree_of(value: object, path: str = "") -> Node:
    """A tree of what has no file: JSON that was read already."""
    if isinstance(value, Mapping):
        pairs = {str(k): tree_of(v, child(path, str(k))) for k, v in value.items()}
        return Node(pairs, path=path, keys=dict.fromkeys(pairs, (0, 0)))
    if isinstance(value, list | tuple):
        nodes = (tree_of(item, child(path, i)) for i, item in enumerate(value))
        return Node(tuple(nodes), path=path)
    known = value is None or isinstance(value, str | int | float)
    return Node(value if known else str(value), path=path)  # type: ignore[arg-type]


def tree_read(text: str, file: str) -> Node:
    """The one document of a file. Raises ScenarioInvalid that names what is wrong and where."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    if len(text.encode("utf-8", "surrogatepass")) > MOST_BYTES:
        message = f"is larger than {MOST_BYTES // 1024} KiB"
        raise ScenarioInvalid(file, [Problem(1, 1, "", message)])
    problems = list(_unprintable(text))
    if problems:
        raise ScenarioInvalid(file, problems)
    if text.lstrip().startswith("{"):
        text = text.replace("\t", " ")  # JSON may be indented so, YAML may not
    reading = _Reading(text)
    root = reading.document()
    if reading.problems:
        raise ScenarioInvalid(file, reading.problems)
    return root


def _unprintable(text: str) -> Iterator[Problem]:
    for number, line in enumerate(text.split("\n"), 1):
        if found := _NEVER.search(line.replace("\r", "\x00")):
            message = f"holds the control character U+{ord(line[found.start()]):04X}"
            yield Problem(number, found.start() + 1, "", message)


class _Stop(Exception):  # noqa: N818 - not an error: what follows cannot be read
    """Nothing more is read."""


class _Reading:
    """One pass over the events of the parser, which knows no objects and so builds none."""

    def __init__(self, text: str) -> None:
        self._loader = yaml.SafeLoader(text)
        self.problems: list[Problem] = []
        self._nodes = 0

    def document(self) -> Node:
        root = Node(None)
        try:
            root = self._document()
        except _Stop:
            pass
        except yaml.MarkedYAMLError as error:
            self._broken(error.problem_mark or error.context_mark, error.problem)
        except (yaml.YAMLError, ValueError, OverflowError) as error:
            # an escape of a character that is none, say
            self._broken(self._loader.get_mark(), str(error).partition("\n")[0])
        finally:
            self._loader.dispose()
        return root

    def _document(self) -> Node:
        self._next()  # the stream's start
        if isinstance(self._peek(), yaml.StreamEndEvent):
            self._refuse(self._peek(), "", "is empty")
            raise _Stop
        self._next()  # the document's start
        root = self._node("", 0)
        self._next()  # the document's end
        if not isinstance(self._peek(), yaml.StreamEndEvent):
            self._refuse(self._peek(), "", "must hold one document, not more")
        return root

    def _node(self, path: str, depth: int) -> Node:
        event = self._next()
        self._nodes += 1
        if depth + isinstance(event, yaml.CollectionStartEvent) > DEEPEST:
            self._refuse(event, path, f"is nested deeper than {DEEPEST}")
            raise _Stop
        if self._nodes > MOST_NODES:
            self._refuse(event, path, f"holds more than {MOST_NODES:,} values")
            raise _Stop
        if isinstance(event, yaml.AliasEvent):
            self._refuse(event, path, "must be written out: aliases are not read")
            return Node(None, _place(event), path)
        if not isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent):
            raise _Stop  # no value begins otherwise
        self._plain_only(event, path)
        if isinstance(event, yaml.ScalarEvent):
            return Node(self._scalar(event, path), _place(event), path)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(event, path, depth)
        items: list[Node] = []
        while not isinstance(self._peek(), yaml.SequenceEndEvent):
            items.append(self._node(child(path, len(items)), depth + 1))
        self._next()
        return Node(tuple(items), _place(event), path)

    def _plain_only(
        self, event: yaml.ScalarEvent | yaml.CollectionStartEvent, path: str
    ) -> None:
        if event.anchor is not None:
            self._refuse(event, path, "must not be an anchor")
        if event.tag is not None:
            self._refuse(event, path, "must not have a tag")

    def _mapping(self, event: yaml.Event, path: str, depth: int) -> Node:
        values: dict[str, Node] = {}
        keys: dict[str, Place] = {}
        while not isinstance(self._peek(), yaml.MappingEndEvent):
            at = self._peek()
            if not isinstance(at, yaml.ScalarEvent):
                self._refuse(at, path, "has a key that is not text")
                raise _Stop
            name = self._text(at, path)
            self._plain_only(at, path)
            self._next()
            node = self._node(child(path, name), depth + 1)
            if name in keys:
                where = f"was there already, in line {keys[name][0]}"
                self._refuse(at, child(path, name), where)
                continue
            values[name], keys[name] = node, _place(at)
        self._next()
        return Node(values, _place(event), path, keys)

    def _scalar(self, event: yaml.ScalarEvent, path: str) -> Scalar:
        text: str = event.value
        if event.style is not None:  # quoted, or a block
            return self._text(event, path)
        if text in _WORDS:
            return _WORDS[text]
        if not _NUMBER.fullmatch(text):
            return text
        if len(text) > _LONGEST_NUMBER:
            self._refuse(event, path, "is too long for a number")
            return 0
        number: int | float = json.loads(text)
        if not math.isfinite(number):
            self._refuse(event, path, "is too large a number")
            return 0
        return number

    def _text(self, event: yaml.ScalarEvent, path: str) -> str:
        """As it stands; JSON's pairs of escapes are one character."""
        text: str = event.value
        paired = text.encode("utf-16-le", "surrogatepass")
        whole = paired.decode("utf-16-le", "surrogatepass")
        if "\r" in whole or _NEVER.search(whole):
            self._refuse(event, path, "holds a control character")
            return ""
        return whole

    def _peek(self) -> yaml.Event:
        event: yaml.Event = self._loader.peek_event()  # type: ignore[no-untyped-call]
        return event

    def _next(self) -> yaml.Event:
        event: yaml.Event = self._loader.get_event()  # type: ignore[no-untyped-call]
        return event

    def _refuse(self, event: yaml.Event, path: str, message: str) -> None:
        self.problems.append(Problem(*_place(event), path, message))

    def _broken(self, mark: object, problem: str | None) -> None:
        place = _at(mark)
        message = f"is not YAML or JSON: {problem or 'it cannot be read'}"
        self.problems.append(Problem(*place, "", message))


def _place(event: yaml.Event) -> Place:
    return _at(event.start_mark)


def _at(mark: object) -> Place:
    """PyYAML counts from 0."""
    if isinstance(mark, yaml.Mark):
        return mark.line + 1, mark.column + 1
    return 1, 1
