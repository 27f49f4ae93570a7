from __future__ import annotations

import io
import json

import pytest
from django.core.management import CommandError, call_command

from sre_console.chaos.no_faults import no_faults_read
from sre_console.models import AuditEntry

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("no_faults", *arguments, stdout=out)
    return out.getvalue()


def test_it_is_pulled_shown_and_released_in_a_terminal() -> None:
    assert run("show") == "Faults are not forbidden.\n"
    assert "Every fault is forbidden" in run("pull", "--reason", "migration")
    told = json.loads(run("show", "--json"))
    assert (told["pulled"], told["reason"]) == (True, "migration")
    assert told["by"].endswith("(command line)")
    assert "released by" in run("release", "--reason", "over")
    assert not no_faults_read().pulled
    entry = AuditEntry.objects.get(action="no_faults.released")
    assert entry.role == "administrator"


def test_what_is_refused_says_why() -> None:
    with pytest.raises(CommandError, match="reason must not be empty"):
        run("pull", "--reason", " ")
    with pytest.raises(CommandError, match="not forbidden"):
        run("release")
    run("pull", "--reason", "migration")
    with pytest.raises(CommandError, match=r"\(migration\)"):
        run("pull", "--reason", "again")
