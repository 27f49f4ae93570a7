"""A started server with traffic, and people who may sign in to it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.acceptance.harness.databases import fresh_database
from tests.acceptance.harness.processes import Server, Setup, Traffic
from tests.acceptance.harness.waiting import until

VIEWER = "vic"
PASSWORD = "correct horse battery"
RATE = "30"  # requests a second: enough to see, little enough for a shared machine

_ADD_VIEWER = f"""
from django.contrib.auth.models import User
from sre_console.accounts.roles import role_group
user = User.objects.create_user({VIEWER!r}, password={PASSWORD!r})
user.groups.add(role_group("viewer"))
"""


@dataclass
class Stage:
    setup: Setup
    server: Server

    @property
    def url(self) -> str:
        return self.server.url

    def link(self) -> str:
        """A fresh one-time link to this server."""
        printed = self.setup.manage("sign_in_link")
        match = re.search(r"/enter/[A-Za-z0-9_-]+", printed)
        assert match, printed
        return self.url + match[0]

    def clear(self) -> None:
        """No fault in force."""
        self.server.post("/api/chaos/disable")


@contextmanager
def raised(home: Path) -> Iterator[Stage]:
    """The stage, taken down afterwards."""
    with ExitStack() as stack:
        url = stack.enter_context(fresh_database(os.environ["DATABASE_URL"]))
        more = {"IRONCLAD_TRAFFIC_RPS": RATE, "IRONCLAD_SIGN_IN_RATE_LIMIT": "1000/m"}
        setup = Setup(url, home, more=more)
        setup.prepare()
        setup.manage("shell", "--no-imports", "-c", _ADD_VIEWER)
        server = stack.enter_context(Server(setup))
        stack.enter_context(Traffic(server))
        until(lambda: _flowing(server), 30, "the traffic flows")
        yield Stage(setup, server)


def _flowing(server: Server) -> bool:
    traffic = server.get("/api/traffic")
    assert isinstance(traffic, dict)
    return int(traffic["ok"]) > 0
