"""A run in one paragraph, for somebody who has never heard of an SLO."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sre_console.gamedays.course.course import AFTER, STEADY
from sre_console.gamedays.outcome.amounts import count, day, listed, percent, took
from sre_console.gamedays.outcome.recorded import began_of
from sre_console.gamedays.report.parts import Facts
from sre_console.gamedays.telling.wording import end_words, fault_words, text
from sre_console.models import Incident
from sre_console.slo.objectives import objectives

_FEW = 4  # faults or checks that are named one by one

Stored = Mapping[str, Any]


def outcome_words(given: Facts) -> str:
    """What the verdict means."""
    if given.row.verdict == "passed":
        return _("What was expected came true.")
    if given.row.verdict == "failed":
        return _("What was expected did not come true.")
    return _("It ended before it could be judged, so there is no verdict.")


def summary(given: Facts, incidents: Sequence[Incident]) -> Iterator[str]:
    """Sentences: what was done, what was expected, what happened, what it cost."""
    yield _done(given)
    if hypothesis := text(given.scenario.hypothesis):
        yield _("Expected was: \u201c{hypothesis}\u201d").format(hypothesis=hypothesis)
    yield _happened(given)
    yield from _noticed(given.outcome, incidents)
    yield from _cost(given)
    yield from _left(given)


def _done(given: Facts) -> str:
    row, began = given.row, began_of(given.row)
    said = _(
        "On {day} at {time} UTC {who} ran the game day \u201c{title}\u201d: for {lasted} the "
        "service was disturbed on purpose ({what})."
    )
    if row.started_at is None:
        said = _(
            "On {day} at {time} UTC {who} asked for the game day \u201c{title}\u201d, and it "
            "never began."
        )
    return said.format(
        day=day(began),
        time=f"{began:%H:%M}",
        who=row.started_by,
        title=row.title,
        lasted=took(given.seconds),
        what=_faults(given),
    )


def _faults(given: Facts) -> str:
    specs = [spec for spec in given.scenario.faults() if spec.active]
    words = list(dict.fromkeys(fault_words(spec) for spec in specs))
    if not words:
        return _("no fault was injected")
    if len(words) > _FEW:
        return _("from {first} to {last}").format(first=words[0], last=words[-1])
    return _(", then ").join(words)


def _happened(given: Facts) -> str:
    score, row = given.score, given.row
    every = score.passed + score.failed + score.not_reached
    if row.state != "finished":
        why = end_words(row.end_kind) or row.end_reason
        said = _("It ended before its time, because {why}.").format(why=why)
    elif row.verdict == "passed":
        said = _("That is what happened.")
    else:
        said = _("That is not what happened.")
    missed = [each for each in given.standings if each.state != "passed"]
    unsteady = [each for each in missed if not isinstance(each.step, int)]
    if every:
        of_steps = [each.id for each in missed if isinstance(each.step, int)]
        said = f"{said} {_checked(given, of_steps)}"
    for where, words in (
        (STEADY, _("Before the start this did not hold: {what}.")),
        (AFTER, _("After the end this did not hold: {what}.")),
    ):
        named = [given.titles[each.id] for each in unsteady if each.step == where]
        if named and not (where == AFTER and row.state != "finished"):
            said = f"{said} {words.format(what=_quoted(named))}"
    return said


def _checked(given: Facts, missed: Sequence[str]) -> str:
    score = given.score
    every = score.passed + score.failed + score.not_reached
    if score.passed == every:
        held = ngettext("The one check passed.", "{n} of {n} checks passed.", every)
        return held.format(n=every)
    counts = _("{passed} of {every} checks passed, but not {missed}.")
    named = _quoted([given.titles[id_] for id_ in missed])
    return counts.format(passed=score.passed, every=every, missed=named)


def _quoted(titles: Sequence[str]) -> str:
    """The first few by name."""
    named = [f"\u201c{title}\u201d" for title in titles[:_FEW]]
    if (more := len(titles) - _FEW) > 0:
        return _("{some} and {n} more").format(some=", ".join(named), n=more)
    return listed(named)


def _noticed(outcome: Stored, incidents: Sequence[Incident]) -> Iterator[str]:
    ttd, ttm, ttr = (outcome.get(name) for name in ("ttd", "ttm", "ttr"))
    if ttd is None:
        if outcome and not outcome.get("alerts"):
            yield _("No alert fired.")
    else:
        said = [
            _("The monitoring noticed it {time} after the fault began").format(
                time=took(ttd)
            )
        ]
        if ttm is not None:
            said.append(_("the fault was ended after {time}").format(time=took(ttm)))
        if ttr is not None:
            quiet = _("the last urgent alert was quiet after {time}")
            said.append(quiet.format(time=took(ttr)))
        yield f"{listed(said)}."
    if incidents:
        opened = ngettext(
            "It opened one incident.", "It opened {n} incidents.", len(incidents)
        )
        yield opened.format(n=len(incidents))


def _cost(given: Facts) -> Iterator[str]:
    outcome = given.outcome
    slo = outcome.get("worst")
    mine: Stored = outcome.get("bySlo", {}).get(slo, {})
    if not mine or not mine["total"]:
        yield _("What it cost was not measured.")
        return
    said = _(
        "{bad} of {total} requests failed on purpose: {share} of the allowance of "
        "{allowed} failed requests that {slo} has for {window}."
    )
    if _slowness(slo):
        said = _(
            "{bad} of {total} requests were too slow on purpose: {share} of the "
            "allowance of {allowed} slow requests that {slo} has for {window}."
        )
    yield said.format(
        bad=count(mine["exerciseBad"]),
        total=count(mine["total"]),
        share=percent(_share(mine)),
        allowed=count(mine.get("budgetEvents")),
        slo=slo,
        window=_window(slo),
    )
    real = mine["badEvents"] - mine["exerciseBad"]
    if real > 0:
        more = ngettext(
            "One more went wrong though no fault was injected into it.",
            "{n} more went wrong though no fault was injected into them.",
            real,
        )
        yield more.format(n=count(real))
        if _opened(outcome):
            yield _("A circuit breaker was open for a while, and refused requests.")
    else:
        yield _("Nothing else went wrong, so a real month would be charged nothing.")


def _opened(outcome: Stored) -> bool:
    """Whether a circuit breaker opened meanwhile."""
    told = outcome.get("differences", [])
    patterns = [each["detail"] for each in told if each["kind"] == "pattern"]
    return any(detail.get("opened") for detail in patterns)


def _slowness(slo: str | None) -> bool:
    """Whether what is bad for the SLO is slow, and not failed."""
    mine = next((o for o in objectives() if o.name == slo), None)
    return mine is not None and mine.rule.bad_status_from is None


def _share(mine: Stored) -> float | None:
    """Of the budget, by the failures that were injected."""
    allowed = mine.get("budgetEvents")
    return mine["exerciseBad"] / allowed if allowed else None


def _window(slo: str | None) -> str:
    days = next((o.window.days for o in objectives() if o.name == slo), 30)
    return ngettext("one day", "{n} days", days).format(n=days)


def _left(given: Facts) -> Iterator[str]:
    done = [row.done_at is not None for row in given.row.actions.all()]
    if done:
        said = ngettext(
            "One action follows from it, {done} done so far.",
            "{n} actions follow from it, {done} done so far.",
            len(done),
        )
        yield said.format(n=len(done), done=sum(done))
