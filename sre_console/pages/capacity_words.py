"""The words of resources, and of what to do about them."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.utils.translation import gettext as _

from sre_console.capacity.advice import Advice, Code
from sre_console.capacity.saturation import Resource, State
from sre_console.gamedays.outcome.amounts import DASH
from sre_console.pages.incident_models import Mark

_TEN, _HUNDRED = 10, 100


def short(replica: UUID) -> str:
    """Its first letters: enough to tell a few apart."""
    return str(replica)[:8]


def amount(value: float | None) -> str:
    """As "1,234", "56.7" or "0.43": as many digits as say something."""
    if value is None:
        return DASH
    digits = 0 if value >= _HUNDRED else 1 if value >= _TEN else 2
    text = f"{value:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def rate(value: float | None) -> str:
    if value is None:
        return DASH
    return _("{n}/s").format(n=amount(round(value, 1)))


def milliseconds(seconds: float | None) -> str:
    return (
        DASH
        if seconds is None
        else _("{n} ms").format(n=amount(round(seconds * 1000, 1)))
    )


def resource_word(resource: Resource) -> str:
    return {
        "cpu": _("CPU of the process"),
        "machine": _("CPU of the machine"),
        "slots": _("Admission slots"),
        "pool": _("Database pool"),
        "loop": _("Event-loop lag, p99"),
        "consoles": _("Consoles (WebSocket)"),
        "memory": _("Memory (RSS)"),
        "connections": _("Database connections"),
    }[resource]


def resource_within(resource: Resource) -> str:
    """In the middle of a sentence."""
    return {
        "cpu": _("the CPU of the process"),
        "machine": _("the CPU of the machine"),
        "slots": _("the admission slots"),
        "pool": _("the database pool"),
        "loop": _("the event loop"),
        "consoles": _("the places for consoles"),
        "memory": _("memory"),
        "connections": _("the database's connections"),
    }[resource]


def state_mark(state: State) -> Mark:
    return {
        "ok": Mark(_("room"), "is-ok", "ok"),
        "near": Mark(_("near"), "is-risk", "risk"),
        "full": Mark(_("full"), "is-exhausted", "exhausted"),
    }[state]


def fresh_mark(*, fresh: bool | None) -> Mark:
    if fresh is None:
        return Mark(_("not known"), "is-stale", "ring")
    if fresh:
        return Mark(_("fresh"), "is-ok", "ok")
    return Mark(_("cut: not served"), "is-risk", "risk")


def advice_mark(advice: Advice) -> Mark:
    if advice.code == "unmeasured":
        return Mark(_("not measured"), "is-stale", "ring")
    if advice.code in {"cache_off", "cache_deaf"}:
        return Mark(_("slower"), "is-risk", "risk")
    return state_mark("full" if advice.grave else "near")


def advice_title(advice: Advice) -> str:
    titles: dict[Code, Callable[[], str]] = {
        "processes": lambda: _("Add a process on the same machine"),
        "replicas": lambda: _("Add a replica on another machine"),
        "machine": lambda: _("Something else uses the machine"),
        "database": lambda: _("Scale the database"),
        "connections": lambda: _("The database is short of connections"),
        "pool": lambda: _("Requests wait for a database connection"),
        "slots": lambda: _("Requests stay inside for long"),
        "loop": lambda: _("Something holds the event loop up"),
        "consoles": lambda: _("The places for consoles run out"),
        "memory": lambda: _("Memory nears its bound"),
        "past_knee": lambda: (
            _("Beyond the measured knee")
            if advice.grave
            else _("Close to the measured knee")
        ),
        "cache_off": lambda: _("The read cache is switched off"),
        "cache_deaf": lambda: _("A read cache does not hear of changes"),
        "unmeasured": lambda: _("Measure the knee"),
    }
    return titles[advice.code]()


def advice_remedy(code: Code) -> str:
    return {
        "processes": _(
            "A Python process can use about one core, and this one does; the machine has "
            "idle ones. Raise WEB_PROCESSES by one."
        ),
        "replicas": _(
            "The process has used up its CPU, and its machine has none to spare: more "
            "processes there would only share it."
        ),
        "machine": _(
            "Its cores are busy, but not with the service's processes: as a rule that is "
            "the database, or whoever sends the load. Give the database a machine of its own."
        ),
        "database": _(
            "Requests wait for a connection and the database has hardly one left. Find the "
            "slow queries first; then more CPU for it, or a pooler before it."
        ),
        "connections": _(
            "Each replica brings a pool of its own. Before you add one raise "
            "max_connections, or put a pooler before the database."
        ),
        "pool": _(
            "CPU is left, so queries take long. Look at the database first; another replica "
            "brings a pool of its own."
        ),
        "slots": _(
            "CPU and pool have room, so they wait for something: a fault, a slow "
            "dependency, slow clients. IRONCLAD_ADMISSION_LIMIT is the bound."
        ),
        "loop": _(
            "The process has CPU left and still answers late: something in it works "
            "without a pause. The log and a profile say what."
        ),
        "consoles": _(
            "Further ones are told to try again. Another replica brings as many places."
        ),
        "memory": _(
            "The container is ended at its bound. Raise it, or find what grows in the "
            "figures of the last days."
        ),
        "past_knee": _(
            "Latency bends away there, and a spike finds nothing left. Add processes "
            "where cores are idle, else replicas."
        ),
        "cache_off": _(
            "Every read asks the database. It is on again by itself, or on the page "
            "Resilience."
        ),
        "cache_deaf": _(
            "Until its listener is back the replica answers uncached: right, but with the "
            "capacity of the uncached path."
        ),
        "unmeasured": _(
            "How much it bears is reckoned from what is used now. A load test finds where "
            "latency really bends:"
        ),
    }[code]
