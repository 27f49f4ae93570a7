from __future__ import annotations

import psycopg
import pytest
from django.db import connection
from pytest_django.fixtures import Settings

from ironclad.errors import ValidationFailed
from sre_console.audit.actor import Actor
from sre_console.models import AuditEntry, TrafficSetting
from sre_console.traffic.services import rate_begin, rate_set

OPERATOR = Actor(name="operator", role="operator", request_id="request-1")


@pytest.mark.django_db
def test_it_stores_the_rate_and_who_asked() -> None:
    setting = rate_set(actor=OPERATOR, rate=50)
    assert (setting.rate, setting.set_by, setting.version) == (50, "operator", 1)
    assert rate_set(actor=OPERATOR, rate=12.5).version == 2
    assert TrafficSetting.objects.get().rate == 12.5


@pytest.mark.django_db
def test_each_change_is_in_the_audit_log() -> None:
    rate_set(actor=OPERATOR, rate=50)
    entry = AuditEntry.objects.get(action="traffic.set")
    assert (entry.actor, entry.role) == ("operator", "operator")
    assert (entry.before, entry.after) == ({"rate": 0}, {"rate": 50})


@pytest.mark.django_db
@pytest.mark.parametrize(
    "rate", [-1, 80.1, float("nan"), float("inf"), "50", None, True, [50]]
)
def test_it_refuses_anything_but_0_to_80(rate: object) -> None:
    with pytest.raises(ValidationFailed) as refused:
        rate_set(actor=OPERATOR, rate=rate)
    assert refused.value.field == "rate"
    assert not TrafficSetting.objects.exists()
    assert not AuditEntry.objects.filter(action="traffic.set").exists()


@pytest.mark.django_db(transaction=True)
def test_it_nudges_the_traffic_process() -> None:
    info = connection.get_connection_params()
    names = ("host", "port", "user", "password", "dbname")
    known = {name: info[name] for name in names if info.get(name)}
    with psycopg.connect(**known, autocommit=True) as listener:
        listener.execute("LISTEN ironclad_traffic")
        setting = rate_set(actor=OPERATOR, rate=50)
        nudges = list(listener.notifies(timeout=5, stop_after=1))
    assert [nudge.payload for nudge in nudges] == [str(setting.version)]


@pytest.mark.django_db
def test_a_start_follows_its_setting_until_somebody_asks_for_a_rate(
    settings: Settings,
) -> None:
    for settings.TRAFFIC_RPS in (50, 20):
        rate_begin()
        assert TrafficSetting.objects.get().rate == settings.TRAFFIC_RPS
    asked = rate_set(actor=OPERATOR, rate=30)
    rate_begin()
    assert TrafficSetting.objects.get() == asked
    assert TrafficSetting.objects.get().rate == 30
