"""The steps that a runbook asks for."""

from __future__ import annotations

from sre_console.incidents.runbooks import Step, runbooks, steps_of

TEXT = """
**It means**: nothing.

## Look

1. Which **SLO**, and
   ```sh
   curl -s http://127.0.0.1:3000/api/slo
   1. not a step
   ```
2. Errors or *slowness*? See [High latency](high-latency.md)
   or the page.

## Do

* Take it `back`:

## Afterwards

* Nothing.
"""


def told(steps: tuple[Step, ...]) -> list[tuple[str, str]]:
    return [(step.section, step.text) for step in steps]


def test_the_items_of_its_sections_to_do_are_steps_without_markup() -> None:
    assert told(steps_of(TEXT)) == [
        ("Look", "Which SLO"),
        ("Look", "Errors or slowness? See High latency or the page."),
        ("Do", "Take it back"),
    ]


def test_a_step_keeps_its_id_while_others_change() -> None:
    before = {step.text: step.id for step in steps_of(TEXT)}
    after = {s.text: s.id for s in steps_of(TEXT.replace("1. Which", "1. But which"))}
    assert before["Take it back"] == after["Take it back"]
    assert before["Which SLO"] not in after.values()


def test_every_runbook_has_something_to_look_at_and_something_to_do() -> None:
    for name, book in runbooks().items():
        assert {step.section for step in book.steps} == {"Look", "Do"}, name
        assert len({step.id for step in book.steps}) == len(book.steps), name
