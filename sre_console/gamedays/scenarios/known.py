"""What there is to look at in this installation: alerts, SLOs, breakers. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Known:
    """Names that a scenario may use; handed in, so that reading one needs nothing else."""

    alerts: tuple[tuple[str, str | None], ...]  # name and SLO, as rules have them
    slos: tuple[str, ...]
    breakers: tuple[str, ...] = ("database",)

    @property
    def alert_names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for name, _ in self.alerts))

    def slos_of(self, alert: str) -> tuple[str, ...]:
        """Empty: the alert is not one of an SLO."""
        return tuple(slo for name, slo in self.alerts if name == alert and slo)
