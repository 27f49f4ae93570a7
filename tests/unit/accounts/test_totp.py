"""Codes of an authenticator app, and recovery codes."""

from __future__ import annotations

import base64

import pytest

from sre_console.accounts.totp import (
    address_of,
    is_recovery,
    recovery_codes_new,
    secret_new,
    step_of,
    tidy,
)

# RFC 6238, appendix B, SHA-1: the last six of the eight digits.
RFC = base64.b32encode(b"12345678901234567890").decode()
VECTORS = {
    59: "287082",
    1111111109: "081804",
    1234567890: "005924",
    20000000000: "353130",
}


def test_the_codes_are_those_of_the_rfc() -> None:
    for at, code in VECTORS.items():
        assert step_of(RFC, code, at) == at // 30


def test_a_clock_may_be_one_step_off_and_no_more() -> None:
    code, at = "081804", 1111111109
    found = [step_of(RFC, code, at + late) for late in (-60, -30, 0, 30, 60)]
    assert found == [None, at // 30, at // 30, at // 30, None]


@pytest.mark.parametrize(
    "wrong", ["", "28708", "2870820", "٢٨٧٠٨٢", "abcdef", " 287082"]
)
def test_whatever_is_no_code_is_none(wrong: str) -> None:
    assert step_of(RFC, wrong, 59) is None


def test_a_secret_has_160_bits_and_its_address_names_person_and_place() -> None:
    secret = secret_new()
    assert len(base64.b32decode(secret)) == 20
    address = address_of(secret, name="ann", issuer="Ironclad sre.example.org")
    assert address.startswith("otpauth://totp/Ironclad%20sre.example.org:ann?")
    assert secret in address


def test_recovery_codes_are_ten_and_read_as_people_type_them() -> None:
    codes = recovery_codes_new()
    assert len(set(codes)) == 10
    for code in codes:
        assert is_recovery(tidy(f" {code.lower().replace('-', ' ')} "))
    assert not is_recovery(tidy("287082"))
