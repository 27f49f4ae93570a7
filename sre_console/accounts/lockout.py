"""An account is locked for a while after wrong tries in a row.

Strangers are counted together, and each browser that its owner has signed in with for itself: so nobody can
keep an owner out by guessing, and a guesser with a thousand addresses is still one stranger (OWASP's device
cookies). Whoever is locked out is told the same as with a wrong password.
"""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.models import User
from django.db.models import F
from django.db.models.functions import Now

from sre_console.access.checks import access_check
from sre_console.audit.actor import Actor
from sre_console.audit.services import audited, record
from sre_console.models import Account, SignInLock

WRONG_MOST = 10  # in a row
FIRST_LOCK = timedelta(minutes=15)
LONGEST_LOCK = timedelta(days=1)
_FORGOTTEN = timedelta(days=7)  # after the last try


def lock_length(locks: int) -> timedelta:
    """Of the lock after `locks` others in a row. Pure."""
    return min(LONGEST_LOCK, FIRST_LOCK * float(2 ** min(locks, 16)))


def locked(user: User, browser: str) -> bool:
    """Asked within `audited`, so that of many tries at once none is counted too late."""
    return SignInLock.objects.filter(
        user=user, browser=browser, locked_until__gt=Now()
    ).exists()


def wrong_count(user: User, browser: str, *, actor: Actor) -> None:
    """One more wrong try, within `audited`. A lock in force is neither counted nor prolonged."""
    account, _ = Account.objects.get_or_create(user=user)
    Account.objects.filter(pk=account.pk).update(wrong_tries=F("wrong_tries") + 1)
    if locked(user, browser):
        return
    mine = SignInLock.objects.filter(user=user, browser=browser)
    mine.filter(tried_at__lt=Now() - _FORGOTTEN).delete()
    row, _ = SignInLock.objects.get_or_create(user=user, browser=browser)
    if row.wrong + 1 < WRONG_MOST:
        mine.update(wrong=row.wrong + 1, tried_at=Now())
        return
    length = lock_length(row.locks)
    mine.update(
        wrong=0, locks=row.locks + 1, locked_until=Now() + length, tried_at=Now()
    )
    record(
        actor=actor,
        action="account.locked",
        subject=user.get_username(),
        detail={
            "minutes": round(length.total_seconds() / 60),
            "for": "a known browser" if browser else "strangers",
        },
    )


def forgive(user: User, browser: str) -> int:
    """After a complete sign-in, within `audited`: how many wrong tries there were before it."""
    SignInLock.objects.filter(user=user, browser=browser).delete()
    wrong = Account.objects.filter(user=user).values_list("wrong_tries", flat=True)
    tries = wrong.first() or 0
    if tries:
        Account.objects.filter(user=user).update(wrong_tries=0)
    return tries


def account_unlock(*, actor: Actor, user: User) -> None:
    """Let everybody try again who knows the password."""
    access_check(actor, "people.change")
    with audited():
        SignInLock.objects.filter(user=user).delete()
        record(actor=actor, action="account.unlocked", subject=user.get_username())
