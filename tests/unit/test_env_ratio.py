from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from ironclad import env

NAME = "IRONCLAD_CHAOS_FLOOR"


@pytest.mark.parametrize(
    ("text", "ratio"),
    [("0.2", 0.2), ("0", 0.0), ("1", 1.0), ("none", None), ("Off", None), ("", 0.3)],
)
def test_a_ratio_is_read_or_there_is_none(
    monkeypatch: pytest.MonkeyPatch, text: str, ratio: float | None
) -> None:
    monkeypatch.setenv(NAME, text)
    assert env.ratio(NAME, 0.3) == ratio


def test_the_default_may_be_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(NAME, raising=False)
    assert env.ratio(NAME, None) is None


@pytest.mark.parametrize("text", ["20", "20%", "-0.1", "nan", "no"])
def test_it_refuses_what_is_no_ratio_by_name(
    monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setenv(NAME, text)
    with pytest.raises(ImproperlyConfigured, match=NAME):
        env.ratio(NAME, None)
