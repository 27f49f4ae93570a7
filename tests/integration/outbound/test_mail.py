"""A mail takes its deadline and no more, whatever the server does."""

from __future__ import annotations

import socket
import threading
from smtplib import SMTPDataError, SMTPServerDisconnected

import pytest
from django.core.mail import EmailMessage

from ironclad.errors import DeadlineExceeded
from ironclad.outbound.mail import EmailBackend
from ironclad.resilience.deadline import within

from .mail_servers import drips, offers_tls_and, says, takes_mail
from .servers import DEADLINE, Behaviour, Peer, Server, takes, until


def threads() -> set[str]:
    return {thread.name for thread in threading.enumerate()}


def send(server: Server, *, tls: bool = False, deadline: float = 5) -> int:
    backend = EmailBackend(host="127.0.0.1", port=server.port, use_tls=tls)
    mail = EmailMessage("7 % fail", "Look.", "ironclad@localhost", ["sre@example.org"])
    with within(deadline):
        return backend.send_messages([mail])


def drips_tls(peer: Peer, _command: bytes) -> None:
    """The head of a long record, and then its bytes one by one."""
    peer.send(b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc")
    drips(peer)


def floods(peer: Peer) -> None:
    while True:
        peer.send(b"220-mail.example.org\r\n" * 999)


def test_a_mail_is_sent() -> None:
    with Server(takes_mail()) as server, takes(0, 2):
        assert send(server) == 1
    assert b"Subject: 7 % fail\r\n" in server.requests[0]


@pytest.mark.parametrize(
    ("behaviour", "tls"),
    [
        (takes_mail(greet=drips), False),
        (takes_mail(greet=lambda peer: peer.hold()), False),
        (takes_mail(replies={b"RCPT": drips}), False),
        (takes_mail(replies={b"": drips}), False),
        (offers_tls_and(drips_tls), True),
        (offers_tls_and(lambda peer, _: peer.hold()), True),
    ],
    ids=["greeting", "silence", "address", "data", "tls", "tls silent"],
)  # fmt: skip
def test_it_is_cut_at_its_deadline(behaviour: Behaviour, tls: bool) -> None:
    late = pytest.raises(DeadlineExceeded, match=r"^The mail server did not answer")
    with Server(behaviour) as server:
        with takes(DEADLINE - 0.05, DEADLINE + 0.5), late:
            send(server, tls=tls, deadline=DEADLINE)
        until(lambda: server.ended == 1)  # the connection is gone as well


def test_a_server_that_never_stops_talking_is_cut_too() -> None:
    late = pytest.raises(DeadlineExceeded)
    with Server(floods) as server, takes(DEADLINE - 0.05, DEADLINE + 0.5), late:
        send(server, deadline=DEADLINE)


def test_what_was_taken_is_sent_however_the_server_parts() -> None:
    behaviour = takes_mail(replies={b"QUIT": drips})
    with Server(behaviour) as server, takes(0, DEADLINE + 0.5):
        assert send(server, deadline=DEADLINE) == 1


def test_a_refusal_is_told_as_it_is() -> None:
    behaviour = takes_mail(replies={b"": says(b"554 no\r\n")})
    with Server(behaviour) as server, pytest.raises(SMTPDataError):
        send(server)


def test_a_connection_without_tls_is_closed_and_its_timer_with_it() -> None:
    with Server(takes_mail()) as server:
        with pytest.raises(OSError, match="STARTTLS"):
            send(server, tls=True)
        until(lambda: server.ended == 1)
    until(lambda: "ironclad-mail-deadline" not in threads())


def test_a_server_that_goes_is_no_deadline() -> None:
    gone = pytest.raises((SMTPServerDisconnected, ConnectionError))
    with Server(lambda peer: peer.reset()) as server, gone:
        send(server)


def test_a_name_that_hangs_is_waited_for_no_longer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: over.wait())
    try:
        with (
            takes(0, DEADLINE + 0.5),
            within(DEADLINE),
            pytest.raises(DeadlineExceeded),
        ):
            EmailBackend(host="mail.example.org", port=25, use_tls=False).send_messages(
                [EmailMessage(to=["sre@example.org"])]
            )
    finally:
        over.set()
