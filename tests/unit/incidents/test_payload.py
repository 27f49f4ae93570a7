"""Alertmanager's payload: whatever is sent is read or refused, and nothing else."""

from __future__ import annotations

import copy
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ironclad.errors import FieldsInvalid
from sre_console.incidents.payload import delivery_read

ALERT: dict[str, Any] = {
    "status": "firing",
    "labels": {"alertname": "HighErrorRate"},
    "annotations": {"summary": "7 % fail"},
    "startsAt": "2026-01-31T12:00:00.123Z",
    "generatorURL": "http://prometheus:9090/graph",
    "fingerprint": "a1b2",
}
# also halves of pairs, which JSON can say and no database stores
_texts = st.text(st.characters(codec=None)) | st.sampled_from(
    [
        "2026-01-31T12:00:00+23:59",
        "9999-12-31T23:59:59-12:00",
        "\ud800",
        "http://[",
        "\0",
    ]
)
json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | _texts,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(_texts, inner, max_size=3)
    ),
    max_leaves=5,
)


def read(**fields: Any) -> Any:
    return delivery_read(
        {"version": "4", "groupKey": "k", "alerts": [copy.deepcopy(ALERT) | fields]}
    )


@settings(max_examples=500, deadline=None, derandomize=True)
@given(st.sampled_from([*ALERT, "endsAt"]), json)
def test_any_value_of_any_field_is_read_or_refused(name: str, value: object) -> None:
    with suppress(FieldsInvalid):
        (alert,) = read(**{name: value}).alerts
        stored = [alert.name, alert.slo, alert.service, alert.fingerprint, alert.link]
        stored += [alert.says("summary", 500), alert.starts_at.isoformat()]
        "".join(stored).encode()
        assert "\0" not in "".join(stored)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.sampled_from(["version", "groupKey", "alerts"]), json)
def test_likewise_around_the_alerts(name: str, value: object) -> None:
    whole = {"version": "4", "groupKey": "k", "alerts": [ALERT]}
    with suppress(FieldsInvalid):
        delivery_read(whole | {name: value}).group_key.encode()


@pytest.mark.parametrize("status", [[], {}, None, 1, "lost"])
def test_a_status_is_firing_or_resolved(status: object) -> None:
    with pytest.raises(FieldsInvalid) as refused:
        read(status=status)
    assert [field for field, _ in refused.value.problems] == ["alerts.0.status"]


@pytest.mark.parametrize(
    "moment",
    [
        "2026-01-31T12:00:00+16:00",
        "2026-01-31T12:00:00-23:59",
        "0001-01-01T00:00:00+12:00",
        "9999-12-31T23:59:59-12:00",
        "3000-12-31T23:59:59-12:00",
        "1970-01-01T00:00:00+01:00",
        "2026-01-31T12:00:00",
        7,
    ],
)
def test_a_moment_that_nobody_means_is_refused(moment: object) -> None:
    with pytest.raises(FieldsInvalid) as refused:
        read(startsAt=moment)
    assert [field for field, _ in refused.value.problems] == ["alerts.0.startsAt"]


@pytest.mark.parametrize("text", ["\ud800", "", 7, "x" * 8193])
def test_a_group_has_a_key_that_has_bytes(text: object) -> None:
    with pytest.raises(FieldsInvalid) as refused:
        delivery_read({"version": "4", "groupKey": text, "alerts": [ALERT]})
    assert [field for field, _ in refused.value.problems] == ["groupKey"]


def test_a_moment_is_read_in_utc() -> None:
    (alert,) = read(startsAt="2026-01-31T12:00:00+05:45").alerts
    assert alert.starts_at == datetime(2026, 1, 31, 6, 15, tzinfo=UTC)
    assert alert.starts_at.tzinfo is UTC
