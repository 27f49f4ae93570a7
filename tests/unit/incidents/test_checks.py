from __future__ import annotations

import pytest

from sre_console import checks
from sre_console.slo.documents import DocumentInvalid


def test_the_shipped_rules_are_quiet() -> None:
    assert checks.check_rules(None) == []


def test_a_file_that_says_nonsense_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise DocumentInvalid("alerts.yaml", "spec.rules[0].for", "must be text")

    monkeypatch.setattr(checks, "catalogue", broken)
    (found,) = checks.check_rules(None)
    assert found.id == "sre_console.E001"
    assert found.msg == "alerts.yaml: spec.rules[0].for: must be text"
