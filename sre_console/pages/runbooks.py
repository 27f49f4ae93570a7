"""Runbooks and what people write as HTML: Markdown, sanitised, with links to runbooks' pages.

What is written may be meant to keep the server busy. So there are no images, no links by reference
and no HTML in blocks: their patterns look from every bracket to the end of the text.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from xml.etree.ElementTree import Element  # nosec B405 - to write, from Markdown

import markdown
import nh3
from django.utils.html import escape
from markdown.inlinepatterns import InlineProcessor

from sre_console.incidents.runbooks import runbook

_TAGS = {
    "a", "blockquote", "br", "code", "em", "h1", "h2", "h3", "h4", "hr", "li", "ol", "p",
    "pre", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
# A link to another runbook's file leads to its page.
_PAGE = re.compile(r'href="([a-z0-9-]+)\.md(#[a-z0-9-]*)?"', re.ASCII)

# Quotes and lists in one another on one line: nobody's text has so many.
_DEEP = re.compile(
    r"^(?:[ \t]*(?:>|(?:[*+-]|[0-9]{1,9}\.)(?=[ \t]))){20}", re.MULTILINE
)
_FENCE = re.compile(r"^( {1,7})```[a-z]*$")
_LINK = r"""\[([^\[\]]{1,300})\]\(<?((?:[^\s()<>]|\([^\s()<>]{0,99}\)){1,500})>?(?:\s+"[^"\n]{0,99}")?\)"""
_NOT_INLINE = (
    "reference", "link", "image_link", "image_reference", "short_reference", "short_image_ref",
)  # fmt: skip


@cache
def runbook_html(name: str) -> str:
    """A runbook without its title; safe to show."""
    return _PAGE.sub(r'href="/console/runbooks/\1\2"', html(runbook(name).text))


@lru_cache(maxsize=200)
def html(text: str) -> str:
    """Markdown as HTML that can do no harm, whoever wrote it; what nests too deep as it was sent."""
    try:
        made = None if _DEEP.search(text) else _parser().convert(_unfenced(text))
    except RecursionError:  # lists may nest by their indents as well
        made = None
    if made is None:
        return f"<pre>{escape(text)}</pre>"
    return str(
        nh3.clean(
            made,
            tags=_TAGS,
            attributes={"a": {"href"}},
            url_schemes={"http", "https"},
            link_rel="noopener noreferrer",
        )
    )


def _unfenced(text: str) -> str:
    """Fenced code in items of lists as indented code: the parser knows fences at the margin alone."""
    out, fence = [], ""
    for line in text.split("\n"):
        if not fence and (found := _FENCE.match(line)):
            fence = found[1]
            out.append("")
        elif fence and line.strip() == "```":
            fence = ""
            out.append("")
        elif fence:
            out.append(" " * 8 + line.removeprefix(fence))
        else:
            out.append(line)
    return "\n".join(out)


class _Link(InlineProcessor):
    """[a text](an address "and a title")."""

    def handleMatch(  # type: ignore[override]  # noqa: N802
        self, m: re.Match[str], data: str
    ) -> tuple[Element, int, int]:
        del data
        found = Element("a", {"href": self.unescape(m[2])})
        found.text = m[1]
        return found, m.start(0), m.end(0)


def _parser() -> markdown.Markdown:
    made = markdown.Markdown(
        extensions=["tables", "fenced_code", "sane_lists"], output_format="html"
    )
    made.preprocessors.deregister("html_block")
    made.parser.blockprocessors.deregister("reference")
    for name in _NOT_INLINE:
        made.inlinePatterns.deregister(name)
    made.inlinePatterns.register(_Link(_LINK, made), "link", 160)
    return made
