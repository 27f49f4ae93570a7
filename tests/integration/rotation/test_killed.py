"""The process killed at any moment: the service goes on, and the next run carries on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from ironclad.rotation.address import role_of
from tests.acceptance.harness.processes import CHECKOUT
from tests.acceptance.harness.waiting import until
from tests.integration.rotation.cluster import REPLICAS, Cluster
from tests.integration.rotation.conftest import Rotate
from tests.integration.rotation.database import APP, Database, signs_in

Image = subprocess.Popen[str]
pytestmark = pytest.mark.any_postgres
# Of the API's requests: what the run was about to do or had done when it died.
READ, PUBLISH, RESTART, LOOK, LOOK_AGAIN = 1, 2, 3, 4, 6
FINISH = 3 + 1 + REPLICAS + 1
PUBLISHED = [("after", PUBLISH)] + [
    (when, number)
    for number in (RESTART, LOOK, LOOK_AGAIN, FINISH)
    for when in ("before", "after")
]


@pytest.mark.parametrize("moment", [("after", READ), ("before", PUBLISH), *PUBLISHED])
def test_everybody_can_sign_in_and_the_next_run_ends_it(
    moment: tuple[str, int],
    server: Database,
    cluster: Cluster,
    rotate: Rotate,
    image: Image,
) -> None:
    first_url = cluster.url
    killed_by(server, cluster, image, moment)
    published = cluster.url
    assert all(signs_in(url) for url in {published, *cluster.held})

    said = rotate()
    assert cluster.held == [cluster.url] * REPLICAS
    assert signs_in(cluster.url)
    assert not signs_in(first_url)
    assert able(server) == [role_of(cluster.url)]
    if moment == ("after", FINISH):  # nothing was left to carry on
        assert role_of(cluster.url) == f"{APP}_b"
    elif moment in PUBLISHED:
        assert cluster.url == published
        assert said[0].startswith("carrying on")


def killed_by(
    server: Database, cluster: Cluster, image: Image, moment: tuple[str, int]
) -> None:
    """Run `manage.py rotate_database_password` in a pod until that moment."""
    reached: list[bool] = []

    def cut(when: str, number: int) -> bool:
        if (when, number) != moment:
            return False
        reached.append(True)
        pod.kill()
        return True

    pod = Pod(image, cluster)
    cluster.cut = cut
    pod.run()
    assert reached, "it ended before that moment"
    cluster.cut = lambda _when, _number: False
    until(lambda: not rotations(server), 10, "the server notices the end of the run")


class Pod:
    """A process of its own, forked from one that has imported what it needs already."""

    def __init__(self, image: Image, cluster: Cluster) -> None:
        self._over = threading.Event()
        assert image.stdin is not None
        assert image.stdout is not None
        self._to, self._told = image.stdin, image.stdout
        self._say(json.dumps([str(cluster.account), cluster.environment]))
        self._pid = int(self._told.readline())

    def run(self) -> None:
        """To its end, however that comes."""
        self._say("go")
        assert self._told.readline() == "over\n"
        self._over.set()

    def kill(self) -> None:
        os.kill(self._pid, signal.SIGKILL)
        assert self._over.wait(10)

    def _say(self, line: str) -> None:
        self._to.write(line + "\n")
        self._to.flush()


@pytest.fixture(scope="module")
def image(server: Database) -> Iterator[Image]:
    with subprocess.Popen(
        [sys.executable, "-c", IMAGE],
        env=server.setup().environment(1),
        cwd=CHECKOUT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as running:
        yield running


# Only the folder of the service account and the pause differ from a real pod.
IMAGE = """
import json, os, sys
from pathlib import Path
import django
django.setup()
from django.core.management import execute_from_command_line
from ironclad.rotation import api, rotation
rotation.Rotation.__init__.__defaults__ = (900.0, 0.01)  # patience and pause
for line in sys.stdin:
    account, environment = json.loads(line)
    child = os.fork()
    if child == 0:
        sys.stdin.readline()
        os.dup2(2, 1)
        os.environ |= environment
        api.Api.of_pod.__func__.__defaults__ = (Path(account),)
        execute_from_command_line(["manage.py", "rotate_database_password", "--timeout=20"])
        sys.exit()
    print(child, flush=True)
    os.waitpid(child, 0)
    print("over", flush=True)
"""


def rotations(server: Database) -> list[tuple[object, ...]]:
    return server.ask(
        "SELECT pid FROM pg_stat_activity WHERE application_name = 'ironclad rotation'"
    )


def able(server: Database) -> list[object]:
    query = "SELECT rolname FROM pg_roles WHERE rolcanlogin AND rolname LIKE %s"
    return [row[0] for row in server.ask(query, f"{APP}%")]
