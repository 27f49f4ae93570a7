"""Why a rotation stopped."""

from __future__ import annotations

from ironclad.errors import IroncladError


class RotationStopped(IroncladError):  # noqa: N818 - read as a sentence
    """It went no further. Whoever could sign in before still can."""

    default_message = "The password was not rotated."


class ApiAway(RotationStopped):
    """The cluster did not answer, or not now; worth another try."""

    default_message = "The Kubernetes API does not answer."
