"""Queries over faults, game days, incidents, deployments and objectives."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from statistics import median

from django.conf import settings
from django.db.models import Q

from sre_console.chaos.concealment import secrets
from sre_console.gamedays.telling.concealing import hidden
from sre_console.governance.deployments import changed_since
from sre_console.governance.evidence.answer import Found, Period, Query, Row
from sre_console.governance.injections.listing import Line
from sre_console.governance.injections.selectors import injections_of
from sre_console.incidents.sla import sla_report
from sre_console.models import (
    ActionItem,
    AlertPeriod,
    Deployment,
    FaultPeriod,
    GameDay,
    Incident,
    PostMortem,
)

_NO_REASON = ("", "no reason given")
_AT_A_TIME = 200


def _faults(period: Period) -> Found:
    rows = FaultPeriod.objects.exclude(secrets(period.now))
    rows = rows.filter(began_at__gte=period.begin, began_at__lt=period.end)
    figures = (
        ("faults", f"{rows.count():,}"),
        ("without a reason", f"{rows.filter(reason__in=_NO_REASON).count():,}"),
        ("ended by a person", f"{rows.filter(end='stopped').count():,}"),
        ("expired", f"{rows.filter(end='expired').count():,}"),
    )
    head = ("version", "who", "what", "why", "from", "to", "approval", "approved by", "requests", "injected", "budget spent", "alerts", "incidents", "link")  # fmt: skip
    versions = list(
        rows.order_by("-version").values_list("version", flat=True)[: period.most]
    )

    def told() -> Iterator[Row]:
        for at in range(0, len(versions), _AT_A_TIME):
            lines = [Line("fault", each) for each in versions[at : at + _AT_A_TIME]]
            for one in injections_of(lines, now=period.now):
                effect = one.effect
                yield (
                    one.number, one.who, one.what, one.why, one.began.isoformat(timespec="seconds"),
                    one.ended and one.ended.isoformat(timespec="seconds"), one.consent, one.approved_by,
                    effect and effect.requests, effect and effect.injected,
                    effect and effect.spent, ", ".join(effect.alerts) if effect else "",
                    ", ".join(map(str, effect.incidents)) if effect else "",
                    f"/console/injections?kind=fault&number={one.number}",
                )  # fmt: skip

    return Found(figures, head, told())


def _runs(period: Period, *, drill: bool | None) -> Found:
    rows = GameDay.objects.filter(
        created_at__gte=period.begin, created_at__lt=period.end
    )
    if drill is not None:
        rows = rows.filter(drill=drill)
    figures = (
        ("runs", f"{rows.count():,}"),
        ("passed", f"{rows.filter(verdict='passed').count():,}"),
        ("failed", f"{rows.filter(verdict='failed').count():,}"),
        ("approved by a second person", f"{rows.exclude(approved_by='').count():,}"),
        ("with written lessons", f"{rows.exclude(lessons='').count():,}"),
    )
    head = ("number", "title", "started by", "created", "approved by", "state", "verdict", "reason", "link")  # fmt: skip
    told = (
        (
            row.pk, row.title, row.started_by, row.created_at.isoformat(timespec="seconds"), row.approved_by,
            row.state, row.verdict or "", "" if hidden(row) else row.reason,
            f"/console/game-days/{row.pk}",
        )
        for row in rows.order_by("-created_at")[: period.most]
    )  # fmt: skip
    return Found(figures, head, told)


def _approvals(period: Period) -> Found:
    rows = GameDay.objects.filter(created_at__gte=period.begin, created_at__lt=period.end)  # fmt: skip
    approved = rows.exclude(approved_by="")
    above = settings.CHAOS_APPROVAL_ABOVE
    figures = (
        (
            "needed above",
            "nowhere" if above is None else f"{above:.4g} of the requests",
        ),
        ("approved", f"{approved.count():,}"),
        ("waiting now", f"{rows.filter(state='waiting').count():,}"),
    )
    head = ("number", "title", "started by", "approved by", "approved at", "link")
    told = [
        (row.pk, row.title, row.started_by, row.approved_by,
         row.approved_at and row.approved_at.isoformat(timespec="seconds"), f"/console/game-days/{row.pk}")
        for row in approved.order_by("-created_at")[: period.most]
    ]  # fmt: skip
    return Found(figures, head, told)


def _incidents(period: Period) -> Found:
    rows = Incident.objects.filter(opened_at__gte=period.begin, opened_at__lt=period.end)  # fmt: skip
    over = rows.exclude(resolved_at=None).values_list("opened_at", "resolved_at")
    lasted = [(end - opened).total_seconds() for opened, end in over if end]
    figures = (
        ("incidents", f"{rows.count():,}"),
        ("of those exercises", f"{rows.filter(exercise=True).count():,}"),
        ("not resolved", f"{rows.exclude(state='resolved').count():,}"),
        ("acknowledged by a person", f"{rows.exclude(acknowledged_at=None).count():,}"),
        ("median time to resolve", f"{median(lasted):.0f} s" if lasted else "no data"),
    )
    head = ("number", "title", "service", "severity", "state", "exercise", "opened", "acknowledged", "resolved", "owner", "link")  # fmt: skip
    told = (
        (
            row.pk, row.title, row.service, row.severity, row.state, row.exercise,
            row.opened_at.isoformat(timespec="seconds"),
            row.acknowledged_at and row.acknowledged_at.isoformat(timespec="seconds"),
            row.resolved_at and row.resolved_at.isoformat(timespec="seconds"), row.owner,
            f"/console/incidents/{row.pk}",
        )
        for row in rows.order_by("-opened_at")[: period.most]
    )  # fmt: skip
    return Found(figures, head, told)


def _post_mortems(period: Period) -> Found:
    opened = Incident.objects.filter(opened_at__gte=period.begin, opened_at__lt=period.end)  # fmt: skip
    pages = opened.filter(severity__in=("page", "critical"), exercise=False)
    written = PostMortem.objects.filter(incident__in=opened)
    published = written.exclude(published_at=None)
    figures = (
        ("incidents that paged, exercises apart", f"{pages.count():,}"),
        (
            "of those with a published post-mortem",
            f"{published.filter(incident__in=pages).count():,}",
        ),
        ("post-mortems published", f"{published.count():,}"),
        ("drafts", f"{written.filter(published_at=None).count():,}"),
    )
    head = ("incident", "published", "updated by", "updated", "link")
    told = [
        (
            row.pk, row.published_at and row.published_at.isoformat(timespec="seconds"), row.updated_by,
            row.updated_at.isoformat(timespec="seconds"), f"/console/incidents/{row.pk}/post-mortem",
        )
        for row in written.order_by("-pk")[: period.most]
    ]  # fmt: skip
    return Found(figures, head, told)


def _action_items(period: Period) -> Found:
    rows = ActionItem.objects.filter(created_at__gte=period.begin, created_at__lt=period.end)  # fmt: skip
    waiting = rows.filter(done_at=None)
    late = waiting.filter(due_on__lt=period.now.date())
    figures = (
        ("action items", f"{rows.count():,}"),
        ("done", f"{rows.exclude(done_at=None).count():,}"),
        ("overdue", f"{late.count():,}"),
        ("without an owner", f"{waiting.filter(owner='').count():,}"),
    )
    head = ("number", "incident", "text", "owner", "due", "done", "link")
    told = [
        (row.pk, row.incident_id, row.text, row.owner, row.due_on,
         row.done_at and row.done_at.isoformat(timespec="seconds"),
         f"/console/incidents/{row.incident_id}/post-mortem")
        for row in rows.order_by("-pk")[: period.most]
    ]  # fmt: skip
    return Found(figures, head, told)


def _alerts(period: Period) -> Found:
    rows = AlertPeriod.objects.filter(fired_at__gte=period.begin, fired_at__lt=period.end)  # fmt: skip
    figures = (
        ("firings", f"{rows.count():,}"),
        ("that paged", f"{rows.filter(severity='page').count():,}"),
        ("silenced", f"{rows.filter(silenced=True).count():,}"),
        ("firing now", f"{rows.filter(ended_at=None).count():,}"),
    )
    head = ("alert", "slo", "severity", "fired", "ended", "silenced", "link")
    told = (
        (row.name, row.slo, row.severity, row.fired_at.isoformat(timespec="seconds"),
         row.ended_at and row.ended_at.isoformat(timespec="seconds"), row.silenced, "/console/alerts")
        for row in rows.order_by("-fired_at")[: period.most]
    )  # fmt: skip
    return Found(figures, head, told)


def _deployments(period: Period) -> Found:
    rows = Deployment.objects.filter(at__gte=period.begin, at__lt=period.end)
    mine = rows.filter(source="service")
    figures = (
        ("versions and settings first served", f"{mine.count():,}"),
        ("told by pipelines", f"{rows.filter(source='pipeline').count():,}"),
        ("without a commit", f"{rows.filter(source='pipeline', commit='').count():,}"),
    )
    head = ("number", "source", "version", "at", "by", "commit", "settings that changed", "link")  # fmt: skip
    told = (
        (
            row.pk, row.source, row.version, row.at.isoformat(timespec="seconds"), row.by, row.commit,
            "; ".join(f"{name} {was}" for name, was in changed_since(row).items()),
            f"/console/changes?view=day&day={row.at:%Y-%m-%d}",
        )
        for row in rows.order_by("-at", "-id")[: period.most]
    )  # fmt: skip
    return Found(figures, head, told)


def _slos(period: Period) -> Found:
    end = min(period.end, period.now)
    report = sla_report(min(period.begin, end - timedelta(seconds=1)), end)
    head = ("slo", "target", "achieved", "bad", "total", "kept", "achieved without exercises", "link")  # fmt: skip
    rows: list[Row] = [
        (
            each.objective.name, each.objective.target, each.every.achieved,
            each.every.bad, each.every.total, each.every.kept, each.charged.achieved,
            "/console/reports",
        )
        for each in report.slos
    ]  # fmt: skip
    figures = [
        (
            each.objective.name,
            "no data" if each.every.achieved is None else f"{each.every.achieved:.5%} of {each.objective.target:.4g}",
        )
        for each in report.slos
    ]  # fmt: skip
    figures.append(("seconds with data", f"{report.covered:,}"))
    if report.seeded:
        figures.append(("events that are made up", f"{report.seeded:,}"))
    return Found(tuple(figures), head, rows)


def _clock(period: Period) -> Found:
    open_late = Q(name="SamplesLate")
    rows = AlertPeriod.objects.filter(open_late, fired_at__gte=period.begin, fired_at__lt=period.end)  # fmt: skip
    figures = (
        ("source of every time", "the database's clock, learnt every ten seconds"),
        ("scale of the clock", f"{settings.CLOCK_SCALE:g}"),
        ("alerts that samples came late", f"{rows.count():,}"),
    )
    return Found(figures)


def _said(*figures: tuple[str, str]) -> Found:
    return Found(figures)


OPERATED: tuple[Query, ...] = (
    Query("faults", "Faults", "Each version of the fault plan that was in force: who, why, approved by whom, with which effect.", _faults),
    Query("approvals", "Approvals", "Game days that a second person let begin.", _approvals),
    Query("game_days", "Game days", "Runs of scenarios and drills, with their verdicts.", lambda period: _runs(period, drill=None)),
    Query("drills", "Drills", "Hidden faults that people had to find.", lambda period: _runs(period, drill=True)),
    Query("incidents", "Incidents", "What alerts opened, and how it was answered.", _incidents),
    Query("post_mortems", "Post-mortems", "What was written after incidents of the period.", _post_mortems),
    Query("action_items", "Action items", "What was to be done afterwards, and whether it was.", _action_items),
    Query("alerts", "Alerts", "Each firing of a rule.", _alerts),
    Query("deployments", "Deployments", "Versions that began to serve, with the settings that changed.", _deployments),
    Query("slos", "Objectives", "What was promised and what was kept, all events.", _slos),
    Query("clock", "Time", "Where times come from.", _clock),
    Query("dependencies", "Dependency audit", "Nothing: it is outside this system.", lambda _period: _said(("records", "outside this system: see the pipeline"))),
)  # fmt: skip
