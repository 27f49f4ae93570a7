"""Which environment this is, as every page says it at all times."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from sre_console.chaos.permission import confirmation_needed
from sre_console.chaos.policy import percent

# Words of names where nobody is harmed. Whatever is none of them is shown as production: a
# name that nobody thought of is no reason to be careless.
PRACTICE = frozenset(
    {
        "ci", "demo", "dev", "development", "lab", "local", "minikube", "preview", "qa",
        "rehearsal", "sandbox", "stage", "staging", "test", "testing", "training", "uat",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Environment:
    name: str

    @property
    def production(self) -> bool:
        """Whether it is to be shown as the real thing."""
        return not PRACTICE & set(self.name.split("-"))

    @property
    def rehearsal(self) -> bool:
        return self.name == "rehearsal"


@dataclass(frozen=True, slots=True)
class Question:
    """Why the environment's name has to be typed."""

    share: str  # of the requests that is touched
    above: str  # of which nobody is asked


def question(share: float) -> Question | None:
    """None: it touches so little that nobody is asked."""
    above = settings.CHAOS_CONFIRM_ABOVE
    if above is None or not confirmation_needed(share):
        return None
    return Question(percent(share), percent(above))


def environment() -> Environment:
    return Environment(settings.ENVIRONMENT)
