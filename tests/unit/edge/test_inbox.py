from __future__ import annotations

import asyncio

from ironclad.edge.inbox import Inbox


async def test_it_tells_the_body_once_and_then_that_the_client_left() -> None:
    inbox = Inbox(b"asked")
    assert await inbox.receive() == {
        "type": "http.request",
        "body": b"asked",
        "more_body": False,
    }
    inbox.leave()
    for _ in range(2):
        assert await inbox.receive() == {"type": "http.disconnect"}


async def test_all_who_wait_hear_of_it_and_one_may_give_up() -> None:
    inbox = Inbox(b"")
    await inbox.receive()
    waiting = [asyncio.ensure_future(inbox.receive()) for _ in range(3)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    assert not any(each.done() for each in waiting[1:])
    inbox.leave()
    told = await asyncio.gather(*waiting[1:])
    assert [message["type"] for message in told] == ["http.disconnect"] * 2
