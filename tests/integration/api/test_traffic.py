from __future__ import annotations

from typing import Any

import pytest

from tests.integration.api.conftest import Api, errors

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("rate", [0, 50, 80, 12.5])
def test_an_operator_sets_the_rate(operator: Api, rate: float) -> None:
    answer = operator.send("POST", "/api/traffic", {"rate": rate})
    assert answer.status_code == 200
    assert answer.json()["data"]["asked"] == rate
    assert operator.get("/api/traffic").json()["data"]["asked"] == rate


@pytest.mark.parametrize("rate", [-1, 81, "50", True, None, []])
def test_a_rate_out_of_bounds_is_refused_by_name(operator: Api, rate: Any) -> None:
    before = operator.get("/api/traffic").json()["data"]["asked"]
    answer = operator.send("POST", "/api/traffic", {"rate": rate})
    assert answer.status_code == 400
    assert errors(answer) == [("VALIDATION_ERROR", "rate")]
    assert operator.get("/api/traffic").json()["data"]["asked"] == before


def test_a_missing_rate_is_named(operator: Api) -> None:
    answer = operator.send("POST", "/api/traffic", {})
    assert errors(answer) == [("VALIDATION_ERROR", "rate")]


def test_a_stranger_sees_nothing(public: Api) -> None:
    assert public.get("/api/traffic").status_code == 401
