"""Nothing that was sent or received is in the log or in an error."""

from __future__ import annotations

import logging
import traceback

import pytest

from ironclad.errors import OutboundUnavailable
from ironclad.outbound.client import Outbound

from .behaviours import answer, answers, closes_before_the_answer
from .servers import Behaviour, Server

SECRET = "s3cr3t"
TELLING: dict[str, Behaviour] = {
    "answers": answers(
        answer(200, SECRET.encode(), b"X-Token: " + SECRET.encode() + b"\r\n")
    ),
    "refuses": answers(answer(503, SECRET.encode())),
    "breaks off": closes_before_the_answer,
    "speaks nonsense": answers(b"HTTP/1.1 200 OK\r\n" + SECRET.encode() + b"\r\n\r\n"),
}


def call(outbound: Outbound, url: str) -> str:
    """What an error tells, if there is one."""
    try:
        outbound.request(
            "POST",
            f"{url}{SECRET}?token={SECRET}".replace("//", f"//ann:{SECRET}@"),
            headers={"X-Api-Key": SECRET},
            json={"password": SECRET},
        )
    except OutboundUnavailable:
        return traceback.format_exc()
    return ""


@pytest.mark.parametrize("behaviour", TELLING.values(), ids=TELLING)
def test_no_secret_is_told_where_the_server(
    outbound: Outbound, behaviour: Behaviour, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with Server(behaviour) as server:
        said = call(outbound, server.url)
    assert SECRET not in said
    assert SECRET not in caplog.text


def test_no_secret_is_told_where_the_request_is_not_one(
    outbound: Outbound, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with Server(answers(answer())) as server, pytest.raises(ValueError) as refusal:
        outbound.request("GET", server.url, headers={"X": f"{SECRET}\r\n"})
    assert SECRET not in "".join(traceback.format_exception(refusal.value))
    with pytest.raises(ValueError) as refusal:
        outbound.request("GET", f"http://a:{SECRET}:b/")
    assert SECRET not in "".join(traceback.format_exception(refusal.value))
