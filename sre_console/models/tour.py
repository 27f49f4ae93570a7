"""How far each person is with the guided tour."""

from __future__ import annotations

from django.conf import settings
from django.db import models

INVITATION = 0  # the "lesson" that stands for the offer to take the tour


class TourProgress(models.Model):
    """One lesson of one person: what was predicted, and what came of it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    lesson = models.SmallIntegerField()  # INVITATION, or a lesson's number
    prediction = models.CharField(max_length=32, default="")  # as it was read
    predicted_at = models.DateTimeField(null=True)
    version = models.BigIntegerField(null=True)  # of the fault plan that was its run
    answer = models.JSONField(default=dict)  # gamedays.tour.measuring
    done_at = models.DateTimeField(null=True)  # the first time
    tries = models.IntegerField(default=0)  # that came to an answer

    class Meta:
        db_table = "tour_progress"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "lesson"], name="tour_progress_one_each"
            )
        ]

    def __str__(self) -> str:
        return f"lesson {self.lesson} of {self.user}"
