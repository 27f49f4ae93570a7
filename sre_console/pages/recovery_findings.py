"""The words of what speaks against a recovery, and of what to do about it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sre_console.incidents.runbooks import runbooks
from sre_console.pages.incident_models import Mark
from sre_console.pages.incident_words import lasted
from sre_console.pages.recovery_words import size
from sre_console.recovery.judging import Answer, Code, Facts, Finding

# Each leads to its runbook, where there is one.
_RUNBOOKS: dict[Code, str] = {
    "no_backup": "backup-too-old",
    "backup_failed": "backup-failed",
    "backup_old": "backup-too-old",
    "dump_old": "backup-too-old",
    "repository_unread": "backup-failed",
    "wal_missing": "backup-wal-missing",
    "archive_failing": "wal-archiving-failing",
    "exposed": "wal-archiving-failing",
    "space_low": "backup-repository-full",
    "not_validated": "recovery-not-validated",
    "validation_failed": "recovery-not-validated",
    "validation_overdue": "recovery-not-validated",
    "promise_missed": "recovery-not-validated",
    "replica_lost": "replication-lag",
    "replica_late": "replication-lag",
    "drills_overdue": "disaster-drill-overdue",
}


@dataclass(frozen=True, slots=True)
class FindingLine:
    mark: Mark
    title: str
    remedy: str
    command: str  # that is run on the machine; empty: none
    runbook: str  # its name; empty: there is none
    href: str  # of the page to go on with; empty: none


def answer_mark(answer: Answer) -> Mark:
    return {
        "nothing": Mark(_("not yet"), "is-risk", "risk"),
        "no": Mark(_("do not rely on it"), "is-exhausted", "exhausted"),
        "doubtful": Mark(_("yes, with doubts"), "is-risk", "risk"),
        "yes": Mark(_("yes"), "is-ok", "ok"),
    }[answer]


def answer_told(answer: Answer) -> str:
    return {
        "nothing": _("There is no backup: nothing could be restored."),
        "no": _("Something says that a restore may not come about, or not in time."),
        "doubtful": _("A restore should come about; what stands below needs a look."),
        "yes": _("The newest backup was made in time, and a restore was tried out."),
    }[answer]


def finding_line(finding: Finding, facts: Facts) -> FindingLine:
    code = finding.code
    if finding.grave:
        mark = Mark(_("grave"), "is-exhausted", "exhausted")
    elif finding.light:
        mark = Mark(_("to do"), "is-stale", "ring")
    else:
        mark = Mark(_("doubt"), "is-risk", "risk")
    title, remedy, command = _told(facts)[code]
    runbook = _RUNBOOKS.get(code, "")
    return FindingLine(
        mark=mark,
        title=title,
        remedy=remedy,
        command=command,
        runbook=runbook if runbook in runbooks() else "",
        href="/console/recovery/drills" if code == "drills_overdue" else "",
    )


def _told(facts: Facts) -> dict[Code, tuple[str, str, str]]:
    share = "" if facts.free_share is None else f"{facts.free_share * 100:.0f} %"
    backup, validate = "manage.py backup", "manage.py validate_backup"
    return {
        "no_backup": (
            _("No backup is there"),
            _("Make one, on the machine or by its CronJob:"),
            backup,
        ),
        "backup_failed": (
            ngettext(
                "{n} backup failed since the last good one",
                "{n} backups failed since the last good one",
                facts.failures,
            ).format(n=facts.failures),
            _("Its row below tells why. Once that is mended, make one:"),
            backup,
        ),
        "backup_old": (
            _("The newest backup is {age} old").format(age=lasted(facts.backup_age)),
            _("One a day is due. See why none came, then make one:"),
            backup,
        ),
        "dump_old": (
            _("The newest dump is {age} old").format(age=lasted(facts.dump_age)),
            _("The second line is getting old: see why its CronJob made none."),
            "",
        ),
        "repository_unread": (
            _("A repository could not be read"),
            _("What it said stands with it below: a key, a password, or its place."),
            "",
        ),
        "wal_missing": (
            _("{n} segments of the log are missing").format(n=facts.missing_wal),
            _("Nothing behind the gap can be restored. Make a full backup now:"),
            backup,
        ),
        "archive_failing": (
            _("The log is not archived, for {age}").format(age=lasted(facts.archive_failing)),
            _("What is committed now would be lost with the volume, and the volume fills up."),
            "",
        ),
        "exposed": (
            _("{age} could be lost with the volume now").format(age=lasted(facts.exposed)),
            _("1 h is promised. Have the log archived or received elsewhere, or back up more often:"),
            backup,
        ),
        "space_low": (
            _("{share} of the repository is free").format(share=share),
            _("Give it room, or keep fewer backups: archiving stops when it is full."),
            "",
        ),
        "not_validated": (
            _("No restore was ever tried out"),
            _("A backup that nobody has restored is a hope. Restore it beside the database:"),
            validate,
        ),
        "validation_failed": (
            _("The newest validation failed"),
            _("Its row below tells which check. Until one passes, do not rely on a restore:"),
            validate,
        ),
        "validation_overdue": (
            _("The last good validation is {age} old").format(age=lasted(facts.validated_age)),
            _("One a month is due, 35 days at most:"),
            validate,
        ),
        "promise_missed": (
            _("The last restore took or lost more than is promised"),
            _("{time} and {loss}, where 4 h and 1 h are promised: back up more often, or restore from nearer.").format(
                time=lasted(facts.recovery_seconds), loss=lasted(facts.lost_seconds)
            ),
            "",
        ),
        "aim_missed": (
            _("The last restore missed our own aim"),
            _("{time} and {loss}, where 15 min and 1 min are aimed at. The promise was kept.").format(
                time=lasted(facts.recovery_seconds), loss=lasted(facts.lost_seconds)
            ),
            "",
        ),
        "replica_lost": (
            _("A replica can never follow again"),
            _("What it needs of the log is gone. Build it anew, and drop its slot."),
            "",
        ),
        "replica_late": (
            _("A replica is {age} behind").format(age=lasted(facts.replica_seconds)),
            _("Promoted now it would lose that much."),
            "",
        ),
        "drills_overdue": (
            ngettext(
                "{n} disaster drill is overdue",
                "{n} disaster drills are overdue",
                facts.drills_overdue,
            ).format(n=facts.drills_overdue),
            _("Each is due once a quarter."),
            "",
        ),
    }  # fmt: skip


def space_told(used: int | None, free: int | None) -> str:
    if used is None:
        return ""
    if free is None:
        return _("{used} used").format(used=size(used))
    share = 100 * free / max(1, used + free)
    return _("{used} used, {share:.0f} % free").format(used=size(used), share=share)
