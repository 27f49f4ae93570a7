"""The examples of README, guide and runbooks, run as they stand against a running server."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from ironclad.embedded.binaries import BUILT_IN, find
from tests.acceptance.harness.processes import (
    CHECKOUT,
    OPERATOR_TOKEN,
    Server,
    Setup,
    Traffic,
)
from tests.acceptance.harness.waiting import until

pytestmark = [pytest.mark.acceptance, pytest.mark.patient]

README = (CHECKOUT / "README.md").read_text("utf-8")
PAGES = [
    CHECKOUT / "README.md",
    CHECKOUT / "docs/guide/game-days.md",
    CHECKOUT / "docs/guide/resilience.md",
    CHECKOUT / "docs/guide/incidents.md",
    *sorted((CHECKOUT / "docs/runbooks").glob("*.md")),
]


def examples(page: Path, command: str) -> list[str]:
    """The lines of a page's shell blocks that begin with this command."""
    text = page.read_text("utf-8")
    blocks = re.findall(r"^ *```sh\n(.+?)^ *```", text, re.MULTILINE | re.DOTALL)
    lines = [line.strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line.startswith(command)]


def test_there_are_examples() -> None:
    assert len(examples(PAGES[0], "curl ")) >= 10
    assert all(examples(page, "curl ") for page in PAGES if page.name != "README.md")


def test_every_look_into_the_database_works(setup: Setup) -> None:
    path = f"{find(BUILT_IN).folder / 'bin'}:{os.environ['PATH']}"
    shell = ".venv/bin/python manage.py dbshell --"
    looks = [each for page in PAGES for each in examples(page, shell)]
    assert looks
    # Django takes a second to start and then calls psql with what follows: once is enough.
    asked = [looks[0], *(look.replace(shell, 'psql "$DATABASE_URL"') for look in looks)]
    for look in asked:
        done = subprocess.run(
            ["bash", "-c", look],
            cwd=CHECKOUT,
            env={**setup.environment(1), "PATH": path},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{look}: {done.stderr}"


@pytest.fixture
def server(shared: Server, page: Path) -> Iterator[Server]:
    """In order before each page, whatever the examples of another have broken."""

    def told() -> bool:
        report: Any = shared.get("/api/resilience")
        return bool(report["replicas"])

    def calm() -> bool:
        report: Any = shared.get("/api/alerts")
        return all(alert["state"] != "firing" for alert in report["alerts"])

    until(told, 10, "it has told of itself")
    with ExitStack() as traffic:
        if "/api/game-days -H" in page.read_text("utf-8"):
            # they start in a calm, and it is none where nobody asks for anything
            traffic.enter_context(Traffic(shared))
            shared.post("/api/traffic", {"rate": 20})
            until(calm, 60, "nothing fires")
        yield shared
    shared.post("/api/chaos/disable")
    shared.post("/api/resilience/patterns", {"off": []})
    shared.post("/api/resilience/breakers/database/reset")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_example_answers_well(page: Path, server: Server, tmp_path: Path) -> None:
    for example in examples(page, "curl "):
        # what is made of the answer is not looked at
        command = (
            example.split(" | ", maxsplit=1)[0]
            .replace("http://127.0.0.1:3000", server.url)
            .replace(
                "curl ",
                f"curl --silent --output {tmp_path}/out --write-out %{{http_code}} ",
                1,
            )
        )
        done = subprocess.run(
            ["bash", "-c", command],
            env=os.environ | {"TOKEN": OPERATOR_TOKEN},
            capture_output=True,
            text=True,
            check=False,
        )
        answer = (tmp_path / "out").read_text("utf-8")
        assert done.stdout in {"200", "201", "202"}, (
            f"{example}: {done.stdout} {answer}"
        )


def test_the_token_comes_by_the_command_that_the_readme_names(shared: Server) -> None:
    assert "manage.py api_token" in README
    assert shared.setup.manage("api_token").strip() == OPERATOR_TOKEN
