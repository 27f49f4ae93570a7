"""What is answered from what was kept, and what is not."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from django.test import override_settings

from ironclad.edge.protocol import Message
from ironclad.observability.metrics import cache_requests_total

from .driver import http_scope, turn
from .read_stage import Stage, headers


@pytest.fixture
def stage() -> Iterator[Stage]:
    with override_settings(PUBLIC_API=True, DEGRADED_AGE=600):
        yield Stage()


async def test_the_second_is_answered_without_django(stage: Stage) -> None:
    assert await stage.seen() == (1, "miss")
    again = await stage.get()
    assert (again.json["data"], again.headers["x-cache"]) == (1, "hit")
    assert again.json["meta"]["requestId"] == again.headers["x-request-id"]
    assert again.headers["ratelimit"] == "r=1"
    assert again.headers["content-length"] == str(len(again.body))
    finished = stage.edge.finished[-1]
    assert (finished.status, finished.caller) == (200, "s")


@pytest.mark.parametrize(
    "path", ["/api/users/", "/api/users/7", "/api/users/7/", "/api/users"]
)
async def test_each_address_is_kept_for_itself(stage: Stage, path: str) -> None:
    await stage.get("/api/users/8")
    assert await stage.seen(path) == (2, "miss")
    assert await stage.seen(path) == (2, "hit")


@pytest.mark.parametrize(
    "path", ["/api/users/0", "/api/users/x", "/api/chaos", "/api/usersx"]
)
async def test_others_are_not(stage: Stage, path: str) -> None:
    await stage.get(path)
    answer = await stage.get(path)
    assert (answer.json["data"], answer.headers.get("x-cache")) == (2, None)


async def test_a_query_is_part_of_the_question(stage: Stage) -> None:
    for number, query in ((1, b"limit=1"), (2, b"limit=2"), (1, b"limit=1")):
        answer = await stage.edge.get("/api/users", query_string=query)
        assert answer.json["data"] == number


async def test_those_who_are_answered_otherwise_have_their_own(stage: Stage) -> None:
    assert await stage.seen() == (1, "miss")
    assert await stage.seen(authorization="Bearer known") == (2, "miss")
    assert await stage.seen(authorization="Bearer known") == (2, "hit")


async def test_whom_nobody_knows_here_asks_django(stage: Stage) -> None:
    await stage.get()
    assert await stage.seen(authorization="Bearer strange") == (2, "bypass")
    assert await stage.seen(cookie="session=1") == (3, "bypass")


async def test_a_change_that_is_heard_ends_it(stage: Stage) -> None:
    await stage.get()
    stage.changes.changed()
    assert await stage.seen() == (2, "miss")


async def test_a_write_here_ends_it_before_its_answer(stage: Stage) -> None:
    await stage.get()
    stage.django.status = 500  # nobody knows what it has done
    told: list[tuple[int, int]] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"{}", "more_body": False}

    async def send(message: Message) -> None:
        told.append((message.get("status", 500), stage.changes.generation))

    await stage.edge.app(http_scope("/api/users/1", "PATCH"), receive, send)
    assert told == [(500, 1), (500, 1)]
    stage.django.status = 200
    assert await stage.seen() == (3, "miss")


REFUSED = [400, 401, 403, 405, 413, 415, 429]


@pytest.mark.parametrize(
    ("status", "how"),
    [(each, "hit") for each in REFUSED]
    + [(each, "miss") for each in (200, 302, 404, 409, 412, 503)],
)
async def test_whoever_is_refused_empties_nothing(
    stage: Stage, status: int, how: str
) -> None:
    await stage.get()
    await stage.get("/api/slo")
    stage.django.status = status
    for path in ("/api/users", "/api/chaos"):
        await stage.edge.request(path, "POST", b"{}").answer()
    stage.django.status = 200
    assert (await stage.seen())[1] == (await stage.seen("/api/slo"))[1] == how
    assert stage.readers.forgotten == (how == "miss")


async def test_nor_who_asks_where_nothing_is(stage: Stage) -> None:
    await stage.get()
    stage.django.status = 404
    await stage.edge.request("/api/users/nowhere", "POST", b"{}").answer()
    stage.django.status = 200
    assert await stage.seen() == (1, "hit")


async def test_nor_who_is_not_let_in(stage: Stage) -> None:
    await stage.get()
    stage.door.wait = 9.0
    answer = await stage.edge.request("/api/users", "POST", b"{}").answer()
    assert answer.code == "CIRCUIT_OPEN"
    stage.door.wait = None
    assert await stage.seen() == (1, "hit")


async def test_a_read_from_before_a_write_is_not_kept(stage: Stage) -> None:
    stage.django.holds = asyncio.Event()
    slow = stage.edge.request("/api/users")
    await turn()
    stage.changes.changed()
    stage.django.holds.set()
    assert (await slow.answer()).json["data"] == 1
    assert await stage.seen() == (2, "miss")


async def test_nothing_is_told_while_nobody_listens(stage: Stage) -> None:
    await stage.get()
    stage.changes.current = False
    assert await stage.seen() == (2, "bypass")
    stage.changes.current = True
    assert await stage.seen() == (1, "hit")


async def test_it_stands_aside_while_something_is_wrong_behind(stage: Stage) -> None:
    await stage.get()
    stage.dependency.healthy = False
    assert await stage.seen() == (2, "bypass")
    stage.dependency.healthy = True
    stage.edge.faults.dependency = True
    assert await stage.seen() == (3, "bypass")


@pytest.mark.parametrize("status", [404, 500, 503])
async def test_a_bad_answer_is_not_kept(stage: Stage, status: int) -> None:
    stage.django.status = status
    await stage.get()
    stage.django.status = 200
    assert await stage.seen() == (2, "miss")


async def test_those_who_ask_at_once_share_one_computation(stage: Stage) -> None:
    stage.django.holds = asyncio.Event()
    clients = [stage.edge.request("/api/users") for _ in range(5)]
    await turn()
    assert stage.django.asked == 1
    stage.django.holds.set()
    answers = [await client.answer() for client in clients]
    assert [answer.json["data"] for answer in answers] == [1] * 5
    told = [answer.json["meta"]["requestId"] for answer in answers]
    assert len(set(told)) == 5
    assert stage.readers.counted == 4  # Django counts the first


async def test_whoever_asks_after_a_change_does_not_share_one_from_before(
    stage: Stage,
) -> None:
    stage.django.holds = asyncio.Event()
    first = stage.edge.request("/api/users")
    await turn()
    stage.changes.changed()
    second = stage.edge.request("/api/users")
    await turn()
    stage.django.holds.set()
    answers = [await first.answer(), await second.answer()]
    assert [answer.json["data"] for answer in answers] == [1, 2]
    assert await stage.seen() == (2, "hit")


async def test_a_failure_is_told_to_its_own_request(stage: Stage) -> None:
    stage.django.holds, stage.django.status = asyncio.Event(), 429
    clients = [stage.edge.request("/api/users") for _ in range(4)]
    await turn()
    held, stage.django.holds = stage.django.holds, None
    held.set()
    await clients[0].answer()
    # one flight is led by the second, which fails too; then each asks for itself
    assert [(await client.answer()).status for client in clients] == [429] * 4
    assert stage.django.asked == 4


async def test_those_who_wait_for_one_whose_client_left_are_answered(
    stage: Stage,
) -> None:
    stage.django.holds = asyncio.Event()
    first = stage.edge.request("/api/users")
    await turn()
    others = [stage.edge.request("/api/users") for _ in range(3)]
    await turn()
    first.leave()
    await turn()
    stage.django.holds.set()
    assert {(await other.answer()).status for other in others} == {200}
    assert stage.django.asked == 2


async def test_whoever_leaves_while_waiting_is_counted_as_gone(stage: Stage) -> None:
    stage.django.holds = asyncio.Event()
    first = stage.edge.request("/api/users")
    await turn()
    second = stage.edge.request("/api/users")
    await turn()
    second.leave()
    await second.task
    assert stage.edge.finished[-1].status == 499
    stage.django.holds.set()
    assert (await first.answer()).status == 200


@pytest.mark.parametrize(
    ("version", "how"), [("9", "hit"), ("10", "miss"), ("11", "miss")]
)
async def test_a_client_that_names_its_write_reads_it(
    stage: Stage, version: str, how: str
) -> None:
    await stage.get()
    _, found = await stage.seen(x_ironclad_version=version)
    assert found == how


@pytest.mark.parametrize("sent", [["yesterday"], ["9", "10"]])
async def test_a_version_that_was_never_sent_is_malformed(
    stage: Stage, sent: list[str]
) -> None:
    told = [(b"x-ironclad-version", each.encode()) for each in sent]
    answer = await stage.edge.get("/api/users", headers=[*headers(), *told])
    assert (answer.status, answer.code) == (400, "MALFORMED_REQUEST")


@pytest.mark.parametrize("tag", ['"1"', 'W/"1"', '"0", W/"1"', "*"])
async def test_whoever_has_it_already_gets_304(stage: Stage, tag: str) -> None:
    first = await stage.get(if_none_match=tag)
    assert (first.status, first.body, first.headers["x-cache"]) == (304, b"", "miss")
    again = await stage.get(if_none_match=tag)
    assert (again.status, again.body, again.headers["x-cache"]) == (304, b"", "hit")
    assert again.headers["etag"] == 'W/"1"'
    assert "content-type" not in again.headers
    assert (await stage.get(if_none_match='"0"')).json["data"] == 1
    assert stage.django.tags == []  # it answers whole, for the others


async def test_tags_may_come_in_several_lines(stage: Stage) -> None:
    await stage.get()
    sent = [(b"if-none-match", tag) for tag in (b'W/"1"', b'"0"')]
    answer = await stage.edge.get("/api/users", headers=[*headers(), *sent])
    assert answer.status == 304


async def test_a_limit_refuses_cached_answers_too(stage: Stage) -> None:
    await stage.get()
    stage.readers.over = True
    answer = await stage.get()
    assert (answer.status, answer.code) == (429, "RATE_LIMITED")
    assert (answer.headers["ratelimit"], answer.headers["retry-after"]) == ("r=0", "7")


async def test_head_is_answered_from_what_get_left(stage: Stage) -> None:
    head = await stage.edge.request("/api/users", "HEAD").answer()
    assert head.headers["x-cache"] == "bypass"
    whole = await stage.get()
    head = await stage.edge.request("/api/users", "HEAD").answer()
    assert (head.status, head.body, head.headers["x-cache"]) == (200, b"", "hit")
    assert abs(int(head.headers["content-length"]) - len(whole.body)) < 4


async def test_the_slos_are_kept_until_the_next_beat(stage: Stage) -> None:
    stage.dependency.healthy = False  # they are of another guard
    stage.edge.faults.dependency = True
    assert await stage.seen("/api/slo") == (1, "miss")
    stage.changes.changed()
    assert await stage.seen("/api/slo") == (1, "hit")
    stage.beats.changed()
    assert await stage.seen("/api/slo") == (2, "miss")
    stage.beats.current = False
    assert await stage.seen("/api/slo") == (3, "bypass")


@pytest.mark.parametrize(
    ("path", "kept"), [("/api/users/1", "hit"), ("/api/chaos", "miss")]
)
async def test_what_is_changed_here_may_change_the_slos(
    stage: Stage, path: str, kept: str
) -> None:
    """A user does not: what its request has cost they know at the next beat."""
    await stage.get("/api/slo")
    await stage.edge.request(path, "POST", b"{}").answer()
    assert stage.readers.forgotten == (kept == "miss")  # nor who may read
    assert (await stage.seen("/api/slo"))[1] == kept


async def test_each_read_is_counted_by_what_was_done(stage: Stage) -> None:
    def counts() -> list[float]:
        names = ("hit", "miss", "bypass")
        return [cache_requests_total.labels(name)._value.get() for name in names]

    before = counts()
    await stage.get()
    await stage.get()
    await stage.get(cookie="a=b")
    await stage.get("/api/chaos")
    assert [now - then for now, then in zip(counts(), before, strict=True)] == [1, 1, 1]


async def test_a_degraded_answer_is_as_old_as_the_last_one_told(stage: Stage) -> None:
    await stage.get()
    stage.edge.clock.time += 700
    assert await stage.seen() == (1, "hit")
    stage.edge.clock.time += 30
    stage.dependency.healthy, stage.door.wait = False, 9.0
    answer = await stage.get()
    assert (answer.json["data"], answer.headers["age"]) == (1, "30")


async def test_a_degraded_answer_is_not_kept_as_one_of_now(stage: Stage) -> None:
    await stage.get()
    stage.changes.changed()  # from here on that is old
    stage.django.holds, stage.django.status = asyncio.Event(), 503
    first, second = (stage.edge.request("/api/users") for _ in range(2))
    await turn()
    stage.door.wait = 9.0  # the breaker opens while the second waits for the first
    stage.django.holds.set()
    assert (await first.answer()).status == 503
    assert (await second.answer()).headers["x-ironclad-degraded"]
    stage.door.wait, stage.django.status = None, 200
    assert await stage.seen() == (3, "miss")
