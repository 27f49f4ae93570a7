"""The words that the pages' JavaScript shows, translated; `{name}` is filled in there.

Keys ending in `.one` and `.other` are plural forms (the browser picks by the language).
"""

# ruff: noqa: RUF001 - a minus and a times sign, as people read them
from __future__ import annotations

from functools import cache

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sre_console.pages.audit_words import audit_strings
from sre_console.pages.game_day_strings import game_day_strings
from sre_console.pages.pattern_strings import pattern_strings
from sre_console.pages.safety_strings import safety_strings
from sre_console.pages.slis import problem_words
from sre_console.pages.tour_strings import tour_strings


def strings() -> dict[str, str]:
    """All texts in the language of the request, by key."""
    return dict(_strings(get_language()))


@cache
def _strings(_language: str | None) -> dict[str, str]:
    """They are hundreds, and every page has all of them."""
    return {
        **_units(),
        **_states(),
        **_connection(),
        **_figures(),
        **_charts(),
        **_budgets(),
        **_faults(),
        **_actions(),
        **_feed(),
        **audit_strings(),
        **game_day_strings(),
        **pattern_strings(),
        **safety_strings(),
        **tour_strings(),
    }


def _units() -> dict[str, str]:
    return {
        "unit.percent": _("{n} %"),
        "unit.pc": _("%"),
        "unit.ms": _("{n} ms"),
        "unit.s": _("{n} s"),
        "unit.min": _("{n} min"),
        "unit.h": _("{n} h"),
        "unit.d": _("{n} d"),
        "unit.rps": _("req/s"),
        "unit.per-second": _("{n}/s"),
        "range.5m": _("5 m"),
        "range.30m": _("30 m"),
        "range.1h": _("1 h"),
        "range.2h": _("2 h"),
        "range.6h": _("6 h"),
        "range.1d": _("1 d"),
        "range.3d": _("3 d"),
        "replicas.one": _("{count} replica"),
        "replicas.other": _("{count} replicas"),
        "replicas.all.one": _("one replica"),
        "replicas.all.other": _("all {count} replicas"),
        "replica.only": _("this replica only"),
    }


def _states() -> dict[str, str]:
    return {
        "state.ok": _("ok"),
        "state.at_risk": _("at risk"),
        "state.burning": _("burning"),
        "state.exhausted": _("exhausted"),
        "state.no_data": _("no data"),
        "severity.page": _("page"),
        "severity.critical": _("critical"),
        "severity.ticket": _("ticket"),
        "severity.warning": _("warning"),
        "severity.fault": _("fault"),
        "severity.breaker": _("breaker"),
        "severity.resolved": _("cleared"),
        "slo.availability": _("Availability"),
        "slo.latency": _("Latency"),
        "slo.error-rate": _("Error rate"),
    }


def _connection() -> dict[str, str]:
    return {
        "link.connecting": _("connecting"),
        "link.live": _("live"),
        "link.silent": _("no news"),
        "link.lost": _("connection lost"),
        "link.expired": _("signed out"),
        "link.crowded": _("closed"),
        "banner.lost": _("Connection lost {ago} ago."),
        "banner.silent": _("No news from the server for {ago}."),
        "banner.said": _("Connection lost. What you see is old."),
        "banner.from": _("What you see is from {time}."),
        "banner.nothing": _("Nothing was received yet."),
        "banner.next": _("Next attempt in {n} s."),
        "banner.trying": _("Trying now."),
        "banner.faults": _("Faults still end by themselves."),
        "banner.expired": _("Your session has ended. Sign in to go on."),
        "banner.crowded": _(
            "This page stands still: you have opened too many others since."
        ),
        "banner.replica": _(
            "The database is away. These figures are of this replica only; "
            "STOP ALL works at once, and every fault ends within 5 s."
        ),
        "banner.unjudged": _(
            "Nobody evaluates the SLOs at this moment. These figures are of this replica only."
        ),
        **{f"slis.{problem}": words for problem, words in problem_words().items()},
        "slis.instead": _(
            "SLOs and alerts are of Ironclad's own timeline, since {time}; the charts always are."
        ),
        "how.source": _("Counted by"),
        "how.source.prometheus": _("Prometheus"),
        "how.source.timeline": _("Ironclad's timeline"),
        "banner.back": _("Connected again"),
        "banner.back.after": _("after {time}. Caught up."),
    }


def _figures() -> dict[str, str]:
    return {
        "hero.spent": _("{n} points spent by this fault"),
        "hero.minutes": _("{left} of {all} min"),
        "hero.burn": _("pages above 14.4×"),
        "hero.errors": _("Errors, last {window}"),
        "hero.asked": _("asked {n}, SLO under 1 %"),
        "hero.slo": _("SLO under 1 %"),
        "hero.pages.one": _("{count} page"),
        "hero.pages.other": _("{count} pages"),
        "hero.tickets.one": _("{count} ticket"),
        "hero.tickets.other": _("{count} tickets"),
        "hero.criticals.one": _("{count} critical"),
        "hero.criticals.other": _("{count} critical"),
        "hero.warnings.one": _("{count} warning"),
        "hero.warnings.other": _("{count} warnings"),
        "hero.also.one": _("and {count} more"),
        "hero.also.other": _("and {count} more"),
        "hero.none": _("None"),
        "hero.last": _("last cleared at {time}"),
        "hero.calm": _("no alert in the last 10 min"),
        "hero.since": _("since {time}"),
    }


def _charts() -> dict[str, str]:
    return {
        "title.5m": _("Last 5 minutes"),
        "title.15m": _("Last 15 minutes"),
        "title.1h": _("Last hour"),
        "title.6h": _("Last 6 hours"),
        "title.all": _("All there is"),
        "charts.note": _("to {time}, {zone}, {who}"),
        "charts.window": _("over {window}"),
        "charts.seeded": _("seeded history"),
        "charts.failed": _("The past did not load"),
        "charts.failed.why": _(
            "{why} New seconds are drawn as they come; try again for the rest."
        ),
        "incident.span": _("{from} to {to}, {zone}"),
        "incident.most": _("highest over {n}"),
        "incident.forgotten": _("The figures of that time are gone"),
        "incident.forgotten.why": _(
            "The service's history reaches back as far as its longest SLO."
        ),
        "charts.empty": _("No request to the service routes yet"),
        "charts.empty.why": _("Set some traffic, and the charts begin to move."),
        "limit.alert": _("alert"),
        "limit.slo": _("SLO"),
        "limit.page": _("page"),
        "limit.even": _("even"),
        "aria.traffic": _("Traffic: {n} requests a second"),
        "aria.errors": _("Errors: {n} percent; the SLO is under 1, the alert at 5"),
        "aria.errors.limited": _("{errors}; {n} refused by rate limits"),
        "aria.latency": _(
            "Latency: p50 {p50}, p95 {p95}, p99 {p99}; the SLO is 500 ms"
        ),
        "aria.burn": _(
            "Availability burn rate: {a} over 5 m, {b} over 1 h, {c} over 6 h; "
            "pages above 14.4 and 6"
        ),
        "numbers.caption": _("Times in {zone}; a dash is no data."),
        "numbers.csv": _("CSV"),
        "numbers.time": _("Time"),
        "numbers.n": _("Requests/s"),
        "numbers.err": _("Errors"),
        "numbers.limited": _("429"),
        "numbers.p50": _("p50"),
        "numbers.p95": _("p95"),
        "numbers.p99": _("p99"),
        "numbers.burn5m": _("Burn 5 m"),
        "numbers.burn1h": _("Burn 1 h"),
        "numbers.burn6h": _("Burn 6 h"),
    }


def _budgets() -> dict[str, str]:
    return {
        "limited.note.one": _(
            "{n} request refused by rate limits in {window}: not counted as a failure."
        ),
        "limited.note.other": _(
            "{n} requests refused by rate limits in {window}: not counted as failures."
        ),
        "limited.traffic": _("Of the built-in traffic: {n}."),
        "slo.left": _("budget left"),
        "slo.overspent": _("overspent"),
        "slo.now": _("Now, {window}"),
        "slo.errors": _("Errors, {window}"),
        "slo.minutes": _("Left"),
        "slo.of": _("{left} of {all}"),
        "slo.of.min": _("{left} of {all} min"),
        "slo.burn": _("Burn, 1 h"),
        "slo.until": _("Exhausted in"),
        "slo.never": _("not at this rate"),
        "slo.gone": _("Exhausted"),
        "slo.gone.now": _("nothing is left"),
        "slo.empty": _("No request in the window"),
        "how.empty": _("No request to the service routes in the window yet."),
        "how.formula": _("left = 1 − bad ÷ (total × (1 − {target}))"),
        "how.window": _("Window"),
        "how.real": _("{time} of wall time"),
        "how.good": _("Good requests"),
        "how.bad": _("Bad requests"),
        "how.allowed": _("Bad requests allowed"),
        "how.left": _("Failed requests left"),
        "how.without": _("Left without exercises"),
        "how.seeded": _("Seeded requests"),
        "how.until": _("Seeded until"),
        "how.exercise": _(
            "Hatched: spent by injected faults. It can rise when bad minutes leave the window."
        ),
    }


def _faults() -> dict[str, str]:
    return {
        "fault.errors": _("{n} % errors"),
        "fault.latency": _("+{n} ms"),
        "fault.dependency-errors": _("{n} % database errors"),
        "fault.dependency-latency": _("+{n} ms database"),
        "fault.none": _("nothing is injected"),
        "faults.none": _("none in force"),
        "faults.on.one": _("{count} in force"),
        "faults.on.other": _("{count} in force"),
        "where.all": _("all service routes"),
        "where.reads": _("reads only"),
        "where.writes": _("writes only"),
        "echo.off": _("off"),
        "echo.on": _("on {confirmed} of {count} replicas"),
        "echo.waiting": _("asked {shown}, {confirmed} of {count} confirm"),
        "echo.draft": _("let go or Enter applies; {shown} is on"),
        "echo.draft.off": _("let go or Enter applies"),
        "why.viewer": _("your role may not change this"),
        "why.off": _("faults are switched off on this installation"),
        "held.word": _("Game day {n} holds the faults; STOP ALL ends them."),
        "held.open": _("Open game day {n}"),
        "reason.default": _("set in the console"),
        "ends.after": _("Ends by itself after"),
        "ends.in": _("Ends by itself in"),
        "ends.every": _("every fault does"),
        "outlook.title": _("If it stays on: {slo}"),
        "outlook.draft": _("If you apply it: {slo}"),
        "outlook.never": _("no page"),
        "outlook.not": _("not at this rate"),
        "sound.on": _("Sound at a page: on"),
        "sound.off": _("Sound at a page: off"),
        "feed.incident": _("Incident #{id} opened"),
        "severity.incident": _("incident"),
        "incident.open": _("{n} open"),
        "incident.opened": _("Incident #{id} opened"),
        "incident.reopened": _("Incident #{id} is open again"),
        "incident.paged": _("Page: incident #{id}"),
        "incident.resolved": _("Incident #{id} resolved"),
        "action.open": _("Open"),
        "alert.of": _("{name}, {slo}"),
        "alert.burn": _("{slo} {severity}"),
        "coming.at": _("at {time}"),
        "coming.before": _("fires already"),
        "outlook.gone": _("already gone"),
        "fader.bounds": _("From {least} to {most}, please."),
        "slo.asof": _("as of {time}"),
        "outlook.opens": _("breaker opens"),
        "achieved.none": _("no request since the fault began"),
        "achieved.errors": _("{failed} of {requests} requests"),
        "achieved.delays": _("failed; {delays} of {requests} delayed"),
        "traffic.off": _("off"),
        "traffic.running": _("running"),
        "traffic.silent": _("not reporting"),
        "traffic.silent.why": _("The generator has not reported for some seconds."),
        "traffic.off.why": _(
            "No traffic is asked for: the charts show other callers only."
        ),
        "traffic.flight": _("{n} in flight; evenly paced, whatever the answers"),
        "traffic.above": _(
            "Above {n} req/s, what this machine sustained when measured: expect queues."
        ),
    }


def _actions() -> dict[str, str]:
    return {
        "action.again": _("Try again"),
        "action.now": _("Try now"),
        "action.reload": _("Load it again"),
        "action.undo": _("Undo"),
        "action.close": _("Close"),
        "action.mine": _("Apply mine"),
        "action.curl": _("Copy as curl"),
        "action.pause": _("Pause"),
        "action.resume": _("Resume"),
        "action.sign-in": _("Sign in"),
        "done.on": _("{fault} on"),
        "done.off": _("Faults off"),
        "done.ends": _("Ends by itself."),
        "done.traffic": _("Traffic set to {n} req/s"),
        "curl.copied": _("Copied as curl"),
        "curl.token": _("Put an API token into $TOKEN first."),
        "curl.here": _("As curl"),
        "refused.title": _("Refused"),
        "refused.faster": _("Someone else changed the faults first"),
        "refused.faster.why": _("The sliders show theirs now."),
        "refused.network": _("The server did not answer"),
        "refused.network.why": _("Nothing is known to have changed. Try again."),
        "stop.word": _("STOP ALL"),
        "stop.stopping": _("STOPPING…"),
        "stop.stopped": _("STOPPED"),
        "stop.asking": _("asking every replica"),
        "stop.on": _("{fault} on for {time}"),
        "stop.off": _("off: {names}"),
        "stop.gameday": _("ends the game day; {fault}"),
        "stop.viewer": _("your role may not stop faults"),
        "stop.took.one": _("in {time} on {count} replica"),
        "stop.took.other": _("in {time} on {count} replicas"),
        "stop.memory": _("in {time} on this replica; others within 5 s"),
        "stop.memory.why": _(
            "The database is away: this replica stopped in memory, the others end within 5 s."
        ),
        "stop.toast": _("Stopped in {time}"),
        "stop.all": _("Every fault is off, every pattern is on."),
    }


def _feed() -> dict[str, str]:
    return {
        "feed.breach": _("{slo} budget burn"),
        "feed.breach.what": _("{burn} over {window}, above {threshold}"),
        "feed.cleared": _("{slo} burn cleared"),
        "feed.fires": _("{name} fires"),
        "feed.clears": _("{name} clears"),
        "feed.cleared.what": _("after {time}"),
        "feed.began": _("{fault} on"),
        "feed.stopped": _("{fault} stopped"),
        "feed.expired": _("{fault} ended by itself"),
        "feed.lapsed": _("{fault} ended: a replica could not confirm it"),
        "feed.lasted": _("on for {time}"),
        "feed.firing": _("{n} firing"),
        "feed.calm": _("nothing is firing"),
        "feed.silenced": _("{n} silenced"),
        "feed.blank": _(
            "Nothing yet. With 7 % errors on, a page fires after about {n}."
        ),
    }
