from __future__ import annotations

import pytest

from ironclad.errors import MalformedRequest, PayloadTooLarge
from sre_console.pages.frames import LIMIT, Ack, Stop, parse


def test_it_reads_an_acknowledgement() -> None:
    assert parse('{"type":"ack","seq":12}') == Ack(12)


def test_it_reads_a_stop() -> None:
    assert parse('{"type":"stop"}') == Stop()


@pytest.mark.parametrize(
    ("reason", "kept"),
    [
        ('"smoke in the room"', "smoke in the room"),
        ('"two\\nlines\\u0000"', "two lines"),
        ('"' + "x" * 600 + '"', "x" * 500),
        ("7", ""),
        ("null", ""),
        ('{"a": 1}', ""),
    ],
)
def test_a_stop_takes_a_reason_and_is_refused_for_none(reason: str, kept: str) -> None:
    assert parse(f'{{"type":"stop","reason":{reason}}}') == Stop(kept)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "stop",
        "null",
        "[]",
        '"stop"',
        "{}",
        '{"type":"start"}',
        '{"type":["stop"]}',
        '{"type":"ack"}',
        '{"type":"ack","seq":"1"}',
        '{"type":"ack","seq":1.5}',
        '{"type":"ack","seq":true}',
        '{"type":"ack","seq":NaN}',
        "[" * LIMIT,
        '{"type":"ack","seq":' + "9" * 4000 + ".",
    ],
)
def test_it_refuses_what_is_neither(text: str) -> None:
    with pytest.raises(MalformedRequest):
        parse(text)


def test_it_refuses_a_binary_frame() -> None:
    with pytest.raises(PayloadTooLarge):
        parse(None)


def test_the_limit_counts_bytes_and_not_letters() -> None:
    parse('{"type":"stop"}'.ljust(LIMIT))
    with pytest.raises(PayloadTooLarge):
        parse('{"type":"stop"}'.ljust(LIMIT + 1))
    with pytest.raises(PayloadTooLarge):
        parse("é" * (LIMIT // 2 + 1))


def test_a_lone_surrogate_is_no_traceback() -> None:
    with pytest.raises(MalformedRequest):
        parse("\ud800")
