"""The decisions of docs/adr: what was decided about how this is built, and why."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings

from ironclad.errors import NotFound

NAME = re.compile(r"[0-9]{4}(-[a-z0-9]+)+", re.ASCII)
_TITLE = re.compile(r"^#\s+(?:[0-9]+[.:]?\s+)?(.+)$")
_STATUS = re.compile(r"^(?:## Status\s+|\*{0,2}Status\*{0,2}:\s*)(.+)$", re.MULTILINE)
_DATE = re.compile(r"^\*{0,2}Date\*{0,2}:\s*([0-9]{4}-[0-9]{2}-[0-9]{2})", re.MULTILINE)
_DECISION = re.compile(r"^## Decision\s+(.+?)(?:\n##|\Z)", re.MULTILINE | re.DOTALL)
# "Option 3." and "The last." say nothing to somebody who has not read the options.
_CHOSEN = re.compile(
    r"(?:Option [0-9](?:[^.:]{0,24}[.:](?:\s+|$)|,\s*)"
    r"|The (?:first|second|third|fourth|last)(?: one| of each)?[.:](?:\s+|$))"
)
_LONGEST = 220  # characters of what a list says


@dataclass(frozen=True, slots=True)
class Decision:
    name: str  # of its file
    number: int
    title: str
    status: str  # what stands in it; without it is in force
    date: str  # empty: it names none
    says: str  # the beginning of what was decided
    text: str  # Markdown, without its title


def folder() -> Path:
    return Path(settings.BASE_DIR) / "docs" / "adr"


@cache
def decisions() -> dict[str, Decision]:
    """Every decision by its name, the newest first; read once."""
    read = [_read(path) for path in folder().glob("*.md") if NAME.fullmatch(path.stem)]
    return {each.name: each for each in sorted(read, key=lambda one: -one.number)}


def decision(name: str) -> Decision:
    """Of the names that are known: whatever an address asks for, no path is made of it."""
    found = decisions().get(name)
    if found is None:
        raise NotFound
    return found


def _read(path: Path) -> Decision:
    head, _, text = path.read_text(encoding="utf-8").partition("\n")
    title, status, date = _TITLE.match(head), _STATUS.search(text), _DATE.search(text)
    return Decision(
        name=path.stem,
        number=int(path.stem[:4]),
        title=title[1].strip() if title else path.stem,
        status=status[1].strip() if status else "",
        date=date[1] if date else "",
        says=_says(text),
        text=text,
    )


def _says(text: str) -> str:
    found = _DECISION.search(text)
    parts = re.split(r"\n\n|^\* ", found[1] if found else "", flags=re.MULTILINE)
    words = next(filter(None, map(_plain, parts)), "")
    if len(words) <= _LONGEST:
        return words
    return f"{words[:_LONGEST].rsplit(' ', 1)[0]}\N{HORIZONTAL ELLIPSIS}"


def _plain(part: str) -> str:
    """One line without Markdown, nor the number of an option that it begins with."""
    bare = re.sub(r"[`*]|\[([^][]+)\]\([^()]*\)", r"\1", part)
    words = _CHOSEN.sub("", " ".join(bare.split()), count=1)
    is_word = words.partition(" ")[0].isalpha()  # and not a name of the code
    return words[:1].upper() + words[1:] if is_word else words
