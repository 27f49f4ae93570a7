"""Each class of request has its own limit, by address and by token, exact to one request."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from prometheus_client import REGISTRY
from pytest_django.fixtures import Settings

from ironclad.errors import RateLimited
from sre_console.limits import classes
from tests.integration.api.conftest import OPERATOR, TRAFFIC, Api, errors

pytestmark = pytest.mark.django_db
MOST = {
    "RATE_LIMIT": 4, "WRITE_RATE_LIMIT": 3, "CHAOS_RATE_LIMIT": 2,
    "EXPORT_RATE_LIMIT": 1, "TRAFFIC_RATE_LIMIT": 5,
}  # fmt: skip
# By setting: a request of the class that asks for nothing valid, so that it changes nothing.
ASKED: dict[str, tuple[str, str]] = {
    "RATE_LIMIT": ("GET", "/api/users/999999"),
    "WRITE_RATE_LIMIT": ("POST", "/api/users"),
    "CHAOS_RATE_LIMIT": ("POST", "/api/chaos"),
    "EXPORT_RATE_LIMIT": ("GET", "/api/reports/sla"),
}


@pytest.fixture(autouse=True)
def _few_an_hour(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, most in MOST.items():
        setattr(settings, name, f"{most}/h")
    now = int(time.time())  # and no second passes within a test
    still = SimpleNamespace(time=lambda: now)
    monkeypatch.setattr("django_ratelimit.core.time", still)
    monkeypatch.setattr("django_ratelimit.core._get_window", lambda *_: now + 1800)


def answers(api: Api, method: str, path: str, tries: int, **extra: str) -> list[Any]:
    return [
        api.generic(method, path, "[]", content_type="application/json", **extra)  # type: ignore[arg-type]
        for _ in range(tries)
    ]


def refused_total(kind: str, subject: str) -> float:
    labels = {"class": kind, "subject": subject}
    return REGISTRY.get_sample_value("rate_limited_total", labels) or 0.0


@pytest.mark.parametrize("setting", ASKED)
def test_the_limit_is_exact_for_a_token_and_for_an_address(setting: str) -> None:
    most, (method, path) = MOST[setting], ASKED[setting]
    kind = classes.kind_of(method, path)
    assert kind is not None
    ways: dict[str, Callable[[int], Any]] = {
        # one token from many addresses, then many strangers from one
        "token": lambda n: answers(Api(OPERATOR), method, path, 1, REMOTE_ADDR=f"10.3.0.{n}")[0],
        "address": lambda _n: answers(Api("none"), method, path, 1, REMOTE_ADDR="10.4.0.1")[0],
    }  # fmt: skip
    for subject, ask in ways.items():
        before = refused_total(kind, subject)
        found = [ask(n) for n in range(most + 2)]
        limited = [answer.status_code == RateLimited.status for answer in found]
        assert limited == [False] * most + [True] * 2, (setting, subject)
        left = [answer["RateLimit"].split(";")[1] for answer in found]
        assert left == [f"r={max(0, most - n)}" for n in range(1, most + 3)]
        assert refused_total(kind, subject) == before + 2


def test_every_answer_tells_of_the_limit_that_comes_first() -> None:
    api = Api(OPERATOR)
    first = api.get("/api/users")
    assert first["RateLimit-Policy"] == '"default";q=4;w=3600'
    assert first["RateLimit"] == '"default";r=3;t=1801'
    api.get("/api/users", REMOTE_ADDR="10.5.0.1")
    # By this token two have asked, from this address one.
    third = api.get("/api/users", REMOTE_ADDR="10.5.0.2")
    assert third["RateLimit"] == '"default";r=1;t=1801'
    assert api.get("/api/nothing").headers.get("RateLimit") is None


def test_a_refusal_says_how_long_in_its_headers_and_in_words() -> None:
    *_, last = answers(Api(OPERATOR), "GET", "/api/users", 5)
    assert errors(last) == [("RATE_LIMITED", None)]
    assert last["Retry-After"] == "1801"
    assert last["RateLimit"] == '"default";r=0;t=1801'
    said = last.json()["errors"][0]["message"]
    assert said == "At most 4 such requests in 3600 s are allowed. Try again in 1801 s."


def test_the_traffic_meets_no_limit_but_its_own() -> None:
    before = refused_total("traffic", "traffic")
    found = answers(Api(TRAFFIC), "POST", "/api/users", 6)
    assert [a.status_code == 429 for a in found] == [False] * 5 + [True]
    assert found[0]["RateLimit-Policy"] == '"traffic";q=5;w=3600'
    assert refused_total("traffic", "traffic") == before + 1
    # nor does it use up that of its address
    assert answers(Api(), "POST", "/api/users", 1)[0].status_code != 429


def test_nothing_is_left_and_these_are_answered_still(operator: Api) -> None:
    for setting, (method, path) in ASKED.items():
        answers(operator, method, path, MOST[setting] + 1)
    assert answers(operator, "POST", "/api/chaos", 1)[0].status_code == 429
    for path in ("/api/chaos/disable", "/api/chaos/disable/"):
        assert operator.send("POST", path).status_code == 200
    assert operator.send("POST", "/api/game-days/7/stop", {}).status_code == 404


def test_a_stranger_stops_nothing_and_is_counted(public: Api) -> None:
    found = [public.send("POST", "/api/chaos/disable").status_code for _ in range(4)]
    assert found == [401, 401, 401, 429]
