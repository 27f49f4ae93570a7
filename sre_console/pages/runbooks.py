"""The runbooks of docs/runbooks as pages: Markdown, sanitised, with links to one another."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import markdown
import nh3
from django.conf import settings

from ironclad.errors import NotFound

NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
_TAGS = {
    "a", "blockquote", "br", "code", "em", "h1", "h2", "h3", "h4", "hr", "li", "ol", "p",
    "pre", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
# A link to another runbook's file leads to its page.
_PAGE = re.compile(r'href="([a-z0-9-]+)\.md(#[a-z0-9-]*)?"', re.ASCII)


@dataclass(frozen=True, slots=True)
class Runbook:
    name: str
    title: str
    says: str  # its first paragraph: what speaks up
    html: str  # without its title; safe to show


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


def html(text: str) -> str:
    """Markdown as HTML that can do no harm, whoever wrote it."""
    made = markdown.markdown(
        text, extensions=["tables", "fenced_code", "sane_lists"], output_format="html"
    )
    return str(
        nh3.clean(
            made,
            tags=_TAGS,
            attributes={"a": {"href"}},
            url_schemes={"http", "https"},
            link_rel="noopener noreferrer",
        )
    )


def _read(path: Path) -> Runbook:
    head, _, text = path.read_text(encoding="utf-8").partition("\n")
    first = text.strip().split("\n\n", 1)[0].replace("\n", " ")
    says = first.removeprefix("**It says**:").replace("`", "").replace("*", "").strip()
    body = _PAGE.sub(r'href="/console/runbooks/\1\2"', html(text))
    return Runbook(path.stem, head.removeprefix("# ").strip(), says, body)
