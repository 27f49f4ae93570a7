"""Commands of the Makefile that ask an instance say it where there is none."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from ironclad.embedded.home import CHECKOUT


def make(*words: str, **more: str) -> subprocess.CompletedProcess[str]:
    """As a person calls it: what a make around the tests says is not for this one."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("MAKE", "MFLAGS", "IRONCLAD_", "SECRET_KEY"))
    }
    return subprocess.run(
        ["make", "--no-print-directory", *words],
        env=kept | more,
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
        timeout=20,
    )


@pytest.mark.parametrize("target", ["sign-in-link", "logs"])
@pytest.mark.parametrize("exported", [True, False])
def test_where_no_instance_is_its_folder_is_asked_for(
    target: str, *, exported: bool, tmp_path: Path
) -> None:
    (tmp_path / "log").mkdir()  # as `make develop` leaves it
    (tmp_path / "log/install.log").touch()
    home = f"IRONCLAD_HOME={tmp_path}"
    named = [] if exported else [home]
    more = {"IRONCLAD_HOME": str(tmp_path)} if exported else {}
    done = make(target, *named, **more)
    assert done.returncode != 0
    what, remedy, *_ = done.stderr.splitlines()
    assert what == f"✗ there is no instance in {tmp_path}"
    assert remedy == f"  → name its folder: make {target} IRONCLAD_HOME=…"
    assert "Traceback" not in done.stderr


def test_where_one_is_it_is_asked(tmp_path: Path) -> None:
    (tmp_path / "secrets.json").write_text("{}", "utf-8")
    done = make("sign-in-link", IRONCLAD_HOME=str(tmp_path))
    assert "there is no instance" not in done.stderr


@pytest.mark.parametrize(
    ("named", "environment", "asked"),
    [
        ([], {}, ""),
        ([], {"AS": "/opt/bin/as"}, ""),
        (["AS=viewer"], {}, " --as viewer"),
    ],
    ids=["nothing", "an assembler", "a role"],
)
def test_a_link_is_the_operators_unless_the_command_names_a_role(
    named: list[str], environment: dict[str, str], asked: str
) -> None:
    done = make("--dry-run", "sign-in-link", *named, **environment)
    assert done.stdout.rstrip().endswith(f"manage.py sign_in_link{asked}")
