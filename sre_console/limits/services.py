"""Counting a request by each of its subjects, and refusing it above a limit."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext

from ironclad.errors import RateLimited
from ironclad.observability.metrics import count_rate_limited
from ironclad.rate_limits.counting import count
from ironclad.rate_limits.rate import Standing, tightest
from sre_console.limits.classes import Kind, Subject

_SETTINGS: dict[Kind, str] = {
    "default": "RATE_LIMIT",
    "write": "WRITE_RATE_LIMIT",
    "chaos": "CHAOS_RATE_LIMIT",
    "export": "EXPORT_RATE_LIMIT",
    "sign-in": "SIGN_IN_RATE_LIMIT",
    "traffic": "TRAFFIC_RATE_LIMIT",
}


def person_counted(name: str) -> str:
    """Who is counted, for a person who is signed in."""
    return f"person {name}"


def client_subjects(network: str, known: str | None) -> dict[Subject, str]:
    """Whom to count: a caller who is known (by a stand-in for who that is), and its address.

    The token first: what that refuses costs its neighbours nothing. Those who are known have a
    count of their address apart from strangers, who would keep them out otherwise.
    """
    if known is None:
        return {"address": network}
    return {"token": known, "address": f"{network} known"}


def request_count(
    request: HttpRequest, kind: Kind, subjects: Mapping[Subject, str]
) -> None:
    """Count it by each subject, until one is over its limit.

    Raises RateLimited, with the seconds to wait. How the caller stands goes out with the
    answer, whatever that is: see `fields_of`.
    """

    def one(subject: Subject, who: str, limit: str) -> Standing:
        return count(request, policy=kind, subject=subject, who=who, limit=limit)

    standing = request.__dict__["ironclad_standing"] = standing_of(kind, subjects, one)
    if standing.over:
        _tell_edge(request, standing.subject)
        raise refusal(kind, standing)


def refusal(kind: Kind, standing: Standing) -> RateLimited:
    """The error that tells of it, which is counted here."""
    count_rate_limited(kind, standing.subject)
    return RateLimited(_message(standing), retry_after=standing.resets)


def standing_of(
    kind: Kind,
    subjects: Mapping[Subject, str],
    one: Callable[[Subject, str, str], Standing],
) -> Standing:
    """How the caller stands after `one` has counted it by each subject, up to the first over."""
    limit = getattr(settings, _SETTINGS[kind])
    standings: list[Standing] = []
    for subject, who in subjects.items():
        standings.append(one(subject, who, limit))
        if standings[-1].over:
            break
    return tightest(standings)


def fields_of(request: HttpRequest) -> dict[str, str]:
    """The RateLimit header fields of its answer; none where no limit has counted it."""
    standing: Standing | None = request.__dict__.get("ironclad_standing")
    return {} if standing is None else standing.fields()


def _message(standing: Standing) -> str:
    told = {
        "most": standing.rate.most,
        "window": standing.rate.seconds,
        "wait": standing.resets,
    }
    return (
        gettext(
            "At most %(most)d such requests in %(window)d s are allowed. Try again in %(wait)d s."
        )
        % told
    )


def _tell_edge(request: HttpRequest, subject: str) -> None:
    """It counts the refusal beside the SLO; without an edge nobody does."""
    facts = getattr(request, "scope", {}).get("ironclad")
    if facts is not None:
        facts.limited = subject
