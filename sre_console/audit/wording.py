"""What is wrong with the log, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from sre_console.audit.walk import Broken


def broken_told(broken: Broken) -> str:
    number, other = broken.number, broken.other
    told = {
        "changed": _(
            "Entry %(number)s does not match its seal: it was changed, or written without "
            "the key."
        ),
        "forged": _(
            "Entry %(number)s was put in: it was not written with a key of this "
            "installation."
        ),
        "missing": _(
            "Before entry %(number)s something is missing: entry %(other)s should come first."
        ),
        "order": _("Entry %(number)s was moved: it was written as entry %(other)s."),
        "tail": _(
            "The end is cut off: entries %(other)s to %(number)s, which there have been, "
            "are gone."
        ),
        "checkpoint": _(
            "The checkpoint at entry %(number)s, where the log begins, is not genuine."
        ),
    }[broken.why]
    return told % {"number": number, "other": other}
