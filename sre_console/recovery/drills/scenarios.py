"""The five disasters that are drilled. Pure."""

from __future__ import annotations

from sre_console.recovery.drills.scenario import Scenario, Step

VOLUME_LOST = Scenario(
    key="volume-lost",
    title="Volume lost",
    story="The database's volume is gone without warning. What is left is the repository of "
    "backups and the archived log.",
    runbook="volume-lost",
    steps=(
        Step("backup", "Find the newest backup", "A backup, its age, and a newest log segment of at most a minute ago."),
        Step("note", "Note the newest commit", "A moment, written down outside this installation."),
        Step("lose", "Lose the volume", "The database does not answer and its data folder is gone.", "struck"),
        Step("restore", "Restore into a new cluster", "It says that it reached the end of the log, and how long it took."),
        Step("check", "Check what was restored", "Every table has rows, and the newest are of a moment before it struck."),
        Step("serve", "Let it serve", "/health says healthy, and a user that is made can be read.", "served"),
        Step("loss", "Measure what was lost", "Seconds between the newest commit before and the newest one after.", "loss"),
        Step("anew", "Back it up anew", "A full backup of the new cluster; the old repository is kept."),
    ),
)  # fmt: skip

TABLE_DROPPED = Scenario(
    key="table-dropped",
    title="Table dropped",
    story="Somebody meant another database: the table users is gone, everything else is well "
    "and goes on being written.",
    runbook="table-dropped",
    steps=(
        Step("backup", "Find a backup from before", "A backup that is older than the mistake, and the log since."),
        Step("note", "Note what is there", "A count of users and the moment of the newest one."),
        Step("drop", "Drop the table", "GET /api/users fails; the console goes on.", "struck"),
        Step("moment", "Find the moment", "A moment with its zone, just before the mistake."),
        Step("restore", "Restore the table beside", "A schema of its own with the table as it was."),
        Step("check", "Compare it", "The count and the newest moment are those that were noted."),
        Step("back", "Put it back", "GET /api/users answers, and a user that is made can be read.", "served"),
        Step("loss", "Measure what was lost", "Seconds between the newest row before and the newest one after.", "loss"),
        Step("tidy", "Take the side schema away", "The schema is gone; a backup has begun after the mistake."),
    ),
)  # fmt: skip

BAD_MIGRATION = Scenario(
    key="bad-migration",
    title="Bad migration",
    story="A release changed the data of every row to something wrong, and the version that "
    "reads it cannot go back.",
    runbook="bad-migration",
    steps=(
        Step("point", "Name the point before it", "The name of a restore point, and a backup that is older."),
        Step("note", "Note what is right", "A figure that the migration will spoil, and the newest commit."),
        Step("apply", "Apply the bad migration", "The figure is wrong.", "struck"),
        Step("hold", "Stop what writes", "Nothing writes: what is written now would be lost."),
        Step("restore", "Restore to the point", "It says that it reached the point, and how long it took."),
        Step("check", "Check the figure", "The restored cluster tells the right figure."),
        Step("serve", "Let it serve", "/health says healthy with the version of before, and the figure is right.", "served"),
        Step("loss", "Measure what was lost", "Seconds between the newest commit before and the newest one after.", "loss"),
        Step("since", "Fetch what was written since", "Rows of after the point that are wanted, put in by hand.", required=False),
        Step("anew", "Back it up anew", "A full backup of the new cluster; the spoilt one is kept aside."),
    ),
)  # fmt: skip

REGION_LOST = Scenario(
    key="region-lost",
    title="Region lost",
    story="The region with the primary does not answer, and nobody can say when it will. The "
    "standby, or a copy of the repository, is elsewhere.",
    runbook="region-lost",
    steps=(
        Step("behind", "See how far the other region is", "Seconds or bytes that the standby, or the copy, is behind."),
        Step("note", "Note the newest commit", "A moment, written down outside the region."),
        Step("cut", "Lose the region", "The primary does not answer from outside.", "struck"),
        Step("fence", "Fence the old primary", "It cannot come back as a primary: no volume, no address, no leader."),
        Step("promote", "Promote the other one", "It says that it is no longer in recovery, and takes a write."),
        Step("serve", "Lead the traffic there", "/health says healthy at the address that users have.", "served"),
        Step("loss", "Measure what was lost", "Seconds between the newest commit before and the newest one after.", "loss"),
        Step("again", "Make a new other region", "A standby, or a copy, that follows the new primary; a full backup."),
    ),
)  # fmt: skip

CREDENTIALS_LOST = Scenario(
    key="credentials-lost",
    title="Credentials lost",
    story="A laptop with the secrets of this installation is gone. Whoever has it may read the "
    "database until every one of them is worth nothing.",
    runbook="credentials-lost",
    steps=(
        Step("list", "List what was lost", "Each secret, and who uses it."),
        Step("lose", "Declare them lost", "A moment: from now on they count as read by others.", "struck"),
        Step("database", "Change the database's passwords", "The old password is refused."),
        Step("tokens", "Revoke the tokens", "The old token gets 401."),
        Step("people", "Sign everybody out", "An old session leads to the page to sign in."),
        Step("keys", "Change the keys", "The service has started with other keys, and second factors are read."),
        Step("repository", "Change the repository's credentials", "A backup is made with the new ones; the old are refused."),
        Step("serve", "See that all is well", "/health says healthy, and every program has its new secret.", "served"),
        Step("loss", "Measure what was lost", "The newest commit before and after: nothing may be missing.", "loss"),
        Step("validate", "Validate a backup", "The newest backup can be read with the credentials there are now."),
    ),
)  # fmt: skip

SCENARIOS: dict[str, Scenario] = {
    each.key: each
    for each in (
        VOLUME_LOST, TABLE_DROPPED, BAD_MIGRATION, REGION_LOST, CREDENTIALS_LOST,
    )
}  # fmt: skip
