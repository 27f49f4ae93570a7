"""The scan of `make check`: each kind of secret turns it red, what is explained does not."""

from __future__ import annotations

import subprocess
from hashlib import sha256
from pathlib import Path

import pytest

from supply import secret_scan
from supply.secret_scan import Allowance, allowances, judged, scanned, tracked

# In parts, or this file would turn the scan red itself.
_PARTS = {
    "AWS Access Key": ("AKIA", "Q3EGRLPWFNT5JXZM"),
    "Private Key": ("-----BEGIN RSA PRIVATE", " KEY-----"),
    "GitHub Token": ("token is ghp_", "Zq3vB9xKw2Lm8RtY5nHc", "7JdF4sGa6PeU1oXi"),
    "GitLab Token": ("glpat-", "x7Kq2mVbN4pRt9LzWc3e"),
    "Slack Token": ("xoxb-", "263594206564-2343594206574-", "FGqddMF8t08v8N7Oq4i57vs1"),
    "JSON Web Token": (
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9",
        ".eyJzdWIiOiIxMjM0NTY3ODkwIn0",
        ".dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
    ),
    "Basic Auth Credentials": ("url: postgresql://app:", "gR7vKq2xPz@db.internal/x"),
    "Base64 High Entropy String": (
        'KEY = "q7Vx2LmR9tKpZc4WnB8s',
        'YhJ3fGdE6aUuOiTy1CwX5kQ"',
    ),
    "Hex High Entropy String": ("key: ", sha256(b"planted").hexdigest()),
    "Secret Keyword": ('admin_password = "', 'correct-horse"'),
}
PLANTED = {kind: "".join(parts) for kind, parts in _PARTS.items()}


def write(folder: Path, text: str, name: str = "deploy/values.yaml") -> list[str]:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"first: line\n{text}\n")
    return [name]


@pytest.mark.parametrize("kind", PLANTED)
def test_a_planted_secret_is_found(kind: str, tmp_path: Path) -> None:
    found = scanned(tmp_path, write(tmp_path, PLANTED[kind]))
    assert kind in {each.kind for each in found}
    told = judged(found, [])
    assert told[0].startswith("deploy/values.yaml:2: ")
    assert not any(each.value in line for each in found for line in told)


@pytest.mark.parametrize("kind", sorted(set(PLANTED) - {"Secret Keyword"}))
def test_below_tests_as_well(kind: str, tmp_path: Path) -> None:
    names = write(tmp_path, PLANTED[kind], "tests/test_it.py")
    told = judged(scanned(tmp_path, names), allowances())
    assert any(line.startswith("tests/test_it.py:2: ") for line in told)


def test_an_allowance_is_for_its_file_its_kind_and_its_value(tmp_path: Path) -> None:
    found = scanned(tmp_path, write(tmp_path, PLANTED["Secret Keyword"]))
    (only,) = found
    given = Allowance("why", "deploy/", "Secret Keyword", (only.digest,))
    assert judged(found, [given]) == []
    elsewhere = Allowance("why", "docs/", "Secret Keyword", (only.digest,))
    assert len(judged(found, [elsewhere])) == 2
    another = Allowance("why", "deploy/", "Secret Keyword", ("0" * 16,))
    assert len(judged(found, [another])) == 2


def test_an_allowance_that_nothing_needs_is_told() -> None:
    (told,) = judged([], [Allowance("why", "docs/", "Private Key")])
    assert "not needed any more" in told


def test_an_allowance_without_a_reason_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "allowed.toml"
    path.write_text('[[allowed]]\nfile = ""\nkind = "Private Key"\nreason = " "\n')
    with pytest.raises(ValueError, match="why it is no secret"):
        allowances(path)


def test_what_is_not_yet_added_is_looked_at_and_what_is_ignored_is_not(
    tmp_path: Path,
) -> None:
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    (tmp_path / ".gitignore").write_text("ignored\n")
    for name in ("new.env", "ignored", "picture.png"):
        (tmp_path / name).write_text("x")
    assert tracked(tmp_path) == [".gitignore", "new.env"]


def test_a_finding_fails_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = scanned(tmp_path, write(tmp_path, PLANTED["AWS Access Key"]))
    monkeypatch.setattr(secret_scan, "allowances", list)
    monkeypatch.setattr(secret_scan, "everything", lambda _root: found)
    assert secret_scan.main(tmp_path) == 1
    assert PLANTED["AWS Access Key"] not in capsys.readouterr().out
    monkeypatch.setattr(secret_scan, "everything", lambda _root: [])
    assert secret_scan.main(tmp_path) == 0
