"""Decisions as HTML, by the same rules as runbooks."""

from __future__ import annotations

import re
from functools import cache

from sre_console.governance.decisions import decision
from sre_console.pages.runbooks import html

# A link to another decision's file leads to its page; one to a runbook to that.
_PAGE = re.compile(r'href="([0-9]{4}(?:-[a-z0-9]+)+)\.md(#[a-z0-9-]*)?"', re.ASCII)
_BOOK = re.compile(r'href="\.\./runbooks/([a-z0-9-]+)\.md(#[a-z0-9-]*)?"', re.ASCII)
# Other files of the checkout are not served: what they are called stays.
_FILE = re.compile(r'<a href="(?!https?:|/|#)[^"]*"[^>]*>(.*?)</a>')


@cache
def decision_html(name: str) -> str:
    """A decision without its title; safe to show."""
    made = _PAGE.sub(r'href="/console/decisions/\1\2"', html(decision(name).text))
    return _FILE.sub(r"\1", _BOOK.sub(r'href="/console/runbooks/\1\2"', made))
