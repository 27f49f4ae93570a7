"""The report of a disaster drill as Markdown, to keep elsewhere: the database is what may be lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from sre_console.gamedays.disaster import words
from sre_console.gamedays.outcome.amounts import DASH, moment, took
from sre_console.incidents.literal import literal
from sre_console.models import DisasterDrill
from sre_console.recovery.drills.report import DrillReport, drill_report


def report_file(row: DisasterDrill) -> tuple[str, bytes]:
    """Name and bytes of the file; `row` is over (recovery.drills.report.drill_over)."""
    name = f"disaster-drill-{row.pk}.md"
    return name, markdown(drill_report(row)).encode()


def markdown(report: DrillReport) -> str:
    return "\n".join([*_lines(report), ""])


def _lines(report: DrillReport) -> Iterator[str]:
    row = report.row
    title = literal(report.scenario.title)
    yield f"# {_('Disaster drill {n}: {title}').format(n=row.pk, title=title)}"
    yield ""
    yield f"**{words.state_word(row)}**. {literal(words.verdict_said(report))}"
    yield ""
    yield f"> {literal(report.scenario.story)}"
    yield from _head(_("Achieved"))
    yield from _table(
        (_("Figure"), _("Achieved"), _("Promised"), _("Our aim"), _("How")),
        [
            (_("Recovery time (RTO)"), took(row.recovery_seconds),
             words.seconds(report.promised.time), words.seconds(report.aimed.time), ""),
            (_("Loss (RPO)"), took(row.lost_seconds),
             words.seconds(report.promised.loss), words.seconds(report.aimed.loss),
             words.loss_said(report.loss)),
        ],
    )  # fmt: skip
    yield from _head(_("Steps"))
    yield from _table(
        (_("Step"), _("Done"), _("By"), _("Note")),
        [
            (each.step.title, moment(each.at) if each.at else DASH, each.by, each.note)
            for each in report.steps
        ],
    )
    yield from _head(_("Timeline"))
    for line in report.timeline:
        who = f" ({literal(line.who)})" if line.who else ""
        note = f": {literal(line.note)}" if line.note else ""
        yield f"* {moment(line.at)} {literal(words.line_said(line))}{who}{note}"
    yield from _head(_("Lessons"))
    lessons = [f"> {literal(line)}".rstrip() for line in row.lessons.split("\n")]
    yield from lessons if row.lessons else [_("None yet.")]
    yield from _head(_("Particulars"))
    yield f"* {_('Runbook')}: docs/runbooks/{literal(report.scenario.runbook)}.md"
    yield f"* {_('Reason')}: {literal(row.reason) or DASH}"
    yield f"* {_('Audit log')}: disaster drill {row.pk}"


def _head(title: str) -> tuple[str, ...]:
    return "", f"## {title}", ""


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield _row(heads)
    yield _row(["---"] * len(heads))
    yield from (_row([_cell(value) for value in row]) for row in rows)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(value: str) -> str:
    """A bar would begin the next cell."""
    return literal(value).replace("|", r"\|")
