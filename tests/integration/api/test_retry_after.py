"""Whoever waits as long as was said is let in again, and nobody is before."""

from __future__ import annotations

import pytest
import time_machine
from pytest_django.fixtures import Settings

from tests.integration.api.conftest import Api

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("began", [1_900_000_000.0, 1_900_000_000.999])
def test_the_wait_that_is_told_is_as_long_as_it_must_be(
    settings: Settings, public: Api, began: float
) -> None:
    settings.RATE_LIMIT = "2/m"
    with time_machine.travel(began, tick=False) as clock:
        # Up to the beginning of a window, so that all of it is ahead.
        first = public.get("/api/users")
        clock.shift(int(first["RateLimit"].rpartition("t=")[2]))
        assert [public.get("/api/users").status_code for _ in range(2)] == [200, 200]
        refused = public.get("/api/users")
        wait = int(refused["Retry-After"])
        assert refused.status_code == 429
        assert wait in {59, 60}
        # Second by second it stays so, and the wait that is told shrinks with it.
        for gone in range(1, wait - 1):
            clock.shift(1)
            answer = public.get("/api/users")
            told = (answer.status_code, int(answer["Retry-After"]))
            assert told == (429, wait - gone)
        clock.shift(2)
        assert public.get("/api/users").status_code == 200
