"""A place's name tells which it is, and nothing that is secret."""

from __future__ import annotations

import pytest

from sre_console.incidents.places import MOST, Place, address_of, named

SLACK = "https://hooks.slack.example/services/T0/B0/SECRET"


def name(address: str, channel: str = "webhook") -> str:
    return Place(channel, address).name


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        (SLACK, "https://hooks.slack.example/… #"),
        ("https://me:SECRET@h.example:8443/?t=SECRET", "https://h.example:8443/… #"),
        ("http://[2001:db8::1]:81/SECRET", "http://[2001:db8::1]:81/… #"),
        ("https://h.example", "https://h.example/… #"),
        ("https://h.example:SECRET/", "webhook:/… #"),
    ],
)
def test_a_webhook_is_named_by_its_host_and_a_digest(address: str, shown: str) -> None:
    begin, digest = name(address)[:-8], name(address)[-8:]
    assert begin == shown
    assert int(digest, 16) >= 0
    assert "SECRET" not in name(address)


def test_its_digest_is_the_beginning_of_sha_256() -> None:
    # printf https://h.example/a | sha256sum
    assert name("https://h.example/a").endswith("#dfb4b664")


def test_two_addresses_of_one_host_are_told_apart() -> None:
    other = SLACK.replace("B0", "B1")
    assert name(SLACK) != name(other)
    assert address_of("webhook", name(other), [SLACK, other]) == other
    assert address_of("webhook", name(other), [SLACK]) is None


@pytest.mark.parametrize("channel", ["webhook", "email"])
@pytest.mark.parametrize(
    "address",
    [
        "https://h.example/" + "a" * 5000,
        f"https://{'a' * 400}.example/",
        "a" * 300 + "@example.org",
        "https://h\0.example/",
        "https://h\ud800.example/",
        "https://[/",
        "",
    ],
)
def test_every_name_is_short_and_can_be_stored(address: str, channel: str) -> None:
    made = name(address, channel)
    assert len(made) <= MOST
    assert made.isprintable()
    assert address_of(channel, made, [address]) == address


def test_a_mail_address_is_its_own_name() -> None:
    assert name("sre@example.org", "email") == "sre@example.org"


def test_what_an_older_version_wrote_is_named_once() -> None:
    assert named("webhook", SLACK) == name(SLACK)
    assert named("webhook", name(SLACK)) == name(SLACK)
    assert named("email", "sre@example.org") == "sre@example.org"
