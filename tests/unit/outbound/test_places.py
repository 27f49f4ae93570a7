from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from prometheus_client import REGISTRY

from ironclad.errors import BulkheadFull, DeadlineExceeded
from ironclad.outbound.places import Places
from ironclad.resilience.deadline import within
from ironclad.resilience.process import bulkheads

NAME = "outbound-test"


@pytest.fixture
def places() -> Iterator[Places]:
    yield Places(NAME, 1, wait=0.02)
    del bulkheads[NAME]


def test_it_is_entered_among_the_bulkheads(places: Places) -> None:
    assert bulkheads[NAME] is places
    told = (places.in_use, places.limit, places.waiting, places.refused)
    assert told == (0, 1, 0, 0)


def test_a_place_is_given_back(places: Places) -> None:
    for _ in range(2):
        with places.place():
            assert places.in_use == 1
    assert places.in_use == 0


def test_a_place_is_given_back_after_an_error(places: Places) -> None:
    with pytest.raises(ZeroDivisionError), places.place():
        raise ZeroDivisionError
    assert places.in_use == 0


def test_without_a_place_in_time_it_refuses(places: Places) -> None:
    with places.place(), pytest.raises(BulkheadFull, match=NAME) as refusal:
        places.place().__enter__()
    assert refusal.value.retry_after == 1
    assert (places.refused, places.waiting, places.in_use) == (1, 0, 0)


def test_no_more_wait_than_there_are_places(places: Places) -> None:
    places._wait = 10
    entered = threading.Event()

    def wait() -> None:
        with places.place():
            entered.set()

    waits = threading.Thread(target=wait)
    with places.place():
        waits.start()
        while not places.waiting:
            pass
        with pytest.raises(BulkheadFull):  # at once
            places.place().__enter__()
    assert entered.wait(5)
    waits.join(5)


def test_it_never_waits_past_the_deadline(places: Places) -> None:
    places._wait = 10
    with within(0.02), places.place(), pytest.raises(BulkheadFull):
        places.place().__enter__()
    with within(0), pytest.raises(DeadlineExceeded):
        places.place().__enter__()


def test_its_figures_are_exported(places: Places) -> None:
    def figure(name: str) -> float | None:
        return REGISTRY.get_sample_value(name, {"name": NAME})

    before = figure("bulkhead_rejected_total") or 0
    with places.place():
        assert (figure("bulkhead_in_use"), figure("bulkhead_limit")) == (1, 1)
        with pytest.raises(BulkheadFull):
            places.place().__enter__()
    assert (figure("bulkhead_in_use"), figure("bulkhead_waiting")) == (0, 0)
    assert figure("bulkhead_rejected_total") == before + 1
