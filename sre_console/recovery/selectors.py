"""What is known of backups and restores: rows, and whether a recovery would come about now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from ironclad.errors import NotFound
from sre_console.models import BackupRun, RepositoryState, RestoreRun
from sre_console.recovery.targets import VALIDATION_EVERY, VALIDATION_OVERDUE

REPOSITORIES_MOST = 20  # that are told of


@dataclass(frozen=True, slots=True)
class Known:
    """The rows that the newest of each is told from; None: there is none."""

    now: datetime
    backup: BackupRun | None  # newest good one of PostgreSQL's files, still there
    dump: BackupRun | None  # newest good one, still there
    tried: BackupRun | None  # newest of all, good or not
    validation: RestoreRun | None  # newest, good or not
    validated: RestoreRun | None  # newest good one
    repositories: tuple[RepositoryState, ...]

    @property
    def validation_due(self) -> datetime | None:
        """When the next one should run; None: none ever did, so now."""
        return (
            None
            if self.validated is None
            else self.validated.ended_at + VALIDATION_EVERY
        )

    @property
    def validation_overdue(self) -> bool:
        if self.validated is None:
            return True
        return self.now - self.validated.ended_at > VALIDATION_OVERDUE


def recovery_known(now: datetime) -> Known:
    here = BackupRun.objects.filter(state="good", gone_at=None).order_by("-ended_at")
    validations = RestoreRun.objects.filter(kind="validation").order_by("-ended_at")
    repositories = RepositoryState.objects.order_by("-seen_at")[:REPOSITORIES_MOST]
    return Known(
        now=now,
        backup=here.filter(~Q(kind="dump")).first(),
        dump=here.filter(kind="dump").first(),
        tried=BackupRun.objects.order_by("-ended_at", "-pk").first(),
        validation=validations.first(),
        validated=validations.filter(state="good").first(),
        repositories=tuple(repositories),
    )


def restore_get(number: int) -> RestoreRun:
    """Raises NotFound."""
    found = RestoreRun.objects.filter(pk=number).first()
    if found is None:
        raise NotFound
    return found


def age(now: datetime, then: datetime | None) -> timedelta | None:
    """Never negative: clocks of other machines may be ahead."""
    return None if then is None else max(timedelta(), now - then)
