from __future__ import annotations

import csv
import hashlib
import io
import json
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from sre_console.audit.actor import Actor
from sre_console.audit.chain import SEALED, Content, seal
from sre_console.audit.keys import sealing_key
from sre_console.audit.services import audited, record
from sre_console.models import AuditEntry
from tests.integration.audit.test_record import write

pytestmark = pytest.mark.django_db


def exported(*arguments: str) -> tuple[str, str]:
    out, errors = io.StringIO(), io.StringIO()
    call_command("audit", "export", *arguments, stdout=out, stderr=errors)
    return out.getvalue(), errors.getvalue()


def test_json_lines_hold_all_that_the_seal_covers() -> None:
    with audited():
        record(
            actor=Actor("José\N{SNOWMAN}", "operator"),
            action="a.b",
            before={"rate": 0.1},
            after={"rate": 1.0},
            reason="</script>",
        )
    text, errors = exported()
    told = json.loads(text)
    entry = AuditEntry.objects.get()
    again = Content(
        number=told["number"], at=entry.at, actor=told["actor"], role=told["role"],
        via=told["via"], address=told["address"], request_id=told["requestId"],
        action=told["action"], subject=told["subject"], reason=told["reason"],
        before=told["before"], after=told["after"], detail=told["detail"],
    )  # fmt: skip
    assert told["scheme"] == SEALED
    key = sealing_key()
    assert seal(again, told["previous"], key, told["keyId"]) == told["hash"]
    assert hashlib.sha256(text.encode()).hexdigest() in errors


@pytest.mark.parametrize("typed", ["=1+1", "+1", "-1", "@x", "\uff1d1"])
def test_no_cell_of_the_csv_is_a_formula(typed: str) -> None:
    with audited():
        record(
            actor=Actor(typed, typed), action=typed, subject=typed, reason=typed,
            detail={"said": f";{typed}"},
        )  # fmt: skip
    rows = list(csv.DictReader(io.StringIO(exported("--format", "csv")[0])))
    for name in ("actor", "role", "action", "subject", "reason"):
        assert rows[0][name] == f"'{typed}"
    assert rows[0]["detail"] == f"""{{"said":";'{typed}"}}"""


def test_a_file_has_its_digest_beside_it_and_is_never_overwritten(
    tmp_path: Path,
) -> None:
    write()
    file = tmp_path / "audit.csv"
    _text, errors = exported("--format", "csv", "--output", str(file))
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    assert errors == f"SHA-256: {digest}\n"
    beside = (tmp_path / "audit.csv.sha256").read_text(encoding="utf-8")
    assert beside == f"{digest}  audit.csv\n"
    assert file.stat().st_mode & 0o077 == 0
    with pytest.raises(CommandError, match="File exists"):
        exported("--output", str(file))


def test_a_period_is_from_and_to_but_not_to_itself() -> None:
    first, second, third = write(1), write(2), write(3)
    text, _errors = exported(
        "--from", second.at.isoformat(), "--to", third.at.isoformat()
    )
    assert [json.loads(line)["number"] for line in text.splitlines()] == [second.id]
    text, _errors = exported("--to", second.at.replace(tzinfo=None).isoformat())
    assert [json.loads(line)["number"] for line in text.splitlines()] == [first.id]
