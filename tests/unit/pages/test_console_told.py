"""Consoles that are told of a change at once, and those that make room."""

from __future__ import annotations

import asyncio

from sre_console.accounts.tokens import digest_of
from sre_console.accounts.told import session_topic, user_topic
from sre_console.pages.people import Person
from sre_console.pages.seats import Seats
from tests.unit.pages.fakes import OPERATOR, VIEWER, World, close_code

MINE = user_topic(0)


async def test_a_demotion_is_told_at_once() -> None:
    world = World()
    console = await world.open()
    world.people.person = Person(name=OPERATOR.name, role=VIEWER.role)
    world.desk.seats.hear(MINE)
    hello = await console.receive_json_from()
    assert hello == {"type": "hello", "role": "viewer", "name": "ada"}
    await console.disconnect()


async def test_the_end_of_a_session_closes_its_console_at_once() -> None:
    for topic in (MINE, session_topic(digest_of("key"))):
        world = World()
        console = await world.open()
        world.people.person = None
        world.desk.seats.hear(topic)
        assert await close_code(console) == 4401


async def test_what_is_told_of_others_asks_nobody() -> None:
    world = World()
    console = await world.open()
    for topic in (user_topic(7), session_topic(digest_of("other")), "", "user:x"):
        world.desk.seats.hear(topic)
    assert await console.receive_nothing(0.02)
    assert world.people.asked == ["key"]
    await console.disconnect()


async def test_what_is_told_while_the_person_is_looked_up_is_not_missed() -> None:
    world = World()
    answers = [OPERATOR, None]

    async def person_of(_key: str) -> Person | None:
        if len(answers) == 2:
            world.desk.seats.hear(MINE)  # nobody sits there yet
        return answers.pop(0)

    object.__setattr__(world.desk, "person_of", person_of)
    console = await world.open()
    assert await close_code(console) == 4401


async def test_the_oldest_of_too_many_consoles_makes_room() -> None:
    world = World()  # three for each person
    consoles = [await world.open(number) for number in range(4)]
    assert await close_code(consoles[0]) == 4429
    world.snapshots.publish()
    for console in consoles[1:]:
        assert (await console.receive_json_from())["type"] == "snapshot"
        await console.disconnect()


async def test_nobody_makes_room_for_another_person() -> None:
    world = World()
    consoles = [await world.open(number) for number in range(3)]
    world.people.person = Person("vic", "viewer", pk=7)
    consoles.append(await world.open(3))
    assert await consoles[0].receive_nothing(0.02)
    for console in consoles:
        await console.disconnect()


async def test_a_console_that_has_left_holds_no_seat() -> None:
    world = World()
    for number in range(5):
        console = await world.open(number)
        await console.disconnect()
        await asyncio.sleep(0)
    assert dict(world.desk.seats._by_topic) == {}


def test_an_address_has_so_many_consoles_and_no_more() -> None:
    seats = Seats(most_of_person=9, most_of_address=2)
    assert [seats.admit("a") for _ in range(3)] == [True, True, False]
    assert seats.admit("b")
    seats.let_go("a")
    assert seats.admit("a")
    for address in ("a", "a", "b"):
        seats.let_go(address)
    assert dict(seats._addresses) == {}
