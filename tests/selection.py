"""Which tests a command of the Makefile finds.

All that it names; with IRONCLAD_TEST_SCOPE=gate, as the CI runs it for each change, without those
that take long to show again what shorter ones show in part: they are run each night.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import pytest

from ironclad.embedded.binaries import BUILT_IN

TESTS = Path(__file__).parent
# Where the Makefile looks for those with a mark.
PLACES = {
    "acceptance": {"acceptance", "browser"},
    "core": {"acceptance", "browser"},
    "stack": {"stack"},
    "manifests": {"manifests"},
}
SCOPE = os.environ.get("IRONCLAD_TEST_SCOPE", "all")
GATE = SCOPE == "gate"
OTHER_POSTGRES = os.environ.get("IRONCLAD_TEST_POSTGRES")
# Without one of them pytest-django lets nobody reach the database.
ASKS_POSTGRES = {"db", "transactional_db", "postgres_version"}
# What differs there from one case of a test to the next is who asks, or in which words: the
# statements are the same.
SAME_STATEMENTS = {"accounts", "api"}
# They have no SQL of their own: what they ask is asked by the tests of those whom they ask.
NO_STATEMENTS = {"access", "pages"}


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Refuse a test that no command would find; choose those for another PostgreSQL.

    On that one only those that ask it show anything new, and not even all of them.
    """
    lost = [item.nodeid for item in items if _out_of_place(item)]
    if lost:
        raise pytest.UsageError(f"the Makefile looks elsewhere for {lost}")
    if SCOPE not in {"all", "gate"}:
        raise pytest.UsageError(f"IRONCLAD_TEST_SCOPE is all or gate, not {SCOPE}")
    chosen = items
    if GATE:
        chosen = [item for item in chosen if not item.get_closest_marker("thorough")]
    if OTHER_POSTGRES:
        chosen = _chosen(chosen)
    left = set(map(id, chosen))
    config.hook.pytest_deselected(items=[i for i in items if id(i) not in left])
    items[:] = chosen


def _out_of_place(item: pytest.Item) -> bool:
    folder = item.path.relative_to(TESTS).parts[0]
    marks = {mark.name for mark in item.iter_markers()}
    return any(folder not in PLACES[mark] for mark in marks & PLACES.keys())


def _chosen(items: Iterable[pytest.Item]) -> list[pytest.Item]:
    """Those that ask PostgreSQL; the first case alone where all of them ask it the same.

    For the gate the first case of each: others differ in their values, as they did on the first.
    """
    seen: set[str] = set()
    chosen = []
    for item in items:
        test = item.nodeid.partition("[")[0]
        folders = set(item.path.relative_to(TESTS).parts)
        if folders & NO_STATEMENTS:
            continue
        alike = GATE or folders & SAME_STATEMENTS
        if _asks_postgres(item) and not (alike and test in seen):
            chosen.append(item)
            seen.add(test)
    return chosen


def _asks_postgres(item: pytest.Item) -> bool:
    names: list[str] = getattr(item, "fixturenames", [])
    asks = item.get_closest_marker("django_db") or ASKS_POSTGRES & set(names)
    return bool(asks) and not item.get_closest_marker("any_postgres")


@pytest.fixture(scope="session")
def postgres_version() -> int:
    """Of the PostgreSQL that a test starts for itself, or whose programs it runs."""
    return int(OTHER_POSTGRES or BUILT_IN)
