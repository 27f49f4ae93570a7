from __future__ import annotations

import pytest

from ironclad.errors import Conflict, PermissionRefused
from sre_console.chaos.policy import confirmation_check, injection_check, percent


def test_faults_may_be_injected_where_they_are_allowed() -> None:
    injection_check(allowed=True)


def test_nobody_may_inject_where_faults_are_not_allowed() -> None:
    with pytest.raises(PermissionRefused, match="IRONCLAD_CHAOS_ALLOWED"):
        injection_check(allowed=False)


def test_settings_of_another_environment_allow_nothing_and_say_why() -> None:
    with pytest.raises(
        PermissionRefused, match="names staging, and this is production"
    ):
        injection_check(allowed=False, environment="production", named=("staging",))


def confirmed(share: float, confirm: object = None, above: float | None = 0.05) -> str:
    return confirmation_check(
        share=share, above=above, environment="production", confirm=confirm
    )


def test_at_the_bound_nobody_is_asked() -> None:
    assert confirmed(0.05) == ""
    assert confirmed(1.0, above=None) == ""


def test_above_it_the_name_is_asked_for_in_numbers() -> None:
    with pytest.raises(Conflict, match=r"30 % of the requests in production") as error:
        confirmed(0.3)
    assert error.value.field == "confirm"
    assert confirmed(0.3, "production") == "production"


@pytest.mark.parametrize("wrong", ["staging", "Production", "", " production", 7, True])
def test_another_name_is_refused_whatever_is_touched(wrong: object) -> None:
    for share in (0.01, 0.3):
        with pytest.raises(Conflict, match="this is production"):
            confirmed(share, wrong)


def test_a_share_is_rounded_but_never_to_all() -> None:
    told = [percent(ratio) for ratio in (0.3, 0.0001, 0.99961, 1.0, 1 / 3)]
    assert told == ["30 %", "0.01 %", "99.9 %", "100 %", "33.3 %"]
