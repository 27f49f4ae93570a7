"""Whoever comes is served, however many others hold on."""

from __future__ import annotations

from ironclad.edge.crowd import Crowd


class Speaker:
    def __init__(self, address: str = "a") -> None:
        self.address = address
        self.is_cut = False

    def cut(self) -> None:
        self.is_cut = True


def entered(crowd: Crowd, number: int, address: str = "a") -> list[Speaker]:
    speakers = [Speaker(address) for _ in range(number)]
    assert all(crowd.enter(speaker) for speaker in speakers)
    return speakers


def cut(speakers: list[Speaker]) -> list[int]:
    return [number for number, speaker in enumerate(speakers) if speaker.is_cut]


def test_the_longest_waiting_of_an_address_makes_room() -> None:
    closed: list[str] = []
    crowd = Crowd(100, most_waiting=3, closed=closed.append)
    others = entered(crowd, 3, "b")
    speakers = entered(crowd, 5)
    assert cut(speakers) == [0, 1]
    assert cut(others) == []
    assert (len(crowd), closed) == (6, ["address", "address"])


def test_behind_proxies_no_address_is_bounded() -> None:
    crowd = Crowd(100, most_waiting=None)
    assert cut(entered(crowd, 100)) == []


def test_one_that_is_answered_counts_for_nobody_and_is_never_cut() -> None:
    crowd = Crowd(4, most_waiting=2)
    busy = entered(crowd, 2)
    for speaker in busy:
        crowd.works(speaker)
    waiting = entered(crowd, 4)
    assert cut(busy) == []
    assert cut(waiting) == [0, 1]


def test_of_all_those_go_first_that_never_asked_anything() -> None:
    closed: list[str] = []
    crowd = Crowd(3, most_waiting=None, closed=closed.append)
    kept, half, _ = entered(crowd, 3)
    crowd.works(kept)
    crowd.waits(kept, idle=True)
    entered(crowd, 1)
    assert (kept.is_cut, half.is_cut, closed) == (False, True, ["total"])


def test_idle_ones_go_when_there_are_no_others() -> None:
    crowd = Crowd(2, most_waiting=None)
    first, second = entered(crowd, 2)
    for speaker in (second, first):
        crowd.waits(speaker, idle=True)
    assert len(entered(crowd, 1)) == 1
    assert (first.is_cut, second.is_cut) == (False, True)


def test_a_new_one_is_refused_where_all_are_answered() -> None:
    closed: list[str] = []
    crowd = Crowd(2, most_waiting=None, closed=closed.append)
    for speaker in entered(crowd, 2):
        crowd.works(speaker)
    assert not crowd.enter(Speaker())
    assert (len(crowd), closed) == (2, ["total"])


def test_the_end_of_one_leaves_nothing_behind() -> None:
    crowd = Crowd(2, most_waiting=1)
    [speaker] = entered(crowd, 1)
    crowd.leave(speaker)
    crowd.waits(speaker, idle=True)  # its answer was under way
    assert (len(crowd), list(crowd), dict(crowd._of)) == (0, [], {})
    assert cut(entered(crowd, 1)) == []
