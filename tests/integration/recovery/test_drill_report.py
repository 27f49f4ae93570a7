"""The report of a disaster drill."""

from __future__ import annotations

import pytest

from ironclad.errors import Conflict
from sre_console.gamedays.disaster.markdown import report_file
from sre_console.models import DisasterDrill
from sre_console.recovery.drills.report import drill_over, drill_report
from sre_console.recovery.drills.selectors import drill_get
from sre_console.recovery.drills.services import drill_abandon, drill_finish
from tests.integration.recovery.drilling import OPS, began, followed, restored, ticked

pytestmark = pytest.mark.django_db


def over(row: DisasterDrill, **asked: object) -> DisasterDrill:
    drill_finish(actor=OPS, number=row.pk, asked=asked)
    return drill_get(row.pk)


def text(row: DisasterDrill) -> str:
    return report_file(row)[1].decode()


def test_it_tells_in_order_what_was_done_and_when_it_struck() -> None:
    row = over(followed(began()))
    kinds = [line.kind for line in drill_report(row).timeline]
    assert kinds[0] == "started"
    assert kinds[-1] == "finished"
    assert kinds.index("struck") < kinds.index("served")
    assert kinds.count("step") == 8


def test_the_file_holds_the_verdict_the_figures_and_how_they_were_measured() -> None:
    row = over(followed(began()), lessons="Know where the key is.\nAsk twice.")
    assert report_file(row)[0] == f"disaster-drill-{row.pk}.md"
    said = text(row)
    assert f"# Disaster drill {row.pk}: Volume lost" in said
    assert "**passed**. Every step is done, within the promised 4 h and 1 h." in said
    assert "Our own aim of 15 min and 1 min was met too." in said
    assert "| Loss \\(RPO\\) | 30 s | 1 h | 1 min | users.updated\\_at: newest" in said
    assert "> Know where the key is.\n> Ask twice." in said


def test_it_says_why_it_is_not_passed() -> None:
    said = text(over(ticked(began(), "backup")))
    assert "**failed**. “Note the newest commit” is not done," in said
    assert "the recovery time was not measured and the loss was not measured." in said


def test_a_restore_is_named_as_the_source() -> None:
    row = began()
    ticked(row, "loss", restore=restored().pk)
    assert "of full-1" in text(over(row))


def test_what_people_wrote_is_no_markup() -> None:
    row = ticked(began(reason="<b>*x*</b>"), "backup", note="| [a](b) |")
    said = text(over(row))
    assert "<b>" not in said
    assert r"\| \[a\]\(b\) \|" in said


def test_an_abandoned_one_says_why() -> None:
    row = began()
    drill_abandon(actor=OPS, number=row.pk, asked={"reason": "A real incident."})
    assert "**abandoned**. A real incident." in text(drill_get(row.pk))


def test_one_that_goes_on_has_none() -> None:
    with pytest.raises(Conflict):
        drill_over(began())
