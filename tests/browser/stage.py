"""A started server with traffic, and people who may sign in to it."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, LiteralString

import psycopg

from tests.acceptance.harness.databases import fresh_database
from tests.acceptance.harness.processes import Server, Setup, Traffic
from tests.acceptance.harness.waiting import until

VIEWER = "vic"
ADMINISTRATOR = "ada"
PASSWORD = "correct horse battery"
RATE = "30"  # requests a second: enough to see, little enough for a shared machine

_LINKS = 12  # made at the start: each start of Django takes seconds

# The evaluator seeds the history by itself.
_PREPARE = f"""
from django.contrib.auth.models import User
from django.core.management import call_command
from sre_console.accounts.people_programs import service_add
from sre_console.accounts.roles import role_group
from sre_console.accounts.services import ensure_builtin_person, sign_in_code_create
from sre_console.accounts.tokens import token_create
from sre_console.audit.actor import SYSTEM
from sre_console.gamedays.tour.services import tour_decline
call_command("migrate", verbosity=0)
user = User.objects.create_user({VIEWER!r}, password={PASSWORD!r})
user.groups.add(role_group("viewer"))
ada = User.objects.create_user({ADMINISTRATOR!r}, password={PASSWORD!r})
ada.groups.add(role_group("administrator"))
robot = service_add(actor=SYSTEM, name="deployer", role="operator", owner="ada")
token_create(actor=SYSTEM, user=robot, name="pipeline", days=None, scopes=["chaos"])
for person in (user, ada, ensure_builtin_person()):
    tour_decline(person)
for _ in range({_LINKS}):
    print(sign_in_code_create())
"""


@dataclass
class Stage:
    setup: Setup
    server: Server
    codes: list[str]

    @property
    def url(self) -> str:
        return self.server.url

    def link(self) -> str:
        """A fresh one-time link to this server."""
        return f"{self.url}/enter/{self.codes.pop()}"

    def restart(self) -> None:
        """Start the killed server again, at the same address."""
        self.server.__enter__()

    @contextmanager
    def hung(self) -> Iterator[None]:
        """The server is stopped, not gone: its sockets stay open."""
        os.kill(self.server.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self.server.pid, signal.SIGCONT)

    def query(self, statement: LiteralString) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.setup.database_url) as connection:
            return connection.execute(statement).fetchall()

    def clear(self) -> None:
        """No fault in force."""
        self.server.post("/api/chaos/disable")


@contextmanager
def raised(
    home: Path,
    rate: str = RATE,
    more: Mapping[str, str] | None = None,
    template: str | None = None,
) -> Iterator[Stage]:
    """The stage, taken down afterwards; `more` is set in its environment.

    `template` names a migrated database to begin with.
    """
    with ExitStack() as stack:
        server_url = os.environ["DATABASE_URL"]
        url = stack.enter_context(fresh_database(server_url, template=template))
        ours = {"IRONCLAD_TRAFFIC_RPS": rate, "IRONCLAD_SIGN_IN_RATE_LIMIT": "1000/m"}
        setup = Setup(url, home, more={**ours, **(more or {})})
        codes = setup.manage("shell", "--no-imports", "-c", _PREPARE).split()
        server = stack.enter_context(Server(setup))
        stack.enter_context(Traffic(server))
        until(lambda: _flowing(server), 30, "the traffic flows")
        yield Stage(setup, server, codes)


def _flowing(server: Server) -> bool:
    traffic = server.get("/api/traffic")
    assert isinstance(traffic, dict)
    return int(traffic["ok"]) > 0
