from __future__ import annotations

from random import Random

from sre_console.traffic.residents import (
    DOMAIN,
    PAGE,
    SWEEP_AGAIN,
    SWEEP_EVERY,
    Residents,
)


def make(capacity: int = 3) -> Residents:
    return Residents("run", Random(1), capacity=capacity)


def leftover(user: int) -> dict[str, object]:
    return {"id": user, "email": f"t-old-{user}@{DOMAIN}"}


def test_emails_are_recognisable_and_never_repeat() -> None:
    residents = make()
    first, second = residents.new_email(), residents.new_email()
    assert first != second
    assert first.startswith("t-run-")
    assert first.endswith(f"@{DOMAIN}")


def test_the_own_set_is_bounded_also_by_creates_in_flight() -> None:
    residents = make(capacity=2)
    residents.created(residents.new_email(), 1)
    assert not residents.full
    residents.new_email()
    assert residents.full


def test_a_create_that_failed_frees_its_place() -> None:
    residents = make(capacity=1)
    residents.not_created(residents.new_email())
    assert not residents.full


def test_a_deleted_user_is_nobodys() -> None:
    residents = make()
    residents.created(residents.new_email(), 1)
    assert residents.to_delete() == 1
    assert residents.any_own() is None
    assert residents.to_delete() is None


def test_a_delete_that_failed_is_tried_again() -> None:
    residents = make()
    residents.created(residents.new_email(), 1)
    residents.not_deleted(residents.to_delete() or 0)
    assert residents.to_delete() == 1


def test_while_deletes_fail_leftovers_do_not_take_the_other_writes() -> None:
    residents = make()
    residents.swept(0.0, [leftover(5), leftover(6)], total=2)
    untidy = [residents.untidy]
    residents.not_deleted(residents.to_delete() or 0)
    untidy.append(residents.untidy)
    residents.deleted(residents.to_delete() or 0)
    untidy.append(residents.untidy)
    assert untidy == [True, False, True]


def test_a_sweep_finds_the_leftovers_of_former_runs() -> None:
    residents = make()
    assert residents.sweep(0.0) == 0
    residents.swept(0.0, [leftover(5), leftover(6)], total=2)
    assert [residents.to_delete(), residents.to_delete()] == [5, 6]


def test_a_sweep_never_takes_its_own_users_for_leftovers() -> None:
    residents = make()
    own, pending = residents.new_email(), residents.new_email()
    residents.created(own, 1)
    rows = [{"id": 1, "email": own}, {"id": 2, "email": pending}]
    residents.swept(0.0, rows, total=2)
    assert not residents.untidy


def test_a_sweep_leaves_everybody_elses_users_alone() -> None:
    residents = make()
    residents.swept(0.0, [{"id": 9, "email": f"{DOMAIN}@people.example"}], total=1)
    assert not residents.untidy


def test_a_leftover_is_queued_once_however_often_it_is_seen() -> None:
    residents = make()
    residents.swept(0.0, [leftover(5)], total=1)
    residents.swept(9.0, [leftover(5)], total=1)
    assert residents.to_delete() == 5
    assert not residents.untidy


def test_a_user_that_is_being_deleted_is_not_swept() -> None:
    residents = make()
    email = residents.new_email()
    residents.created(email, 1)
    residents.to_delete()
    residents.swept(0.0, [{"id": 1, "email": email}], total=1)
    assert not residents.untidy


def test_a_sweep_goes_through_all_pages() -> None:
    residents = make()
    residents.swept(0.0, [leftover(n) for n in range(PAGE)], total=PAGE + 1)
    assert residents.sweep(0.0) == PAGE


def test_it_sweeps_again_until_all_is_clean_and_then_rarely() -> None:
    residents = make()
    residents.swept(0.0, [leftover(5)], total=1)
    assert residents.sweep(SWEEP_AGAIN) == 0
    residents.deleted(residents.to_delete() or 0)
    residents.swept(SWEEP_AGAIN, [], total=0)
    assert residents.sweep(SWEEP_AGAIN + SWEEP_EVERY - 1) is None
    assert residents.sweep(SWEEP_AGAIN + SWEEP_EVERY) == 0


def test_a_create_without_an_answer_is_looked_for_at_once() -> None:
    residents = make()
    residents.swept(0.0, [], total=0)
    residents.not_created(residents.new_email())
    assert residents.sweep(0.0) == 0
