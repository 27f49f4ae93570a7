"""The measured knee: written by load tests, read beside what the service does now."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

from django.conf import settings
from django.db.models import QuerySet

from ironclad.errors import FieldsInvalid
from sre_console.models import MeasuredKnee

KEPT_IN_SIGHT = 20  # of the history, on the page and in the API
MOST_RATE, MOST_P99 = 1e6, 6e5  # requests a second; milliseconds
_MOST_COUNT = 4096  # processes, cores


@dataclass(frozen=True, slots=True)
class Knee:
    """What is known for as many replicas as there are now."""

    row: MeasuredKnee
    replicas: int

    @property
    def scaled(self) -> bool:
        """Reckoned from another number of processes, which is more than was measured."""
        return self.row.processes != self.replicas

    @property
    def rps(self) -> float:
        return self.row.rps / self.row.processes * self.replicas


def knee_for(replicas: int) -> Knee | None:
    """The newest of so many processes, however old, else the newest.

    A process is a replica. None: none was measured, or nobody is there.
    """
    if not replicas:
        return None
    same = _newest().filter(processes=replicas).first()
    row = same or _newest().first()
    return None if row is None else Knee(row, replicas)


def knees_newest() -> list[MeasuredKnee]:
    return list(_newest()[:KEPT_IN_SIGHT])


def _newest() -> QuerySet[MeasuredKnee]:
    return MeasuredKnee.objects.order_by("-measured_at", "-pk")


def knee_record(  # noqa: PLR0913 - what a measurement is made of
    *,
    rps: float,
    p99: float,
    server: str,
    processes: int,
    cores: int,
    mix: str,
    report: str = "",
) -> MeasuredKnee:
    """Keep what a load test has found. Raises FieldsInvalid naming what cannot be."""
    wrong: list[tuple[str | None, str]] = []
    for name, value, most in (("rps", rps, MOST_RATE), ("p99", p99, MOST_P99)):
        if not (isfinite(value) and 0 < value <= most):
            wrong.append((name, f"{name} must be above 0, and {most:g} at most."))
    for name, count in (("processes", processes), ("cores", cores)):
        if not 1 <= count <= _MOST_COUNT:
            wrong.append((name, f"{name} must be from 1 to {_MOST_COUNT}."))
    for name, text, least, most in (
        ("server", server, 1, 32), ("mix", mix, 1, 32), ("report", report, 0, 500),
    ):  # fmt: skip
        if not least <= len(text) <= most or not text.isprintable():
            said = f"{name} must be one line of {least} to {most} characters."
            wrong.append((name, said))
    if wrong:
        raise FieldsInvalid(wrong)
    return MeasuredKnee.objects.create(
        rps=rps, p99=p99, server=server, processes=processes, cores=cores, mix=mix,
        version=settings.APP_VERSION[:64], report=report,
    )  # fmt: skip
