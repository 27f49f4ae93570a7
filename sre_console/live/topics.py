"""Hands what the listener hears of people to whoever in this process asked for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import structlog

logger = structlog.get_logger(__name__)

Hear = Callable[[str], object]


class Topics:
    """Used on the event loop alone."""

    def __init__(self) -> None:
        self._hears: list[Hear] = []

    def subscribe(self, hear: Hear) -> None:
        self._hears.append(hear)

    def tell(self, topics: Iterable[str]) -> None:
        for topic in topics:
            for hear in self._hears:
                try:
                    hear(topic)
                except Exception:
                    logger.exception("topic_failed")
