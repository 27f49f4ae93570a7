from __future__ import annotations

import pytest
from pytest_django import Settings

from sre_console.audit.settings_told import SECRET, TOLD, settings_record
from sre_console.models import AuditEntry

pytestmark = [pytest.mark.django_db, pytest.mark.any_postgres]


def test_what_is_other_than_at_the_last_start_is_told_once(settings: Settings) -> None:
    first = settings_record()
    assert first is not None
    assert set(first.after) == {*TOLD, *SECRET}
    assert settings_record() is None
    settings.CHAOS_ALLOWED, settings.CHAOS_FLOOR = False, 0.5
    second = settings_record()
    assert second is not None
    assert second.before == {"CHAOS_ALLOWED": True, "CHAOS_FLOOR": None}
    assert second.after == {"CHAOS_ALLOWED": False, "CHAOS_FLOOR": 0.5}


def test_of_a_secret_only_that_it_changed(settings: Settings) -> None:
    settings.METRICS_TOKEN = "correct-horse-battery-staple-1234"
    settings_record()
    settings.METRICS_TOKEN = "another-horse-battery-staple-1234"
    entry = settings_record()
    assert entry is not None
    assert set(entry.after) == {"METRICS_TOKEN"}
    assert entry.before != entry.after
    told = str(list(AuditEntry.objects.values()))
    assert "horse" not in told
    assert settings.SECRET_KEY not in told
