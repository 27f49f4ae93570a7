"""The words of a drill: what may be wrong, how much of it, and which requests it reaches."""

from __future__ import annotations

from django.utils.translation import gettext as _

from sre_console.chaos.plan import FaultSpec
from sre_console.gamedays.drill.pick import AMOUNTS, BOUNDS, WHATS, WHICHES, Diagnosis
from sre_console.pages.tour_words import share

Choices = list[tuple[str, str]]


def what_word(what: str) -> str:
    return {
        "errors": _("errors of the service"),
        "latency": _("latency of the service"),
        "dependency-errors": _("errors of the database"),
        "dependency-latency": _("latency of the database"),
    }[what]


def which_word(which: str) -> str:
    return {
        "all": _("all alike"),
        "some": _("a share of them, whatever their method"),
        "GET": _("GET only"),
        "POST": _("POST only"),
        "DELETE": _("DELETE only"),
    }[which]


def amount_word(amount: str) -> str:
    return {"low": _("little"), "middle": _("some"), "high": _("much")}[amount]


def whats() -> Choices:
    return [(each, what_word(each)) for each in WHATS]


def whiches() -> Choices:
    return [(each, which_word(each)) for each in WHICHES]


def amounts() -> Choices:
    return [(each, amount_word(each)) for each in AMOUNTS]


def bounds_rows() -> list[tuple[str, str, str, str]]:
    """What little, some and much are of each kind."""
    rows = []
    for what in WHATS:
        least, most = BOUNDS[what]
        low, high = _size(what, least), _size(what, most)
        some = _("{low} to {high}").format(low=low.split()[0], high=high)
        rows.append(
            (
                what_word(what),
                _("below {n}").format(n=low),
                some,
                _("from {n}").format(n=high),
            )
        )
    return rows


def _size(what: str, size: float) -> str:
    if what.endswith("latency"):
        return _("{n} ms").format(n=f"{size:.0f}")
    return share(size)


def said_word(said: Diagnosis) -> str:
    """A diagnosis in one line."""
    return _("{what}; {amount}; {which}").format(
        what=what_word(said.what),
        amount=amount_word(said.amount),
        which=which_word(said.which),
    )


def fault_word(spec: FaultSpec) -> str:
    """What a drill has hidden, in full."""
    parts = []
    if spec.error_rate:
        parts.append(_("{n} of the requests failed").format(n=share(spec.error_rate)))
    if spec.latency_ms and spec.latency_rate < 1:
        parts.append(
            _(
                "{n} of the requests took {ms} ms longer, give or take {jitter} ms"
            ).format(
                n=share(spec.latency_rate), ms=spec.latency_ms, jitter=spec.jitter_ms
            )
        )
    elif spec.latency_ms:
        parts.append(_("every request took {ms} ms longer").format(ms=spec.latency_ms))
    if spec.dependency_error_rate:
        parts.append(
            _("{n} of the calls to the database failed").format(
                n=share(spec.dependency_error_rate)
            )
        )
    if spec.dependency_latency_ms:
        parts.append(
            _("every call to the database took {ms} ms longer").format(
                ms=spec.dependency_latency_ms
            )
        )
    if spec.methods:
        parts.append(_("of {methods} alone").format(methods=", ".join(spec.methods)))
    return ", ".join(parts)
