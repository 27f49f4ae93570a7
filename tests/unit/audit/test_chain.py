from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from sre_console.audit.chain import GENESIS, Content, cleaned, digest, line

ENTRY = Content(
    at=datetime(2026, 1, 31, 12, tzinfo=UTC),
    actor="ann",
    role="operator",
    action="fault_plan.set",
    subject="version 1",
    detail={"errorRate": 0.07, "methods": ["GET"]},
    request_id="abc",
)


def test_the_same_content_has_the_same_hash() -> None:
    turned = replace(ENTRY, detail={"methods": ["GET"], "errorRate": 0.07})
    assert digest(ENTRY, GENESIS) == digest(turned, GENESIS)


@pytest.mark.parametrize(
    "change",
    [
        {"actor": "bob"},
        {"role": "viewer"},
        {"action": "fault_plan.disabled"},
        {"subject": "version 2"},
        {"detail": {"errorRate": 0.08, "methods": ["GET"]}},
        {"request_id": "abd"},
        {"at": datetime(2026, 1, 31, 12, 0, 0, 1, tzinfo=UTC)},
    ],
)
def test_any_other_content_has_another_hash(change: dict[str, object]) -> None:
    changed = replace(ENTRY, **change)  # type: ignore[arg-type]
    assert digest(changed, GENESIS) != digest(ENTRY, GENESIS)


def test_the_hash_covers_the_hash_before() -> None:
    assert digest(ENTRY, "1" * 64) != digest(ENTRY, GENESIS)


def test_text_is_one_line_that_postgresql_can_hold() -> None:
    assert line("a\x00b\nc\ud800", 10) == "a\ufffdb\ufffdc\ufffd"
    assert line("x" * 20, 10) == "x" * 10


@pytest.mark.parametrize(
    ("value", "back"),
    [(1.0, 1), (1e22, 10**22), (1e23, 10**23), (-0.0, 0), (0.07, 0.07), (True, True)],
)
def test_numbers_are_written_as_jsonb_gives_them_back(
    value: object, back: object
) -> None:
    assert cleaned(value) == back
    assert type(cleaned(value)) is type(back)
