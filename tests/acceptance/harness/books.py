"""What the four sets of books say: generator, access log, /metrics and timeline."""

from __future__ import annotations

import json
from dataclasses import dataclass

import psycopg
from prometheus_client.parser import text_string_to_metric_families

from tests.acceptance.harness.processes import Server

SERVICE = "api/users"
_ERROR = 500


@dataclass(frozen=True, slots=True)
class Book:
    requests: int
    errors: int

    def __sub__(self, before: Book) -> Book:
        return Book(self.requests - before.requests, self.errors - before.errors)


def of_metrics(server: Server) -> Book:
    requests = errors = 0.0
    text = server.client.get("/metrics").text
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            labels = sample.labels
            if sample.name != "http_requests_total" or SERVICE not in labels["route"]:
                continue
            requests += sample.value
            errors += sample.value * (int(labels["status"]) >= _ERROR)
    return Book(int(requests), int(errors))


def of_access_log(server: Server) -> Book:
    requests = errors = 0
    for line in server.log.read_text("utf-8").splitlines():
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        if not isinstance(entry, dict) or "duration" not in entry:
            continue
        if SERVICE in str(entry.get("route")):
            requests += 1
            errors += int(entry["status"]) >= _ERROR
    return Book(requests, errors)


def of_timeline(database_url: str) -> Book:
    query = (
        "SELECT total - seeded, failed FROM sli_timeline ORDER BY second DESC LIMIT 1"
    )
    with psycopg.connect(database_url) as connection:
        row = connection.execute(query).fetchone() or (0, 0)
    return Book(row[0], row[1] or 0)


def of_samples(database_url: str) -> Book:
    query = "SELECT sum(total), sum(failed) FROM sli_sample"
    with psycopg.connect(database_url) as connection:
        row = connection.execute(query).fetchone() or (0, 0)
    return Book(int(row[0] or 0), int(row[1] or 0))


def of_generator(database_url: str) -> Book:
    """All that got an answer; whoever reads it first waits until nothing is in flight."""
    query = "SELECT coalesce(sum(sent), 0), coalesce(sum(failed), 0) FROM traffic_run"
    with psycopg.connect(database_url) as connection:
        row = connection.execute(query).fetchone() or (0, 0)
    return Book(int(row[0]), int(row[1]))


@dataclass(frozen=True, slots=True)
class GeneratorRow:
    rate: float
    sent: int
    ok: int
    failed: int
    late: int
    dropped: int
    in_flight: int


def generator_row(database_url: str) -> GeneratorRow:
    """The newest run's row."""
    query = (
        "SELECT rate, sent, ok, failed, late, dropped, in_flight"
        " FROM traffic_run ORDER BY seen_at DESC LIMIT 1"
    )
    with psycopg.connect(database_url) as connection:
        row = connection.execute(query).fetchone()
    return GeneratorRow(*(row or (0.0, 0, 0, 0, 0, 0, 0)))
