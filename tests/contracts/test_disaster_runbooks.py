"""The runbooks of disasters: every command in them is one that there is, with options it has."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

from sre_console.recovery.drills.scenarios import SCENARIOS

ROOT = Path(__file__).resolve().parents[2]
RUNBOOKS = ROOT / "docs/runbooks"
PROGRAMS = {
    "kubectl", "curl", "psql", "ls", "cp", "mkdir", "rm", "kill", "make", "printf",
    "export", "echo", "openssl", "realpath", "xargs", "head", "tail", "grep", ".venv/bin/python",
}  # fmt: skip
_BLOCK = re.compile(r"^ *```sh\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_SETS = re.compile(r"[A-Z_]+=")
_INNER = re.compile(r"\$\(([^()]*(?:\([^()]*\)[^()]*)*)\)")
every = pytest.mark.parametrize("name", SCENARIOS)


def blocks(name: str) -> list[str]:
    text = (RUNBOOKS / f"{name}.md").read_text("utf-8")
    return [
        "\n".join(line.strip() for line in block.splitlines())
        for block in _BLOCK.findall(text)
    ]


def commands(name: str) -> Iterator[list[str]]:
    """Each command as words: of pipes every part, and what stands in `$(…)` too."""
    for block in blocks(name):
        for line in block.splitlines():
            yield from _parts(line)


def _parts(line: str) -> Iterator[list[str]]:
    for inner in _INNER.findall(line):
        yield from _parts(inner)
    words: list[str] = []
    for word in [*shlex.split(_INNER.sub("x", line)), "|"]:
        if word != "|":
            words.append(word)
        elif words:
            yield words
            words = []


def test_they_are_read() -> None:
    found = [words for name in SCENARIOS for words in commands(name)]
    assert len(found) > 60
    assert ["make", "up"] in found


@every
def test_the_shell_can_read_every_block(name: str) -> None:
    for block in blocks(name):
        done = subprocess.run(
            ["bash", "-n"], check=False, input=block, text=True, capture_output=True
        )
        assert done.returncode == 0, (block, done.stderr)


@every
def test_every_program_is_known(name: str) -> None:
    for words in commands(name):
        first = words[0]
        if _SETS.match(first):
            continue
        if first.startswith("deploy/"):
            assert (ROOT / first).is_file(), words
        else:
            assert first in PROGRAMS, words
        if first == "make":
            assert f"\n{words[1]}:" in (ROOT / "Makefile").read_text("utf-8"), words


@every
def test_every_management_command_has_its_options(name: str) -> None:
    known = get_commands()
    for words in commands(name):
        if "manage.py" not in words:
            continue
        asked, *rest = words[words.index("manage.py") + 1 :]
        command = load_command_class(known[asked], asked)
        parser = command.create_parser("manage.py", asked)
        options = rest[: rest.index("--")] if "--" in rest else rest
        for word in options:
            if word.startswith("--"):
                assert word.split("=")[0] in parser._option_string_actions, words


@every
def test_every_module_is_one(name: str) -> None:
    for words in commands(name):
        if "-m" in words and words[0].endswith("python"):
            assert find_spec(words[words.index("-m") + 1]), words


@every
def test_every_object_of_the_cluster_is_in_the_manifests(name: str) -> None:
    kinds = {"deployment": "Deployment", "statefulset": "StatefulSet", "cronjob": "CronJob"}  # fmt: skip
    made = _manifests()
    for words in commands(name):
        if words[0] != "kubectl":
            continue
        assert "ironclad-demo" in words, words
        for word in words:
            kind, slash, which = word.removeprefix("--from=").partition("/")
            if slash and kind in kinds:
                assert (kinds[kind], which) in made, words


def _manifests() -> set[tuple[str, str]]:
    found = set()
    for path in (ROOT / "deploy").rglob("*.yaml"):
        text = path.read_text("utf-8")
        for each in text.split("\n---\n"):
            kind = re.search(r"^kind: (\w+)$", each, re.MULTILINE)
            name = re.search(
                r"^metadata:\n(?:  .*\n)*?  name: (\S+)$", each, re.MULTILINE
            )
            if kind and name:
                found.add((kind[1], name[1]))
    return found
