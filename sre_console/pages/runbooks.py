"""Runbooks and what people write as HTML: Markdown, sanitised, with links to runbooks' pages."""

from __future__ import annotations

import re
from functools import cache

import markdown
import nh3

from sre_console.incidents.runbooks import runbook

_TAGS = {
    "a", "blockquote", "br", "code", "em", "h1", "h2", "h3", "h4", "hr", "li", "ol", "p",
    "pre", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
# A link to another runbook's file leads to its page.
_PAGE = re.compile(r'href="([a-z0-9-]+)\.md(#[a-z0-9-]*)?"', re.ASCII)


@cache
def runbook_html(name: str) -> str:
    """A runbook without its title; safe to show."""
    return _PAGE.sub(r'href="/console/runbooks/\1\2"', html(runbook(name).text))


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
