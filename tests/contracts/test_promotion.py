"""`deploy/pipeline/promote.sh` changes an overlay's tag and digest, and nothing else."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = "deploy/pipeline/promote.sh"
FIRST, SECOND = (f"sha256:{digit * 64}" for digit in "1a")


class Checkout:
    """A repository with the overlays and the script alone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        overlays = "deploy/kubernetes/overlays"
        shutil.copytree(ROOT / overlays, folder / overlays)
        (folder / SCRIPT).parent.mkdir(parents=True)
        shutil.copy2(ROOT / SCRIPT, folder / SCRIPT)
        self.git("init", "--quiet", "--initial-branch=main")
        self.git("config", "user.name", "Somebody")
        self.git("config", "user.email", "somebody@example.org")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "Begin")

    def git(self, *words: str) -> str:
        done = subprocess.run(
            ["git", *words], cwd=self.folder, check=True, capture_output=True, text=True
        )
        return done.stdout

    def promote(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.folder / SCRIPT, *words],
            cwd=self.folder,
            check=False,
            capture_output=True,
            text=True,
        )

    def changed(self) -> list[str]:
        """The lines that the last commit took away and put in."""
        shown = self.git("show", "--format=", "--unified=0").splitlines()
        body = [line for line in shown if line[0] in "+-"]
        return [line for line in body if not line.startswith(("+++", "---"))]

    def file(self, environment: str) -> Path:
        return (
            self.folder / f"deploy/kubernetes/overlays/{environment}/kustomization.yaml"
        )


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def test_it_commits_the_tag_and_the_digest_and_nothing_else(checkout: Checkout) -> None:
    before = yaml.safe_load(checkout.file("dev").read_text())
    done = checkout.promote("dev", "1.2.3", FIRST)
    assert done.returncode == 0, done.stderr
    added = [line for line in checkout.changed() if line.startswith("+")]
    assert added == ["+    newTag: 1.2.3", f"+    digest: {FIRST}"]
    assert checkout.git("show", "--format=%s", "--name-only").split("\n") == [
        "Run ironclad-backend 1.2.3 in dev",
        "",
        "deploy/kubernetes/overlays/dev/kustomization.yaml",
        "",
    ]
    after = yaml.safe_load(checkout.file("dev").read_text())
    (entry,) = before["images"]
    entry |= {"newTag": "1.2.3", "digest": FIRST}
    assert after == before


def test_the_next_version_takes_the_place_of_the_one_before(checkout: Checkout) -> None:
    checkout.promote("dev", "1.2.3", FIRST)
    checkout.promote("dev", "1.2.4-rc.1", SECOND)
    assert checkout.changed() == [
        "-    newTag: 1.2.3",
        f"-    digest: {FIRST}",
        "+    newTag: 1.2.4-rc.1",
        f"+    digest: {SECOND}",
    ]


def test_a_version_goes_from_one_environment_to_the_next(checkout: Checkout) -> None:
    for environment in ("dev", "staging", "prod"):
        assert checkout.promote(environment, "1.2.3", FIRST).returncode == 0
    assert len(checkout.git("log", "--format=%h").splitlines()) == 4


@pytest.mark.parametrize("environment", ["staging", "prod"])
def test_it_refuses_what_the_environment_before_does_not_run(
    checkout: Checkout, environment: str
) -> None:
    checkout.promote("dev", "1.2.3", FIRST)
    refused = checkout.promote(environment, "1.2.3", SECOND)
    assert refused.returncode == 1
    assert "does not run 1.2.3" in refused.stderr
    assert checkout.git("status", "--porcelain") == ""


def test_the_same_version_again_is_no_commit(checkout: Checkout) -> None:
    checkout.promote("dev", "1.2.3", FIRST)
    commit = checkout.git("rev-parse", "HEAD")
    assert checkout.promote("dev", "1.2.3", FIRST).returncode == 0
    assert checkout.git("rev-parse", "HEAD") == commit


def test_changes_that_are_not_committed_are_left_alone(checkout: Checkout) -> None:
    file = checkout.file("dev")
    file.write_text(file.read_text() + "# mine\n")
    refused = checkout.promote("dev", "1.2.3", FIRST)
    assert (refused.returncode, "not committed" in refused.stderr) == (1, True)
    assert file.read_text().endswith("# mine\n")


def test_other_changes_stay_out_of_the_commit(checkout: Checkout) -> None:
    file = checkout.file("prod")
    file.write_text(file.read_text() + "# mine\n")
    checkout.git("add", "--all")
    assert checkout.promote("dev", "1.2.3", FIRST).returncode == 0
    assert "# mine" not in "\n".join(checkout.changed())


@pytest.mark.parametrize(
    "words",
    [
        ("minikube", "1.2.3", FIRST),
        ("../dev", "1.2.3", FIRST),
        ("dev", "latest", FIRST),
        ("dev", "1.2.3\n    newName: evil", FIRST),
        ("dev", "1.2.3", "sha256:123"),
        ("dev", "1.2.3"),
    ],
)
def test_it_refuses_words_that_say_nothing(
    checkout: Checkout, words: tuple[str, ...]
) -> None:
    assert checkout.promote(*words).returncode == 64
    assert checkout.git("status", "--porcelain") == ""


def test_an_overlay_without_a_tag_is_refused_unchanged(checkout: Checkout) -> None:
    file = checkout.file("dev")
    file.write_text(file.read_text().replace("    newTag:", "    # newTag:"))
    checkout.git("commit", "--quiet", "--all", "--message", "Name no tag")
    refused = checkout.promote("dev", "1.2.3", FIRST)
    assert (refused.returncode, "names no tag" in refused.stderr) == (1, True)
    assert checkout.git("status", "--porcelain") == ""


@pytest.mark.parametrize("quote", ["", '"', "'"])
def test_a_registry_with_a_port_is_refused_unchanged(
    checkout: Checkout, quote: str
) -> None:
    """Its port would become the version in every label."""
    file = checkout.file("dev")
    name = f"{quote}registry.example.org:5000/ironclad/ironclad-backend{quote}"
    given = "registry.example.org/ironclad/ironclad-backend"
    file.write_text(file.read_text().replace(given, name))
    checkout.git("commit", "--quiet", "--all", "--message", "Name a port")
    refused = checkout.promote("dev", "1.2.3", FIRST)
    (line,) = refused.stderr.splitlines()
    assert (refused.returncode, "has a port" in line) == (1, True)
    assert checkout.git("status", "--porcelain") == ""
