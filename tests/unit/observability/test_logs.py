"""DESIGN 4.9: one JSON object a line, whoever logs, and never a secret."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from django.conf import settings

from ironclad.observability import logs
from ironclad.observability.context import request_id
from ironclad.observability.redaction import HIDDEN
from ironclad.observability.sink import FileSink


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    logs.configure(stream)
    yield stream
    logs.configure("stderr")


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_has_the_promised_fields(stream: io.StringIO) -> None:
    token = request_id.set("abcd-1234")
    structlog.get_logger("a.module").warning("it_happened", count=3)
    request_id.reset(token)
    (line,) = lines(stream)
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "level": "WARNING",
        "message": "it_happened",
        "service": "ironclad-backend",
        "version": "1.0.0",
        "logger": "a.module",
        "requestId": "abcd-1234",
        "count": 3,
    }


@pytest.mark.parametrize("name", ["django.server", "daphne.server", "any.library"])
def test_other_loggers_speak_the_same_way(stream: io.StringIO, name: str) -> None:
    logging.getLogger(name).warning("to %s", "you")
    (line,) = lines(stream)
    assert (line["logger"], line["message"]) == (name, "to you")
    assert line["level"] == "WARNING"


def test_an_exception_has_type_message_and_stack(stream: io.StringIO) -> None:
    try:
        raise ValueError("not like this")  # noqa: TRY301
    except ValueError:
        structlog.get_logger("x").exception("failed")
        logging.getLogger("y").exception("failed")
    for line in lines(stream):
        assert line["level"] == "ERROR"
        assert line["error"]["type"] == "ValueError"
        assert line["error"]["message"] == "not like this"
        assert "Traceback" in line["error"]["stack"]


@pytest.mark.parametrize(
    "event",
    [
        {"token": "t0p-s3cret"},
        {"headers": {"Cookie": "t0p-s3cret", "Authorization": "t0p-s3cret"}},
        {"note": "Authorization: Bearer t0p-s3cret"},
        {"note": "postgresql://ironclad:t0p-s3cret@db/ironclad"},
        {"note": "GET /enter/t0p-s3cret"},
        {"note": "?token=t0p-s3cret&x=1"},
        {"items": ["password=t0p-s3cret"]},
    ],
)
def test_a_secret_never_gets_into_a_line(
    stream: io.StringIO, event: dict[str, Any]
) -> None:
    structlog.get_logger("x").warning("event", **event)
    assert "t0p-s3cret" not in stream.getvalue()
    assert HIDDEN in stream.getvalue()


def test_our_own_secrets_are_hidden_wherever_they_appear(stream: io.StringIO) -> None:
    try:
        raise RuntimeError(f"signing with {settings.SECRET_KEY} failed")  # noqa: TRY301
    except RuntimeError:
        logging.getLogger("y").exception("oh")
    assert settings.SECRET_KEY not in stream.getvalue()


def test_a_line_break_in_a_message_stays_within_its_line(stream: io.StringIO) -> None:
    structlog.get_logger("x").warning("a\nb")
    assert len(lines(stream)) == 1


def test_a_file_is_rotated_and_its_size_bounded(tmp_path: Path) -> None:
    sink = FileSink(tmp_path / "server.log", largest=100)
    for number in range(50):
        sink.write(f"line {number:02} " + "x" * 20)
    sink.close()
    files = sorted(tmp_path.iterdir())
    assert [file.name for file in files] == [
        "server.log", "server.log.1", "server.log.2", "server.log.3",
    ]  # fmt: skip
    assert all(file.stat().st_size <= 100 for file in files)
    assert "line 49" in files[0].read_text()


def test_a_reader_that_is_gone_stops_nothing(stream: io.StringIO) -> None:
    stream.close()
    structlog.get_logger("x").warning("into the void")
    logs.configure("stderr")
