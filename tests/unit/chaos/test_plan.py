from __future__ import annotations

import math

import pytest

from ironclad.errors import FieldsInvalid
from sre_console.chaos.faults.errors import RATE
from sre_console.chaos.plan import (
    FaultSpec,
    number_in_path,
    number_read,
    parse,
)


def refused_fields(asked: dict[str, object]) -> list[str | None]:
    with pytest.raises(FieldsInvalid) as refusal:
        parse(asked)
    return [field for field, _message in refusal.value.problems]


def test_one_rate_is_a_whole_plan() -> None:
    spec, ttl, reason = parse({"errorRate": 0.07})
    assert spec == FaultSpec(error_rate=0.07)
    assert (ttl, reason) == (300, "")


def test_every_field_is_read() -> None:
    spec, ttl, reason = parse(
        {
            "enabled": True,
            "errorRate": 1,
            "latencyMs": 400,
            "jitterMs": 50,
            "latencyRate": 0.5,
            "dependencyErrorRate": 0,
            "dependencyLatencyMs": 0,
            "pacing": "random",
            "seed": 7,
            "target": {"methods": ["PUT", "GET"], "pathPrefix": "/api/users/12/"},
            "ttlSeconds": 3600,
            "reason": " a drill ",
        }
    )
    assert spec == FaultSpec(
        error_rate=1.0,
        latency_ms=400,
        jitter_ms=50,
        latency_rate=0.5,
        pacing="random",
        seed=7,
        methods=("GET", "PUT"),
        path_prefix="/api/users/12",
    )
    assert (ttl, reason) == (3600, "a drill")


def test_what_the_server_answers_may_be_sent_back() -> None:
    answered: dict[str, object] = {
        "version": 41,
        "startedAt": None,
        "injected": {},
        "errorRate": 0.5,
    }
    assert parse({**answered, "seed": None})[0].error_rate == 0.5


@pytest.mark.parametrize(
    "wrong",
    [-0.01, 1.01, True, None, "0.07", [], {}, math.nan, math.inf, -math.inf, 10**400],
)
def test_it_refuses_a_rate_that_is_no_number_from_0_to_1(wrong: object) -> None:
    assert refused_fields({"errorRate": wrong}) == ["errorRate"]
    assert refused_fields({"latencyMs": 1, "latencyRate": wrong}) == ["latencyRate"]


@pytest.mark.parametrize("wrong", [-1, 10_001, 0.5, False, None, "400", math.nan])
def test_it_refuses_a_latency_that_is_no_whole_number_up_to_10000(
    wrong: object,
) -> None:
    assert refused_fields({"latencyMs": wrong}) == ["latencyMs"]
    assert refused_fields({"latencyMs": 9, "jitterMs": wrong}) == ["jitterMs"]


@pytest.mark.parametrize("wrong", [0, 3601, -1, True, None, "300", 1.5, math.nan])
def test_it_refuses_a_time_to_live_outside_1_to_3600(wrong: object) -> None:
    assert refused_fields({"errorRate": 0.1, "ttlSeconds": wrong}) == ["ttlSeconds"]


@pytest.mark.parametrize(
    "wrong",
    [
        "/",
        "/api",
        "/api/chaos",
        "/api/usersx",
        "/api/users/../chaos",
        "/api/users//1",
        "/api/users?x",
        "/api/users/\n",
        "",
        None,
        5,
    ],
)
def test_it_refuses_a_path_outside_the_service_routes(wrong: object) -> None:
    asked: dict[str, object] = {"errorRate": 0.1, "target": {"pathPrefix": wrong}}
    assert refused_fields(asked) == ["target.pathPrefix"]


@pytest.mark.parametrize("wrong", ["GET", ["TRACE"], [1], [[]], None, {"GET": 1}])
def test_it_refuses_methods_it_does_not_know(wrong: object) -> None:
    asked: dict[str, object] = {"errorRate": 0.1, "target": {"methods": wrong}}
    assert refused_fields(asked) == ["target.methods"]


@pytest.mark.parametrize(
    "wrong", ["a\x00b", "two\nlines", "\ud800", "x" * 501, None, 1]
)
def test_it_refuses_a_reason_that_is_not_one_line(wrong: object) -> None:
    assert refused_fields({"errorRate": 0.1, "reason": wrong}) == ["reason"]


def test_faults_of_the_dependency_are_read() -> None:
    spec, _ttl, _reason = parse(
        {"dependencyErrorRate": 0.07, "dependencyLatencyMs": 700}
    )
    assert (spec.dependency_error_rate, spec.dependency_latency_ms) == (0.07, 700)
    assert spec.active


@pytest.mark.parametrize(
    "wrong",
    [{"dependencyErrorRate": 1.01}, {"dependencyLatencyMs": 10_001},
     {"dependencyLatencyMs": 0.5}, {"dependencyErrorRate": "1"}],
)  # fmt: skip
def test_it_refuses_faults_of_the_dependency_out_of_bounds(
    wrong: dict[str, object],
) -> None:
    assert refused_fields(wrong) == list(wrong)


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({}, "errorRate"),
        ({"ttlSeconds": 5}, "errorRate"),
        ({"errorRate": 0.1, "errorrate": 1}, "errorrate"),
        ({"errorRate": 0.1, "target": {"path": "/"}}, "target.path"),
        ({"errorRate": 0.1, "target": None}, "target"),
        ({"errorRate": 0.1, "pacing": "odd"}, "pacing"),
        ({"errorRate": 0.1, "seed": 3}, "seed"),
        ({"errorRate": 0.1, "pacing": "random", "seed": -1}, "seed"),
        ({"errorRate": 0.1, "enabled": 1}, "enabled"),
    ],
)
def test_it_names_the_field_that_is_wrong(asked: dict[str, object], field: str) -> None:
    assert refused_fields(asked) == [field]


def test_all_wrong_fields_are_told_at_once() -> None:
    asked: dict[str, object] = {"errorRate": 2, "latencyMs": "x", "ttlSeconds": 0}
    assert set(refused_fields(asked)) == {"errorRate", "latencyMs", "ttlSeconds"}


def test_a_single_number_is_refused_under_its_own_name() -> None:
    with pytest.raises(FieldsInvalid, match=r"^rate must be a number") as refusal:
        number_read(RATE, "7%", field="rate")
    assert refusal.value.field == "rate"


@pytest.mark.parametrize("text", ["0.07", "0", "1", "400"])
def test_a_number_in_an_address_is_a_number(text: str) -> None:
    assert number_in_path(text) == float(text)


@pytest.mark.parametrize(
    "text", ["nan", "inf", "1e3", "-1", "\u0660.\u0661", "1_0", " 1", ""]
)
def test_other_text_in_an_address_stays_text(text: str) -> None:
    assert number_in_path(text) == text


def test_a_target_is_whole_path_segments_and_named_methods() -> None:
    spec = FaultSpec(error_rate=1, path_prefix="/api/users/1", methods=("GET",))
    assert spec.targets("GET", "/api/users/1")
    assert spec.targets("GET", "/api/users/1/")
    assert not spec.targets("GET", "/api/users/12")
    assert not spec.targets("PUT", "/api/users/1")
