from __future__ import annotations

import pytest

from api.parsers import read
from ironclad.errors import FieldsInvalid, MalformedRequest, ValidationFailed


def test_an_object_is_read_as_it_is() -> None:
    raw = '{"name": "Zoë 🙂", "n": [1, -2.5, true, null], "o": {"p": ""}}'.encode()
    assert read(raw) == {"name": "Zoë 🙂", "n": [1, -2.5, True, None], "o": {"p": ""}}


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"{", b"{'a': 1}", b'{"a": 1,}', b"\xff\xfe{}", b'{"a": "\xff"}', b"\xef\xbb\xbf{}",
        b'{"a": 1} {}', b'{"a": 1, "a": 2}', b'{"o": {"a": 1, "a": 1}}',
        b'{"\\u0000": 1}', b'{"\\ud800": 1}', b'{"a": 01}', b'{"a": "\n"}',
    ],
)  # fmt: skip
def test_what_two_readers_could_take_differently_is_malformed(raw: bytes) -> None:
    with pytest.raises(MalformedRequest):
        read(raw)


@pytest.mark.parametrize("depth", [20, 1_000, 100_000])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_deep_nesting_is_malformed(depth: int, opening: str, closing: str) -> None:
    raw = '{"a":' + opening * depth + "1" + closing * depth + "}"
    with pytest.raises(MalformedRequest):
        read(raw.encode())


@pytest.mark.parametrize(
    "value",
    ['"\\u0000"', '"a\\u0000b"', '"\\ud800"', '"\\udc00x"', "NaN", "Infinity", "-Infinity",
     "1e999", "9" * 5000, '["\\ud800"]'],
)  # fmt: skip
def test_a_value_that_fits_nowhere_is_refused_by_the_name_of_its_field(
    value: str,
) -> None:
    with pytest.raises(FieldsInvalid) as refused:
        read(f'{{"good": 1, "bad": {value}}}'.encode())
    assert refused.value.field == "bad"


def test_a_field_inside_another_is_named_by_its_path() -> None:
    with pytest.raises(FieldsInvalid) as refused:
        read(b'{"target": {"pathPrefix": "\\u0000"}}')
    assert refused.value.field == "target.pathPrefix"


@pytest.mark.parametrize("raw", [b"[]", b"null", b"1", b'"x"', b"NaN"])
def test_only_an_object_will_do(raw: bytes) -> None:
    with pytest.raises(ValidationFailed):
        read(raw)
