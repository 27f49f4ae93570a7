"""The runbooks of docs/runbooks: what they are called, and the steps they ask for."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings

from ironclad.errors import NotFound

NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
# Their sections with something to do in them; an item of a list there is a step.
TO_DO = ("Look", "Do")
_SECTION = re.compile(r"^## (.+)$")
_ITEM = re.compile(r"^(?:[0-9]+\.|[*-]) (.+)$")
_GOES_ON = re.compile(r"^ +([^`\s].*)$")  # the rest of an item, but for its commands
_TO_COMMANDS = re.compile(r"(:|[,;] (and|or))$")
_MARKUP = re.compile(r"\[([^][]+)\]\([^()]*\)|\*+|`")


@dataclass(frozen=True, slots=True)
class Step:
    id: str  # follows from its text: a step that is rewritten is another one
    section: str
    text: str  # without markup


@dataclass(frozen=True, slots=True)
class Runbook:
    name: str
    title: str
    says: str  # its first paragraph: what speaks up
    text: str  # Markdown, without its title
    steps: tuple[Step, ...]


def folder() -> Path:
    return Path(settings.BASE_DIR) / "docs" / "runbooks"


@cache
def runbooks() -> dict[str, Runbook]:
    """Every runbook by its name, in the order of their titles; read once."""
    read = [_read(path) for path in folder().glob("*.md") if path.stem != "README"]
    return {each.name: each for each in sorted(read, key=lambda one: one.title)}


def runbook(name: str) -> Runbook:
    found = runbooks().get(name)
    if found is None:
        raise NotFound
    return found


def _read(path: Path) -> Runbook:
    head, _, text = path.read_text(encoding="utf-8").partition("\n")
    first = text.strip().split("\n\n", 1)[0].replace("\n", " ")
    says = first.removeprefix("**It says**:").replace("`", "").replace("*", "").strip()
    title = head.removeprefix("# ").strip()
    return Runbook(path.stem, title, says, text, steps_of(text))


def steps_of(text: str) -> tuple[Step, ...]:
    """The steps of a runbook's Markdown: the items of the lists in its sections to do."""
    section, commands = "", False
    items: list[tuple[str, str]] = []
    for line in text.splitlines():
        if line.strip().startswith("```"):
            commands = not commands
        elif heading := _SECTION.match(line):
            section = heading[1].strip()
        elif section in TO_DO and not commands:
            if item := _ITEM.match(line):
                items.append((section, item[1]))
            elif items and (more := _GOES_ON.match(line)):
                items[-1] = section, f"{items[-1][1]} {more[1]}"
    return tuple(dict.fromkeys(_step(*item) for item in items))


def _step(section: str, text: str) -> Step:
    plain = _MARKUP.sub(lambda found: found[1] or "", text).strip()
    said = _TO_COMMANDS.sub("", plain)
    digest = hashlib.sha256(f"{section}\n{said}".encode()).hexdigest()
    return Step(digest[:8], section, said)
