"""The short form of `make load`: Locust's pacer, a real server, the report.

No time of our server is judged; that of a stub that stands still is, from below.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.harness.processes import Server, Setup
from tests.load.shaped import environment
from tests.load.shaped.driving import Drive
from tests.load.shaped.outcome import Outcome
from tests.load.shaped.parts.part import Asked
from tests.load.shaped.running import run
from tests.load.shaped.target import of_server

pytestmark = [pytest.mark.acceptance, pytest.mark.patient]
RATE, SECONDS = 20, 4


@pytest.fixture
def ran(setup: Setup, tmp_path: Path) -> tuple[Outcome, Path]:
    environment.bring()
    asked = Asked(rate=RATE, seconds=SECONDS)
    with Server(replace(setup, seed=False)) as server:
        return run(of_server(server), ["smoke"], asked, tmp_path / "load", load=0.0)


def test_a_smoke_is_asked_by_the_clock_and_told_in_one_page(
    ran: tuple[Outcome, Path],
) -> None:
    outcome, path = ran
    summary: dict[str, Any] = json.loads(path.with_suffix(".json").read_text("utf-8"))
    (part,) = outcome.parts
    judged = {figure.what: figure for figure in part.figures}
    # As many as the clock has asked for, whatever became of those before: none is left out.
    asked = RATE * SECONDS
    assert judged["answered well, of all asked"].measured in {
        f"{well} of {due}" for due in (asked - 1, asked) for well in range(due + 1)
    }
    # Those that are no matter of time.
    for what in ("errors", "without an answer", "kinds of request"):
        assert judged[what].ok, judged[what]
    assert summary["ok"] is all(each.ok for each in part.figures)
    assert len(summary["thresholds"]) == len(part.figures)
    assert (summary["server"], summary["processes"]) == ("daphne", 1)
    assert summary["about"]["Versions"]["PostgreSQL"]
    page = path.read_text("utf-8")
    for title in (chart.title for chart in part.charts):
        assert f"<b>{title}</b>" in page
    assert {"Requests", "Memory", "Connections", "Processor"} <= {
        chart.title for chart in part.charts
    }
    assert page.count("<svg") == len(part.charts)
    assert page.count("✓ holds") + page.count("✗ fails") == len(part.figures)
    assert "no earlier run" in page


class Standing(BaseHTTPRequestHandler):
    """Answers at once, but for one second in which nobody is answered."""

    began = 0.0

    def do_GET(self) -> None:
        Standing.began = Standing.began or time.monotonic()
        now = time.monotonic() - Standing.began
        if 1 <= now < 2:
            time.sleep(2 - now)
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def standing() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Standing) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def test_a_service_that_stands_still_is_asked_on_and_all_who_wait_are_counted(
    standing: str,
) -> None:
    environment.bring()
    with Drive(standing, "steady:40:3", "") as drive:
        book = drive.result().book
    assert len(book.samples) == len(book.due) >= 119
    # A user who waits for the answer would have been one of these.
    waited = [each for each in book.samples if each.latency - each.late > 0.2]
    assert len(waited) >= 20
    assert max(each.latency for each in waited) > 0.8
    # Begun by the clock: the last that waited was due long after the first.
    dues = [each.due for each in waited]
    assert max(dues) - min(dues) > 0.5
