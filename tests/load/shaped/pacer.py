"""The pacer: one Locust user that sends by the clock. Runs in `.venv-load`.

`python -m tests.load.shaped.pacer URL SHAPE FILE` writes what came of it to FILE as JSON; the
token comes in LOAD_TOKEN. A line on stdout tells when it began.

Locust's own users wait for their answer before they ask again: a slow service is asked less,
and what would have waited is never counted. So there is one user here, which begins a request
whenever one is due, in a greenlet of its own, and tells Locust its time from that moment.
"""

from __future__ import annotations

import json
import os
import sys
import time
import uuid
from dataclasses import asdict
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit

import gevent
import locust
from gevent.pool import Pool
from geventhttpclient import HTTPClient
from locust.env import Environment
from locust.shape import LoadTestShape

from sre_console.traffic.mix import kinds
from sre_console.traffic.requests import Request, RequestMaker
from sre_console.traffic.residents import Residents
from tests.load.shaped.arrivals import Arrivals, even
from tests.load.shaped.book import CUT, NOT_SENT, Book, Sample
from tests.load.shaped.knee import Ramp
from tests.load.shaped.shapes import Shape, read

TIME_LIMIT = 15.0  # seconds until an answer is given up
MOST_IN_FLIGHT = 2000
_LOOK = 0.02  # seconds between two looks at the shape


class Pacer(locust.User):  # type: ignore[misc]  # Locust is not in the environment of mypy
    """Sends what the shape asks for until it is over."""

    shape: Shape
    token = ""
    seed = 1
    poisson = False
    began = 0.0

    def on_start(self) -> None:
        random = Random(self.seed)
        address = urlsplit(self.host)
        self._client = HTTPClient(
            address.hostname,
            address.port or 80,
            concurrency=MOST_IN_FLIGHT,
            connection_timeout=TIME_LIMIT,
            network_timeout=TIME_LIMIT,
            headers={"Authorization": f"Bearer {self.token}"} if self.token else {},
        )
        self._maker = RequestMaker(Residents(uuid.uuid4().hex[:8], random), random)
        self._kinds = kinds(random)
        gap = (lambda: random.expovariate(1.0)) if self.poisson else even
        self._arrivals = Arrivals(gap)
        self._flight = Pool(MOST_IN_FLIGHT)
        self.environment.events.request.add_listener(self._note)
        self.environment.book = Book()

    @locust.task  # type: ignore[untyped-decorator]
    def run_shape(self) -> None:
        book = self.environment.book
        zero = time.monotonic()
        Pacer.began = time.time()
        print(json.dumps({"began": Pacer.began}), flush=True)
        while True:
            now = time.monotonic() - zero
            rate = self.shape.rate(now, book)
            for due in self._arrivals.take(now, rate or 0.0):
                book.due.append(due)
                self._begin(due, zero)
            if rate is None:
                break
            gevent.sleep(min(_LOOK, self._arrivals.wait()))
        self._flight.join(timeout=TIME_LIMIT + 1)
        self.environment.runner.quit()

    def _begin(self, due: float, zero: float) -> None:
        kind = next(self._kinds)
        if self._flight.full():
            self._tell(due, due, zero, kind.value, NOT_SENT)
            return
        request = self._maker.make(kind, zero + due)
        self._flight.spawn(self._send, request, kind.value, due, zero)

    def _send(self, request: Request, kind: str, due: float, zero: float) -> None:
        sent = time.monotonic() - zero
        status, body = CUT, b""
        try:
            headers = {"Content-Type": "application/json"} if request.body else {}
            with gevent.Timeout(TIME_LIMIT):
                answer = self._client.request(
                    request.method, request.path, body=request.body, headers=headers
                )
                status, body = answer.status_code, bytes(answer.read())
        except gevent.Timeout:
            status, body = CUT, b""
        except Exception:  # noqa: BLE001 - whatever it was, there is no whole answer
            status, body = CUT, b""
        self._tell(due, sent, zero, kind, status)
        request.learn(status, body)

    def _tell(
        self, due: float, sent: float, zero: float, kind: str, status: int
    ) -> None:
        latency = time.monotonic() - zero - due
        sample = Sample(due, sent - due, latency, kind, status)
        self.environment.events.request.fire(
            request_type="HTTP",
            name=kind,
            response_time=latency * 1000,
            response_length=0,
            exception=None if sample.good else RuntimeError(status),
            context={"sample": sample},
        )

    def _note(self, context: dict[str, Any], **_: object) -> None:
        self.environment.book.samples.append(context["sample"])


class OneUser(LoadTestShape):  # type: ignore[misc]
    """For Locust there is one user, as long as it wants to go on."""

    def tick(self) -> tuple[int, float]:
        return 1, 1


def main(url: str, words: str, out: str, *more: str) -> None:
    Pacer.host, Pacer.shape = url, read(words)
    Pacer.token = os.environ.get("LOAD_TOKEN", "")
    Pacer.poisson = "poisson" in more
    environment = Environment(user_classes=[Pacer], shape_class=OneUser())
    environment.create_local_runner()
    environment.runner.start_shape()
    environment.runner.greenlet.join()
    book, shape = environment.book, Pacer.shape
    told = {
        "began": Pacer.began,
        "locust": locust.__version__,
        "due": book.due,
        "samples": book.samples,
        "steps": [asdict(step) for step in shape.steps]
        if isinstance(shape, Ramp)
        else [],
        "counted": environment.stats.total.num_requests,
    }
    Path(out).write_text(json.dumps(told), "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
