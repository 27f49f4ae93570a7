"""Secrets from the environment or from files, one or several."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from ironclad import env

NAME = "SECRET_KEY_FALLBACKS"


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("", []),
        ("a", ["a"]),
        (" a, b ,", ["a", "b"]),
        ("a\n\nb\r\nc\n", ["a", "b", "c"]),
    ],
)
def test_several_are_told_apart_by_commas_or_lines(
    text: str, keys: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(NAME, text)
    assert env.lines(NAME) == keys
    monkeypatch.delenv(NAME)
    (tmp_path / "keys").write_bytes(text.encode())
    monkeypatch.setenv(f"{NAME}_FILE", str(tmp_path / "keys"))
    assert env.lines(NAME) == keys


def test_a_file_counts_only_where_the_variable_is_not_set(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(f"{NAME}_FILE", str(tmp_path / "keys"))
    assert env.file(NAME) == tmp_path / "keys"
    monkeypatch.setenv(NAME, "a")
    assert env.file(NAME) is None
    assert env.text(NAME) == "a"


def test_a_file_that_is_not_there_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv(NAME, raising=False)
    monkeypatch.setenv(f"{NAME}_FILE", str(tmp_path / "gone"))
    with pytest.raises(ImproperlyConfigured, match=r"SECRET_KEY_FALLBACKS_FILE.*gone"):
        env.text(NAME)
