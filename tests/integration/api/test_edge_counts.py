"""Rate limits of answers that the edge gives by itself: the same counts as Django's."""

from __future__ import annotations

import inspect
import time
from types import SimpleNamespace
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from api.reads import EdgeReaders
from ironclad.edge.read_parts import Counted
from ironclad.rate_limits import counting
from tests.integration.api.conftest import Api

pytestmark = pytest.mark.django_db
STORES = {
    "memory": "django.core.cache.backends.locmem.LocMemCache",
    "postgres": "ironclad.rate_limits.postgres.CountsInPostgres",
}


@pytest.fixture(params=list(STORES.values()), ids=list(STORES), autouse=True)
def _three_an_hour(
    request: pytest.FixtureRequest, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CACHES = {"default": {"BACKEND": request.param, "LOCATION": "counts"}}
    settings.RATE_LIMIT = "3/h"
    counting.here.clear()
    ends = int(time.time()) + 1800  # no window ends during a test
    monkeypatch.setattr("django_ratelimit.core._get_window", lambda *_: ends)


def scope(address: str) -> dict[str, Any]:
    facts = SimpleNamespace(limited=None)
    return {"client": [address, 5000], "ironclad": facts}


def counted(asked: dict[str, Any]) -> Counted:
    readers = EdgeReaders()
    reader = readers.find(asked, None, None, everybody=False)
    assert reader is not None
    told = readers.count(asked, reader)
    assert not inspect.isawaitable(told), "it would need a thread"
    return told


def test_they_count_together_and_refuse_alike(
    public: Api, request: pytest.FixtureRequest
) -> None:
    address = f"10.9.0.{len(request.node.name)}"
    left = [
        public.get("/api/users", REMOTE_ADDR=address)["RateLimit"],
        dict(counted(scope(address)).headers)[b"ratelimit"].decode(),
        public.get("/api/users", REMOTE_ADDR=address)["RateLimit"],
    ]
    assert [each.split(";")[1] for each in left] == ["r=2", "r=1", "r=0"]
    asked = scope(address)
    over = counted(asked)
    assert over.refused is not None
    assert asked["ironclad"].limited == "address"
    answer = public.get("/api/users", REMOTE_ADDR=address)
    assert answer.status_code == 429
    assert (
        dict(over.headers)[b"ratelimit-policy"].decode() == answer["RateLimit-Policy"]
    )
    assert abs(int(answer["Retry-After"]) - (over.refused.retry_after or 0)) <= 1
