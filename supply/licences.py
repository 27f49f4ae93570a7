"""docs/licences.md: under which licence each part is. `make licences` writes it.

Fails where a part has a licence that supply/licences.toml does not allow.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any

from license_expression import ExpressionError, Licensing, get_spdx_licensing

from supply.parts import LOCKS, Part, every
from supply.requirements import ROOT

RULES = Path(__file__).with_name("licences.toml")
PAGE = ROOT / "docs/licences.md"
_HEAD = """# Licences

Every part by the lock files, with its licence as SPDX names it: what the package says of itself, or
what its licence file says (`supply/licences.toml`). Made by `make licences`; do not edit.
"""


@dataclass(frozen=True)
class Rules:
    allowed: frozenset[str]
    for_tools: frozenset[str]
    words: dict[str, str]
    read: dict[str, str]

    @classmethod
    def load(cls, path: Path = RULES) -> Rules:
        held: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
        allowed = frozenset(held["allowed"])
        tools = frozenset(held["allowed_for_tools"])
        return cls(allowed, allowed | tools, held["words"], held["read"])


def licence(part: Part, rules: Rules) -> str:
    """The SPDX expression; empty where nobody knows it."""
    for said in _said(part, rules):
        if expression := _expression(rules.words.get(said, said)):
            return expression
    return ""


def _said(part: Part, rules: Rules) -> Iterator[str]:
    """What is said of its licence, the most exact first."""
    if part.name in rules.read:
        yield rules.read[part.name]
        return
    yield part.licence
    if part.ecosystem == "pypi":
        try:
            about = metadata(part.name).json
        except PackageNotFoundError:
            return
        yield str(about.get("license_expression", ""))
        yield str(about.get("license", "")).split("\n")[0].strip()
        named = [each for each in about.get("classifier", ()) if "License ::" in each]
        yield from (each.rpartition(" :: ")[2] for each in named)


_spdx: Licensing = get_spdx_licensing()


def _expression(text: str) -> str:
    try:
        parsed = _spdx.parse(text, validate=True) if text else None
    except ExpressionError:
        return ""
    return str(parsed) if parsed is not None else ""


def refused(part: Part, expression: str, rules: Rules) -> bool:
    """Whether no way of reading the expression leaves only licences that are allowed."""
    allowed = rules.allowed if part.use == "product" else rules.for_tools
    if not expression:
        return True
    parsed = _spdx.parse(expression)
    known = {key: key in allowed for key in _spdx.license_keys(parsed)}
    return not _holds(parsed, known)


def _holds(parsed: Any, known: dict[str, bool]) -> bool:
    if isinstance(parsed, _spdx.OR):
        return any(_holds(each, known) for each in parsed.args)
    if isinstance(parsed, _spdx.AND):
        return all(_holds(each, known) for each in parsed.args)
    return known.get(parsed.render(), False)


_FROM = {"pypi": "PyPI", "npm": "npm"}


def page(parts: list[Part], rules: Rules) -> str:
    told = [_HEAD]
    for use in dict.fromkeys(LOCKS.values()):
        mine = [part for part in parts if part.use == use]
        told.append(f"## {use.capitalize()}: {len(mine)} parts\n")
        told += ["| part | version | licence | from |", "|---|---|---|---|"]
        told += [
            f"| {each.name} | {each.version} | {licence(each, rules)} "
            f"| {_FROM[each.ecosystem]} |"
            for each in mine
        ]
        told.append("")
    return "\n".join(told)


def main() -> int:
    rules, parts = Rules.load(), every()
    wrong = [
        f"{part.name} {part.version} ({part.use}): {found or 'no licence is known'}"
        for part in parts
        if refused(part, found := licence(part, rules), rules)
    ]
    for line in wrong:
        print(f"✗ {line}")
    if wrong:
        print("→ decide about it in supply/licences.toml")
        return 1
    PAGE.write_text(page(parts, rules), "utf-8")
    print(f"✓ {PAGE.relative_to(ROOT)}: {len(parts)} parts")
    return 0


if __name__ == "__main__":
    sys.exit(main())
