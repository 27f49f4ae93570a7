"""Which class of limit counts a request: by its method and address alone (pure)."""

from __future__ import annotations

import re
from typing import Literal

Kind = Literal["default", "write", "chaos", "export", "sign-in", "traffic"]
Subject = Literal["address", "token", "name", "traffic"]

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

# An end to what is injected, and the way out: whoever asks, and however often.
NEVER = (
    r"/api/chaos/disable",
    r"/api/no-faults",
    r"/api/game-days/\d+/stop",
    r"/console/game-days/\d+/stop",
    r"/console/drill/\d+/give-up",
    r"/console/tour/\d+/end",
    r"/console/sign-out",
    r"/admin/logout",
)
# They count their tries themselves, by address and by name.
SIGN_IN = (r"/console/sign-in(/.*)?", r"/enter/[^/]+", r"/admin/login")
# What breaks something on purpose, or decides how it does.
CHAOS = (
    r"/api/chaos(/.*)?",
    r"/api/resilience/.+",
    r"/api/game-days",
    r"/api/game-days/\d+/approve",
    r"/console/game-days/scenarios/[^/]+/start",
    r"/console/game-days/\d+/approve",
    r"/console/drill/start",
    r"/console/tour/\d+/(run|again)",
)
# Reads that gather much, or that take something out of the house.
EXPORT = (
    r"/api/reports/.+",
    r"/console/reports",
    r"/(api|console)/evidence(/.*)?",
    r"/(api|console)/.+/(export|report|download)([./].*)?",
)


def _any(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("(?:" + "|".join(patterns) + ")/?")


_NEVER, _SIGN_IN, _CHAOS, _EXPORT = map(_any, (NEVER, SIGN_IN, CHAOS, EXPORT))


def kind_of(method: str, path: str) -> Kind | None:
    """None: it is never refused."""
    changes = method not in SAFE
    if changes and _NEVER.fullmatch(path):
        return None
    if changes and _SIGN_IN.fullmatch(path):
        return "sign-in"
    if changes and _CHAOS.fullmatch(path):
        return "chaos"
    if not changes and _EXPORT.fullmatch(path):
        return "export"
    return "write" if changes else "default"
