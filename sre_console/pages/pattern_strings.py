"""The words about breaker, retry, bulkhead and deadline; see `strings`."""

# ruff: noqa: RUF001 - a times sign, as people read it
from __future__ import annotations

from django.utils.translation import gettext as _


def pattern_strings() -> dict[str, str]:
    return {
        **_names(),
        **_breaker(),
        **_strip(),
        **_way(),
        **_switch(),
        **_compare(),
        "lane.off": _("switched off: {names}"),
        "feed.breaker.open": _("Circuit breaker opened"),
        "feed.breaker.closed": _("Circuit breaker closed"),
        "feed.breaker.open.of": _("Circuit breaker of {name} opened"),
        "feed.breaker.closed.of": _("Circuit breaker of {name} closed"),
    }


def _names() -> dict[str, str]:
    return {
        "pattern.breaker": _("breaker"),
        "pattern.retry": _("retry"),
        "pattern.bulkhead": _("bulkhead"),
        "pattern.deadline": _("deadline"),
        "pattern.cache": _("read cache"),
        "pattern.off": _("switched off"),
        "refused.by.breaker": _("breaker"),
        "refused.by.bulkhead": _("bulkhead"),
        "refused.by.deadline": _("deadline"),
    }


def _breaker() -> dict[str, str]:
    return {
        "breaker.closed": _("closed"),
        "breaker.open": _("open"),
        "breaker.half_open": _("half-open"),
        "breaker.of": _("database, replica {replica}"),
        "breaker.aria": _("Circuit breaker: {state}"),
        "breaker.now": _("The breaker of replica {replica} is {state}."),
        "breaker.opens": _("{n} failures"),
        "breaker.due": _("wait"),
        "breaker.failures": _("Failures"),
        "breaker.failures.of": _("{n} of {all}"),
        "breaker.since": _("Since"),
        "breaker.because": _("Because"),
        "breaker.because.failures": _("too many failures"),
        "breaker.because.trial_due": _("a trial is due"),
        "breaker.because.trial_succeeded": _("the trial succeeded"),
        "breaker.because.trial_failed": _("the trial failed"),
        "breaker.because.trial_lost": _("no word of the trial"),
        "breaker.because.tripped": _("tripped by hand"),
        "breaker.because.reset": _("reset by hand"),
        "breaker.next": _("Next trial in"),
        "breaker.next.call": _("with the next call"),
        "breaker.trip.aria": _("Trip the breaker of replica {replica}"),
        "breaker.reset.aria": _("Reset the breaker of replica {replica}"),
        "breaker.why.failures": _("replica {replica}: too many failures"),
        "breaker.why.trial_due": _("replica {replica}: a trial is due"),
        "breaker.why.trial_succeeded": _("replica {replica}: the trial succeeded"),
        "breaker.why.trial_failed": _("replica {replica}: the trial failed"),
        "breaker.why.trial_lost": _("replica {replica}: no word of the trial"),
        "breaker.why.tripped": _("replica {replica}: tripped by hand"),
        "breaker.why.reset": _("replica {replica}: reset by hand"),
        "done.trip": _("Breaker tripped"),
        "done.trip.why": _("It refuses for a while and then tries again by itself."),
        "done.reset": _("Breaker reset"),
        "done.reset.why": _("It is closed and has forgotten its failures."),
        "reason.breaker": _("by hand, in the console"),
    }


def _strip() -> dict[str, str]:
    return {
        "strip.of": _("{n}/{all}"),
        "strip.budget": _("{n} of {most}"),
        "strip.waiting": _("{n} waiting"),
        "strip.trial": _("trial in {time}"),
        "strip.due": _("trial due"),
        "strip.some": _("{count} of {all}"),
        "strip.failures": _("{n}/{threshold} failures"),
    }


def _way() -> dict[str, str]:
    return {
        "way.slots": _("slots"),
        "way.connections": _("in use"),
        "way.cut": _("cut"),
        "way.retries": _("retries"),
        "way.calls": _("calls"),
        "way.waiting": _("{n} waiting"),
        "way.refused-rate": _("refuses {n}"),
        "way.budget": _("{n} of {most} budget"),
        "way.pool-refused": _("{n} waited in vain"),
        "way.some": _("{count} of {all}"),
        "way.works": _("at work"),
        "way.gone": _("away"),
        "way.away": _("does not answer"),
        "way.asked": _("Asked"),
        "way.refused": _("Refused or cut"),
        "way.degraded": _("Answered from what was kept"),
        "way.load": _("Load"),
        "way.load-of": _("{n} calls a request"),
    }


def _switch() -> dict[str, str]:
    return {
        "switch.on": _("on"),
        "switch.off": _("off"),
        "switch.all": _("all in force"),
        "switch.count.one": _("{count} off"),
        "switch.count.other": _("{count} off"),
        "switch.waiting": _("{n} off, {confirmed} of {count} confirm"),
        "switch.ends.after": _("On again by itself after"),
        "switch.ends.in": _("On again by itself in"),
        "switch.ends.every": _("for every replica"),
        "reason.patterns": _("to see what it is good for"),
        "done.patterns": _("Switched off: {names}"),
        "done.patterns.ends": _("On again by itself, and by STOP ALL."),
        "done.patterns.on": _("Every pattern is in force"),
    }


def _compare() -> dict[str, str]:
    return {
        "compare.empty": _(
            "Nothing to compare yet. Put a fault on for half a minute, switch a pattern off "
            "for another half, and refresh."
        ),
        "compare.single": _(
            "One interval so far. Switch a pattern off, or change the fault, to get a second."
        ),
        "compare.off": _("without {names}"),
        "compare.on": _("all patterns"),
        "compare.calm": _("no fault"),
        "compare.same": _("the same"),
        "compare.fromNone": _("from none"),
        "compare.toNone": _("to none"),
        "compare.times": _("×{n}"),
        "compare.better": _("better"),
        "compare.worse": _("worse"),
        "compare.requests": _("Requests"),
        "compare.errorRate": _("Error rate"),
        "compare.p95": _("Latency, p95"),
        "compare.callsPerSecond": _("Load on the database"),
        "compare.callsPerRequest": _("Database calls a request"),
        "compare.retries": _("Retries"),
        "compare.refusedBreaker": _("Refused by the breaker"),
        "compare.refusedBulkhead": _("Refused by the bulkhead"),
        "compare.refusedDeadline": _("Cut by a deadline"),
        "compare.degraded": _("Answered from what was kept"),
        "compare.spentAvailability": _("Availability budget a minute"),
        "compare.spentLatency": _("Latency budget a minute"),
    }
