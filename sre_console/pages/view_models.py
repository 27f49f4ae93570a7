"""What the templates are given: plain values, nothing that could query."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypedDict

from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.urls import reverse

from sre_console.accounts.roles import Role, role_of
from sre_console.gamedays.tour.selectors import tour_offered
from sre_console.pages.patterns import PatternHead, pattern_heads
from sre_console.pages.strings import strings
from sre_console.slo.objectives import objectives


class ConsoleConfig(TypedDict):
    """The block `console-config` that the page's JavaScript starts from."""

    wsUrl: str
    seriesUrl: str
    forecastUrl: str
    chaosUrl: str
    trafficUrl: str
    resilienceUrl: str
    role: Role | None
    user: str
    scale: float
    csrf: str
    chaosAllowed: bool
    strings: dict[str, str]


@dataclass(frozen=True, slots=True)
class SloHead:
    """What a card shows before the first snapshot."""

    name: str
    display_name: str
    description: str
    target_percent: float


@dataclass(frozen=True, slots=True)
class LivePage:
    config: ConsoleConfig
    role: Role | None
    scale: float
    slos: tuple[SloHead, ...]
    offer: bool  # of the guided tour


@dataclass(frozen=True, slots=True)
class ResiliencePage:
    config: ConsoleConfig
    role: Role | None
    scale: float
    patterns: tuple[PatternHead, ...]


@dataclass(frozen=True, slots=True)
class SignInPage:
    next: str
    name: str = ""
    error: str = ""
    notice: str = ""
    builtin: bool = field(default_factory=lambda: settings.BUILTIN)


@dataclass(frozen=True, slots=True)
class EnterPage:
    """The one-time link: a button, or why there is none."""

    code: str
    error: str = ""


def live_page(request: HttpRequest) -> LivePage:
    heads = (
        SloHead(
            name=objective.name,
            display_name=objective.display_name,
            description=objective.description,
            target_percent=round(objective.target * 100, 6),
        )
        for objective in objectives()
    )
    return LivePage(
        config=console_config(request),
        role=role_of(request.user),
        scale=settings.CLOCK_SCALE,
        slos=tuple(heads),
        offer=isinstance(request.user, User) and tour_offered(request.user),
    )


def resilience_page(request: HttpRequest) -> ResiliencePage:
    return ResiliencePage(
        config=console_config(request),
        role=role_of(request.user),
        scale=settings.CLOCK_SCALE,
        patterns=pattern_heads(),
    )


def console_config(request: HttpRequest) -> ConsoleConfig:
    return ConsoleConfig(
        wsUrl="/ws/console",
        seriesUrl=reverse("console:series"),
        forecastUrl=reverse("console:forecast"),
        chaosUrl="/api/chaos",
        trafficUrl="/api/traffic",
        resilienceUrl="/api/resilience",
        role=role_of(request.user),
        user=request.user.get_username(),
        scale=settings.CLOCK_SCALE,
        csrf=get_token(request),
        chaosAllowed=settings.CHAOS_ALLOWED,
        strings=strings(),
    )
