"""No pattern is slow on any input: each one that is compiled anywhere, on what it likes least."""

from __future__ import annotations

import importlib
import pkgutil
import re
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest
from django.urls import get_resolver
from django.urls.resolvers import RegexPattern, RoutePattern, URLPattern, URLResolver

import api
import ironclad
import sre_console

LENGTH = 20_000  # what takes the square of its length takes a second with this
MOST = 0.1  # seconds of CPU
SAMPLES = (
    "a", "A", "0", " ", "\n", "-", "_", ".", "/", ":", "=", '"', "<", "[", "`", "*", "|", "\\",
    "%", "a-", "a.", "a ", "0.", "a=", "a:", "ab/", "[](", "**", "a@", "\u0660", "é", "-a", "0:",
    "Bearer ", "a://b:", "[a](", "://", "a\n", "- ", "| ",
)  # fmt: skip
# What it serves with is not installed by default; no pattern is in it.
OPTIONAL = {"ironclad.edge.uvicorn_server"}
_ENDS = ("\x00", "!\n")


def modules() -> Iterator[ModuleType]:
    for package in (api, ironclad, sre_console):
        yield package
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if found.name in OPTIONAL or ".migrations" in found.name:
                continue
            if not found.name.endswith("__main__"):
                yield importlib.import_module(found.name)


@cache
def uses() -> dict[str, set[str]]:
    """How each name is asked, in all of the code."""
    found: dict[str, set[str]] = {}
    asked = re.compile(r"\b(\w+)\.(fullmatch|match|search|sub|finditer|split)\(")
    for package in (api, ironclad, sre_console):
        for path in Path(package.__path__[0]).rglob("*.py"):
            for name, way in asked.findall(path.read_text("utf-8")):
                found.setdefault(name, set()).add(way)
    return found


@cache
def patterns() -> dict[str, tuple[re.Pattern[str], set[str]]]:
    """By what they say, with how they are asked."""
    found: dict[str, tuple[re.Pattern[str], set[str]]] = {}
    for module in modules():
        for name, value in vars(module).items():
            for each in _within(value):
                whole = isinstance(value, re.Pattern)
                ways = (
                    uses().get(name, {"search"}) if whole else {"fullmatch", "search"}
                )
                found.setdefault(str(each.pattern), (each, set()))[1].update(ways)
    for route in _routes(get_resolver()):
        found.setdefault(str(route.pattern), (route, {"search"}))
    return found


def _within(value: object, depth: int = 0) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern):
        yield value
    elif depth < 2 and isinstance(value, dict):
        for each in [*value.keys(), *value.values()]:
            yield from _within(each, depth + 1)
    elif depth < 2 and isinstance(value, list | tuple | set | frozenset):
        for each in value:
            yield from _within(each, depth + 1)
    elif (
        depth < 2
        and isinstance(value, type)
        and value.__module__.startswith(("api.", "ironclad.", "sre_console."))
    ):
        yield from _within([*vars(value).values()], depth + 1)
    elif depth < 2 and isinstance(getattr(value, "regex", None), re.Pattern):
        yield value.regex  # type: ignore[attr-defined] # a validator of Django's


def _routes(resolver: URLResolver) -> Iterator[re.Pattern[str]]:
    for each in (resolver, *resolver.url_patterns):
        if isinstance(each.pattern, RegexPattern | RoutePattern):
            yield each.pattern.regex
        if isinstance(each, URLResolver) and each is not resolver:
            yield from _routes(each)
        assert isinstance(each, URLPattern | URLResolver)


def literal_start(pattern: re.Pattern[str]) -> str:
    """What has to stand before its first choice."""
    _parser = importlib.import_module("re._parser")

    text = ""
    for operation, argument in _parser.parse(pattern.pattern, pattern.flags):
        if str(operation) == "LITERAL":
            text += chr(argument)
        elif str(operation) != "AT":
            break
    return text


def slowest(pattern: re.Pattern[str], ways: set[str]) -> tuple[float, str]:
    worst = (0.0, "")
    start = literal_start(pattern)
    raw = isinstance(pattern.pattern, bytes)
    for sample in SAMPLES:
        for end in _ENDS:
            text = start + sample * (LENGTH // len(sample)) + end
            given = text.encode() if raw else text
            for way in ways:
                begin = time.thread_time()
                if way == "sub":
                    pattern.sub(given[:0], given)  # type: ignore[arg-type]
                elif way == "finditer":
                    list(pattern.finditer(given))  # type: ignore[arg-type]
                else:
                    getattr(pattern, way)(given)
                took = time.thread_time() - begin
                worst = max(worst, (took, f"{way}: {start}{sample}…{end}"))
                if took > MOST:
                    return worst
    return worst


def test_they_are_found() -> None:
    assert len(patterns()) > 150


def test_a_slow_one_would_be_found() -> None:
    global LENGTH  # noqa: PLW0603
    LENGTH, was = 24, LENGTH
    try:
        assert slowest(re.compile(r"^(a+)+$"), {"search"})[0] > MOST
    finally:
        LENGTH = was


@pytest.mark.timeout(60)
def test_none_is_slow() -> None:
    late = {}
    for text, (pattern, ways) in patterns().items():
        took, sample = slowest(pattern, ways)
        if took > MOST:
            late[text] = (round(took, 3), sample)
    assert late == {}
