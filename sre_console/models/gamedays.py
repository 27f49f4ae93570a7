"""Game days: the scenarios that a team has written, runs of scenarios, and what each left behind."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

STATES = ("waiting", "running", "finished", "stopped", "failed")


class StoredScenario(models.Model):
    """A team's own scenario; those that ship are files (deploy/scenarios)."""

    name = models.CharField(max_length=63, primary_key=True)
    source = models.TextField()  # YAML or JSON, as it was sent
    origin = models.CharField(max_length=16, default="own")  # own, imported
    updated_at = models.DateTimeField(db_default=Now())
    updated_by = models.CharField(max_length=150)

    class Meta:
        db_table = "scenario"

    def __str__(self) -> str:
        return self.name


class GameDay(models.Model):
    """One run of a scenario. Durations are wall seconds, whatever the clock's scale."""

    scenario = models.CharField(max_length=63)
    title = models.CharField(max_length=255)
    # The scenario as it was at the start (gamedays.document), so that the record stands.
    document = models.JSONField()
    digest = models.CharField(max_length=64)  # SHA-256 of it
    state = models.CharField(max_length=8)  # STATES
    verdict = models.CharField(max_length=8, null=True)  # noqa: DJ001 - passed, failed
    score = models.FloatField(null=True)  # weighted share of the checks that passed
    seed = models.BigIntegerField()
    speed = models.FloatField(default=1)
    scale = models.FloatField()  # the clock's, during the run
    unattended = models.BooleanField(default=True)
    drill = models.BooleanField(default=False)  # its fault is hidden until the end
    reason = models.CharField(max_length=500, default="")
    started_by = models.CharField(max_length=150)
    created_at = models.DateTimeField()
    approved_by = models.CharField(max_length=150, default="")
    approved_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_kind = models.CharField(max_length=32, default="")  # gamedays.course.endings
    end_reason = models.CharField(max_length=500, default="")
    ended_by = models.CharField(max_length=150, default="")
    stop_ms = models.FloatField(null=True)  # how long STOP ALL took
    # Nothing is left for the runner to do: its rollbacks ran, what it came to is written.
    settled = models.BooleanField(default=False)
    attended_at = models.DateTimeField(null=True)  # a console that runs it was there
    turned_at = models.DateTimeField(null=True)  # the runner's last turn
    cursor = models.JSONField(
        default=dict
    )  # where the runner is (gamedays.course.course)
    checks = models.JSONField(
        default=list
    )  # how each check stands (gamedays.course.course)
    guardrails = models.JSONField(default=dict)  # in force, with their numbers
    forecast = models.JSONField(default=dict)
    outcome = models.JSONField(default=dict)
    figures = models.JSONField(default=dict)  # the charts, kept at the end
    lessons = models.TextField(default="")
    lessons_by = models.CharField(max_length=150, default="")

    class Meta:
        db_table = "game_day"
        indexes = [
            models.Index(
                "scenario",
                models.F("created_at").desc(),
                name="idx_game_day_scenario",
            ),
            models.Index(models.F("created_at").desc(), name="idx_game_day_created_at"),
            models.Index(models.F("ended_at").desc(), name="idx_game_day_ended_at"),
            models.Index(
                "id", name="idx_game_day_unsettled", condition=models.Q(settled=False)
            ),
        ]

    def __str__(self) -> str:
        return f"game day {self.pk}"


class GameDayEvent(models.Model):
    """One thing that happened in a run, with its time; only added to."""

    game_day = models.ForeignKey(
        GameDay, on_delete=models.CASCADE, related_name="events"
    )
    at = models.DateTimeField()
    kind = models.CharField(max_length=32)  # gamedays.record.KINDS
    step = models.IntegerField(null=True)  # index; None: of the whole run
    text = models.CharField(max_length=500, default="")
    detail = models.JSONField(default=dict)
    actor = models.CharField(max_length=150, default="")

    class Meta:
        db_table = "game_day_event"
        indexes = [models.Index("game_day", "at", "id", name="idx_game_day_event_at")]

    def __str__(self) -> str:
        return f"{self.kind} of game day {self.game_day_id}"


class GameDayAction(models.Model):
    """What the team wants to do about what it learned."""

    game_day = models.ForeignKey(
        GameDay, on_delete=models.CASCADE, related_name="actions"
    )
    text = models.CharField(max_length=500)
    owner = models.CharField(max_length=150, default="")
    due_on = models.DateField(null=True)
    done_at = models.DateTimeField(null=True)
    created_by = models.CharField(max_length=150)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "game_day_action"

    def __str__(self) -> str:
        return self.text


class GameDayBlock(models.Model):
    """One row: whether STOP ALL has ended a game day and nobody has released new ones since."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    blocked = models.BooleanField(default=False)
    game_day = models.BigIntegerField(null=True)  # that was ended
    by = models.CharField(max_length=150, default="")
    at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, default="")
    stop_ms = models.FloatField(null=True)
    released_by = models.CharField(max_length=150, default="")
    released_at = models.DateTimeField(null=True)
    release_reason = models.CharField(max_length=500, default="")

    class Meta:
        db_table = "game_day_block"
        constraints = [
            models.CheckConstraint(
                name="game_day_block_one_row", condition=models.Q(id=1)
            )
        ]
