"""Addresses that lead inside are known, however they are wrapped."""

from __future__ import annotations

import pytest

from ironclad.outbound.addresses import is_public


@pytest.mark.parametrize(
    "address",
    [
        "93.184.215.14",
        "2606:2800:21f:cb07:6820:80da:af6b:8b2c",
        "::ffff:93.184.215.14",
        "64:ff9b::5db8:d70e",  # NAT64 of 93.184.215.14
        "2002:5db8:d70e::1",  # 6to4 of it
        "2606:2800:21f::1%eth0",
    ],
)
def test_hosts_of_the_internet_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
        "::", "::1", "fe80::1%eth0", "fc00::1", "fec0::1",
    ],
)  # fmt: skip
def test_internal_ones_are_not(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["224.0.0.1", "239.255.255.250", "233.1.1.1", "ff02::1", "ff0e::1"]
)
def test_a_group_is_nobody_to_speak_to(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "::ffff:127.0.0.1", "::ffff:169.254.169.254",
        "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::7f00:1",
        "2002:7f00:1::", "2002:a00:1::1",
        "2001:0:7f00:1::80ff:fffe",  # Teredo, both of its addresses are 127.0.0.1
        "2001:0:5db8:d70e::a247:28f1",  # Teredo: its way is not known, whatever is inside
        "::7f00:1", "::ffff:0:127.0.0.1",
    ],
)  # fmt: skip
def test_an_internal_address_inside_another_is_found(address: str) -> None:
    assert not is_public(address)


def test_what_is_no_address_is_refused() -> None:
    with pytest.raises(ValueError, match="does not appear"):
        is_public("hooks.example.org")
