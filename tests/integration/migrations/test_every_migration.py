"""Each migration from here on: beside the version before it, and beside a large table."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.apps.registry import Apps
from django.db import DatabaseError, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor

from tests.integration.migrations.conftest import run
from tests.integration.migrations.judge import applied, unmarked
from tests.integration.migrations.rows import LEFT_OUT, used

# What came before was made for a database that nobody used yet.
BEFORE = ("sre_console", "0022_audit_bounds")


def models_of(apps: Apps) -> Iterator[type[models.Model]]:
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and model.__name__ not in LEFT_OUT:
            yield model


def use_all(apps: Apps, using: str) -> None:
    for model in models_of(apps):
        try:
            used(model, using)
        except Exception as error:
            error.add_note(f"by {model._meta.label}")
            raise


def test_each_runs_beside_the_version_before_and_blocks_no_large_table(
    steps: BaseDatabaseWrapper, postgres_version: int
) -> None:
    executor = MigrationExecutor(steps)
    leaves = executor.loader.graph.leaf_nodes()
    (newest,) = (leaf for leaf in leaves if leaf[0] == "sre_console")
    others = [leaf for leaf in leaves if leaf[0] != "sre_console"]
    state = executor.migrate([BEFORE, *others])
    executor = MigrationExecutor(steps)
    plan: list[tuple[Migration, bool]] = executor.migration_plan([newest, *others])
    assert plan, "BEFORE is the newest one"
    for migration, _backwards in plan:
        old = state.clone().apps
        use_all(old, steps.alias)  # or what follows would tell nothing
        state, findings = applied(migration, state, steps)
        executor.recorder.record_applied(migration.app_label, migration.name)
        told = [str(each) for each in unmarked(migration, findings)]
        assert told == [], f"{migration}: see docs/guide/migrations.md"
        try:
            use_all(old, steps.alias)
        except Exception as error:
            error.add_note(f"{migration} breaks the version before it")
            raise
        use_all(state.clone().apps, steps.alias)


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE silence ADD needed integer NOT NULL",
        "ALTER TABLE silence DROP COLUMN reason",
        "ALTER TABLE silence RENAME TO quiet",
    ],
)
def test_what_the_version_before_cannot_live_with_is_seen(
    steps: BaseDatabaseWrapper, postgres_version: int, change: str
) -> None:
    executor = MigrationExecutor(steps)
    executor.migrate(executor.loader.graph.leaf_nodes())
    old = MigrationExecutor(steps).loader.project_state().apps
    model = old.get_model("sre_console", "Silence")
    used(model, steps.alias)
    with transaction.atomic():
        run(steps, change)
        with pytest.raises(DatabaseError), transaction.atomic():
            used(model, steps.alias)
        transaction.set_rollback(True)
