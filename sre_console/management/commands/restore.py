"""manage.py restore: into a new cluster, promoted and put into service by steps of their own."""

from __future__ import annotations

import getpass
import signal
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.db import Error as DatabaseError

from ironclad.embedded.binaries import BUILT_IN, Binaries, find
from ironclad.embedded.failure import StartError
from ironclad.embedded.home import Home, home
from ironclad.errors import IroncladError
from ironclad.recovery.adoption import adopt
from ironclad.recovery.choice import Known, repository
from ironclad.recovery.failure import RecoveryFailed
from ironclad.recovery.plan import MB, Wish, choose
from ironclad.recovery.promotion import promote
from ironclad.recovery.restore import RestoreResult, carry_out, planned
from ironclad.recovery.state import FILE, read
from ironclad.recovery.target import LATEST, Target, at_moment, at_name
from sre_console.audit.actor import Actor
from sre_console.management import aside
from sre_console.recovery.restores import taken_in

_INTERRUPTED = 130
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Command(BaseCommand):
    help = (
        "Restore a backup into a new cluster, up to a moment (--to), a named point"
        " (--target-name) or the newest (--latest), never in place. Then --promote FOLDER"
        " lets it take writes; --adopt FOLDER puts it in the built-in database's place."
        " With --table and --schema a table's rows of then are laid beside the live ones."
    )
    # The database may be lost, and the keys with it.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        step = parser.add_mutually_exclusive_group()
        step.add_argument("--to", metavar="MOMENT", help="2026-01-31 12:00:00+00")
        step.add_argument("--target-name", metavar="NAME", help="a restore point")
        step.add_argument("--adopt", type=Path, metavar="FOLDER")
        step.add_argument("--record", type=Path, metavar="FOLDER")
        parser.add_argument("--latest", action="store_true", help="all there is")
        parser.add_argument("--promote", type=Path, metavar="FOLDER")
        parser.add_argument("--into", type=Path, metavar="FOLDER", help="a new one")
        parser.add_argument("--backup", default="", metavar="LABEL")
        parser.add_argument("--repository", default="", help="folder:/PATH, pgbackrest")
        parser.add_argument("--timeline", default="latest")
        parser.add_argument("--up-to-gap", action="store_true")
        parser.add_argument("--postgres", type=int, metavar="VERSION")
        parser.add_argument(
            "--dry-run", action="store_true", help="print the plan only"
        )
        parser.add_argument("--table", default="", help="its rows, to --schema")
        parser.add_argument("--where", default="", help='of them, as in "id < 100"')
        parser.add_argument("--schema", default="", help="a new one: restored_…")

    def handle(self, *_args: object, **options: Any) -> None:
        try:
            with _interruptible():
                self._run(options)
        except KeyboardInterrupt:
            message = (
                "interrupted: nothing runs; what it has made says that it is unfinished"
            )
            raise CommandError(message, returncode=_INTERRUPTED) from None
        except RecoveryFailed as error:
            raise CommandError(str(error)) from error
        except StartError as error:
            raise CommandError(error.lines()) from error

    def _run(self, options: dict[str, Any]) -> None:
        steps = [options[name] for name in ("to", "target_name", "adopt", "record")]
        asked = sum(value is not None for value in (*steps, options["promote"]))
        if options["promote"] is None:
            asked += options["latest"]
        if asked != 1:
            message = "say one thing to do"
            remedy = (
                "one of --to, --latest, --target-name, --promote, --adopt, --record"
            )
            raise RecoveryFailed(message, remedy)
        if options["promote"] is not None:
            self._promote(options["promote"].resolve(), short=options["latest"])
        elif options["adopt"] is not None:
            self._adopt(options["adopt"].resolve())
        elif options["record"] is not None:
            self._record(options["record"].resolve(), forgiving=False)
        else:
            self._restore(options)

    def _restore(self, options: dict[str, Any]) -> None:
        target = _target(options)
        place = home() if settings.BUILTIN else None
        source = repository(options["repository"], _known(place))
        wish = Wish(
            target, _into(options["into"], place), options["backup"],
            options["up_to_gap"], options["timeline"],
        )  # fmt: skip
        # Gone or wrong, it is told before anything else is asked for.
        best = choose(source.backups(), target, wish.label, datetime.now(UTC))
        binaries = find(options["postgres"] or best.version)
        live = place.data if place else None
        work = aside.wanted(options, settings.DATABASE_URL)
        plan = planned(source, wish, binaries=binaries, live=live)
        self.stdout.write("\n".join(plan.lines()))
        if options["dry_run"]:
            self.stdout.write("Nothing was changed.")
            return
        try:
            result = carry_out(
                source, wish, binaries=binaries, live=live, say=self._say
            )
        finally:
            if (wish.into / FILE).exists():
                self._record(wish.into, forgiving=True)
        self._tell(result)
        if work is None:
            self.stdout.write(f"→ manage.py restore --promote {result.folder}")
        else:
            self.stdout.write(work.carry_out(result, _actor(), self._say))

    def _tell(self, result: RestoreResult) -> None:
        newest = result.reached_at or "none since the backup"
        self.stdout.write(
            f"✓ {result.folder}: up to {result.target}, newest commit {newest},"
            f" {result.size / MB:,.0f} MB of files and {result.wal / MB:,.0f} MB of WAL"
            f" in {result.recovery_seconds:.1f} s, checked by"
            f" {', '.join(check.name for check in result.checks) or 'nothing'}"
        )

    def _promote(self, folder: Path, *, short: bool) -> None:
        binaries: Binaries = find(read(folder).version)
        done = promote(folder, binaries=binaries, say=self._say, short=short)
        self.stdout.write(
            f"✓ {folder} takes writes, on timeline {done.timeline} ({done.seconds} s)."
        )
        if settings.BUILTIN:
            self.stdout.write(
                "→ stop make up (Ctrl-C), then: manage.py restore --adopt"
                f" {folder}\n→ make up\n→ manage.py backup"
            )
        else:
            self.stdout.write(
                f"→ its files are {folder / 'data'}: give them to the PostgreSQL"
                f" {binaries.version} that is to serve, as its PGDATA\n"
                "→ stop the old one first, for good; then let DATABASE_URL name the new one\n"
                "→ take a full backup at once; the steps are in docs/guide/restore.md"
            )

    def _adopt(self, folder: Path) -> None:
        if not settings.BUILTIN:
            message = "--adopt is for the built-in database"
            raise RecoveryFailed(message, "see docs/guide/restore.md")
        kept = adopt(folder, home(), version=BUILT_IN, now=datetime.now(UTC))
        self.stdout.write(f"✓ {home().data} holds what was restored.")
        if kept is not None:
            self.stdout.write(f"  What was there before is kept: {kept}")
        self.stdout.write("→ make up, then: manage.py backup")

    def _record(self, folder: Path, *, forgiving: bool) -> None:
        """Into the database, which may be the one that is lost."""
        try:
            row = taken_in(folder, _actor())
        except (DatabaseError, IroncladError, ImproperlyConfigured) as error:
            if not forgiving:
                message = f"it could not be recorded: {error}".strip()
                raise RecoveryFailed(
                    message, "try again when the database answers"
                ) from error
            self.stderr.write(
                "! not recorded, the database does not answer; once it does:"
                f" manage.py restore --record {folder}"
            )
        else:
            self._say(f"recorded as restore {row.pk}")

    def _say(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()


def _target(options: dict[str, Any]) -> Target:
    if options["latest"]:
        return LATEST
    if options["to"] is not None:
        return at_moment(options["to"])
    return at_name(options["target_name"])


def _into(named: Path | None, place: Home | None) -> Path:
    if named is not None:
        return named.expanduser().resolve()
    if place is None:
        message = "where to is not said"
        raise RecoveryFailed(message, "name a new folder: --into FOLDER")
    return place.root / f"restored-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"


def _known(place: Home | None) -> Known:
    return Known(
        place,
        settings.PGBACKREST_CONFIG,
        settings.PGBACKREST_STANZA,
        settings.PGBACKREST_CONFIG_INCLUDE_PATH,
    )


def _actor() -> Actor:
    return Actor(f"{getpass.getuser()} by manage.py", "system", via="command")


@contextmanager
def _interruptible() -> Iterator[None]:
    """The first signal ends it in order; a second one must not break into that."""

    def interrupt(_number: int, _frame: object) -> NoReturn:
        for number in _SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
