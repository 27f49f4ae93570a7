"""Passwords: comparing, changing one's own, and setting one for somebody else."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models.functions import Now
from django.utils.translation import gettext

from ironclad.errors import AuthenticationRequired, ValidationFailed
from sre_console.access.checks import access_check
from sre_console.accounts import lockout
from sre_console.accounts.sessions import sessions_drop
from sre_console.accounts.told import people_changed
from sre_console.audit.actor import Actor
from sre_console.audit.services import audited, record
from sre_console.models import Account, ExternalIdentity, PastPassword

LONGEST = 4096  # characters; longer is no password
_REMEMBERED = 5  # passwords, the present one included


def storable(text: str) -> bool:
    """Whether PostgreSQL and the hashers can take it at all."""
    if "\x00" in text or len(text) > LONGEST:
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def password_matches(user: User | None, password: str) -> bool:
    """Always one hashing, also without a person: how long it takes tells nothing.

    A hash of an older kind is replaced when the password is right. Raises BulkheadFull.
    """
    if user is None or not storable(password):
        make_password("nobody's")
        return False
    return user.check_password(
        password
    )  # hashes for an account without a password, too


def password_change(  # noqa: PLR0913 - all of them by name
    *, actor: Actor, user: User, old: str, new: str, browser: str, keep: str
) -> None:
    """One's own. Ends the person's other sessions; `keep` is the digest of this one.

    Raises AuthenticationRequired when the old one is wrong, ValidationFailed when the new one
    may not be.
    """
    access_check(actor, "sessions.own")
    matches = password_matches(user, old)
    refused = False
    with audited():
        refused = not matches or lockout.locked(user, browser)
        if refused:
            if not matches:
                lockout.wrong_count(user, browser, actor=actor)
            record(actor=actor, action="password.refused", subject=user.get_username())
    if refused:  # raised outside, so that the count stays written
        raise AuthenticationRequired(gettext("The present password is wrong."))
    password_renew(actor=actor, user=user, new=new, keep=keep)


def password_renew(*, actor: Actor, user: User, new: str, keep: str) -> None:
    """After the person has proved who they are. Raises ValidationFailed."""
    password_check(user, new)
    encoded = make_password(new)  # outside the transaction: it takes a while on purpose
    with audited():
        _store(user, encoded, must_change=False)
        sessions_drop(user, but=keep)
        people_changed(user.pk)
        record(actor=actor, action="password.changed", subject=user.get_username())


def temporary_password_set(*, actor: Actor, user: User) -> str:
    """A password for somebody else, told once; it has to be changed at the next sign-in."""
    access_check(actor, "people.change")
    password = secrets.token_urlsafe(15)
    encoded = make_password(password)
    with audited():
        _store(user, encoded, must_change=True)
        sessions_drop(user)
        people_changed(user.pk)
        record(actor=actor, action="password.reset", subject=user.get_username())
    return password


def password_is_temporary(user: User) -> None:
    """It was set by somebody else, within `audited`: change it at the next sign-in."""
    changed = {"must_change_password": True}  # nosec B105 - a flag
    Account.objects.update_or_create(user=user, defaults=changed)


def by_provider(user: User) -> bool:
    """Whether the identity provider lets this person in, so that no password does.

    Where another provider is configured by now, or none, an account of before may get one.
    """
    issuer = settings.OIDC_ISSUER
    mine = ExternalIdentity.objects.filter(user=user, issuer=issuer)
    return bool(issuer) and mine.exists()


def must_change_password(user: User) -> bool:
    return Account.objects.filter(user=user, must_change_password=True).exists()


def password_check(user: User, new: str) -> None:
    """Raises ValidationFailed, with each rule that it breaks."""
    if not storable(new):
        raise ValidationFailed(gettext("This is no password."), field="new")
    try:
        validate_password(new, user)
    except ValidationError as error:
        raise ValidationFailed(" ".join(error.messages), field="new") from error
    past = PastPassword.objects.filter(user=user).order_by("-replaced_at", "-pk")
    held = past.values_list("password", flat=True)[: _REMEMBERED - 1]
    if any(check_password(new, hashed) for hashed in (user.password, *held)):
        message = gettext("You have had this password before. Choose another one.")
        raise ValidationFailed(message, field="new")


def _store(user: User, encoded: str, *, must_change: bool) -> None:
    if user.has_usable_password():
        PastPassword.objects.create(user=user, password=user.password)
    past = PastPassword.objects.filter(user=user).order_by("-replaced_at", "-pk")
    kept = past.values_list("pk", flat=True)[: _REMEMBERED - 1]
    PastPassword.objects.filter(user=user).exclude(pk__in=list(kept)).delete()
    user.password = encoded
    user.save(update_fields=["password"])
    Account.objects.update_or_create(
        user=user,
        defaults={"must_change_password": must_change, "password_changed_at": Now()},
    )
