"""The process killed at any moment: the service goes on, and the next run carries on."""

from __future__ import annotations

import subprocess
import sys

import pytest

from ironclad.rotation.address import role_of
from tests.acceptance.harness.processes import CHECKOUT
from tests.acceptance.harness.waiting import until
from tests.integration.rotation.cluster import REPLICAS, Cluster
from tests.integration.rotation.conftest import Rotate
from tests.integration.rotation.database import APP, Database, signs_in

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
    first_url: str,
) -> None:
    killed_by(server, cluster, moment)
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


def killed_by(server: Database, cluster: Cluster, moment: tuple[str, int]) -> None:
    """Run `manage.py rotate_database_password` in a pod until that moment."""
    reached: list[bool] = []

    def cut(when: str, number: int) -> bool:
        if (when, number) != moment:
            return False
        reached.append(True)
        child.kill()
        child.wait(10)
        return True

    cluster.cut = cut
    child = subprocess.Popen(
        [sys.executable, "-c", IN_POD, str(cluster.account)],
        env=server.setup(**cluster.environment).environment(1),
        cwd=CHECKOUT,
    )
    child.wait(60)
    assert reached, "it ended before that moment"
    cluster.cut = lambda _when, _number: False
    until(lambda: not rotations(server), 10, "the server notices the end of the run")


# Only the folder of the service account and the pause differ from a real pod.
IN_POD = """
import sys
from pathlib import Path
from ironclad.rotation import api, rotation
api.Api.of_pod.__func__.__defaults__ = (Path(sys.argv[1]),)
rotation.Rotation.__init__.__defaults__ = (900.0, 0.01)  # patience and pause
from django.core.management import execute_from_command_line
execute_from_command_line(["manage.py", "rotate_database_password", "--timeout=20"])
"""


def rotations(server: Database) -> list[tuple[object, ...]]:
    return server.ask(
        "SELECT pid FROM pg_stat_activity WHERE application_name = 'ironclad rotation'"
    )


def able(server: Database) -> list[object]:
    query = "SELECT rolname FROM pg_roles WHERE rolcanlogin AND rolname LIKE %s"
    return [row[0] for row in server.ask(query, f"{APP}%")]
