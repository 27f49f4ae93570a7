"""Reading a request that a scenario sends to this service, and what must come back. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import unquote

from sre_console.chaos.plan import METHODS
from sre_console.gamedays.scenarios.fields import Fields
from sre_console.gamedays.scenarios.patterns import PatternRefused
from sre_console.gamedays.scenarios.probes import HttpCall, Tolerance
from sre_console.gamedays.scenarios.problems import Problem
from sre_console.gamedays.scenarios.tolerance import jsonpath_check, regex_check
from sre_console.gamedays.scenarios.tree import Node

LOOKING = ("GET", "HEAD")  # what a probe may do: it is sent again and again
MOST_STATUSES, MOST_HEADERS, MOST_VALUES = 100, 20, 20
PATH_LONGEST, PATTERN_LONGEST = 2000, 1000  # characters
TIMEOUTS = (0.1, 60.0)  # wall seconds
BODY_LARGEST = 64 * 1024  # characters, as JSON

_PATH = re.compile(r"/[A-Za-z0-9._~!$&'()*+,;=:@%/?\[\]{}|^-]*", re.ASCII)
_HEADER = re.compile(r"[A-Za-z0-9-]{1,64}", re.ASCII)
_VALUE = re.compile(r"[\x20-\x7e]{0,1000}", re.ASCII)
_OURS = frozenset(
    {"connection", "content-length", "expect", "host", "keep-alive", "te", "trailer",
     "transfer-encoding", "upgrade"}
)  # fmt: skip
# Of proxies: from our own address they would be believed, and tell of a client that there is not.
_HOPS = re.compile(r"x-forwarded-.*|forwarded|x-real-ip|via", re.IGNORECASE)
# Everybody who may look reads a scenario.
_SECRET = re.compile(
    r"authorization|(^|-)auth(-|$)|cookie|token|secret|passw|api-?key", re.IGNORECASE
)
_FAULTS = ("/api/chaos",)
_GAME_DAYS = ("/api/game-days", "/api/scenarios")


def probe_call_read(node: Node, problems: list[Problem]) -> HttpCall | None:
    """A request that only looks; `body` says what must come back."""
    optional = ("method", "status", "within", "headers", "body")
    fields = Fields(node, problems, required=("path",), optional=optional)
    path = _path(fields)
    tolerance = fields.get("body")
    call = HttpCall(
        path=path or "/",
        method=fields.choice("method", LOOKING) or "GET",
        headers=_headers(fields),
        statuses=_statuses(fields),
        timeout=_timeout(fields, "within"),
        tolerance=None if tolerance is None else tolerance_read(tolerance, problems),
    )
    return None if path is None else call


def action_call_read(node: Node, problems: list[Problem]) -> HttpCall | None:
    """A request that does something; `body` is what is sent."""
    optional = ("status", "timeout", "headers", "body")
    fields = Fields(node, problems, required=("path",), optional=("method", *optional))
    path, method = _path(fields), fields.choice("method", METHODS) or "GET"
    body = fields.get("body")
    if body is not None:
        if method in LOOKING:
            fields.refuse("body", f"goes with no {method}")
        if len(repr(body.plain())) > BODY_LARGEST:
            fields.refuse("body", f"is larger than {BODY_LARGEST // 1024} KiB")
    if path is not None and method not in LOOKING:
        _leaves_runs_alone(fields, path)
    call = HttpCall(
        path=path or "/",
        method=method,
        headers=_headers(fields),
        body=None if body is None else body.plain(),
        statuses=_statuses(fields),
        timeout=_timeout(fields, "timeout"),
    )
    return None if path is None else call


def tolerance_read(node: Node, problems: list[Problem]) -> Tolerance | None:
    kinds = ("contains", "regex", "jsonpath")
    fields = Fields(node, problems, optional=(*kinds, "is", "in"))
    given = [kind for kind in kinds if kind in fields]
    if len(given) != 1:
        fields.wrong(node, f"must have exactly one of {', '.join(kinds)}")
        return None
    kind = given[0]
    pattern = fields.get(kind)
    text = None if pattern is None else fields.text_of(
        pattern, most=PATTERN_LONGEST, lines=True
    )  # fmt: skip
    if pattern is None or text is None:
        return None
    text = str(pattern.value)  # blanks at its ends count
    if kind != "jsonpath":
        for name in ("is", "in"):
            fields.refuse(name, "goes with jsonpath only")
    try:
        if kind == "regex":
            regex_check(text)
        if kind == "jsonpath":
            jsonpath_check(text)
    except PatternRefused as error:
        fields.wrong(pattern, str(error))
    match kind:
        case "jsonpath":
            return Tolerance("jsonpath", text, _expected(fields))
        case "regex":
            return Tolerance("regex", text)
        case _:
            return Tolerance("contains", text)


def _expected(fields: Fields) -> tuple[object, ...]:
    if "is" in fields and "in" in fields:
        fields.refuse("in", "does not go with is")
    nodes = fields.items("in", most=MOST_VALUES, least=1)
    if one := fields.get("is"):
        nodes = (one,)
    for node in nodes:
        if isinstance(node.value, Mapping | tuple):
            fields.wrong(node, "must be text, a number, true, false or null")
    return tuple(node.plain() for node in nodes)


def _path(fields: Fields) -> str | None:
    path = fields.text("path", most=PATH_LONGEST)
    if path is None:
        return None
    plain = unquote(path.partition("?")[0])
    if not _PATH.fullmatch(path) or "//" in plain or "\\" in plain:
        fields.refuse("path", "must be a path of this service, such as /health")
        return None
    if {".", ".."} & set(plain.split("/")):
        fields.refuse("path", "must not hold . or .. segments")
        return None
    return path


def _leaves_runs_alone(fields: Fields, path: str) -> None:
    plain = unquote(path.partition("?")[0]).lower().rstrip("/") + "/"
    if plain.startswith(tuple(f"{each}/" for each in _FAULTS)):
        fields.refuse("path", "is of the faults: use a step with fault")
    if plain.startswith(tuple(f"{each}/" for each in _GAME_DAYS)):
        fields.refuse("path", "is of game days, which no scenario starts or ends")


def _headers(fields: Fields) -> Mapping[str, str] | None:
    node = fields.get("headers")
    if node is None:
        return None
    if not isinstance(node.value, Mapping):
        fields.wrong(node, "must be a mapping")
        return None
    if len(node.value) > MOST_HEADERS:
        fields.wrong(node, f"must hold at most {MOST_HEADERS}")
    headers: dict[str, str] = {}
    for name, each in node.value.items():
        if _SECRET.search(name):
            fields.wrong(each, "must not be here: a scenario holds no secrets")
        elif (
            name.lower() in _OURS
            or not _HEADER.fullmatch(name)
            or _HOPS.fullmatch(name)
        ):
            fields.wrong(each, "is not a header that a scenario may set")
        if not isinstance(each.value, str) or not _VALUE.fullmatch(each.value):
            fields.wrong(each, "must be one line of plain text; numbers in quotes")
        headers[name] = str(each.value)
    if len({name.lower() for name in headers}) < len(headers):
        fields.wrong(node, "must not name one twice")
    return headers or None


def _statuses(fields: Fields) -> tuple[int, ...]:
    items = fields.items("status", most=MOST_STATUSES, least=1)
    found = [fields.whole_of(item, least=100, most=599) for item in items]
    return tuple(each for each in found if each is not None) or HttpCall("/").statuses


def _timeout(fields: Fields, name: str) -> float:
    read = fields.duration(name, least=TIMEOUTS[0], most=TIMEOUTS[1])
    return HttpCall("/").timeout if read is None else read
