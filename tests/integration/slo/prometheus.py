"""What a Prometheus would answer, for tests of who asks."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

from tests.integration.outbound.servers import Behaviour, Peer


def matrix(at: float, *, bad: float = 10, total: float = 100_000) -> bytes:
    """Records of the availability at one moment: 1 h burns at 10, 5 m at 70."""
    series = [
        ("slo:sli_error:ratio_rate1h", "", 0.01),
        ("slo:sli_error:ratio_rate5m", "", 0.07),
        ("slo:sli_events:increase30d", "total", total),
        ("slo:sli_events:increase30d", "bad", bad),
    ]
    return _body(
        "matrix",
        [
            {
                "metric": {"__name__": name, "slo": "availability", "outcome": outcome},
                "values": [[at, str(value)]],
            }
            for name, outcome, value in series
        ],
    )


def vector(**figures: float) -> bytes:
    return _body(
        "vector",
        [
            {"metric": {"what": what.replace("_", " ")}, "value": [0, str(value)]}
            for what, value in figures.items()
        ],
    )


def _body(kind: str, result: object) -> bytes:
    data = {"resultType": kind, "result": result}
    return json.dumps({"status": "success", "data": data}).encode()


def answers(body: bytes, status: int = 200) -> Behaviour:
    head = f"HTTP/1.1 {status} X\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"

    def behave(peer: Peer) -> None:
        if peer.read():
            peer.send(head.encode() + body)

    return behave


def asked(request: bytes) -> dict[str, str]:
    """The fields of a query that was sent."""
    target = request.split(b" ", 2)[1].decode()
    return {
        name: values[0] for name, values in parse_qs(urlsplit(target).query).items()
    }
