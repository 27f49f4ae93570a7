"""Destinations that must not lead inside."""

from __future__ import annotations

import json
import socket
from typing import Any

import pytest
from pytest_django import Settings

from ironclad.errors import DeadlineExceeded, OutboundUnavailable
from ironclad.outbound.answer import AddressForbidden
from ironclad.outbound.client import Outbound
from ironclad.outbound.names import NamesLoop
from sre_console.incidents import channels
from sre_console.incidents.channels import deliver, signature
from sre_console.incidents.outbox import Message
from sre_console.incidents.places import Place

from .behaviours import answer, answers
from .servers import Server


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]"])
def test_an_internal_address_is_not_spoken_to(outbound: Outbound, host: str) -> None:
    with Server(answers(answer())) as server:
        url = server.url.replace("127.0.0.1", host)
        with pytest.raises(AddressForbidden):
            outbound.request("GET", url, public_only=True)
        assert server.requests == []
    assert outbound._guard.breaker.standing().failures == 0


def test_it_may_be_where_that_is_allowed(outbound: Outbound) -> None:
    with Server(answers(answer())) as server:
        assert outbound.request("GET", server.url).status == 200


def test_a_connection_that_others_have_left_open_leads_inside_no_better(
    outbound: Outbound,
) -> None:
    with Server(answers(answer())) as server:
        assert outbound.request("GET", server.url).status == 200
        with pytest.raises(AddressForbidden):
            outbound.request("GET", server.url, public_only=True)
        assert len(server.requests) == 1


def message(address: str, **body: Any) -> Message:
    name = Place("webhook", address).name
    return Message(7, 1, "webhook", name, "opened", {"event": "incident.opened"} | body)


@pytest.fixture
def webhooks(
    monkeypatch: pytest.MonkeyPatch, outbound: Outbound
) -> dict[str, Outbound]:
    places: dict[str, Outbound] = {}
    monkeypatch.setattr(channels, "WEBHOOKS", places)
    return places


def test_a_webhook_gets_what_is_told_signed(
    outbound: Outbound, webhooks: dict[str, Outbound], settings: Settings
) -> None:
    settings.ALERT_WEBHOOK_SECRET = "webhook-secret-of-the-tests"
    settings.ALERT_WEBHOOKS_INTERNAL = True
    with Server(answers(answer(204, b""))) as server:
        webhooks[server.url] = outbound
        assert deliver(message(server.url, title="7 % fail \u2013 é")).problem == ""
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    assert json.loads(body)["title"] == "7 % fail \u2013 é"
    headers = dict(
        line.split(": ", 1) for line in head.decode().split("\r\n")[1:] if ": " in line
    )
    sent = headers["x-ironclad-signature"]
    at = int(sent.split(",")[0].removeprefix("t="))
    assert sent == signature("webhook-secret-of-the-tests", at, body)
    assert headers["x-ironclad-event-id"] == "7"


@pytest.mark.parametrize(("status", "final"), [(500, False), (404, False), (410, True)])
def test_a_webhook_that_refuses_is_tried_again_unless_it_is_gone(
    outbound: Outbound, webhooks: dict[str, Outbound], settings: Settings,
    status: int, final: bool,
) -> None:  # fmt: skip
    settings.ALERT_WEBHOOKS_INTERNAL = True
    with Server(answers(answer(status, b"secret words"))) as server:
        webhooks[server.url] = outbound
        outcome = deliver(message(server.url))
    assert outcome.problem == f"It answered with status {status}."
    assert outcome.final is final


def test_a_webhook_that_leads_inside_is_given_up(
    outbound: Outbound, webhooks: dict[str, Outbound], settings: Settings
) -> None:
    settings.ALERT_WEBHOOKS_INTERNAL = False
    with Server(answers(answer())) as server:
        webhooks[server.url] = outbound
        outcome = deliver(message(server.url))
    assert outcome.final
    assert "internal address" in outcome.problem


@pytest.mark.parametrize("looked_up", [1, 2])
def test_the_address_that_is_spoken_to_is_judged_whatever_was_looked_up_before(
    outbound: Outbound, monkeypatch: pytest.MonkeyPatch, looked_up: int
) -> None:
    """A name that leads outside, and inside from some look-up on (rebinding)."""
    asked = []

    async def answers_of_the_name(*_: object, **__: object) -> list[Any]:
        asked.append(1)
        address = "127.0.0.1" if len(asked) >= looked_up else "192.0.2.1"
        kind = socket.SOCK_STREAM
        return [(socket.AF_INET, kind, 6, "", (address, server.port))]

    monkeypatch.setattr(NamesLoop, "getaddrinfo", answers_of_the_name)
    with Server(answers(answer())) as server:
        url = f"http://hooks.example.org:{server.port}/"
        for _ in range(looked_up):
            with pytest.raises(
                (AddressForbidden, OutboundUnavailable, DeadlineExceeded)
            ):
                outbound.request("GET", url, public_only=True, deadline=0.3)
        assert server.requests == []
    assert len(asked) >= looked_up


def test_a_redirect_is_an_answer_and_not_followed(outbound: Outbound) -> None:
    """Wherever it leads: 169.254.169.254 is where clouds keep their keys."""
    with Server(answers(answer())) as inside:
        head = (
            f"HTTP/1.1 302 Found\r\nLocation: {inside.url}\r\nContent-Length: 0\r\n\r\n"
        )
        with Server(answers(head.encode())) as server:
            assert outbound.request("GET", server.url).status == 302
        assert inside.requests == []
