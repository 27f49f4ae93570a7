from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sre_console.incidents.alerting import GAP, Alert, Turn, judge


class Judged:
    """One alert, judged each second as it is told."""

    def __init__(self, *, hold: float = 0, keep: float = 0) -> None:
        self.alert = Alert()
        self.hold, self.keep = hold, keep
        self.at, self.before = 100.0, 99.0
        self.turns: list[tuple[float, Turn]] = []

    def __call__(self, conditions: str) -> Judged:
        """`!` exceeded, `.` not, `_` a second without a judgement."""
        for condition in conditions:
            if condition != "_":
                self.alert, turn = judge(
                    self.alert, exceeded=condition == "!", at=self.at,
                    before=self.before, hold=self.hold, keep=self.keep,
                )  # fmt: skip
                self.before = self.at
                if turn:
                    self.turns.append((self.at - 100, turn))
            self.at += 1
        return self


def test_without_a_duration_it_fires_at_once_and_resolves_at_once() -> None:
    alert = Judged()("..!!.")
    assert alert.turns == [(2, "fired"), (4, "resolved")]
    assert alert.alert == Alert("inactive", 104, None, 102, None, 104)


def test_it_is_pending_for_as_long_as_the_rule_says() -> None:
    alert = Judged(hold=5)("!!!!!")
    assert (alert.alert.state, alert.turns) == ("pending", [(0, "pending")])
    assert alert("!").turns[-1] == (5, "fired")
    assert alert.alert.pending_at == 100


def test_a_condition_that_ends_while_pending_drops_it() -> None:
    alert = Judged(hold=5)("!!!.!!!!!")
    assert [turn for _, turn in alert.turns] == ["pending", "dropped", "pending"]


def test_it_fires_on_for_as_long_as_the_rule_says() -> None:
    alert = Judged(keep=3)("!...")
    assert alert.alert.state == "firing"
    assert alert("!..").turns == [(0, "fired")]  # counts again from the next end
    assert alert("..").turns[-1] == (8, "resolved")


def test_a_gap_in_the_judgements_lets_pending_count_again() -> None:
    alert = Judged(hold=5)("!!" + "_" * int(GAP + 1) + "!")
    assert alert.turns == [(0, "pending")]
    assert alert.alert.pending_at == alert.at - 1


def test_a_short_gap_as_a_change_of_leaders_makes_does_not() -> None:
    assert Judged(hold=5)("!!_____!").turns[-1] == (7, "fired")


def test_a_gap_does_not_end_what_fires() -> None:
    alert = Judged()("!" + "_" * 100 + "!")
    assert alert.turns == [(0, "fired")]


@given(st.lists(st.booleans(), max_size=60), st.integers(0, 6), st.integers(0, 6))
def test_it_never_fires_without_its_condition_nor_before_its_time(
    conditions: list[bool], hold: int, keep: int
) -> None:
    judged = Judged(hold=hold, keep=keep)
    exceeded_for = 0
    for exceeded in conditions:
        turns = len(judged.turns)
        judged("!" if exceeded else ".")
        exceeded_for = exceeded_for + 1 if exceeded else 0
        for _, turn in judged.turns[turns:]:
            if turn == "fired":
                assert exceeded_for == hold + 1 or (hold == 0 and exceeded_for == 1)
            if turn == "resolved":
                assert not any(conditions[judged_from(judged, keep) : _seen(judged)])
    fired = sum(turn == "fired" for _, turn in judged.turns)
    resolved = sum(turn == "resolved" for _, turn in judged.turns)
    assert fired - resolved == (judged.alert.state == "firing")


def judged_from(judged: Judged, keep: int) -> int:
    return max(0, _seen(judged) - keep - 1)


def _seen(judged: Judged) -> int:
    return int(judged.at - 100)
