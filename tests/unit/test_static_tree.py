from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.templatetags.static import static
from django.test import override_settings

from ironclad import static_tree


@pytest.fixture
def tree(tmp_path: Path) -> Callable[[], str]:
    """The hash of what lies in `tmp_path`, as an image collects it."""

    def of() -> str:
        with override_settings(STATIC_ROOT=tmp_path):
            return static_tree.tree.__wrapped__()

    (tmp_path / "js").mkdir()
    (tmp_path / "js" / "a.js").write_text("1;")
    return of


def test_it_changes_with_a_files_content_its_name_and_their_number(
    tmp_path: Path, tree: Callable[[], str]
) -> None:
    seen = [tree(), tree()]
    (tmp_path / "js" / "a.js").write_text("2;")
    seen.append(tree())
    (tmp_path / "js" / "a.js").rename(tmp_path / "js" / "b.js")
    seen.append(tree())
    (tmp_path / "c.css").write_text("")
    seen.append(tree())
    assert seen[0] == seen[1]
    assert len(set(seen)) == 4


def test_packed_copies_are_no_part_of_it(
    tmp_path: Path, tree: Callable[[], str]
) -> None:
    before = tree()
    (tmp_path / "js" / "a.js.gz").write_bytes(b"packed")
    assert tree() == before


def test_every_page_asks_by_it() -> None:
    assert static("js/theme.js") == f"/static/v-{static_tree.tree()}/js/theme.js"
