"""What an expression asks for, and what an alert's measures: it without its comparisons.

An alert that does not fire returns nothing, and so does one that names what does not exist.
"""

from __future__ import annotations

import re

_TOKEN = re.compile(
    r"""\{(?:[^}"]|"(?:[^"\\]|\\.)*")*\}"""  # matchers
    r"""|"(?:[^"\\]|\\.)*"|\[[^\]]*\]"""
    r"""|[A-Za-z_:][\w:]*|\d[\d.]*e[+-]\d+|\d[\w.]*"""
    r"""|[=!<>]=|=~|!~|[^\s]"""
)
_COMPARE = {"==", "!=", "<", ">", "<=", ">="}
_SETS = {"and", "or", "unless"}
_MATCHING = {"on", "ignoring", "group_left", "group_right"}
_LABELS = {"by", "without"}
_WORDS = _SETS | _MATCHING | _LABELS | {"bool", "offset"}
_CALL = {"("}
_NAME = re.compile(r"[A-Za-z_:][\w:]*")
_ARITHMETIC = set("+-*/%^")
Tokens = list[str]


def measured(expression: str) -> list[str]:
    """Every operand of its set operations and comparisons; of absent(x) the x.

    A comparison with a number goes, wherever it stands. Constants are no operands.
    """
    whole = _without_limits(_TOKEN.findall(expression))
    return [" ".join(tokens) for tokens in _operands(whole, _SETS | _COMPARE)]


def alternatives(expression: str) -> list[str]:
    """Both sides of its `or`: the second may hide that the first has no data."""
    whole = _TOKEN.findall(expression)
    return [" ".join(tokens) for tokens in _operands(whole, {"or"})]


def metrics(expression: str) -> set[str]:
    """The names of the series that are asked for."""
    tokens = [*_TOKEN.findall(expression), ""]
    found: set[str] = set()
    at = 0
    while at < len(tokens) - 1:
        token, following = tokens[at], tokens[at + 1]
        if token in _MATCHING | _LABELS and following == "(":
            at = _closing(tokens, at + 1)
        elif _NAME.fullmatch(token) and following not in _CALL | _LABELS:
            found.add(token)
        at += 1
    return found - _WORDS


def _without_limits(tokens: Tokens) -> Tokens:
    kept: Tokens = []
    at = 0
    while at < len(tokens):
        if tokens[at] in _COMPARE:
            limit = at + 1 + (tokens[at + 1] == "bool")
            after = tokens[limit + 1 : limit + 2]
            if tokens[limit][0].isdigit() and not _ARITHMETIC & set(after):
                at = limit + 1
                continue
        kept.append(tokens[at])
        at += 1
    return kept


def _operands(tokens: Tokens, between: set[str]) -> list[Tokens]:
    tokens = _bare(tokens)
    # Sets bind weaker than comparisons.
    for operators in (between & _SETS, between - _SETS):
        sides = _split(tokens, operators)
        if len(sides) > 1:
            return [each for side in sides for each in _operands(side, between)]
    if tokens[0] == "vector":
        return []
    if tokens[0] == "absent" and _closing(tokens, 1) == len(tokens) - 1:
        return _operands(tokens[2:-1], between)
    return [tokens]


def _bare(tokens: Tokens) -> Tokens:
    while tokens[0] == "(" and _closing(tokens, 0) == len(tokens) - 1:
        tokens = tokens[1:-1]
    return tokens


def _closing(tokens: Tokens, opening: int) -> int:
    """Where the parenthesis at `opening` closes."""
    depth = 0
    for at in range(opening, len(tokens)):
        depth += (tokens[at] == "(") - (tokens[at] == ")")
        if not depth:
            return at
    raise ValueError("a parenthesis does not close: " + " ".join(tokens))


def _split(tokens: Tokens, operators: set[str]) -> list[Tokens]:
    sides: list[Tokens] = [[]]
    depth = at = 0
    while at < len(tokens):
        token = tokens[at]
        depth += (token == "(") - (token == ")")
        at += 1
        if depth or token not in operators:
            sides[-1].append(token)
            continue
        sides.append([])
        while at < len(tokens) and tokens[at] in _MATCHING:
            at = _closing(tokens, at + 1) + 1 if tokens[at + 1] == "(" else at + 1
    return sides
