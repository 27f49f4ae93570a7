"""What of an answer may stay in a browser or a proxy."""

from __future__ import annotations

import pytest

from tests.integration.api.conftest import Api

pytestmark = pytest.mark.django_db


def test_what_somebody_known_is_told_is_theirs_alone(
    public: Api, operator: Api, approver: Api
) -> None:
    for path in ("/api/audit", "/api/game-days"):
        assert operator.get(path)["Cache-Control"] == "private, no-store", path
    refused = approver.send("POST", "/api/chaos", {"errorRate": 0.1})
    assert refused["Cache-Control"] == "private, no-store"
    for path in ("/api/chaos", "/api/users"):
        asked_again = operator.get(path)
        assert asked_again["Cache-Control"] == "private, no-cache", path
        assert asked_again["ETag"], path
    for path in ("/api/users", "/api/audit", "/api/audit?token=x"):
        assert public.get(path)["Cache-Control"] == "no-cache", path
