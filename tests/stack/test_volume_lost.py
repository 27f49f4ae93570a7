"""The primary's volume is lost without warning: what of the acknowledged commits is left.

None is lost with the synchronous receiver; with archiving alone at most `archive_timeout` is. Both
are restored from one base backup, made before, of a server that was killed in the middle of its work.
"""

from __future__ import annotations

import os
import shutil
import signal
import statistics
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from ironclad.embedded.account import give
from ironclad.embedded.home import CHECKOUT
from tests.acceptance.harness.databases import signal_all
from tests.acceptance.harness.waiting import until
from tests.stack.failing_over import SCRIPTS, told
from tests.stack.replication import BASE, Pod, pods, start_primary

pytestmark = [
    pytest.mark.stack,
    pytest.mark.patient,
    pytest.mark.recovery,
    pytest.mark.timeout(400),
]
RECEIVE = (
    CHECKOUT / "deploy/kubernetes/components/synchronous-receiver"
    "/wal-receiver/receive.sh"
)
TIMEOUT = 2  # seconds: archive_timeout, which is 60 in production
SLACK = 3.0  # seconds that a busy machine may take to copy a segment


@dataclass
class Lost:
    primary: Pod
    base: Path
    archive: Path
    received: Path
    acknowledged: dict[int, float]  # when each was, monotonic
    at: float  # when it was killed
    local: list[float]  # seconds of commits that waited for nobody
    waited: list[float]  # and for the receiver, in turns with those


@contextmanager
def receiver(pod: Pod, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    environment = {
        "PATH": f"{pod.binaries.folder}:{os.environ['PATH']}",
        "PRIMARY": pod.host,
        "PRIMARY_CA": str(pod.folder / "ca.crt"),
        "REPLICATION_PASSWORD_FILE": str(pod.folder / "replication-password"),
        "RECEIVED": str(folder),
        "RECEIVER_RUN": str(pod.folder / "run"),
    }
    owner = pod.owner
    with subprocess.Popen(
        ["sh", RECEIVE],
        env=environment,
        cwd="/",
        start_new_session=True,
        user=owner.uid if owner else None,
        group=owner.gid if owner else None,
        extra_groups=[] if owner else None,
    ) as process:
        try:
            yield process
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(15)


def synchronous(pod: Pod, *words: str) -> str:
    environment = {
        "PATH": f"{pod.binaries.folder}:{os.environ['PATH']}",
        "PGHOST": str(pod.postgres.sockets),
        "SUPERUSER_PASSWORD_FILE": str(pod.folder / "superuser-password"),
    }
    command = ["sh", str(SCRIPTS / "synchronous.sh"), *words]
    return told(
        subprocess.run(
            command, env=environment, check=False, capture_output=True, text=True
        )
    )


def follows(pod: Pod) -> bool:
    query = (
        "SELECT 1 FROM pg_stat_replication"
        " WHERE application_name = 'wal-receiver' AND state = 'streaming'"
    )
    return bool(pod.ask(query))


@pytest.fixture(scope="module")
def lost() -> Iterator[Lost]:
    with pods(1) as (primary,):
        folder = primary.folder / "elsewhere"
        archive, received = folder / "archive", folder / "received"
        for each in (folder, archive, received):
            each.mkdir()
            give(each, primary.owner)
        primary.postgres.settings = {
            **primary.postgres.settings,
            "fsync": "on",  # else a commit that waits for nobody costs nothing
            "archive_mode": "on",
            "archive_command": f"cp %p {archive}/%f.new && mv {archive}/%f.new {archive}/%f",
            "archive_timeout": f"{TIMEOUT}s",
        }
        start_primary(primary)
        primary.ask("CREATE TABLE counted (number int PRIMARY KEY)")
        base = folder / "base"
        backed_up(primary, base)
        with receiver(primary, received):
            until(lambda: follows(primary), 20, "the receiver follows")
            said = synchronous(primary, "on", "wal-receiver")
            assert "wal-receiver: streaming, sync" in said
            local, waited = latencies(primary)
            acknowledged, at = killed_at_work(primary)
            shutil.rmtree(primary.postgres.data)
        yield Lost(primary, base, archive, received, acknowledged, at, local, waited)


def backed_up(pod: Pod, folder: Path) -> None:
    subprocess.run(
        [
            pod.binaries.program("pg_basebackup"),
            *("--host", pod.host, "--username", "ironclad_replicator"),
            *("--pgdata", str(folder), "--checkpoint", "fast", "--wal-method", "none"),
        ],
        env={**os.environ, "PGPASSWORD": pod.password("replication")},
        check=True,
        capture_output=True,
    )


def latencies(pod: Pod, many: int = 100) -> tuple[list[float], list[float]]:
    """Of commits that wait for the local disk alone, and for the receiver's too, in turns."""
    taken: dict[str, list[float]] = {"local": [], "on": []}
    with pod.postgres.connect("ironclad") as connection:
        for turn in range(many):
            for how, seconds in taken.items():
                connection.execute(f"SET synchronous_commit = {how}".encode())
                began = time.perf_counter()
                connection.execute("INSERT INTO noted VALUES (%s)", [str(turn)])
                seconds.append(time.perf_counter() - began)
    return taken["local"], taken["on"]


def killed_at_work(pod: Pod) -> tuple[dict[int, float], float]:
    acknowledged: dict[int, float] = {}

    def write() -> None:
        with pod.postgres.connect("ironclad") as connection:
            number = 0
            while True:
                number += 1
                insert = "INSERT INTO counted VALUES (%s)"
                try:
                    connection.execute(insert, [number])
                except psycopg.OperationalError:
                    return
                acknowledged[number] = time.monotonic()
                time.sleep(0.005)

    writer = threading.Thread(target=write, daemon=True)
    writer.start()
    began = time.monotonic()
    until(lambda: time.monotonic() > began + 2 * TIMEOUT + 1, 30, "it worked a while")
    signal_all(pod.postgres, signal.SIGKILL)
    at = time.monotonic()
    writer.join(10)
    pod.postgres.stop()
    return acknowledged, at


def restored(lost: Lost, *sources: str) -> set[int]:
    """The numbers in a server made of the base backup and what is found at these places."""
    pod = lost.primary
    data = pod.postgres.data
    shutil.rmtree(data, ignore_errors=True)
    shutil.copytree(lost.base, data)
    (data / "recovery.signal").touch()
    (data / "postgresql.auto.conf").write_text("")
    for path in (data, *data.rglob("*")):
        give(path, pod.owner)
    data.chmod(0o700)
    pod.postgres = pod.server(BASE / "postgresql.conf")
    command = " || ".join(f"cp {source} %p" for source in sources)
    pod.postgres.settings = {
        **pod.postgres.settings,
        "restore_command": f"({command}) 2> /dev/null",
    }
    pod.postgres.start()
    try:
        query = "SELECT pg_is_in_recovery()"
        until(lambda: pod.ask(query) == [(False,)], 30, "it is out of recovery")
        rows = pod.ask("SELECT number FROM counted")
    finally:
        pod.postgres.stop()
    return {int(str(row[0])) for row in rows}


def test_with_the_receiver_no_acknowledged_commit_is_lost(lost: Lost) -> None:
    folder = lost.received
    sources = f"{lost.archive}/%f", f"{folder}/%f", f"{folder}/%f.partial"
    there = restored(lost, *sources)
    assert len(lost.acknowledged) > 100
    assert lost.acknowledged.keys() - there == set()


def test_with_archiving_alone_at_most_the_timeout_is_lost(lost: Lost) -> None:
    there = restored(lost, f"{lost.archive}/%f")
    gone = lost.acknowledged.keys() - there
    newest = max(
        lost.acknowledged[number] for number in there & lost.acknowledged.keys()
    )
    print(  # noqa: T201 - a figure of the guide
        f"lost: {len(gone)} of {len(lost.acknowledged)}, {lost.at - newest:.2f} s"
    )
    # What is lost is the end, without holes before it.
    assert all(lost.acknowledged[number] > newest for number in gone)
    assert lost.at - newest <= TIMEOUT + SLACK


def test_what_waiting_for_the_receiver_costs(lost: Lost) -> None:
    local, waited = (
        statistics.median(each) * 1000 for each in (lost.local, lost.waited)
    )
    print(  # noqa: T201 - a figure of the guide
        f"ms of a commit: {local:.2f} alone, {waited:.2f} with it: {waited / local:.2f}"
    )
    assert waited < 1000


def test_without_its_receiver_a_commit_hangs_until_the_glass_is_broken() -> None:
    with pods(1) as (primary,):
        received = primary.folder / "received"
        received.mkdir()
        give(received, primary.owner)
        start_primary(primary)
        with pytest.raises(AssertionError, match="nothing was changed"):
            synchronous(primary, "on", "wal-receiver")
        with receiver(primary, received):
            until(lambda: follows(primary), 20, "the receiver follows")
            synchronous(primary, "on", "wal-receiver")
        done = threading.Event()

        def commit() -> None:
            primary.ask("INSERT INTO noted VALUES ('hangs')")
            done.set()

        threading.Thread(target=commit, daemon=True).start()
        waits = "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
        until(lambda: bool(primary.ask(waits)), 20, "the commit waits")
        assert not done.is_set()
        assert "wait for: nobody" in synchronous(primary, "off")
        until(done.is_set, 10, "it goes on")
