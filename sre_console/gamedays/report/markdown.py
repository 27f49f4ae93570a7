"""A report as Markdown, to keep elsewhere. What people wrote reads as they wrote it."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import gettext as _

from sre_console.gamedays.outcome.amounts import DASH, clock, moment
from sre_console.gamedays.report.report import ActionRow, Report
from sre_console.gamedays.report.terms import Term
from sre_console.incidents.literal import literal


def markdown(report: Report) -> str:
    return "\n".join([*_lines(report), ""])


def _lines(report: Report) -> Iterator[str]:
    name = _("Game day {n}: {title}").format(n=report.id, title=literal(report.title))
    yield f"# {name}"
    yield ""
    yield f"**{report.verdict.word}**. {report.verdict_said}"
    yield ""
    yield literal(" ".join(report.summary))
    yield from _head(_("Hypothesis"))
    yield f"> {literal(report.hypothesis)}"
    yield from _head(_("Figures"))
    yield from _table(
        (_("Figure"), _("Value"), _("Of what")),
        ((each.term, each.value, each.note) for each in report.facts),
    )
    yield from _head(_("Forecast and outcome"))
    yield from _table(
        (_("What"), _("Forecast"), _("Measured"), _("Difference")),
        (
            (each.name, each.forecast, each.measured, each.difference or DASH)
            for each in report.compared
        ),
    )
    if report.differences:
        yield ""
        yield from (f"* {literal(each)}" for each in report.differences)
    if report.picture:
        yield from (
            "",
            f"![{_('Faults, alerts, errors, latency and burn rate')}][charts]",
        )
    yield from _head(f"{_('Checks')}: {report.score}")
    yield from _table(
        (_("Step"), _("Check"), _("When"), _("Weight"), _("Result"), _("Seen"), _("At")),
        (
            (each.where, each.title, each.when, each.weight, each.mark.word, each.got,
             clock(each.at) if each.at else DASH)
            for each in report.checks
        ),
    )  # fmt: skip
    yield from _head(_("Error budgets"))
    yield from _table(
        (_("SLO"), _("Target"), _("Bad"), _("Spent"), _("Left"),
         _("Bad without exercises"), _("Charged")),
        (
            (each.slo, each.target, each.bad, each.spent, each.left, each.real_bad, each.charged)
            for each in report.budgets
        ),
    )  # fmt: skip
    yield from _head(_("Steps"))
    yield from _table(
        (_("Step"), _("Title"), _("Faults"), _("Achieved"), _("Lasted"), _("State")),
        (
            (str(each.number), each.title, each.faults, each.achieved, each.lasted, each.state)
            for each in report.steps
        ),
    )  # fmt: skip
    yield from _written(report)
    yield from _head(_("Who was there"))
    yield from _terms(report.people)
    yield from _head(_("Guardrails"))
    yield from _terms(report.guardrails)
    yield from _head(_("Timeline"))
    for event in report.events:
        said = f": {literal(event.text)}" if event.text else ""
        who = f" ({literal(event.who)})" if event.who else ""
        step = f", {_('step {n}').format(n=event.step)}" if event.step else ""
        yield f"* {moment(event.at)} ({event.after}{step}) {event.title}{said}{who}"
    if report.events_left_out:
        yield f"* {_more(report.events_left_out)}"
    yield from _head(_("Particulars"))
    yield from _terms(report.particulars)
    yield from _head(_("Words"))
    yield from _terms(report.glossary)
    if report.picture:  # in the file itself, last: it is long
        data = b64encode(report.picture.encode()).decode()
        yield from ("", f"[charts]: data:image/svg+xml;base64,{data}")


def _written(report: Report) -> Iterator[str]:
    """Incidents, lessons and what is to be done."""
    if report.incidents:
        yield from _head(_("Incidents"))
        for each in report.incidents:
            yield f"* {moment(each.opened)} #{each.id} {literal(each.title)}"
    yield from _head(_("Lessons"))
    lessons = [f"> {literal(line)}".rstrip() for line in report.lessons.split("\n")]
    yield from lessons if report.lessons else [_("None yet.")]
    yield from _head(_("To be done"))
    yield from map(_action, report.actions)
    if not report.actions:
        yield _("None yet.")


def _more(count: int) -> str:
    return _("{n} later lines are not shown").format(n=count)


def _action(item: ActionRow) -> str:
    until = _("until {day}").format(day=item.due.isoformat()) if item.due else ""
    whose = ", ".join(part for part in (literal(item.owner), until) if part)
    box = "x" if item.done else " "
    return f"* [{box}] {literal(item.text)}{f' ({whose})' if whose else ''}"


def _head(title: str) -> tuple[str, ...]:
    return "", f"## {title}", ""


def _terms(terms: Iterable[Term]) -> Iterator[str]:
    for each in terms:
        yield f"* {literal(each.name)}: {literal(each.value)}"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    found = list(rows)
    if not found:
        yield _("Nothing.")
        return
    yield _row(heads)
    yield _row(["---"] * len(heads))
    yield from (_row([_cell(value) for value in row]) for row in found)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(value: str) -> str:
    """A bar would begin the next cell."""
    return literal(value).replace("|", r"\|")
