from __future__ import annotations

from pathlib import Path

import pytest
from django.template import Context, Template
from django.templatetags.static import static

from sre_console.pages.modules import imports, needed

STATIC = Path(__file__).resolve().parents[3] / "static"


def test_every_way_to_import_is_seen_and_nothing_else() -> None:
    source = """
import { a } from "./a.js";
import {
  b,
  c,
} from "../lib/b.js";
import './side.js';
export * from "./again.js";
/** @typedef {import("./type.js").T} T */
const text = 'import "./no.js"';
import lib from "elsewhere";
"""
    assert imports(source) == ["./a.js", "../lib/b.js", "./side.js", "./again.js"]


def test_a_page_hears_of_all_that_it_will_ask_for() -> None:
    found = needed("js/pages/live.js")
    assert "js/live/store.js" in found
    assert "js/pages/live.js" not in found
    assert len(set(found)) == len(found) > 50
    for name in found:
        source = (STATIC / name).read_text("utf-8")
        assert len(imports(source)) == source.count(' from ".') + source.count(
            '\nimport "./'
        )


def test_they_are_told_of_before_the_script_and_by_the_same_addresses() -> None:
    text = '{% load modules %}{% module "js/pages/audit.js" %}'
    lines = Template(text).render(Context()).strip().split("\n")
    entry = static("js/pages/audit.js")
    assert lines[-1] == f'<script type="module" src="{entry}"></script>'
    assert len(lines) == len(needed("js/pages/audit.js")) + 1
    assert lines[0].startswith('<link rel="modulepreload" href="/static/v-')


@pytest.mark.parametrize(
    "entry", sorted(path.name for path in (STATIC / "js" / "pages").glob("*.js"))
)
def test_all_that_a_page_imports_is_there(entry: str) -> None:
    for name in needed(f"js/pages/{entry}"):
        assert (STATIC / name).is_file()
