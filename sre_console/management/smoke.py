"""Whether this version works on a restored database: run in a process of its own, on it alone."""

from __future__ import annotations

import io
from collections.abc import Callable
from secrets import token_hex
from typing import NoReturn, cast

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from psycopg import sql

from api.users.models import User
from ironclad.errors import IroncladError
from sre_console.audit.grants import role_exists
from sre_console.audit.verification import verify
from sre_console.audit.wording import broken_told

_WRONG = (DatabaseError, CommandError, IroncladError, LookupError, ValueError)
Found = dict[str, object]


class _Failed(ValueError):  # noqa: N818 - a finding
    """A check that did not pass; its message says why."""


def _fail(why: str) -> NoReturn:
    raise _Failed(why)


def smoke() -> list[Found]:
    """All of them, each {"name", "passed", "told"}; none raises."""
    return [
        _looked("migrations", _migrations),
        _looked("system checks", _system_checks),
        _looked("users are read", _users),
        _looked("audit chain", _chain),
        _looked("the application's role", _role),
    ]


def _looked(name: str, look: Callable[[], str]) -> Found:
    try:
        return {"name": name, "passed": True, "told": look()}
    except _WRONG as error:
        told = str(error).strip() or type(error).__name__
        return {"name": name, "passed": False, "told": told}


def _migrations() -> str:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    missing = [str(migration) for migration, _backwards in plan]
    if missing:
        _fail(f"missing: {', '.join(missing)}")
    return f"all {len(executor.loader.applied_migrations)} are applied"


def _system_checks() -> str:
    call_command("check", databases=["default"], stdout=io.StringIO())
    return "no error with the database"


def _users() -> str:
    """Through the ORM, and as a client of the REST API reads them."""
    rows = User.objects.count()
    # An address that ALLOWED_HOSTS always has here: the process is started with it.
    answer = Client().get(
        "/api/users?limit=1&total=exact",
        headers={"host": "127.0.0.1", "accept": "application/json"},
    )
    if answer.status_code != 200:  # noqa: PLR2004
        _fail(f"/api/users answered {answer.status_code}")
    total = cast("dict[str, dict[str, dict[str, int]]]", answer.json())["meta"]["pagination"]["total"]  # fmt: skip
    if total != rows:
        _fail(f"/api/users tells of {total}, the table has {rows}")
    return f"{rows} users, by the ORM and by /api/users"


def _chain() -> str:
    if not settings.AUDIT_KEY:
        return "not walked: this process has no AUDIT_KEY"
    finding = verify()
    if finding.broken is not None:
        _fail(broken_told(finding.broken))
    return f"{finding.entries} entries, unbroken"


def _role() -> str:
    """It writes a user, which is rolled back, and cannot rewrite the audit log."""
    role = settings.DATABASE_APP_ROLE
    if not role_exists(role):
        _fail(f"there is no role {role}")
    email = f"{token_hex(12)}@validation.invalid"
    with transaction.atomic():
        _become(role)
        User.objects.create(name="Validation", email=email)
        transaction.set_rollback(True)
    if User.objects.filter(email=email).exists():
        _fail("a user that was rolled back is there")
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            _become(role)
            cursor.execute("DELETE FROM audit_entry WHERE false")
    except DatabaseError:
        return f"{role} writes a user (rolled back) and cannot rewrite the audit log"
    _fail(f"{role} can rewrite the audit log")


def _become(role: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(role)))
