from __future__ import annotations

import pytest

from tests.integration.api.conftest import Api

pytestmark = pytest.mark.django_db


def test_everybody_reads_the_three_objectives(public: Api) -> None:
    report = public.get("/api/slo").json()["data"]
    names = [slo["name"] for slo in report["slos"]]
    assert sorted(names) == ["availability", "error-rate", "latency"]
    assert set(report) == {"clock", "slos", "updatedAt", "source"}
    assert report["source"] == {"name": "timeline", "problem": None, "since": None}


def test_without_events_there_is_no_data(public: Api) -> None:
    for slo in public.get("/api/slo").json()["data"]["slos"]:
        assert (slo["status"], slo["current"]) == ("no_data", None)


def test_nobody_changes_them(operator: Api) -> None:
    assert operator.send("POST", "/api/slo", {}).status_code == 405
