"""The words of a run's record, for whoever reads it: states, checks, lines, faults, endings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sre_console.chaos.plan import FaultSpec
from sre_console.gamedays.outcome.amounts import DASH, percent, took
from sre_console.gamedays.scenarios.scenario import Step, Text, said


@dataclass(frozen=True, slots=True)
class Mark:
    """A glyph and a word in a colour."""

    word: str
    look: str
    glyph: str


def text(given: Text | None) -> str:
    """In the reader's language."""
    return "" if given is None else said(given, get_language() or "en")


def verdict_mark(state: str, verdict: str | None) -> Mark:
    if verdict == "passed":
        return Mark(_("passed"), "is-ok", "ok")
    if verdict == "failed":
        return Mark(_("failed"), "is-exhausted", "exhausted")
    if state == "stopped":
        return Mark(_("stopped, no verdict"), "is-stale", "stale")
    return Mark(_("no verdict"), "is-stale", "stale")


def check_mark(state: str) -> Mark:
    words = {
        "passed": Mark(_("passed"), "is-ok", "ok"),
        "failed": Mark(_("failed"), "is-exhausted", "exhausted"),
        "not_reached": Mark(_("not reached"), "is-stale", "stale"),
    }
    return words.get(state, words["not_reached"])


def mode_words(mode: str, within: float | None, written: float | None) -> str:
    """When a check must hold: `within` wall seconds, `written` in its scenario."""
    if mode == "always":
        return _("throughout the step")
    if mode == "atEnd":
        return _("as the step ends")
    if within is None:
        return _("before the step ends")
    said = _("within {time}").format(time=took(within))
    if written is None or written == within:
        return said
    return _("{said} ({written} in the scenario)").format(
        said=said, written=took(written)
    )


def fault_words(spec: FaultSpec) -> str:
    """As "3 % errors, 400 ms of latency"."""
    parts = [
        (spec.error_rate, _("{n} errors").format(n=percent(spec.error_rate))),
        (spec.latency_ms, _("{n} ms of latency").format(n=spec.latency_ms)),
        (
            spec.dependency_error_rate,
            _("{n} database errors").format(n=percent(spec.dependency_error_rate)),
        ),
        (
            spec.dependency_latency_ms,
            _("{n} ms of database latency").format(n=spec.dependency_latency_ms),
        ),
    ]
    return ", ".join(words for on, words in parts if on) or _("no fault")


def step_faults(step: Step) -> str:
    """What a step injects; a dash for one that leaves the faults as they are."""
    if step.ramp is not None:
        begin, end = fault_words(step.ramp.begin), fault_words(step.ramp.end)
        return _("from {begin} to {end}").format(begin=begin, end=end)
    return DASH if step.fault is None else fault_words(step.fault)


def step_word(state: str) -> str:
    return {
        "done": _("done"),
        "failed": _("failed"),
        "skipped": _("left off"),
        "now": _("under way"),
    }.get(state, _("did not begin"))


def end_words(kind: str) -> str:
    """Why a run ended before its last step; empty where it did not."""
    return {
        "operator": _("a person stopped it"),
        "condition": _("one of its stop conditions came true"),
        "steady-state": _("the service was not in its steady state at the start"),
        "wait": _("what a step waited for did not come"),
        "interrupted": _("it was interrupted"),
        "expired": _("nobody approved it in time"),
        "error": _("it could not go on"),
        "guardrail": _("a guardrail stopped it"),
        "guardrail:chaos-budget": _("its chaos budget was used up"),
        "guardrail:floor": _("too little of an error budget was left"),
        "guardrail:alert": _("an alert fired that was not expected"),
        "guardrail:breach": _("the service failed by itself"),
        "guardrail:telemetry": _("nothing told any more how the service was"),
        "guardrail:absence": _("the console that runs it was closed"),
    }.get(kind) or (_("a guardrail stopped it") if kind.startswith("guardrail") else "")


_EVENTS: dict[str, tuple[str, str]] = {
    "created": ("is-stale", "person"),
    "approved": ("is-ok", "person"),
    "started": ("is-fault", "live"),
    "step_began": ("is-fault", "ring"),
    "step_ended": ("is-stale", "ring"),
    "fault_set": ("is-fault", "fault"),
    "fault_ended": ("is-stale", "fault"),
    "check_passed": ("is-ok", "ok"),
    "check_failed": ("is-exhausted", "exhausted"),
    "alert_fired": ("is-burning", "burning"),
    "alert_cleared": ("is-ok", "ok"),
    "breaker_changed": ("is-risk", "risk"),
    "guardrail": ("is-risk", "risk"),
    "interrupted": ("is-risk", "risk"),
    "continued": ("is-stale", "live"),
    "stopped": ("is-risk", "risk"),
    "finished": ("is-ok", "ok"),
    "joined": ("is-stale", "person"),
    "diagnosis": ("is-stale", "person"),
}


def event_mark(kind: str) -> Mark:
    words = {
        "created": _("Asked for"),
        "approved": _("Approved"),
        "started": _("Started"),
        "step_began": _("Step begins"),
        "step_ended": _("Step ends"),
        "fault_set": _("Faults on"),
        "fault_ended": _("Faults off"),
        "note": _("Note"),
        "check_passed": _("Check passed"),
        "check_failed": _("Check failed"),
        "alert_fired": _("Alert fires"),
        "alert_cleared": _("Alert clears"),
        "breaker_changed": _("Circuit breaker"),
        "probe": _("Probe"),
        "action": _("Request sent"),
        "guardrail": _("Guardrail"),
        "interrupted": _("Interrupted"),
        "continued": _("Goes on"),
        "stopped": _("Stopped"),
        "rollback": _("Rollback"),
        "rolled_back": _("Rolled back"),
        "diagnosis": _("Diagnosis"),
        "finished": _("Finished"),
        "joined": _("Joined"),
        "lesson": _("Lessons written"),
    }
    return Mark(words.get(kind, kind), *_EVENTS.get(kind, ("is-stale", "ring")))


def told(detail: Mapping[str, Any], titles: Mapping[str, str]) -> str:
    """What a line's detail adds to its kind; `titles` are those of the checks, by id."""
    parts = [_check(detail, titles), _alert(detail), _breaker(detail)]
    parts += [_faults(detail), _title(detail)]
    if kind := end_words(str(detail.get("guardrail") or detail.get("kind") or "")):
        parts.append(kind)
    for name in ("reason", "got"):
        if detail.get(name) not in {None, ""}:
            parts.append(str(detail[name]))
    if isinstance(seconds := detail.get("seconds"), int | float):
        parts.append(took(seconds))
    if detail.get("state") in {"failed", "skipped"}:
        parts.append(step_word(str(detail["state"])))
    if detail.get("verdict") in {"passed", "failed"}:
        parts.append(check_mark(str(detail["verdict"])).word)
    return ": ".join(part for part in parts if part)


def _check(detail: Mapping[str, Any], titles: Mapping[str, str]) -> str:
    name = str(detail.get("check") or "")
    return titles.get(name, name)


def _alert(detail: Mapping[str, Any]) -> str:
    name, slo = str(detail.get("alert") or ""), detail.get("slo")
    return f"{name} ({slo})" if name and slo else name


def _breaker(detail: Mapping[str, Any]) -> str:
    if not (name := str(detail.get("breaker") or "")):
        return ""
    return f"{name}: {str(detail.get('state') or '').replace('_', '-')}"


_COLUMNS = (
    "error_rate",
    "latency_ms",
    "dependency_error_rate",
    "dependency_latency_ms",
)


def _faults(detail: Mapping[str, Any]) -> str:
    """Of a plan as it is stored: by its columns."""
    fault = detail.get("fault")
    if not isinstance(fault, Mapping):
        return ""
    known = {name: fault[name] for name in _COLUMNS if name in fault}
    numbers = all(isinstance(value, int | float) for value in known.values())
    return fault_words(FaultSpec(**known)) if known and numbers else ""


def _title(detail: Mapping[str, Any]) -> str:
    title = detail.get("title")
    if isinstance(title, Mapping):
        return text({str(k): str(v) for k, v in title.items()})
    return str(title or "")
