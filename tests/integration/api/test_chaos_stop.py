"""The stop must work when little else does."""

from __future__ import annotations

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tests.integration.api.conftest import Api


def _in_memory_only(_actor: object, _reason: str) -> dict[str, object]:
    return {"version": 41, "milliseconds": 0.4, "stored": False}


def test_it_answers_with_the_database_gone(
    operator: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    # this test may not touch a database at all
    monkeypatch.setattr("api.chaos.views.stop_all_sync", _in_memory_only)
    answer = operator.send("POST", "/api/chaos/disable")
    plan = answer.json()["data"]
    assert answer.status_code == 200
    assert (plan["version"], plan["enabled"]) == (41, False)
    assert plan["stopped"] == {"version": 41, "milliseconds": 0.4, "stored": False}


def test_a_body_that_is_no_json_is_not_in_its_way(
    operator: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.chaos.views.stop_all_sync", _in_memory_only)
    answer = operator.send("POST", "/api/chaos/disable", "{not json", If_Match='"0"')
    assert answer.status_code == 200


def test_a_stranger_stops_nothing(
    public: Api, django_db_blocker: DjangoDbBlocker
) -> None:
    assert public.send("POST", "/api/chaos/disable").status_code == 401
