"""What a console may say over its WebSocket. Pure; nothing here trusts the client."""

from __future__ import annotations

import json
from dataclasses import dataclass

from ironclad.errors import MalformedRequest, PayloadTooLarge
from sre_console.chaos.asked import reason_taken

LIMIT = 4096  # bytes of one frame


@dataclass(frozen=True, slots=True)
class Ack:
    """The snapshot with this number is drawn; the next may come."""

    seq: int


@dataclass(frozen=True, slots=True)
class Stop:
    """End every fault at once."""

    reason: str = ""


def parse(text: str | None) -> Ack | Stop:
    """Read one frame.

    Raises PayloadTooLarge for a binary or oversized frame and MalformedRequest for anything
    else that is not an ack or a stop.
    """
    if text is None or len(text) > LIMIT or len(text.encode(errors="replace")) > LIMIT:
        message = f"Send text frames of at most {LIMIT} bytes."
        raise PayloadTooLarge(message)
    try:
        asked = json.loads(text)
    except (ValueError, RecursionError) as error:  # 4 KiB can nest 4,096 deep
        message = "This is not JSON."
        raise MalformedRequest(message) from error
    match asked:
        case {"type": "stop"}:
            return Stop(reason_taken(asked))
        case {"type": "ack", "seq": int(seq)} if not isinstance(seq, bool):
            return Ack(seq)
    message = 'Send {"type":"ack","seq":n} or {"type":"stop"}.'
    raise MalformedRequest(message)
