"""Where SLIs were read, in words."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from sre_console.slo.source import Problem, Source


@dataclass(frozen=True, slots=True)
class SourceNote:
    text: str
    warns: bool


def problem_words() -> dict[Problem, str]:
    """Why Prometheus' figures are not there."""
    return {
        Problem.STARTING: _("Prometheus has not been asked yet."),
        Problem.AWAY: _("Prometheus does not answer."),
        Problem.REFUSED: _("Prometheus refuses to answer."),
        Problem.UNREADABLE: _("What answers is not Prometheus."),
        Problem.NO_RECORDS: _("Prometheus has no SLOs: are the rules loaded?"),
        Problem.LATE: _("Prometheus has recorded nothing lately."),
    }


def source_note(source: Source) -> SourceNote | None:
    """None: of the timeline, as it should be."""
    if source.problem is not None:
        instead = _("These figures are of Ironclad's own timeline.")
        return SourceNote(f"{problem_words()[source.problem]} {instead}", warns=True)
    if source.name == "prometheus":
        return SourceNote(_("Counted by Prometheus."), warns=False)
    return None
