"""Two people at one drill at the same moment."""

from __future__ import annotations

import pytest

from ironclad.errors import Conflict
from sre_console.models import DisasterDrill
from tests.integration.recovery.drilling import began, ticked, told
from tests.integration.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_that_start_at_once_one_is_refused_in_words() -> None:
    got = at_once([lambda: began("volume-lost"), lambda: began("region-lost")])
    refused = [each for each in got if isinstance(each, Conflict)]
    assert len(refused) == 1
    assert "goes on" in refused[0].message
    assert DisasterDrill.objects.filter(state="running").count() == 1


def test_of_two_that_tick_different_steps_at_once_neither_is_lost() -> None:
    row = began()
    at_once([lambda: ticked(row, "backup"), lambda: ticked(row, "note")])
    row.refresh_from_db()
    assert {each["key"] for each in row.steps} == {"backup", "note"}
    assert told() == ["started", "step_done", "step_done"]
