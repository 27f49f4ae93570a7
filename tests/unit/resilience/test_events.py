from __future__ import annotations

import logging

import pytest

from ironclad.resilience.events import CallRefused, Event, Events

REFUSED = CallRefused("database")


def test_every_observer_is_told() -> None:
    events = Events()
    first: list[Event] = []
    second: list[Event] = []
    events.subscribe(first.append)
    leave = events.subscribe(second.append)
    events.publish(REFUSED)
    leave()
    events.publish(REFUSED)
    assert (len(first), len(second)) == (2, 1)


def test_an_observer_that_fails_is_logged_and_keeps_nobody(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(_event: Event) -> None:
        raise ValueError

    events = Events()
    told: list[Event] = []
    events.subscribe(fail)
    events.subscribe(told.append)
    with caplog.at_level(logging.ERROR):
        events.publish(REFUSED)
    assert told == [REFUSED]
    assert "resilience_observer_failed" in caplog.text
