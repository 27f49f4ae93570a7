"""Lessons and action items: bounded, audited, and changed by operators alone."""

from __future__ import annotations

from typing import Any

import pytest

from ironclad.errors import Conflict, FieldsInvalid, NotFound, PermissionRefused
from sre_console.audit.actor import Actor
from sre_console.gamedays.telling.learning import (
    ACTIONS_MOST,
    action_item_add,
    action_item_change,
    lesson_write,
    lessons_json,
)
from sre_console.models import AuditEntry, GameDay, GameDayAction
from tests.integration.gamedays.conftest import game_day

pytestmark = pytest.mark.django_db
ADA, VIC = Actor("ada", "operator"), Actor("vic", "viewer")


@pytest.fixture
def number(db: None) -> int:
    return int(game_day().row.pk)


def add(number: int, **asked: Any) -> GameDayAction:
    given = {"text": "Alert sooner", "owner": "vic", "dueOn": "2026-01-31"} | asked
    return action_item_add(actor=ADA, game_day_id=number, asked=given)


def change(number: int, item: GameDayAction, **asked: Any) -> GameDayAction:
    return action_item_change(
        actor=ADA, game_day_id=number, action_id=item.pk, asked=asked
    )


def actions() -> list[str]:
    return list(AuditEntry.objects.order_by("id").values_list("action", flat=True))


def test_lessons_are_kept_with_who_wrote_them(number: int) -> None:
    lesson_write(actor=ADA, game_day_id=number, asked={"text": "Page\nsooner."})
    row = GameDay.objects.get()
    assert (row.lessons, row.lessons_by) == ("Page\nsooner.", "ada")
    assert row.events.filter(kind="lesson", actor="ada").count() == 1
    assert actions() == ["game_day.lessons"]


def test_the_same_again_changes_nothing(number: int) -> None:
    for _ in range(2):
        lesson_write(actor=ADA, game_day_id=number, asked={"text": "Page sooner."})
    assert actions() == ["game_day.lessons"]


@pytest.mark.parametrize(
    "asked", [{}, {"text": "x" * 8001}, {"text": 5}, {"text": "x", "more": 1}]
)
def test_lessons_are_text_of_a_bounded_length(
    number: int, asked: dict[str, object]
) -> None:
    with pytest.raises(FieldsInvalid):
        lesson_write(actor=ADA, game_day_id=number, asked=asked)


def test_an_item_is_added_and_told(number: int) -> None:
    add(number)
    told: Any = lessons_json(GameDay.objects.get())["actions"]
    assert told[0] | {"id": 1} == {
        "id": 1, "text": "Alert sooner", "owner": "vic", "dueOn": "2026-01-31",
        "done": False, "doneAt": None, "createdBy": "ada",
    }  # fmt: skip
    assert actions() == ["game_day.action_added"]


@pytest.mark.parametrize(
    "asked",
    [{"text": " "}, {"text": "x" * 501}, {"dueOn": "2026-02-30"}, {"owner": "a\nb"}],
)
def test_an_item_that_reads_wrong_is_refused(
    number: int, asked: dict[str, object]
) -> None:
    with pytest.raises(FieldsInvalid):
        add(number, **asked)


def test_only_what_is_named_changes(number: int) -> None:
    item = add(number)
    change(number, item, done=True)
    item = change(number, item, owner="ada", dueOn=None)
    assert (item.text, item.owner, item.due_on) == ("Alert sooner", "ada", None)
    assert item.done_at is not None
    assert change(number, item, done=False).done_at is None
    assert actions().count("game_day.action_changed") == 3


def test_a_change_that_changes_nothing_is_not_told(number: int) -> None:
    item = add(number)
    change(number, item, owner="vic", done=False)
    assert actions() == ["game_day.action_added"]


def test_an_item_is_changed_on_its_own_game_day_only(number: int) -> None:
    item = add(number)
    other = game_day().row.pk
    with pytest.raises(NotFound):
        change(other, item, done=True)


def test_there_is_a_bound_to_items(number: int) -> None:
    GameDayAction.objects.bulk_create(
        GameDayAction(game_day_id=number, text="x", created_by="o")
        for _ in range(ACTIONS_MOST)
    )
    with pytest.raises(Conflict):
        add(number)


def test_a_viewer_is_refused(number: int) -> None:
    with pytest.raises(PermissionRefused):
        lesson_write(actor=VIC, game_day_id=number, asked={"text": "x"})
    with pytest.raises(PermissionRefused):
        action_item_add(actor=VIC, game_day_id=number, asked={"text": "x"})


def test_there_is_no_other_game_day(db: None) -> None:
    with pytest.raises(NotFound):
        lesson_write(actor=ADA, game_day_id=1, asked={"text": "x"})
