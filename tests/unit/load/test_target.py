"""Whom load may be sent to, and what may be asked for."""

from __future__ import annotations

import subprocess

import pytest

from tests.load.shaped import __main__ as command
from tests.load.shaped.target import Refused, Target, check_address


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("http://127.0.0.1:3000", ""),
        ("http://localhost:3000", ""),
        ("http://[::1]:3000", ""),
        ("http://staging.example.org", "staging.example.org"),
        ("http://10.0.0.7:8080", "10.0.0.7"),
    ],
)
def test_loopback_and_the_host_that_was_named_may_be_loaded(
    url: str, allowed: str
) -> None:
    check_address(url, allowed)


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("http://staging.example.org", ""),
        ("http://staging.example.org", "example.org"),
        ("http://10.0.0.7", "10.0.0.8"),
        ("http://127.0.0.1.example.org", ""),
        ("ftp://127.0.0.1", ""),
        ("127.0.0.1:3000", ""),
    ],
)
def test_nobody_else_is_loaded(url: str, allowed: str) -> None:
    with pytest.raises(Refused):
        check_address(url, allowed)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--shape", "cliff"],
        ["--set", "WEB_PROCESSES"],
        ["--url", "http://127.0.0.1:1", "--set", "WEB_PROCESSES=2"],
    ],
)
def test_what_makes_no_sense_is_told_before_anything_starts(
    arguments: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("tests.load.shaped.environment.bring", lambda: None)
    assert command.main(arguments) == 2
    assert capsys.readouterr().err.startswith("✗ ")


def test_a_command_that_does_not_end_loses_no_report(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def hang(*_: object, **__: object) -> None:
        raise subprocess.TimeoutExpired("manage.py", 120)

    monkeypatch.setattr(subprocess, "run", hang)
    target = Target("http://127.0.0.1:1", "", "", environment={"HOME": "/"})
    with pytest.raises(Refused, match="measured_knee did not end"):
        target.manage("measured_knee")
