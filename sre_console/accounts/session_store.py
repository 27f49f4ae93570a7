"""Where sessions are kept: in `SignedIn`, under the digest of what the cookie holds.

A database that was read gives nobody a session, and each request costs one query, as with Django's own
store. A session ends with its row, whoever deletes that.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.backends.base import CreateError, SessionBase, UpdateError
from django.db import IntegrityError, transaction
from django.db.models import BooleanField, Case, Q, Value, When
from django.db.models.functions import Now

from sre_console.accounts.policy import second_factor_required
from sre_console.accounts.roles import role_of
from sre_console.accounts.tokens import digest_of
from sre_console.models import SignedIn

FACTS = "signed_in"  # in the session's data: what `SignedIn` tells of the sign-in
_LONGEST_AGENT = 200  # characters
_TOUCH = timedelta(minutes=1)
_ANONYMOUS = timedelta(hours=1)  # of whoever has not signed in


class SessionStore(SessionBase):
    """Django's interface to sessions."""

    @property
    def digest(self) -> str:
        """The key of this session's row; empty before it has one."""
        return digest_of(self.session_key) if self.session_key else ""

    def load(self) -> dict[str, Any]:
        row = self._row()
        if row is None:
            self._session_key = None
            return {}
        digest, data, stale = row
        if stale:
            SignedIn.objects.filter(digest=digest).update(seen_at=Now())
        return dict(self.decode(data))

    def _row(self) -> tuple[str, str, bool] | None:
        """What is still valid: neither idle for too long, nor too old, nor half a sign-in."""
        idle = timedelta(minutes=settings.SESSION_IDLE_MINUTES)
        row = (
            SignedIn.objects.filter(digest=self.digest, expires_at__gt=Now())
            .filter(Q(user=None) | Q(seen_at__gt=Now() - idle))
            .values("digest", "data", "user", "role", "second_factor")
            .annotate(
                stale=Case(
                    When(seen_at__lt=Now() - _TOUCH, then=Value(value=True)),
                    default=Value(value=False),
                    output_field=BooleanField(),
                )
            )
            .first()
        )
        if row is None:
            return None
        # the setting may have changed since they signed in
        half = row["user"] and not row["second_factor"]
        if half and second_factor_required(row["role"]):
            return None
        return row["digest"], row["data"], row["stale"]

    def exists(self, session_key: str) -> bool:
        return SignedIn.objects.filter(digest=digest_of(session_key)).exists()

    def create(self) -> None:
        while True:
            self._session_key = self._get_new_session_key()  # type: ignore[attr-defined]
            try:
                self.save(must_create=True)
            except CreateError:
                continue
            self.modified = True
            return

    def save(self, must_create: bool = False) -> None:  # noqa: FBT001, FBT002 - Django's
        if self.session_key is None:
            self.create()
            return
        data = self._get_session(no_load=must_create)  # type: ignore[attr-defined] # not in the stubs
        columns = _columns(data)
        columns["data"] = self.encode(data)
        if must_create:
            try:
                with transaction.atomic():
                    SignedIn.objects.create(digest=self.digest, **columns)
            except IntegrityError as error:
                raise CreateError from error
        elif not SignedIn.objects.filter(digest=self.digest).update(**columns):
            raise UpdateError

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key:
            SignedIn.objects.filter(digest=digest_of(key)).delete()

    def cycle_key(self) -> None:
        """Keeps the key of somebody signed in: Django asks for that when SECRET_KEY was changed.

        A new one would end the page's other requests and its WebSocket. Whoever signs in gets
        a new key in any case, as `rotate` gives it.
        """
        if SESSION_KEY in self:
            self.modified = True
        else:
            self.rotate()

    def rotate(self) -> None:
        """Go on under a new key; the old one is nobody's."""
        super().cycle_key()

    @classmethod
    def clear_expired(cls) -> None:
        SignedIn.objects.filter(expires_at__lt=Now()).delete()


def _columns(data: dict[str, Any]) -> dict[str, Any]:
    """What the row tells of the session, from its data, however the person came in."""
    if SESSION_KEY not in data:
        return {"user_id": None, "expires_at": Now() + _ANONYMOUS}
    if FACTS not in data:
        user = User.objects.filter(pk=data[SESSION_KEY]).first()
        data[FACTS] = facts_of(user, how="")
    facts = data[FACTS]
    at = datetime.fromisoformat(facts["at"])
    return {
        "user_id": int(data[SESSION_KEY]),
        "signed_in_at": at,
        "expires_at": at + timedelta(seconds=settings.SESSION_COOKIE_AGE),
        **{
            key: facts[key]
            for key in ("role", "address", "agent", "how", "second_factor")
        },
    }


def facts_of(
    user: User | None,
    *,
    how: str,
    address: str = "",
    agent: str = "",
    second_factor: bool = False,
) -> dict[str, Any]:
    """Of a sign-in that happens now."""
    return {
        "at": datetime.now(UTC).isoformat(),
        "role": role_of(user) or "",
        "how": how,
        "address": address,
        "agent": agent.replace("\x00", "")[:_LONGEST_AGENT],
        "second_factor": second_factor,
    }
