"""What the templates are given: plain values, nothing that could query."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.urls import reverse

from sre_console.access.matrix import may
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
    may: list[str]  # the actions of sre_console.access.matrix
    user: str
    scale: float
    csrf: str
    chaosAllowed: bool
    noFaultsUrl: str
    environment: str
    confirmAbove: float | None  # share of the requests; None: never asked
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
    role = role_of(request.user)
    return ConsoleConfig(
        wsUrl="/ws/console",
        seriesUrl=reverse("console:series"),
        forecastUrl=reverse("console:forecast"),
        chaosUrl="/api/chaos",
        trafficUrl="/api/traffic",
        resilienceUrl="/api/resilience",
        role=role,
        may=sorted(may(role)),
        user=request.user.get_username(),
        scale=settings.CLOCK_SCALE,
        csrf=get_token(request),
        chaosAllowed=settings.CHAOS_ALLOWED,
        noFaultsUrl="/api/no-faults",
        environment=settings.ENVIRONMENT,
        confirmAbove=settings.CHAOS_CONFIRM_ABOVE,
        strings=strings(),
    )
