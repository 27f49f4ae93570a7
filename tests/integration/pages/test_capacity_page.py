"""The Capacity page in each state: what it bears, what is full, and what to scale."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client

from sre_console.resilience.services import switch_set
from tests.integration.api.conftest import _settings
from tests.integration.capacity.stage import alive, knee
from tests.integration.pages.conftest import signed_in
from tests.integration.resilience.test_switch import OPERATOR
from tests.unit.capacity.stage import ONE, TWO, taken

__all__ = ["_settings"]
pytestmark = [pytest.mark.django_db, pytest.mark.any_postgres]


@pytest.fixture
def client(viewer: User) -> Client:
    return signed_in(viewer)


def shown(client: Client) -> str:
    """What a reader sees."""
    answer = client.get("/console/capacity")
    assert answer.status_code == 200, answer.text
    body = answer.text.split("<main", 1)[1].split("</main>", 1)[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def test_with_nothing_known_it_says_how_to_measure(client: Client) -> None:
    page = shown(client)
    for said in ("Not known", "No replica has told of itself", "make load", "measured_knee"):  # fmt: skip
        assert said in page, said
    assert "0/s" not in page  # no confident 0


def test_the_headroom_is_told_with_what_bends_first(client: Client) -> None:
    alive(ONE, cpu=0.3)
    page = shown(client)
    assert "100 more requests/s" in page
    assert "about 150/s; then the CPU of the process of replica 00000000 is 90 % used" in page  # fmt: skip
    assert "8 % of the 4 cores there are" in page
    assert "no bound of its own" in page


def test_the_knee_of_one_process_is_reckoned_for_two(client: Client) -> None:
    knee(rps=120.0, report="load/report.html")
    alive(ONE)
    alive(TWO)
    page = shown(client)
    assert "knee 240/s" in page
    assert "42 % of the knee" in page
    assert "reckoned: 120/s of each process \N{MULTIPLICATION SIGN} 2 replicas" in page
    assert "load/report.html" in page


def test_with_nobody_there_a_knee_that_was_measured_is_not_denied(
    client: Client,
) -> None:
    knee()
    page = shown(client)
    assert "120/s" in page  # in the history
    assert "never measured" not in page
    assert "Measure the knee" not in page


def test_a_knee_that_comes_first_is_told_beside_what_bends_first(
    client: Client,
) -> None:
    knee(rps=60.0)
    alive(ONE, cpu=0.3)
    page = shown(client)
    assert "10 more requests/s" in page
    assert "there the load test has found the knee" in page
    assert "the first to bend is the CPU of the process" in page
    assert "Close to the measured knee" in page


def test_a_full_process_says_what_to_scale(client: Client) -> None:
    alive(ONE, cpu=0.97, slots=taken(0.9, waiting=4))
    page = shown(client)
    for said in ("None", "97 % used; from 90 % on it is full", "Add a process on the same machine", "4 waited"):  # fmt: skip
        assert said in page, said


def test_the_read_cache_is_told_as_it_is_and_as_it_was_switched(client: Client) -> None:
    cache = {"hit": 30.0, "miss": 10.0, "bypass": 2.5, "entries": 1234, "bytes": 9_000_000}  # fmt: skip
    alive(ONE, cache=cache | {"fresh": False})
    page = shown(client)
    for said in ("75 %", "30/s", "2.5/s", "1,234", "9.0 MB", "cut: not served"):
        assert said in page, said
    switch_set(actor=OPERATOR, asked={"off": ["cache"]})
    page = shown(client)
    assert "switched off" in page
    assert "Every read asks the database" in page


def test_the_history_is_there_as_csv(client: Client) -> None:
    knee(rps=104.0, version="0.9.0")
    knee(rps=123.4)
    answer = client.get("/console/capacity?format=csv")
    lines = answer.text.splitlines()
    assert lines[0].startswith("measured,requests per second,p99 ms")
    assert [line.split(",")[1] for line in lines[1:]] == ["123.4", "104.0"]


def test_whoever_is_not_signed_in_sees_nothing() -> None:
    answer = Client().get("/console/capacity")
    assert answer.status_code == 302
    assert "/sign-in" in answer["Location"]
