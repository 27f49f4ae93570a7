"""What is out of bounds names its field and changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from sre_console.models import AuditEntry
from tests.integration.api.conftest import Api, errors

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_changes(operator: Api) -> Iterator[None]:
    operator.send("POST", "/api/chaos", {"errorRate": 0.25, "ttlSeconds": 3600})
    before = operator.get("/api/chaos").json()["data"]
    entries = AuditEntry.objects.count()
    yield
    after = operator.get("/api/chaos").json()["data"]
    assert (after["version"], after["errorRate"]) == (before["version"], 0.25)
    assert AuditEntry.objects.count() == entries


@pytest.mark.parametrize(
    "rate",
    [
        "1.1",
        "-0.1",
        "nan",
        "NaN",
        "inf",
        "-inf",
        "abc",
        "0,07",
        "7%25",
        "true",
        "0x1",
        "\u0661",
    ],
)
def test_a_rate_in_the_address_must_be_a_ratio(operator: Api, rate: str) -> None:
    answer = operator.send("POST", f"/api/chaos/errors/{rate}")
    assert answer.status_code == 400
    assert errors(answer) == [("VALIDATION_ERROR", "rate")]


@pytest.mark.parametrize(
    "body",
    [
        '{"rate": 1.0001}', '{"rate": -1}', '{"rate": NaN}', '{"rate": Infinity}',
        '{"rate": 1e999}', '{"rate": "0.1"}', '{"rate": true}', '{"rate": null}',
        '{"rate": []}', "{}", '{"rate": ' + "9" * 5000 + "}",
    ],
)  # fmt: skip
def test_a_rate_in_the_body_must_be_a_ratio(operator: Api, body: str) -> None:
    answer = operator.send("POST", "/api/chaos/errors", body)
    assert answer.status_code == 400
    assert errors(answer) == [("VALIDATION_ERROR", "rate")]


def test_another_field_is_refused_by_its_name(operator: Api) -> None:
    answer = operator.send("POST", "/api/chaos/errors", {"rates": 0.1})
    assert errors(answer) == [
        ("VALIDATION_ERROR", "rate"),
        ("VALIDATION_ERROR", "rates"),
    ]


@pytest.mark.parametrize("ms", ["10001", "-1", "nan", "1.5", "abc", "9" * 30])
def test_a_latency_in_the_address_must_be_in_bounds(operator: Api, ms: str) -> None:
    answer = operator.send("POST", f"/api/chaos/latency/{ms}")
    assert answer.status_code == 400
    assert errors(answer) == [("VALIDATION_ERROR", "ms")]


@pytest.mark.parametrize("ms", [10001, -1, "400", True, None, 1.5])
def test_a_latency_in_the_body_must_be_in_bounds(operator: Api, ms: Any) -> None:
    answer = operator.send("POST", "/api/chaos/latency", {"ms": ms})
    assert answer.status_code == 400
    assert errors(answer) == [("VALIDATION_ERROR", "ms")]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("errorRate", 2),
        ("errorRate", "x"),
        ("latencyMs", -1),
        ("jitterMs", True),
        ("ttlSeconds", 0),
        ("ttlSeconds", 3601),
        ("target.pathPrefix", "/api/chaos"),
        ("target.pathPrefix", "/health"),
        ("reason", "x" * 501),
        ("pacing", "sometimes"),
    ],
)
def test_a_plan_names_what_is_wrong_in_it(
    operator: Api, field: str, value: Any
) -> None:
    outer, _, inner = field.partition(".")
    body = {"errorRate": 0.5, outer: {inner: value} if inner else value}
    answer = operator.send("POST", "/api/chaos", body)
    assert answer.status_code == 400
    assert errors(answer) == [("VALIDATION_ERROR", field)]


@pytest.mark.parametrize("seconds", [0, 3601, "60", True, None, 1.5])
def test_more_time_must_be_in_bounds(operator: Api, seconds: Any) -> None:
    answer = operator.send("POST", "/api/chaos/extend", {"seconds": seconds})
    assert errors(answer) == [("VALIDATION_ERROR", "seconds")]


@pytest.mark.parametrize(
    "condition", ['"0"', "junk", '"x"', 'W/"1"', '"99999999999999999999"']
)
def test_another_version_is_refused(operator: Api, condition: str) -> None:
    for path, body in (("", {"errorRate": 1}), ("/errors/1", {}), ("/extend", {})):
        answer = operator.send("POST", f"/api/chaos{path}", body, If_Match=condition)
        assert answer.status_code == 412
        assert errors(answer) == [("PRECONDITION_FAILED", None)]


def test_where_faults_are_not_allowed_every_one_is_refused(
    operator: Api, settings: Settings
) -> None:
    settings.CHAOS_ALLOWED = False
    for path, body in (
        ("", {"errorRate": 1}), ("/errors/1", {}), ("/latency", {"ms": 1}), ("/enable", {}),
    ):  # fmt: skip
        answer = operator.send("POST", f"/api/chaos{path}", body)
        assert errors(answer) == [("PERMISSION_DENIED", None)]
