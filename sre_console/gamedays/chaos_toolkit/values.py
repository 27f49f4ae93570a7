"""The values of a Chaos Toolkit experiment: `${name}` out of its configuration. Pure.

Nothing is read from the server's environment, whatever the experiment says: what it would take
from there has to be given as a parameter, unless it has a default.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from sre_console.gamedays.scenarios.problems import Problem
from sre_console.gamedays.scenarios.tree import Node, tree_of

MOST_MADE = 1024 * 1024  # characters put in for names, in all
_PATTERN = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_.-]*)\}", re.ASCII)


class Values:
    """Problems are noted where a value is used, for what is not used does not matter."""

    def __init__(
        self,
        configuration: Node | None,
        secrets: Node | None,
        parameters: Mapping[str, object],
        problems: list[Problem],
    ) -> None:
        self._configuration = _mapping(configuration)
        self._secrets = {
            name for group in _mapping(secrets).values() for name in _mapping(group)
        }
        self._parameters = parameters
        self._problems = problems
        self._sizes: dict[str, int] = {}  # of the values, in characters
        self._made = 0

    def of(self, node: Node) -> Node:
        """The same tree with every name in it replaced, at the same places."""
        value = node.value
        if isinstance(value, Mapping):
            inner = {name: self.of(each) for name, each in value.items()}
            return Node(inner, node.place, node.path, node.keys)
        if isinstance(value, tuple):
            return Node(tuple(self.of(each) for each in value), node.place, node.path)
        if not isinstance(value, str) or "${" not in value:
            return node
        if whole := _PATTERN.fullmatch(value):  # keeps its type
            found = tree_of(self._value(whole[1], node))
            return Node(found.value, node.place, node.path, found.keys)
        text = _PATTERN.sub(lambda match: str(self._value(match[1], node)), value)
        return Node(text, node.place, node.path)

    def _value(self, name: str, node: Node) -> object:
        """Short values named often come to much: past MOST_MADE there is nothing."""
        if self._made > MOST_MADE:
            return ""
        value = self._given(name, node)
        if name not in self._sizes:
            self._sizes[name] = len(repr(value))
        self._made += self._sizes[name]
        if self._made > MOST_MADE:
            message = f"comes to more than {MOST_MADE // 1024} KiB with its values"
            self._problems.append(Problem(*node.place, node.path, message))
            return ""
        return value

    def _given(self, name: str, node: Node) -> object:
        if name in self._parameters:
            return self._parameters[name]
        known = self._configuration.get(name)
        if known is None:
            secret = name in self._secrets
            problem = "is a secret, and those are not read" if secret else (
                "is not in the configuration"
            )  # fmt: skip
            self._problems.append(
                Problem(*node.place, node.path, f"${{{name}}} {problem}")
            )
            return ""
        fields = _mapping(known)
        if "type" not in fields:
            return known.plain()
        if "default" in fields:
            return fields["default"].plain()
        message = (
            f"${{{name}}} would be read from outside, which is not done: "
            "give it as a parameter, or a default"
        )
        self._problems.append(Problem(*node.place, node.path, message))
        return ""


def _mapping(node: Node | None) -> Mapping[str, Node]:
    value = None if node is None else node.value
    return value if isinstance(value, Mapping) else {}
