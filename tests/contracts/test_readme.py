"""What the README and the guide say is so: commands, variables, findings, links."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text("utf-8")
CONFIGURATION = (ROOT / "docs/guide/configuration.md").read_text("utf-8")
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


def rows(text: str) -> set[str]:
    """The first cell of each row of the tables, without its backquotes."""
    return set(re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE))


def test_every_make_command_of_the_readme_exists() -> None:
    targets = set(
        re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    )
    named = set(re.findall(r"make ([a-z][a-z0-9-]*)", README))
    assert named
    assert named <= targets


def test_what_the_makefile_says_of_itself_is_what_the_readme_says() -> None:
    told = dict(
        re.findall(
            r"^([a-z0-9-]+):[^#\n]*## (.+)$",
            (ROOT / "Makefile").read_text(),
            re.MULTILINE,
        )
    )
    listed = dict(
        re.findall(r"^\| `make ([a-z0-9-]+)` \| (.+) \|$", README, re.MULTILINE)
    )
    del told["help"]
    assert {name: text.replace("`", "") for name, text in listed.items()} == told


def read_by_the_settings() -> set[str]:
    files = sorted((ROOT / "ironclad").glob("*settings.py"))
    source = "".join(each.read_text("utf-8") for each in files)
    readers = r'env\.\w+\(\s*"([A-Z_]+)"'
    return set(re.findall(readers, source))


def test_every_setting_is_in_the_guide_and_nothing_else() -> None:
    settings = {row for row in rows(CONFIGURATION) if row.isupper()}
    assert settings == read_by_the_settings()


def test_the_readme_names_only_settings_that_exist() -> None:
    named = {row for row in rows(README) if row.isupper()}
    assert named
    assert named <= read_by_the_settings()


def test_every_finding_is_in_the_guide_and_nothing_else() -> None:
    files = [
        path
        for folder in ("ironclad", "sre_console")
        for path in (ROOT / folder).glob("*checks.py")
    ]
    source = "".join(path.read_text("utf-8") for path in files)
    known = set(re.findall(r"\b([EW]\d{3})\b", source))
    listed = {row for row in rows(CONFIGURATION) if row.startswith("ironclad.")}
    assert listed == {f"ironclad.{number}" for number in known}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)", page.read_text("utf-8"))
    local = [link for link in links if "://" not in link]
    missing = [link for link in local if not (page.parent / link).exists()]
    assert missing == []
