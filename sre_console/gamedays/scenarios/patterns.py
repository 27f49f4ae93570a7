"""What is said of a pattern that is not taken. Pure."""

from __future__ import annotations


class PatternRefused(ValueError):  # noqa: N818 - read as a sentence
    """A pattern is wrong, or would cost too much; read after its field's name."""
