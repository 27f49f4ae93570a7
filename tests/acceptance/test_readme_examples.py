"""The README's examples, run as they stand against a server that is running."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.acceptance.harness.processes import CHECKOUT, OPERATOR_TOKEN, Server

pytestmark = pytest.mark.acceptance

README = (CHECKOUT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```sh\n(.+?)^```", README, re.MULTILINE | re.DOTALL)
EXAMPLES = [
    line for block in BLOCKS for line in block.splitlines() if line.startswith("curl ")
]


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 10


def test_every_example_answers_well(server: Server, tmp_path: Path) -> None:
    for example in EXAMPLES:
        command = example.replace("http://127.0.0.1:3000", server.url).replace(
            "curl ",
            f"curl --silent --output {tmp_path}/out --write-out %{{http_code}} ",
            1,
        )
        done = subprocess.run(
            ["bash", "-c", command],
            env=os.environ | {"TOKEN": OPERATOR_TOKEN},
            capture_output=True,
            text=True,
            check=False,
        )
        answer = (tmp_path / "out").read_text("utf-8")
        assert done.stdout in {"200", "201"}, f"{example}: {done.stdout} {answer}"


def test_the_token_comes_by_the_command_that_the_readme_names(server: Server) -> None:
    assert "manage.py api_token" in README
    assert server.setup.manage("api_token").strip() == OPERATOR_TOKEN
