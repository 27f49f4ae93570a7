"""One reason, and what to do about it, of what pgBackRest complains about."""

from __future__ import annotations

import pytest

from ironclad.recovery.pgbackrest_failure import failure

NOISE = "FormatError: key/value found outside of section at line 1: \ufffdD\x08"


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (f"ERROR: [029]: unable to load info file 'x':\n   {NOISE}", "passphrase"),
        ("ERROR: [037]: info command requires option: repo1-cipher-pass", "is missing"),
        ("missing stanza: missing stanza path", "no such stanza"),
        ("ERROR: [055]: unable\n HINT: has a stanza-create been performed?", "stanza"),
        ("[HostConnectError] unable to connect to '10.0.0.1:8432': refused", "answer"),
        ("ERROR: [064]: unable to write '/x': [28] No space left on device", "full"),
        ("request failed with 403 (Forbidden): <Code>ExpiredToken</Code>", "expired"),
        ("ERROR: [095]: unable to verify certificate presented by 'x'", "certificates"),
        ("ERROR: [075]: backup set 2026F is not valid", "not in the repository"),
        ("ERROR: [040]: unable to restore, because it contains files", "not empty"),
        ("ERROR: [050]: unable to acquire lock on file '/tmp/x'", "at work"),
        (
            "ERROR: [041]: unable to open '/x': [13] Permission denied",
            "may not be read",
        ),
    ],
)
def test_a_cause_that_is_known_is_told_with_a_cure(told: str, words: str) -> None:
    found = failure("here", told)
    assert words in found.message
    assert found.message.startswith("here: ")
    assert found.remedy


def test_any_other_is_repeated_in_one_line() -> None:
    found = failure("here", "WARN: a\nERROR: [099]: something new\nHINT: more")
    assert found.message == "here: something new"


def test_nothing_is_told_that_no_screen_can_show() -> None:
    assert failure("here", f"ERROR: [029]: {NOISE}").message.isprintable()
