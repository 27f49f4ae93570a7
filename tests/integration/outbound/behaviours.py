"""What a server does with a connection: from the very good to the very bad."""

from __future__ import annotations

from .servers import Behaviour, Peer


def answer(status: int = 200, body: bytes = b"fine", headers: bytes = b"") -> bytes:
    length = b"Content-Length: %d\r\n" % len(body)
    return b"HTTP/1.1 %d X\r\n%s%s\r\n%s" % (status, length, headers, body)


def answers(*told: bytes) -> Behaviour:
    """These to one request after the other, the last one to all that follow."""

    def behave(peer: Peer) -> None:
        count = 0
        while peer.read():
            peer.send(told[min(count, len(told) - 1)])
            count += 1

    return behave


def trickles(start: bytes, piece: bytes, pause: float) -> Behaviour:
    """After `start`, one `piece` each `pause` seconds for ever."""

    def behave(peer: Peer) -> None:
        peer.read()
        peer.send(start)
        while not peer.over.wait(pause):
            peer.send(piece)

    return behave


def says_nothing(peer: Peer) -> None:
    if peer.read():
        peer.hold()


def reads_nothing(peer: Peer) -> None:
    peer.over.wait()


def closes_before_the_answer(peer: Peer) -> None:
    peer.read()


def resets(peer: Peer) -> None:
    peer.read()
    peer.reset()
