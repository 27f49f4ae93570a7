"""The environment's name, and the list of those where faults are allowed."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from ironclad import env


def allowed(
    monkeypatch: pytest.MonkeyPatch, value: str, *, here: str = "staging"
) -> tuple[bool, tuple[str, ...]]:
    monkeypatch.setenv("PLACES", value)
    return env.places("PLACES", here=here, default=False)


def test_a_list_allows_where_it_names_this_one(monkeypatch: pytest.MonkeyPatch) -> None:
    assert allowed(monkeypatch, "dev, staging") == (True, ("dev", "staging"))
    assert allowed(monkeypatch, "staging", here="production") == (False, ("staging",))
    assert allowed(monkeypatch, "staging", here="staging-2")[0] is False


def test_a_switch_is_still_a_switch(monkeypatch: pytest.MonkeyPatch) -> None:
    assert allowed(monkeypatch, "on") == (True, ())
    assert allowed(monkeypatch, "OFF") == (False, ())
    assert allowed(monkeypatch, "") == (False, ())


@pytest.mark.parametrize(
    "value", ["on,staging", "Staging", "a b", ",", "x" * 33, "dév"]
)
def test_what_is_neither_is_refused(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    with pytest.raises(ImproperlyConfigured, match="PLACES must be on, off, or names"):
        allowed(monkeypatch, value)


def test_a_label_is_short_and_plain(monkeypatch: pytest.MonkeyPatch) -> None:
    assert env.label("LABEL", "production") == "production"
    monkeypatch.setenv("LABEL", "eu-1")
    assert env.label("LABEL", "production") == "eu-1"
    for wrong in ("EU", "a_b", "x" * 33, "on", "a\nb"):
        monkeypatch.setenv("LABEL", wrong)
        with pytest.raises(ImproperlyConfigured, match="LABEL must be"):
            env.label("LABEL", "production")
