"""Every collector, declared once. The names are a promise: dashboards and rules use them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

import prometheus_client
from prometheus_client import Counter, Gauge, Histogram
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

# Twice the series for a moment nobody asks about.
prometheus_client.disable_created_metrics()  # type: ignore[no-untyped-call]

# 0.5 is the latency objective's threshold; the others are where faults are shown.
REQUEST_BUCKETS = (
    0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 1, 2.5, 5, 10,
)  # fmt: skip
QUERY_BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5, 10)

http_requests_total = Counter(
    "http_requests_total", "Finished requests.", ("method", "route", "status")
)
http_request_duration_seconds = Histogram(
    "http_request_duration_seconds",
    "From arrival to the last byte, injected delay included.",
    ("method", "route"),
    buckets=REQUEST_BUCKETS,
)
http_requests_in_flight = Gauge(
    "http_requests_in_flight", "Requests that have no answer yet."
)

bulkhead_in_use = Gauge(
    "bulkhead_in_use", "Places taken in a bounded compartment.", ("name",)
)
bulkhead_rejected_total = Counter(
    "bulkhead_rejected_total", "Work refused by a full compartment.", ("name",)
)
connections_cut_total = Counter(
    "connections_cut_total",
    "Connections that waited while others needed their place, or read nothing.",
    ("reason",),
)
bulkhead_limit = Gauge(
    "bulkhead_limit", "Places that a bounded compartment has.", ("name",)
)
bulkhead_waiting = Gauge(
    "bulkhead_waiting", "Work that waits for a place in a compartment.", ("name",)
)

circuit_breaker_state = Gauge(
    "circuit_breaker_state", "0 closed, 1 open, 2 half-open.", ("name",)
)
circuit_breaker_not_closed_seconds = Gauge(
    "circuit_breaker_not_closed_seconds",
    "Since it opened; half-open is not closed.",
    ("name",),
)
circuit_breaker_transitions_total = Counter(
    "circuit_breaker_transitions_total", "Changes of state.", ("name", "to")
)
circuit_breaker_calls_total = Counter(
    "circuit_breaker_calls_total",
    "Calls of a dependency: let through and ended so, or refused.",
    ("name", "outcome"),
)
retry_attempts_total = Counter(
    "retry_attempts_total", "Failed calls that were tried again.", ("name",)
)
retry_refused_total = Counter(
    "retry_refused_total",
    "Failures worth a retry that got none, and why.",
    ("name", "reason"),
)
resilience_pattern_on = Gauge(
    "resilience_pattern_on", "0 while an operator has switched it off.", ("pattern",)
)
service_requests_refused_total = Counter(
    "service_requests_refused_total",
    "Service requests that a pattern refused or cut.",
    ("pattern",),
)
degraded_answers_total = Counter(
    "degraded_answers_total", "Answers from what was kept, marked as such."
)

cache_requests_total = Counter(
    "cache_requests_total",
    "Reads by what the cache at the edge did: hit, miss, or bypass.",
    ("result",),
)
cache_shared_requests_total = Counter(
    "cache_shared_requests_total",
    "Reads that asked what other replicas have kept: hit, miss, old, or away.",
    ("result",),
)
cache_entries = Gauge("cache_entries", "Answers that the cache at the edge keeps.")
cache_bytes = Gauge("cache_bytes", "Bytes of the answers that it keeps.")
cache_listener_fresh = Gauge(
    "cache_listener_fresh",
    "1 while it hears of changes; else what it keeps is not told.",
)

RATE_LIMITS = {
    "default": ("address", "token"),
    "write": ("address", "token"),
    "chaos": ("address", "token"),
    "export": ("address", "token"),
    "sign-in": ("address", "name"),
    "traffic": ("traffic",),
}
rate_limited_total = Counter(
    "rate_limited_total",
    "Requests refused with 429: the class of the limit, and by what it counts.",
    ("class", "subject"),
)

database_query_duration_seconds = Histogram(
    "database_query_duration_seconds",
    "One statement, from sending it to its result.",
    buckets=QUERY_BUCKETS,
)


class Connections(Protocol):
    size: int  # at most
    in_use: int
    waiting: int  # callers who have none yet
    refused: int

    @property
    def idle(self) -> int: ...


# The pools of this process by compartment; `ironclad.database` enters its own.
pools: dict[str, Connections] = {}


class _PoolCollector(Collector):
    def collect(self) -> Iterator[Metric]:
        family = GaugeMetricFamily(
            "database_pool_connections",
            "Connections of a compartment's pool.",
            labels=("pool", "state"),
        )
        for name, pool in sorted(pools.items()):
            family.add_metric((name, "in_use"), pool.in_use)
            family.add_metric((name, "idle"), pool.idle)
        yield family
        most = GaugeMetricFamily(
            "database_pool_limit",
            "Connections that a pool has at most.",
            labels=("pool",),
        )
        refused = CounterMetricFamily(
            "database_pool_refused",
            "Work that got no connection in time.",
            labels=("pool",),
        )
        for name, pool in sorted(pools.items()):
            most.add_metric((name,), pool.size)
            refused.add_metric((name,), pool.refused)
        yield most
        yield refused


prometheus_client.REGISTRY.register(_PoolCollector())

chaos_injected_total = Counter("chaos_injected_total", "Faults injected.", ("kind",))

slo_error_budget_remaining_ratio = Gauge(
    "slo_error_budget_remaining_ratio",
    "What is left of the error budget; negative when overspent.",
    ("slo",),
)
slo_burn_rate = Gauge(
    "slo_burn_rate",
    "1 spends the budget in exactly one period.",
    ("slo", "window"),
)

sli_exercise_events_total = Counter(
    "sli_exercise_events_total",
    "SLI events that belong to exercises, as each SLO judged them.",
    ("slo", "outcome"),
)

ironclad_database_away_seconds = Gauge(
    "ironclad_database_away_seconds",
    "Since this replica's listener could last reach the database; 0 while it can.",
)
ironclad_sample_lag_seconds = Gauge(
    "ironclad_sample_lag_seconds", "Age of the oldest closed second not stored yet."
)
ironclad_evaluator_beat_age_seconds = Gauge(
    "ironclad_evaluator_beat_age_seconds",
    "Since this replica last heard that the SLOs were judged.",
)
ironclad_fault_seconds = Gauge(
    "ironclad_fault_seconds", "Since faults have been in force without a pause."
)

event_loop_lag_seconds = Gauge(
    "event_loop_lag_seconds",
    "How late the event loop wakes: the 99th percentile of the last 10 s.",
)
ironclad_running_seconds = Gauge(
    "ironclad_running_seconds", "Since this replica was started."
)

_BACKUPS = "The newest good one that is still there: files (of PostgreSQL's), or dump."
backup_last_success_timestamp_seconds = Gauge(
    "backup_last_success_timestamp_seconds", f"When it ended. {_BACKUPS}", ("kind",)
)
backup_age_seconds = Gauge(
    "backup_age_seconds",
    f"Since it ended, or there could have been one. {_BACKUPS}",
    ("kind",),
)
backup_failures = Gauge(
    "backup_failures", "Tries that failed since the last good one of their sort."
)
backup_repository_used_bytes = Gauge(
    "backup_repository_used_bytes", "What the fullest repository holds."
)
backup_repository_free_bytes = Gauge(
    "backup_repository_free_bytes", "What the fullest repository has room for."
)
backup_repository_free_ratio = Gauge(
    "backup_repository_free_ratio", "Its room, of what it holds and has room for."
)
backup_repository_complaints = Gauge(
    "backup_repository_complaints", "Repositories that could not be read."
)
backup_wal_missing_segments = Gauge(
    "backup_wal_missing_segments", "Of the archived log, that a restore would miss."
)
wal_archive_failing_seconds = Gauge(
    "wal_archive_failing_seconds",
    "Since the log should have been archived, and was not; 0 while all is well.",
)
replication_lag_seconds = Gauge(
    "replication_lag_seconds",
    "Since a receiver of the log has not had all of it; 0 while all is well.",
    ("replica",),
)
replication_lag_bytes = Gauge(
    "replication_lag_bytes", "Of the log that a receiver has not.", ("replica",)
)
recovery_validation_age_seconds = Gauge(
    "recovery_validation_age_seconds",
    "Since a restore was validated and good, or could have been.",
)
recovery_time_seconds = Gauge(
    "recovery_time_seconds", "What the last good validation or drill took to serve."
)
recovery_point_loss_seconds = Gauge(
    "recovery_point_loss_seconds", "Commits that the same had lost, in seconds."
)
disaster_drills_overdue = Gauge(
    "disaster_drills_overdue", "Scenarios that should have been drilled again by now."
)

ironclad_notifications_total = Counter(
    "ironclad_notifications_total",
    "Notifications of alerts: delivered, given up (dead), or held back.",
    ("channel", "outcome"),
)

INCIDENT_EVENTS = ("opened", "acknowledged", "mitigated", "resolved", "reopened")
ironclad_incidents_total = Counter(
    "ironclad_incidents_total",
    "What became of incidents: opened, acknowledged, mitigated, resolved, reopened.",
    ("event",),
)

business_transactions_total = Counter(
    "business_transactions_total", "Writes on users.", ("type", "outcome")
)
business_active_users = Gauge(
    "business_active_users", "Distinct API callers of the last 5 minutes."
)
business_revenue_at_risk_dollars_total = Counter(
    "business_revenue_at_risk_dollars_total",
    "Failed transactions times the assumed value of one.",
)

ironclad_feature_uses_total = Counter(
    "ironclad_feature_uses_total", "How often a feature was used.", ("feature",)
)
ironclad_build_info = Gauge(
    "ironclad_build_info", "1, with what was built in the labels.", ("version",)
)


def set_slo_gauges(
    slo: str, remaining_ratio: float | None, burns: Mapping[str, float | None]
) -> None:
    """The figures of one SLO; None is no data, shown as NaN."""
    nan = float("nan")
    slo_error_budget_remaining_ratio.labels(slo).set(
        nan if remaining_ratio is None else remaining_ratio
    )
    for window, burn in burns.items():
        slo_burn_rate.labels(slo, window).set(nan if burn is None else burn)


def start_exercise_series(slo: str) -> None:
    """Let the series of one SLO exist at 0."""
    for outcome in ("good", "bad"):
        sli_exercise_events_total.labels(slo, outcome)


def count_exercise_event(slo: str, *, good: bool) -> None:
    sli_exercise_events_total.labels(slo, "good" if good else "bad").inc()


def count_feature(name: str) -> None:
    ironclad_feature_uses_total.labels(name).inc()


def count_rate_limited(kind: str, subject: str) -> None:
    rate_limited_total.labels(kind, subject).inc()


def count_notification(channel: str, outcome: str) -> None:
    ironclad_notifications_total.labels(channel, outcome).inc()


def count_incident(event: str) -> None:
    ironclad_incidents_total.labels(event).inc()


def start_request_series(route: str, method: str, statuses: Iterable[int]) -> None:
    """Let series exist at 0: a rate needs to see the step from 0 to 1."""
    for status in statuses:
        http_requests_total.labels(method, route, str(status))
    http_request_duration_seconds.labels(method, route)


def start_breaker_series(name: str) -> None:
    """Let the series of one guarded dependency exist at 0."""
    circuit_breaker_state.labels(name)
    circuit_breaker_not_closed_seconds.labels(name)
    for state in ("closed", "open", "half_open"):
        circuit_breaker_transitions_total.labels(name, state)
    for outcome in ("succeeded", "failed", "refused"):
        circuit_breaker_calls_total.labels(name, outcome)
    retry_attempts_total.labels(name)
    for reason in ("breaker", "deadline", "budget"):
        retry_refused_total.labels(name, reason)


for _kind in ("error", "delay", "dependency_error", "dependency_delay"):
    chaos_injected_total.labels(_kind)
for _pattern in ("breaker", "retry", "bulkhead", "deadline"):
    resilience_pattern_on.labels(_pattern).set(1)
    service_requests_refused_total.labels(_pattern)
resilience_pattern_on.labels("cache").set(1)  # which refuses nobody
for _channel in ("webhook", "email"):
    for _outcome in ("delivered", "dead", "held"):
        ironclad_notifications_total.labels(_channel, _outcome)
for _event in INCIDENT_EVENTS:
    ironclad_incidents_total.labels(_event)
for _kind, _subjects in RATE_LIMITS.items():
    for _subject in _subjects:
        rate_limited_total.labels(_kind, _subject)
for _result in ("hit", "miss", "bypass"):
    cache_requests_total.labels(_result)
for _result in ("hit", "miss", "old", "away"):
    cache_shared_requests_total.labels(_result)
for _name in ("service", "console"):
    bulkhead_in_use.labels(_name)
for _name in ("address", "total", "unread"):
    connections_cut_total.labels(_name)
for _name in ("service", "console", "held", "bodies"):
    bulkhead_rejected_total.labels(_name)
# Nothing is known of these before the database was asked; 0 would be an answer.
for _gauge in (
    backup_failures, backup_repository_used_bytes, backup_repository_free_bytes,
    backup_repository_free_ratio, backup_repository_complaints,
    backup_wal_missing_segments, wal_archive_failing_seconds,
    recovery_validation_age_seconds, recovery_time_seconds,
    recovery_point_loss_seconds, disaster_drills_overdue,
):  # fmt: skip
    _gauge.set(float("nan"))
for _kind in ("files", "dump"):
    backup_last_success_timestamp_seconds.labels(_kind).set(float("nan"))
    backup_age_seconds.labels(_kind).set(float("nan"))
