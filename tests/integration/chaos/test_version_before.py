from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import connection

from sre_console.models import FaultPlan, FaultTally

pytestmark = pytest.mark.django_db

# As the version before the game days writes them.
PLAN = """
INSERT INTO fault_plan (id, version, enabled, ttl_seconds, error_rate, pacing, latency_ms,
    jitter_ms, latency_rate, dependency_error_rate, dependency_latency_ms, target_methods,
    target_path_prefix, started_by, reason)
VALUES (1, 3, false, 300, 0, 'even', 0, 0, 1, 0, 0, '{}', '/api/users', '', '')
"""
TALLY = """
INSERT INTO fault_tally (version, replica, requests, failed, errors, delays,
    dependency_errors, updated_at)
VALUES (3, %s, 1, 0, 0, 0, 0, clock_timestamp())
"""


def test_the_version_before_goes_on_writing_beside_this_one() -> None:
    with connection.cursor() as cursor:
        cursor.execute(PLAN)
        cursor.execute(TALLY, [uuid4()])
    plan, tally = FaultPlan.objects.get(), FaultTally.objects.get()
    assert (plan.holder, plan.held_until, plan.renewals) == ("", None, 0)
    assert plan.allowance == {}
    assert (tally.allowance_key, tally.bad, tally.spent_out) == ("", {}, False)
