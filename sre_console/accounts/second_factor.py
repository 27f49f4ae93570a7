"""The second factor: an authenticator app, and recovery codes for when it is lost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import segno
import structlog
from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection
from django.db.models.functions import Now
from django.utils.translation import gettext

from ironclad.errors import AuthenticationRequired, PermissionRefused
from sre_console.access.checks import access_check
from sre_console.accounts import totp
from sre_console.accounts.policy import second_factor_required
from sre_console.accounts.roles import role_of
from sre_console.accounts.sessions import sessions_drop
from sre_console.accounts.tokens import digest_of
from sre_console.accounts.told import people_changed
from sre_console.accounts.vault import decrypted, encrypted
from sre_console.audit.actor import Actor
from sre_console.audit.services import audited, record
from sre_console.models import RecoveryCode, SecondFactor

logger = structlog.get_logger(__name__)

Kind = Literal["app", "recovery code"]


def has_second_factor(user: User) -> bool:
    return SecondFactor.objects.filter(user=user).exists()


def must_enrol(user: User) -> bool:
    return second_factor_required(role_of(user)) and not has_second_factor(user)


def recovery_codes_left(user: User) -> int:
    return RecoveryCode.objects.filter(user=user, used_at=None).count()


def qr_code(secret: str, user: User) -> str:
    """A data: address of an SVG image."""
    issuer = f"Ironclad {settings.CONSOLE_URL.partition('://')[2]}"
    address = totp.address_of(secret, name=user.get_username(), issuer=issuer)
    code = segno.make(address, error="m", micro=False)
    return code.svg_data_uri(scale=5, border=4, light="#fff", dark="#000")


def code_accept(user: User, code: str) -> Kind | None:
    """Which kind of code it is, used up now; None: wrong, or used before. Within `audited`."""
    tidy = totp.tidy(code)
    if totp.is_recovery(tidy):
        used = RecoveryCode.objects.filter(
            user=user, digest=digest_of(tidy), used_at=None
        ).update(used_at=Now())
        return "recovery code" if used else None
    factor = SecondFactor.objects.filter(user=user).first()
    if factor is None:
        return None
    try:
        secret, aged = decrypted(factor.secret)
    except ValueError as error:
        # the person's words are those of a wrong code; an administrator can reset it
        logger.warning("second_factor_unreadable", reason=str(error))
        return None
    step = totp.step_of(secret, tidy, _database_time())
    if step is None:
        return None
    # one UPDATE: of two at once with one code, the second finds the step taken
    renewed = {"secret": encrypted(secret)} if aged else {}
    taken = SecondFactor.objects.filter(user=user, last_step__lt=step).update(
        last_step=step, **renewed
    )
    return "app" if taken else None


def enrol(*, actor: Actor, user: User, secret: str, code: str) -> list[str]:
    """Confirm an app by its first code. The recovery codes are told here and never again.

    Raises AuthenticationRequired when the code is wrong.
    """
    access_check(actor, "sessions.own")
    codes = totp.recovery_codes_new()
    with audited():
        step = totp.step_of(secret, totp.tidy(code), _database_time())
        if step is None:
            raise AuthenticationRequired(
                gettext(
                    "This is not the code that your app shows now. Check that the clock of "
                    "your phone is right, and type the next one."
                )
            )
        SecondFactor.objects.update_or_create(
            user=user,
            defaults={
                "secret": encrypted(secret),
                "confirmed_at": Now(),
                "last_step": step,
            },
        )
        _codes_store(user, codes)
        record(
            actor=actor, action="second_factor.enrolled", subject=user.get_username()
        )
    return codes


def recovery_codes_renew(*, actor: Actor, user: User) -> list[str]:
    """Ten new ones in place of those left; after a code was asked for."""
    access_check(actor, "sessions.own")
    codes = totp.recovery_codes_new()
    with audited():
        _codes_store(user, codes)
        record(
            actor=actor,
            action="second_factor.codes_renewed",
            subject=user.get_username(),
        )
    return codes


def second_factor_remove(*, actor: Actor, user: User) -> None:
    """One's own, where none is required; after a code was asked for."""
    access_check(actor, "sessions.own")
    if second_factor_required(role_of(user)):
        raise PermissionRefused(gettext("Your role needs a second factor."))
    with audited():
        _forget(user)
        record(actor=actor, action="second_factor.removed", subject=user.get_username())


def second_factor_reset(*, actor: Actor, user: User) -> None:
    """Somebody's who has lost it: their sessions end, and they enrol anew where it is required."""
    access_check(actor, "people.change")
    with audited():
        _forget(user)
        sessions_drop(user)
        people_changed(user.pk)
        record(actor=actor, action="second_factor.reset", subject=user.get_username())


def _forget(user: User) -> None:
    SecondFactor.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()


def _codes_store(user: User, codes: Sequence[str]) -> None:
    RecoveryCode.objects.filter(user=user).delete()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(user=user, digest=digest_of(totp.tidy(code))) for code in codes
    )


def _database_time() -> float:
    """Replicas with wrong clocks agree on it, and so does `last_step`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())::float8")
        return float(cursor.fetchone()[0])
