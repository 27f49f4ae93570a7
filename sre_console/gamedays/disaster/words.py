"""What a disaster drill came to, in words. Titles and steps are the runbooks', and in their language."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _

from sre_console.gamedays.outcome.amounts import listed, moment, took
from sre_console.models import DisasterDrill
from sre_console.recovery.drills.judging import Judgement, Objection
from sre_console.recovery.drills.report import DrillReport, Line, Loss


def state_word(row: DisasterDrill) -> str:
    """Its verdict where it has one."""
    return {
        "passed": _("passed"),
        "failed": _("failed"),
        "running": _("running"),
        "abandoned": _("abandoned"),
        "finished": _("finished"),
    }[row.verdict or row.state]


def seconds(limit: timedelta) -> str:
    """As "4 h": a target, or how long something lasted."""
    return took(limit.total_seconds())


def objection_word(against: Objection) -> str:
    """Why it is not passed, as the end of a sentence."""
    return {
        "step": _("“{step}” is not done").format(step=against.step),
        "time-unknown": _("the recovery time was not measured"),
        "loss-unknown": _("the loss was not measured"),
        "time": _("the recovery took longer than promised"),
        "loss": _("more was lost than promised"),
    }[against.kind]


def verdict_said(report: DrillReport) -> str:
    """One or two sentences."""
    row, judgement = report.row, report.judgement
    if row.state == "abandoned":
        why = report.abandoned_because
        return why or _("It was ended without a verdict.")
    if judgement.passed:
        time, loss = seconds(report.promised.time), seconds(report.promised.loss)
        kept = _("Every step is done, within the promised {time} and {loss}.")
        return f"{kept.format(time=time, loss=loss)} {aim_said(judgement, report)}"
    against = [objection_word(each) for each in judgement.objections]
    text = listed(against)
    return f"{text[:1].upper()}{text[1:]}."


def aim_said(judgement: Judgement, report: DrillReport) -> str:
    time, loss = seconds(report.aimed.time), seconds(report.aimed.loss)
    if judgement.aimed:
        return _("Our own aim of {time} and {loss} was met too.").format(
            time=time, loss=loss
        )
    return _("Our own aim of {time} and {loss} was missed.").format(
        time=time, loss=loss
    )


def loss_said(loss: Loss) -> str:
    """How it was measured; empty where it was not."""
    if loss.before is not None and loss.after is not None:
        return _("{source}: newest {before} before, {after} after").format(
            source=loss.source, before=moment(loss.before), after=moment(loss.after)
        )
    if loss.restore is not None:
        return _("measured by restore {n} of {backup}").format(
            n=loss.restore.pk, backup=loss.restore.label or loss.restore.target
        )
    return ""


def line_said(line: Line) -> str:
    if line.kind == "step":
        return _("Done: {step}").format(step=line.step)
    return {
        "started": _("The drill began"),
        "struck": _("The disaster struck"),
        "served": _("The service served again"),
        "finished": _("The drill was ended"),
        "abandoned": _("The drill was abandoned"),
    }[line.kind]
