"""The Recovery page as somebody sees it after a backup and a validation."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, StorageState, expect

from tests.browser.axe import assert_clean, bare
from tests.browser.stage import Stage

pytestmark = [pytest.mark.acceptance, pytest.mark.patient]


@pytest.fixture(scope="module")
def validated(stage: Stage) -> int:
    """A backup of half an hour ago, and a validation of it. The restore's number."""
    stage.query(
        "INSERT INTO backup_run (kind, repository, label, state, reason, started_at, ended_at,"
        " size, stored, wal_start, wal_stop, by) VALUES ('full', 'folder of the test', 'seen-F',"
        " 'good', '', now() - interval '31 min', now() - interval '30 min', 81000000, 12000000,"
        " '', '', 'ada') RETURNING id"
    )
    ((number,),) = stage.query(
        "INSERT INTO restore_run (kind, repository, label, target, state, reason, started_at,"
        " ended_at, recovery_seconds, reached_at, lost_seconds, size, wal, checks, counts, by)"
        " VALUES ('validation', 'folder of the test', 'seen-F', 'latest', 'good', '',"
        " now() - interval '20 min', now() - interval '19 min', 8.4, now(), 3, 81000000, 1000000,"
        ' \'[{"name": "pg_amcheck", "passed": true, "told": "no corruption"}]\','
        ' \'{"users": {"source": {"rows": 45}, "restored": {"rows": 45}}}\', \'ada\')'
        " RETURNING id"
    )
    return int(number)


def test_a_recovery_is_seen_with_what_it_achieved(
    stage: Stage,
    validated: int,
    operator_state: StorageState,
    contexts: Callable[..., BrowserContext],
) -> None:
    page = bare(contexts, operator_state)
    page.goto(stage.url + "/console/recovery")
    bar = page.get_by_role("img", name="achieved 8.4 s, aimed at 15 min, promised 4 h")
    expect(bar).to_be_visible()
    track = bar.locator(".scale__track").bounding_box()
    fill = bar.locator(".scale__fill").bounding_box()
    assert track
    assert fill
    assert 0.1 < fill["width"] / track["width"] < 0.3  # 8.4 s on a line from 1 s to 1 d
    row = page.locator(f"#restore-{validated}")
    row.locator("summary").click()
    expect(row.get_by_text("no corruption")).to_be_visible()
    page.wait_for_function("document.querySelector('[data-live]').dataset.seq > 0")
    assert_clean(page, "recovery")
    row.get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"Restore {validated}")
    assert_clean(page, "restore")
