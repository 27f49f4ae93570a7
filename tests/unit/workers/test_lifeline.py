"""No process outlives a supervisor that was killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.acceptance.harness.processes import CHECKOUT

PROGRAM = """
import signal, sys, time
from ironclad.workers import lifeline
lifeline._GRACE = 0.05
signal.signal(signal.SIGTERM, getattr(signal, sys.argv[2]))
lifeline.hold(int(sys.argv[1]), 0.05)
print("holds", flush=True)
time.sleep(60)
"""


@contextmanager
def _holding(handler: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    ours, theirs = os.pipe()[::-1]
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(theirs), handler],
        pass_fds=[theirs],
        stdout=subprocess.PIPE,
        cwd=CHECKOUT,
    ) as child:
        os.close(theirs)
        try:
            assert child.stdout is not None
            assert child.stdout.readline() == b"holds\n"
            yield child, ours
        finally:
            child.kill()


def test_it_leaves_in_order_when_the_supervisor_is_gone() -> None:
    with _holding("SIG_DFL") as (child, ours):
        assert child.poll() is None
        os.close(ours)
        assert child.wait(10) == -signal.SIGTERM


def test_one_that_cannot_leave_is_ended() -> None:
    with _holding("SIG_IGN") as (child, ours):
        os.close(ours)
        assert child.wait(10) == -signal.SIGKILL
