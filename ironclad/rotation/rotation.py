"""One rotation, in an order that leaves two valid passwords wherever it is cut off.

give the other role a password → sign in with it → publish its address → restart the service
→ wait until nobody is signed in as before → take the old password away → mark it finished

What was published is carried on by the next run; what was not is begun afresh.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

import psycopg
from psycopg import Connection

from ironclad.rotation import roles
from ironclad.rotation.address import (
    address_for,
    login_roles,
    new_password,
    next_role,
    role_of,
)
from ironclad.rotation.failure import ApiAway, RotationStopped
from ironclad.rotation.place import Place, Published, Service

_CONNECT = 10  # seconds


@dataclass
class Rotation:
    """`owner` is a connection of the database's owner, in autocommit."""

    owner: Connection
    app_role: str
    place: Place
    say: Callable[[str], object]
    patience: float = 900.0  # seconds for the restart, and for the last session to end
    pause: float = 2.0  # seconds between two looks

    def rotate(self, service: Service) -> None:
        """All of it. Raises RotationStopped, or psycopg.Error where the database is away."""
        self._lock()
        found = self._read()
        carried_on = not found.finished
        if carried_on:
            self.say(f"carrying on with rotation {found.rotation}")
        else:
            found = self._publish(found)
        if not (carried_on and self._nobody_left(service, found)):
            self.say("restarting the service")
            service.restart(found.rotation)
        self._wait(lambda: self._nobody_left(service, found), found)
        self._retire(found)

    def begin(self) -> None:
        """Up to the publication: somebody else restarts the service and then retires."""
        self._lock()
        found = self._read()
        if not found.finished:
            message = (
                "The last rotation is not finished: restart the service, then retire."
            )
            raise RotationStopped(message)
        self._publish(found)

    def retire(self) -> None:
        """The rest, after every process was restarted."""
        self._lock()
        found = self._read()
        if found.finished:
            message = "There is nothing to retire: the last rotation is finished."
            raise RotationStopped(message)
        self._wait(lambda: not self._sessions(found), found)
        self._retire(found)

    def _lock(self) -> None:
        if not roles.locked(self.owner):
            message = "Another rotation of this database is under way."
            raise RotationStopped(message)

    def _read(self) -> Published:
        found = self.place.read()
        role = role_of(found.url)
        known = (self.app_role, *login_roles(self.app_role))
        if role not in known:
            message = f"The address signs in as {role!r}, which is none of {', '.join(known)}."
            raise RotationStopped(message)
        return found

    def _publish(self, found: Published) -> Published:
        role = next_role(self.app_role, role_of(found.url))
        if roles.sessions(self.owner, [role]):
            # Whoever it is, its next connection would be refused.
            message = f"{role} is not in the address, and somebody is signed in as it."
            raise RotationStopped(message)
        password = new_password()
        roles.login_give(self.owner, role, password, member_of=self.app_role)
        url = address_for(found.url, role, password)
        self._try(url, role)
        rotation = secrets.token_hex(8)
        self.place.publish(url, rotation)
        self.say(f"published the address of {role}, rotation {rotation}")
        return Published(url, rotation, finished=False)

    def _try(self, url: str, role: str) -> None:
        """Sign in as the service will, before anything depends on it."""
        try:
            with psycopg.connect(url, connect_timeout=_CONNECT) as connection:
                row = connection.execute(
                    "SELECT has_table_privilege('users', 'INSERT')"
                ).fetchone()
        except psycopg.Error as error:
            message = f"{role} cannot sign in with its new password: {error}"
            raise RotationStopped(message) from None
        if row is None or not row[0]:
            message = f"{role} has no grants; run manage.py database_roles."
            raise RotationStopped(message)

    def _before(self, found: Published) -> list[str]:
        """The roles that are to sign in no more and still may."""
        known = {self.app_role, *login_roles(self.app_role)}
        return roles.able(self.owner, sorted(known - {role_of(found.url)}))

    def _sessions(self, found: Published) -> int:
        return roles.sessions(self.owner, self._before(found))

    def _nobody_left(self, service: Service, found: Published) -> bool:
        seen = service.look(found.rotation)
        if seen.stuck:
            raise RotationStopped(seen.stuck)
        return seen.done and not self._sessions(found)

    def _wait(self, over: Callable[[], bool], found: Published) -> None:
        ends = time.monotonic() + self.patience
        away = ""
        while True:
            try:
                if over():
                    return
                away = ""
            except ApiAway as error:
                away = error.message
            if time.monotonic() >= ends:
                break
            time.sleep(self.pause)
        message = away or (
            f"After {self.patience:g} s the service is not restarted, or somebody is"
            f" still signed in as before ({self._sessions(found)} sessions)."
        )
        message += " Both passwords stay valid; the next run carries on."
        raise RotationStopped(message)

    def _retire(self, found: Published) -> None:
        for role in self._before(found):
            roles.login_take(self.owner, role)
            self.say(f"{role} signs in no more")
        self.place.finish(found.rotation)
        self.say("finished")
