"""What a mail server does with a connection."""

from __future__ import annotations

from collections.abc import Callable

from .servers import Behaviour, Peer

Reply = Callable[[Peer, bytes], None]  # told the command


def takes_mail(
    *,
    greet: Callable[[Peer], None] | None = None,
    replies: dict[bytes, Reply] | None = None,
) -> Behaviour:
    """A mail server; `replies` are its own ways to answer a command, or the mail itself ("")."""

    def behave(peer: Peer) -> None:
        own = {b"": says(b"250 taken\r\n"), **(replies or {})}
        if greet is None:
            peer.send(b"220 mail.example.org\r\n")
        else:
            greet(peer)
        while command := line(peer):
            word = command[:4].upper()
            if word in own:
                own[word](peer, command)
            else:
                peer.send(b"354 go on\r\n" if word == b"DATA" else b"250 fine\r\n")
            if word == b"DATA":
                mail = line(peer, b"\r\n.\r\n")
                peer.server.requests.append(mail)
                own[b""](peer, mail)

    return behave


def line(peer: Peer, end: bytes = b"\r\n") -> bytes:
    got = b""
    while not got.endswith(end):
        piece = peer.connection.recv(1)
        if not piece:
            return b""
        got += piece
    return got


def drips(peer: Peer, _command: bytes = b"") -> None:
    """A byte now and then, of an answer that never comes to its end."""
    while not peer.over.wait(0.05):
        peer.send(b"2")


def says(answer: bytes) -> Reply:
    return lambda peer, _command: peer.send(answer)


def offers_tls_and(then: Reply) -> Behaviour:
    """Agrees to TLS, and then does not speak it."""

    def agrees(peer: Peer, command: bytes) -> None:
        peer.send(b"220 go on\r\n")
        then(peer, command)

    offer = says(b"250-fine\r\n250 STARTTLS\r\n")
    return takes_mail(replies={b"EHLO": offer, b"STAR": agrees})
