"""The pacer in a process of its own, so that it takes nothing from who measures."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.load.shaped.book import Book, Sample
from tests.load.shaped.environment import CHECKOUT, PYTHON
from tests.load.shaped.knee import Step


@dataclass(frozen=True)
class Run:
    """`began` is wall time in seconds; all in the book counts from there."""

    began: float
    book: Book
    steps: list[Step]
    locust: str


class Drive:
    """A running pacer. `result` waits for its end."""

    def __init__(
        self, url: str, shape: str, token: str, *, poisson: bool = False
    ) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="ironclad-load-")
        self._out = Path(self._folder.name) / "run.json"
        how = ["poisson"] if poisson else []
        self._child = subprocess.Popen(
            [PYTHON, "-m", "tests.load.shaped.pacer", url, shape, self._out, *how],
            env=_environment(token),
            cwd=CHECKOUT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._child.stdout is not None
        line = self._child.stdout.readline()
        assert line, f"the pacer ended at once: {self._child.wait()}"
        self.began: float = json.loads(line)["began"]

    @property
    def running(self) -> bool:
        return self._child.poll() is None

    def result(self) -> Run:
        self._child.communicate()
        assert self._child.returncode == 0, self._child.returncode
        told: dict[str, Any] = json.loads(self._out.read_text("utf-8"))
        samples = [Sample(*each) for each in told["samples"]]
        assert told["counted"] == len(samples), "Locust has counted otherwise"
        book = Book(told["due"], samples)
        steps = [Step(**each) for each in told["steps"]]
        return Run(told["began"], book, steps, told["locust"])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.running:
            self._child.kill()
            self._child.communicate()  # and close what it wrote to
        self._folder.cleanup()


def _environment(token: str) -> dict[str, str]:
    """Nothing of our own environment's Python reaches Locust's."""
    kept = {
        k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "VIRTUAL"))
    }
    return {**kept, "LOAD_TOKEN": token, "PYTHONUNBUFFERED": "1"}
