from __future__ import annotations

import pytest

from ironclad.errors import PermissionRefused
from sre_console.chaos.policy import changer_check, injection_check


def test_an_operator_may_inject_where_faults_are_allowed() -> None:
    injection_check(role="operator", allowed=True)


def test_nobody_may_inject_where_faults_are_not_allowed() -> None:
    with pytest.raises(PermissionRefused, match="IRONCLAD_CHAOS_ALLOWED"):
        injection_check(role="operator", allowed=False)


@pytest.mark.parametrize("role", ["viewer", "traffic", "none", ""])
def test_other_roles_may_neither_inject_nor_stop(role: str) -> None:
    with pytest.raises(PermissionRefused, match="Only an operator"):
        injection_check(role=role, allowed=True)
    with pytest.raises(PermissionRefused, match="Only an operator"):
        changer_check(role)
