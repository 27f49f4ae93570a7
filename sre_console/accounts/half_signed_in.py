"""Between the password and the end of a sign-in: known to this browser's session alone.

Nobody is signed in meanwhile: there is no user in the session, so that pages, REST, the WebSocket and the
admin take the browser for a stranger's, without having to know of this.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import cast

from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from ironclad.clock import clock
from sre_console.accounts.session_store import SessionStore

_HALF = "half_signed_in"
_LIFE = 300.0  # seconds, of each step
_ENROLLING = 900.0  # seconds: an app may have to be installed first
TRIES = 5  # wrong codes, then it begins anew


@dataclass(frozen=True, slots=True)
class Half:
    """`proof` changes with the password: another one ends the sign-in that began before."""

    user: int
    proof: str
    since: float  # database time
    how: str
    leads_on: str
    passed: bool = False  # the second factor
    tries: int = 0
    secret: str = ""  # of the app that is being enrolled, encrypted


def session_of(request: HttpRequest) -> SessionStore:
    return cast("SessionStore", request.session)


def begin(
    request: HttpRequest, user: User, *, how: str, leads_on: str, passed: bool
) -> None:
    session_of(request).flush()
    half = Half(user.pk, _proof(user), clock.epoch(), how, leads_on, passed=passed)
    _keep(request, half)


def read(request: HttpRequest) -> tuple[User, Half] | None:
    """Whoever is half signed in here; None where nobody is, any more."""
    held = request.session.get(_HALF)
    if not held:
        return None
    half = Half(**held)
    user = User.objects.filter(pk=half.user, is_active=True).first()
    late = clock.epoch() - half.since > (_ENROLLING if half.secret else _LIFE)
    if user is None or late or not constant_time_compare(half.proof, _proof(user)):
        end(request)
        return None
    return user, half


def passed(request: HttpRequest, half: Half, user: User, *, factor: bool) -> None:
    """One step further: a new key, and new minutes."""
    session_of(request).rotate()
    _keep(
        request,
        replace(
            half,
            proof=_proof(user),
            since=clock.epoch(),
            passed=half.passed or factor,
            tries=0,
        ),
    )


def failed(request: HttpRequest, half: Half) -> bool:
    """Count a wrong code; True when it was the last try."""
    if half.tries + 1 >= TRIES:
        end(request)
        return True
    _keep(request, replace(half, tries=half.tries + 1))
    return False


def enrolling(request: HttpRequest, half: Half, secret: str) -> None:
    _keep(request, replace(half, secret=secret))


def end(request: HttpRequest) -> None:
    session_of(request).flush()


def _keep(request: HttpRequest, half: Half) -> None:
    request.session[_HALF] = asdict(half)


def _proof(user: User) -> str:
    return user.get_session_auth_hash()
