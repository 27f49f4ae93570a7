from __future__ import annotations

import time

import pytest
from pytest_django.fixtures import Settings

from ironclad.rate_limits import counting
from tests.integration.api.conftest import OPERATOR, TRAFFIC, Api, errors

pytestmark = pytest.mark.django_db
SLO = "/api/schema"  # any address will do; this one asks no database


@pytest.fixture(autouse=True)
def _three_an_hour(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.RATE_LIMIT = "3/h"
    settings.TRAFFIC_RATE_LIMIT = "5/h"
    ends = int(time.time()) + 1800  # no window ends during a test
    monkeypatch.setattr("django_ratelimit.core._get_window", lambda *_: ends)


def passed(api: Api, path: str = "/api/users", tries: int = 8, **extra: str) -> int:
    return sum(api.get(path, **extra).status_code == 200 for _ in range(tries))  # type: ignore[arg-type]


def test_beyond_the_limit_the_caller_is_told_when_to_come_back(public: Api) -> None:
    assert passed(public) == 3
    answer = public.get("/api/users")
    assert answer.status_code == 429
    assert errors(answer) == [("RATE_LIMITED", None)]
    assert 1 <= int(answer["Retry-After"]) <= 3600


def test_each_address_has_its_own_count(public: Api) -> None:
    assert passed(public, REMOTE_ADDR="10.0.0.1") == 3
    assert passed(public, REMOTE_ADDR="10.0.0.2") == 3


def test_one_ipv6_network_is_one_client(public: Api) -> None:
    assert passed(public, REMOTE_ADDR="2001:db8::1") == 3
    assert passed(public, REMOTE_ADDR="2001:db8::ffff") == 0
    assert passed(public, REMOTE_ADDR="2001:db8:1::1") == 3


def test_the_traffic_counts_for_itself_alone(public: Api) -> None:
    assert passed(public) == 3
    assert passed(Api(TRAFFIC)) == 5


def test_a_token_is_not_escaped_by_another_address() -> None:
    api = Api(OPERATOR)
    assert sum(passed(api, tries=1, REMOTE_ADDR=f"10.2.0.{n}") for n in range(8)) == 3


def test_an_address_is_not_escaped_by_other_tokens(viewer: Api) -> None:
    assert passed(viewer, tries=2) == 2
    assert passed(Api(OPERATOR), tries=2) == 1
    assert passed(Api(OPERATOR), REMOTE_ADDR="10.0.0.7") == 1  # the third of this token


def test_strangers_keep_nobody_out_who_is_known(public: Api) -> None:
    assert passed(public) == 3
    assert passed(Api(OPERATOR)) == 3


def test_without_trusted_proxies_the_header_of_a_proxy_is_not_believed(
    public: Api,
) -> None:
    counts = [
        public.get("/api/users", headers={"X-Forwarded-For": f"10.1.1.{n}"}).status_code
        for n in range(5)
    ]
    assert counts == [200, 200, 200, 429, 429]


def test_behind_proxies_the_last_trusted_hop_is_the_client(
    settings: Settings, public: Api
) -> None:
    settings.TRUSTED_PROXIES = 2
    for forged in range(5):
        hops = f"6.6.6.{forged}, 10.0.0.9, 172.16.0.1"
        answer = public.get("/api/users", headers={"X-Forwarded-For": hops})
    assert answer.status_code == 429
    other = {"X-Forwarded-For": "6.6.6.1, 10.0.0.8, 172.16.0.1"}
    assert public.get("/api/users", headers=other).status_code == 200


def test_tokens_cannot_be_guessed_at_full_speed() -> None:
    answers = [Api(f"guess-{n}").get("/api/users").status_code for n in range(5)]
    assert answers == [401, 401, 401, 429, 429]


def test_the_service_goes_on_without_the_store_of_the_counts(
    public: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And counts in its own memory."""
    monkeypatch.setattr("django_ratelimit.core.caches", {"default": _Gone()})
    counting.here.clear()
    assert passed(public) == 3
    counting.here.clear()
    assert passed(public) == 3
    counting.here.clear()


class _Gone:
    def add(self, *_: object) -> None:
        raise ConnectionError
