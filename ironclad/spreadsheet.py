"""Text from elsewhere in a table that a spreadsheet opens: none of it is run. Pure."""

from __future__ import annotations

import re

# What begins a formula, also as the wide letters that some programs take for the same.
_FORMULA = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "\n",
    "\uff1d",
    "\uff0b",
    "\uff0d",
    "\uff20",
)
# Where lists are separated by semicolons, spreadsheets take one for the end of a cell, also within
# quotes that did not begin the line.
_NEXT = re.compile(r"(; *)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])")


def cell(value: object) -> object:
    """A number as it is; text that would be a formula with a mark that makes it text."""
    if isinstance(value, int | float):
        return value
    text = _NEXT.sub(r"\1'", "" if value is None else str(value))
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text
