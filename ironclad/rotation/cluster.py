"""The Secret that holds the address, and the Deployment that reads it."""

from __future__ import annotations

import base64
import binascii
import secrets
from dataclasses import dataclass, field

from ironclad.rotation.api import Api, Object
from ironclad.rotation.failure import RotationStopped
from ironclad.rotation.place import Published, Rollout

ROTATION = "ironclad/database-rotation"  # on the Secret, and on the pods' template
FINISHED = "ironclad/database-rotation-finished"  # on the Secret
_KEY = "url"


@dataclass
class SecretPlace:
    api: Api
    name: str
    _version: str = field(default="", init=False)

    @property
    def _path(self) -> str:
        return f"/api/v1/namespaces/{self.api.namespace}/secrets/{self.name}"

    def read(self) -> Published:
        found = self.api.get(self._path)
        self._version = found["metadata"]["resourceVersion"]
        notes = found["metadata"].get("annotations") or {}
        try:
            url = base64.b64decode(found["data"][_KEY], validate=True).decode().strip()
        except (KeyError, TypeError, binascii.Error, UnicodeDecodeError):
            message = f"The Secret {self.name} has no readable key {_KEY!r}."
            raise RotationStopped(message) from None
        rotation = notes.get(ROTATION, "")
        return Published(url, rotation, finished=rotation == notes.get(FINISHED, ""))

    def publish(self, url: str, rotation: str) -> None:
        self._write(
            {ROTATION: rotation}, {_KEY: base64.b64encode(url.encode()).decode()}
        )

    def finish(self, rotation: str) -> None:
        self._write({FINISHED: rotation}, {})

    def _write(self, notes: dict[str, str], data: dict[str, str]) -> None:
        # With the version that was read, the API refuses what would undo another's change.
        metadata = {"resourceVersion": self._version, "annotations": notes}
        written = self.api.patch(self._path, {"metadata": metadata, "data": data})
        self._version = written["metadata"]["resourceVersion"]


@dataclass(frozen=True, slots=True)
class DeploymentService:
    api: Api
    name: str

    @property
    def _path(self) -> str:
        return f"/apis/apps/v1/namespaces/{self.api.namespace}/deployments/{self.name}"

    def restart(self, rotation: str) -> None:
        # A new word each time: pods that started before the kubelet had the new Secret
        # are replaced by the run that carries on.
        word = f"{rotation}.{secrets.token_hex(4)}"
        template = {"metadata": {"annotations": {ROTATION: word}}}
        self.api.patch(self._path, {"spec": {"template": template}})

    def look(self, rotation: str) -> Rollout:
        found = self.api.get(self._path)
        notes = found["spec"]["template"]["metadata"].get("annotations") or {}
        if notes.get(ROTATION, "").partition(".")[0] != rotation:
            return Rollout(done=False)
        return rollout(found)


def rollout(deployment: Object) -> Rollout:
    """What `kubectl rollout status` says, of the object as the API gives it."""
    status = deployment.get("status") or {}
    if status.get("observedGeneration", 0) < deployment["metadata"]["generation"]:
        return Rollout(done=False)
    if deployment["spec"].get("paused"):
        return Rollout(done=False, stuck="The Deployment is paused; resume it.")
    for condition in status.get("conditions") or []:
        if condition.get("reason") == "ProgressDeadlineExceeded":
            message = "The new pods do not become ready; the old ones go on serving."
            return Rollout(done=False, stuck=message)
    wanted = deployment["spec"].get("replicas", 1)
    counts = [
        status.get(name, 0)
        for name in ("updatedReplicas", "replicas", "availableReplicas")
    ]
    return Rollout(done=counts == [wanted] * 3)
