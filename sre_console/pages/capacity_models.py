"""What the tables of the Capacity page are given: plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from sre_console.capacity.overview import Overview
from sre_console.capacity.saturation import Resource, Saturation
from sre_console.capacity.told import Used
from sre_console.gamedays.outcome.amounts import DASH, count, percent
from sre_console.models import MeasuredKnee
from sre_console.pages import capacity_words as words
from sre_console.pages.incident_models import Mark
from sre_console.pages.recovery_words import size

KNEE_HEAD = (
    "measured", "requests per second", "p99 ms", "server", "processes", "cores", "mix",
    "version", "report",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ResourceRow:
    name: str
    used: str
    limit: str
    share: str
    meter: str  # 0 to 1; empty: there is no limit
    note: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class Group:
    """One replica's resources, or what all share."""

    title: str
    rate: str
    rows: list[ResourceRow]


@dataclass(frozen=True, slots=True)
class AdviceLine:
    mark: Mark
    title: str
    where: str
    remedy: str
    command: str
    href: str


@dataclass(frozen=True, slots=True)
class CacheRow:
    replica: str
    ratio: str
    hits: str
    misses: str
    bypasses: str
    entries: str
    size: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class KneeRow:
    at: datetime
    rps: str
    p99: str
    server: str
    processes: int
    cores: int
    mix: str
    version: str
    report: str


def groups(view: Overview) -> list[Group]:
    found = [_group(used, view.saturations) for used in view.replicas]
    rows = [_row(e, _reserved(view)) for e in view.saturations if e.replica is None]
    return [*found, Group(_("Shared by all replicas"), "", rows)]


def _group(used: Used, all_of_them: Sequence[Saturation]) -> Group:
    mine = {e.resource: e for e in all_of_them if e.replica == used.replica}
    rows = [_row(each, _note(each.resource, used)) for each in mine.values()]
    if "memory" not in mine and used.memory is not None:
        rows.append(_unbounded(used.memory))
    title = _("Replica {replica}").format(replica=words.short(used.replica))
    return Group(title, words.rate(used.rate), rows)


def _row(each: Saturation, note: str) -> ResourceRow:
    if each.waiting:
        waiting = _("{n} waited").format(n=each.waiting)
        note = f"{note}, {waiting}" if note else waiting
    return ResourceRow(
        name=words.resource_word(each.resource),
        used=_amount(each.resource, each.used),
        limit=_limit(each),
        share=percent(each.share, 0),
        meter=f"{min(1.0, each.share):.3f}",
        note=note,
        mark=words.state_mark(each.state),
    )


def _limit(each: Saturation) -> str:
    if each.resource == "machine":
        return _("all cores")
    return _amount(each.resource, each.limit)


def _amount(resource: Resource, value: float) -> str:
    if resource == "cpu":
        return _("{n} cores").format(n=words.amount(value)) if value != 1 else _("1 core")  # fmt: skip
    if resource == "machine":
        return percent(value, 0)
    if resource == "loop":
        return words.milliseconds(value)
    return size(value) if resource == "memory" else words.amount(value)


def _note(resource: Resource, used: Used) -> str:
    if resource == "cpu" and used.cpu is not None and used.cores:
        said = _("{share} of the {n} cores there are")
        return said.format(
            share=percent(used.cpu / used.cores, 0), n=words.amount(used.cores)
        )
    if resource == "machine":
        return _("by whomever, the database included")
    if resource == "loop":
        return _("at worst {lag}").format(lag=words.milliseconds(used.lag_worst))
    return ""


def _unbounded(memory: int) -> ResourceRow:
    return ResourceRow(
        name=words.resource_word("memory"), used=size(memory), limit=DASH, share=DASH,
        meter="", note=_("no bound of its own"), mark=Mark(_("no bound"), "is-stale", "ring"),
    )  # fmt: skip


def _reserved(view: Overview) -> str:
    said = _("max_connections {n}, {reserved} reserved")
    return said.format(n=view.connections.most, reserved=view.connections.reserved)


def advice_lines(view: Overview) -> list[AdviceLine]:
    return [
        AdviceLine(
            mark=words.advice_mark(each),
            title=words.advice_title(each),
            where=_where(each.replica, view),
            remedy=words.advice_remedy(each.code),
            command="make load" if each.code == "unmeasured" else "",
            href="/console/resilience" if each.code == "cache_off" else "",
        )
        for each in view.advice
    ]


def _where(replica: UUID | None, view: Overview) -> str:
    """With one replica there is nothing to tell apart."""
    if replica is None or len(view.replicas) < 2:  # noqa: PLR2004
        return ""
    return _("replica {replica}").format(replica=words.short(replica))


def cache_rows(replicas: Sequence[Used]) -> list[CacheRow]:
    return [
        CacheRow(
            replica=words.short(used.replica),
            ratio=percent(used.cache.hit_ratio, 1),
            hits=words.rate(used.cache.hit),
            misses=words.rate(used.cache.miss),
            bypasses=words.rate(used.cache.bypass),
            entries=count(used.cache.entries),
            size=size(used.cache.bytes),
            mark=words.fresh_mark(fresh=used.cache.fresh),
        )
        for used in replicas
        if used.cache is not None
    ]


def knee_row(row: MeasuredKnee) -> KneeRow:
    return KneeRow(
        row.measured_at, words.rate(row.rps), f"{words.amount(row.p99)} ms", row.server,
        row.processes, row.cores, row.mix, row.version, row.report,
    )  # fmt: skip


def knee_cells(row: MeasuredKnee) -> tuple[object, ...]:
    return (
        row.measured_at.isoformat(), row.rps, row.p99, row.server, row.processes,
        row.cores, row.mix, row.version, row.report,
    )  # fmt: skip
