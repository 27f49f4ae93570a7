from __future__ import annotations

import pickle
from collections.abc import Iterator

import pytest
from pytest_django import Settings

from ironclad.shared_cache import Plain, _client

RAN: list[str] = []


class Program:
    """What runs where somebody unpickles it."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return RAN.append, ("here",)


@pytest.fixture
def serializer(settings: Settings) -> Iterator[Plain]:
    """The one in use."""
    settings.REDIS_URL = "redis://redis:6379/0"
    _client.cache_clear()
    yield vars(_client())["_serializer"]
    _client.cache_clear()


@pytest.mark.parametrize("body", [pickle.dumps(Program()), b"abc", b""])
def test_what_redis_says_is_never_run(serializer: Plain, body: bytes) -> None:
    with pytest.raises(ValueError):
        serializer.loads(body)
    assert not RAN


@pytest.mark.parametrize("value", [0, 400, -1, "text", None, [1, "a"], {"a": True}])
def test_what_was_kept_is_read_again(serializer: Plain, value: object) -> None:
    assert serializer.loads(serializer.dumps(value)) == value


def test_a_counter_is_kept_as_digits(serializer: Plain) -> None:
    """Redis itself adds to it."""
    assert serializer.dumps(41) == b"41"
