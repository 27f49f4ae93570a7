"""The Recovery page in each state: whether it could be recovered, and what to do."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from sre_console.chaos.rows import database_now
from sre_console.pages.recovery_overview import Top, top
from sre_console.recovery import overview as overviews
from sre_console.recovery.overview import Archiver, Overview
from sre_console.recovery.replication import ReplicaLag
from sre_console.recovery.selectors import recovery_known
from sre_console.recovery.standing import RecoveryStanding, recovery_standing
from tests.integration.api.conftest import OPERATOR, Api, _settings
from tests.integration.pages.conftest import signed_in
from tests.integration.recovery.stage import MB, ago, backup, repository, restore

__all__ = ["_settings"]
pytestmark = [pytest.mark.django_db, pytest.mark.any_postgres]


@pytest.fixture
def client(viewer: User) -> Client:
    return signed_in(viewer)


def shown(client: Client) -> str:
    answer = client.get("/console/recovery")
    assert answer.status_code == 200, answer.text
    return re.sub(r"\s+", " ", answer.text)


def told() -> dict[str, Any]:
    answer = Api(OPERATOR).get("/api/recovery")
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["data"])


def codes() -> list[str]:
    return [each["code"] for each in told()["findings"]]


@pytest.fixture
def good(db: None) -> None:
    backup("20260131-120000F", at=ago(minutes=40))
    repository()
    restore()


def test_nothing_yet_is_grey_and_says_what_to_do(client: Client) -> None:
    page = shown(client)
    assert "Not yet" in page
    assert "manage.py backup" in page
    assert "is-unknown" in page
    assert "0 s" not in re.sub(r"<[^>]+>", " ", page)  # no confident 0
    body = told()
    assert body["answer"] == "nothing"
    for name in (
        "backup",
        "exposure",
        "validated",
        "validationDue",
        "backupAgeSeconds",
    ):
        assert body[name] is None


def test_a_fresh_backup_and_a_good_validation_are_a_yes(
    client: Client, good: None
) -> None:
    page = shown(client)
    assert '<p class="verdict__word">Yes</p>' in page
    for said in ("8.4 s", "3 s", "kept both", "promise 4 h", "aim 1 min", "9.0 GB", "40 min"):  # fmt: skip
        assert said in page, said
    body = told()
    assert body["answer"] == "yes"
    assert body["validated"]["recoverySeconds"] == 8.4
    assert body["targets"]["promised"] == {"recoverySeconds": 14400, "lostSeconds": 3600}  # fmt: skip


def test_an_old_backup_is_a_doubt(client: Client, good: None) -> None:
    from sre_console.models import BackupRun

    BackupRun.objects.update(ended_at=ago(hours=30), started_at=ago(hours=31))
    page = shown(client)
    assert "The newest backup is 30 h old" in page
    assert "30 h could be lost with the volume now" in page
    assert codes() == ["exposed", "backup_old"]


def test_a_failed_try_is_told_beside_the_good_one(client: Client, good: None) -> None:
    backup("20260201F", at=ago(minutes=1), state="failed", reason="no space left")
    page = shown(client)
    assert "1 backup failed since the last good one" in page
    assert "no space left" in page
    assert told()["backup"]["label"] == "20260131-120000F"


def test_a_failed_validation_is_a_no_whatever_came_before(
    client: Client, good: None
) -> None:
    restore(at=ago(minutes=2), state="failed", reason="block 7", recovery_seconds=None)
    page = shown(client)
    assert "Do not rely on it" in page
    assert "block 7" in page
    assert codes() == ["validation_failed"]
    assert told()["validated"]["recoverySeconds"] == 8.4


def test_a_missed_promise_is_seen(client: Client, good: None) -> None:
    restore(at=ago(minutes=2), recovery_seconds=5 * 3600.0)
    assert "missed what is promised" in shown(client)
    assert codes() == ["promise_missed"]


def test_a_repository_that_could_not_be_read_is_told(client: Client) -> None:
    backup("A", at=ago(minutes=40))
    restore()
    repository(complaint="the passphrase is wrong", free=None)
    page = shown(client)
    assert "the passphrase is wrong" in page
    assert "out of reach" in page
    assert codes() == ["repository_unread"]


def test_a_gap_in_the_log_is_told(client: Client) -> None:
    backup("A")
    restore()
    repository(missing_wal=2)
    assert "2 segments of the log are missing" in shown(client)


def test_what_was_looked_at_long_ago_is_old(client: Client) -> None:
    backup("A")
    restore()
    repository(seen_at=ago(days=5))
    page = shown(client)
    assert "not seen lately" in page
    assert "nobody has looked at a repository lately" in page


Seen = Callable[..., Top]


@pytest.fixture
def seen(good: None, monkeypatch: pytest.MonkeyPatch) -> Seen:
    """The top of the page, with a standing that says otherwise."""

    def look(*, archiver: Archiver | None = None, **fields: Any) -> Top:
        now = database_now()
        values = {
            name: getattr(recovery_standing(now), name)
            for name in RecoveryStanding.__dataclass_fields__
        }
        standing = RecoveryStanding(**(values | fields))
        return top(Overview(recovery_known(now), standing, archiver or Archiver()))

    return look


def tile(view: Top, term: str) -> Any:
    return next(each for each in view.tiles if each.term.startswith(term))


def test_without_an_archive_the_age_of_the_backup_could_be_lost(seen: Seen) -> None:
    view = seen()
    assert tile(view, "Archiving").value == "off"
    lost = tile(view, "Lost")
    assert re.fullmatch(r"4\d min.*", lost.value)
    assert "only the newest backup" in lost.note


def test_what_was_archived_is_not_lost(seen: Seen) -> None:
    view = seen(archiver=Archiver(ago(seconds=40), "0" * 24), archives=True)
    assert tile(view, "Archiving").value == "working"
    lost = tile(view, "Lost")
    assert re.fullmatch(r"4\d s", lost.value)
    assert not lost.look


def test_archiving_that_fails_says_since_when(seen: Seen) -> None:
    archiver = Archiver(ago(minutes=20), "0" * 24, ago(minutes=1), "1" * 24)
    view = seen(archiver=archiver, archives=True, archive_failing=1140.0)
    archiving = tile(view, "Archiving")
    assert (archiving.value, archiving.look) == ("failing", "is-risk")
    assert archiving.note.startswith("for 19 min; the last segment 20 min")
    assert "not archived, for 19 min" in view.findings[0].title


def test_a_replica_has_what_the_archive_has_not(seen: Seen) -> None:
    late = ReplicaLag("standby", connected=True, bytes=7 * MB, seconds=2.0)
    view = seen(replicas=(late,))
    assert tile(view, "Lost").value == "2.0 s"
    assert (view.replicas[0].behind, view.replicas[0].seconds) == ("7.0 MB", "2.0 s")
    gone = ReplicaLag("standby", connected=False, bytes=None, seconds=900.0)
    view = seen(replicas=(gone,))
    assert tile(view, "Replicas").value == "lost"
    assert re.fullmatch(r"4\d min.*", tile(view, "Lost").value)  # it has nothing


def test_the_page_asks_little_of_the_database(
    client: Client, good: None, django_assert_max_num_queries: Any
) -> None:
    for n in range(30):
        backup(f"B{n}")
        restore()
    shown(client)
    with django_assert_max_num_queries(24):
        shown(client)


def test_strangers_are_led_to_the_sign_in() -> None:
    for path in ("", "/backups", "/restores", "/restores/1"):
        answer = Client().get(f"/console/recovery{path}")
        assert answer.status_code == 302
        assert "/console/sign-in" in answer["Location"]
    assert Api().get("/api/recovery").status_code == 401
    assert overviews.recovery_overview(database_now()).answer == "nothing"
