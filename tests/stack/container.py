"""The image's files and the way a strict cluster runs them, without a container's machinery.

A copy of what `.dockerignore` lets in, below a file system that nobody can write to but in
`/tmp`, as a user that no `/etc/passwd` knows. Python and its packages are the checkout's own.
"""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.acceptance.harness.processes import CHECKOUT

USER = 54321
_IN_IMAGE = "/opt/ironclad"
# Where the copy is seen: a folder that every Linux has and nothing here needs.
PLACE = "/mnt/ironclad"


def copy_of_image(folder: Path) -> Path:
    """What `COPY . .` brings, with the rights that the Dockerfile gives it."""
    lines = (CHECKOUT / ".dockerignore").read_text("utf-8").splitlines()
    for wanted in (line[1:] for line in lines if line.startswith("!")):
        source, target = CHECKOUT / wanted, folder / wanted
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            unwanted = shutil.ignore_patterns("__pycache__", "*.pyc")
            shutil.copytree(source, target, ignore=unwanted)
        else:
            shutil.copy2(source, target)
    (folder / ".venv").mkdir()
    subprocess.run(["chmod", "-R", "a+rX,go-w", folder], check=True)
    return folder


def environment_of_image() -> dict[str, str]:
    """The Dockerfile's ENV."""
    text = (CHECKOUT / "deploy/docker/Dockerfile").read_text("utf-8")
    (block,) = re.findall(r"^ENV ((?:.*\\\n)*.*)$", text, re.MULTILINE)
    pairs = re.findall(r"([A-Z_]+)=(\S+)", block)
    found = {name: value.replace(_IN_IMAGE, PLACE) for name, value in pairs}
    return found | {"APP_VERSION": "1.0.0"}


@dataclass(frozen=True)
class Container:
    copy: Path
    environment: dict[str, str]

    def command(self, *words: str) -> list[str]:
        """What runs those words in there."""
        venv = Path(sys.prefix)
        return [
            "bwrap",
            *("--die-with-parent", "--ro-bind", "/", "/"),
            *("--dev", "/dev", "--proc", "/proc"),
            *("--perms", "1777", "--tmpfs", "/tmp"),
            *_python_in_sight(),
            *("--tmpfs", "/mnt", "--ro-bind", str(self.copy), PLACE),
            *("--ro-bind", str(venv), f"{PLACE}/.venv", "--remount-ro", "/mnt"),
            *("--chdir", PLACE, "--clearenv"),
            *(
                word
                for name, value in self.environment.items()
                for word in ("--setenv", name, value)
            ),
            *_as_somebody(),
            *words,
        ]

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*words),
            check=False,
            capture_output=True,
            text=True,
            timeout=60,
        )


def within(pid: int) -> int:
    """The process that bwrap, process `pid`, waits for: it passes no signal on."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii")
    return int(children)


def _python_in_sight() -> list[str]:
    """Python where the environment looks for it, though it lie below a private folder."""
    home = Path(sys.base_prefix)
    private = [p for p in home.parents if not p.stat().st_mode & stat.S_IXOTH]
    if not private:
        return []
    hidden, above = private[-1], list(home.parents)
    between = above[: above.index(hidden)]
    # Named one by one: those that bwrap makes unasked are its caller's alone.
    folders = [word for path in reversed(between) for word in ("--dir", str(path))]
    seen = ["--ro-bind", str(home), str(home), "--remount-ro", str(hidden)]
    return ["--tmpfs", str(hidden), *folders, *seen]


def _as_somebody() -> list[str]:
    """As root the kernel's own user id; else that of a user namespace, with our rights."""
    if os.geteuid():
        return ["--unshare-user", "--uid", str(USER), "--gid", "0"]
    dropped = [f"--reuid={USER}", "--regid=0", "--clear-groups", "--no-new-privs"]
    needed = ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    return [*needed, "setpriv", *dropped]
