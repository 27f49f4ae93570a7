"""Text from elsewhere in Markdown that is to read as it was sent. Pure."""

from __future__ import annotations

import re

_MARKS = re.compile(r"[\\\[\]()>!*_`#]")
_ENTITY = re.compile(r"&(?=#?[0-9A-Za-z]+;)")


def literal(text: str) -> str:
    """On one line, and nothing in it is a mark: no link, no image, no HTML."""
    line = " ".join(text.split())
    # not every reader knows a backslash before < and &, and HTML must stay text in each
    plain = _MARKS.sub(r"\\\g<0>", _ENTITY.sub("&amp;", line))
    return plain.replace("<", "&lt;")
