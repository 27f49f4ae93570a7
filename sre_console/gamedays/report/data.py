"""A report for programs: JSON with a schema's version, and its lines and checks as CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence

from django.utils.translation import override

from ironclad.envelope import timestamp
from ironclad.spreadsheet import cell
from sre_console.gamedays.outcome.figures import figures_read
from sre_console.gamedays.outcome.recorded import began_of
from sre_console.gamedays.report.report import Report, report_read
from sre_console.gamedays.telling.learning import action_item_json
from sre_console.models import GameDay

# Grows when a field goes away or means something else; new fields leave it as it is.
SCHEMA = "ironclad/game-day-report/v1"


def data(row: GameDay) -> str:
    """In English whatever the reader's language: programs compare it."""
    with override("en"):
        report = report_read(row)
    return json.dumps(_document(row, report), indent=2, ensure_ascii=False)


def _document(row: GameDay, report: Report) -> dict[str, object]:
    return {
        "schema": SCHEMA,
        "madeAt": timestamp(report.made),
        "id": row.pk,
        "scenario": row.scenario,
        "title": row.title,
        "digest": row.digest,
        "seed": row.seed,
        "speed": row.speed,
        "scale": row.scale,
        "state": row.state,
        "verdict": row.verdict,
        "score": row.score,
        "startedBy": row.started_by,
        "approvedBy": row.approved_by or None,
        "reason": row.reason,
        "startedAt": timestamp(began_of(row)),
        "endedAt": row.ended_at and timestamp(row.ended_at),
        "endKind": row.end_kind,
        "endReason": row.end_reason,
        "endedBy": row.ended_by or None,
        "stopMilliseconds": row.stop_ms,
        "summary": list(report.summary),
        "hypothesis": report.hypothesis,
        "checks": [
            {
                "id": check.id,
                "step": check.where,
                "title": check.title,
                "when": check.when,
                "state": standing["state"],
                "got": standing["got"],
                "value": standing["value"],
                "at": check.at and timestamp(check.at),
            }
            for check, standing in zip(report.checks, row.checks, strict=True)
        ],
        "events": [
            {
                "at": timestamp(event.at),
                "after": event.seconds,
                "kind": event.kind,
                "step": event.step,
                "text": event.text,
                "actor": event.who,
            }
            for event in report.events
        ],
        "people": {each.name: each.value for each in report.people},
        "incidents": [each.id for each in report.incidents],
        "guardrails": row.guardrails,
        "forecast": row.forecast,
        "outcome": row.outcome,
        "lessons": row.lessons,
        "actions": [action_item_json(item) for item in row.actions.order_by("id")],
        "figures": figures_read(row),
        "document": row.document,
    }


def events_csv(report: Report) -> str:
    heads = ("at", "after seconds", "kind", "step", "what", "text", "who")
    return _csv(
        heads,
        (
            (timestamp(e.at), e.seconds, e.kind, e.step, e.title, e.text, e.who)
            for e in report.events
        ),
    )


def checks_csv(report: Report) -> str:
    heads = ("id", "step", "check", "when", "weight", "result", "seen", "at")
    return _csv(
        heads,
        (
            (c.id, c.where, c.title, c.when, c.weight, c.mark.word, c.got, c.at and timestamp(c.at))
            for c in report.checks
        ),
    )  # fmt: skip


def _csv(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(heads)
    for row in rows:
        writer.writerow([cell(value) for value in row])
    return text.getvalue()
