"""What load tests have measured: how many requests a second the service bears."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class MeasuredKnee(models.Model):
    """The rate from which on latency bends away. Older ones are kept as history."""

    measured_at = models.DateTimeField(db_default=Now())
    rps = models.FloatField()  # requests a second, of all processes together
    p99 = models.FloatField()  # milliseconds, at that rate
    server = models.CharField(max_length=32)  # daphne, uvicorn, granian
    processes = models.IntegerField()
    cores = models.IntegerField()  # of the machine that it was measured on
    mix = models.CharField(max_length=32)  # of requests: crud, reads
    version = models.CharField(max_length=64, default="")  # of the service
    report = models.CharField(max_length=500, default="")  # for people: where it is

    class Meta:
        db_table = "measured_knee"
        indexes = [
            models.Index(
                models.F("measured_at").desc(), name="idx_measured_knee_measured_at"
            )
        ]

    def __str__(self) -> str:
        return f"{self.rps:g}/s, {self.mix} on {self.server}"
