"""The Kubernetes API, as a pod reaches it: two verbs on one object at a time.

Not by `ironclad.outbound`: it trusts the public authorities alone, and the cluster has its own;
and here nothing is repeated behind the caller's back. A run that fails is carried on by the next.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from ironclad.rotation.failure import ApiAway, RotationStopped

ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")
_SECONDS = 10.0  # for each part of a request
_TOO_MANY, _SERVER = 429, 500
_REASONS = {
    401: "the token of the service account is not accepted",
    403: "the service account may not do that; see its Role",
    404: "there is no such object",
    409: "somebody else has changed it meanwhile",
}

Object = Mapping[str, Any]  # as the API's JSON has it


@dataclass(frozen=True, slots=True)
class Api:
    """`account` is the folder with the token, the authority and the namespace."""

    server: str
    account: Path

    @classmethod
    def of_pod(cls, environment: Mapping[str, str], account: Path = ACCOUNT) -> Api:
        """Raises RotationStopped outside a cluster, or without the account's token."""
        host = environment.get("KUBERNETES_SERVICE_HOST", "")
        port = environment.get("KUBERNETES_SERVICE_PORT") or "443"
        if not host or not (account / "token").exists():
            message = (
                "This is no pod with a service account's token;"
                " outside Kubernetes name a file: --url-file PATH."
            )
            raise RotationStopped(message)
        return cls(
            f"https://[{host}]:{port}" if ":" in host else f"https://{host}:{port}",
            account,
        )

    @property
    def namespace(self) -> str:
        return (self.account / "namespace").read_text("utf-8").strip()

    def get(self, path: str) -> Object:
        return self._ask("GET", path, None)

    def patch(self, path: str, change: Object) -> Object:
        """A JSON merge patch: what it names is replaced, all else stays."""
        return self._ask("PATCH", path, change)

    def _ask(self, method: str, path: str, change: Object | None) -> Object:
        # Read each time: the kubelet replaces the token before it expires.
        token = (self.account / "token").read_text("utf-8").strip()
        headers = {
            "authorization": f"Bearer {token}",
            "content-type": "application/merge-patch+json",
        }
        trusted = ssl.create_default_context(cafile=str(self.account / "ca.crt"))
        try:
            with httpx.Client(
                verify=trusted, timeout=_SECONDS, trust_env=False
            ) as client:
                answer = client.request(
                    method, self.server + path, headers=headers, json=change
                )
        except httpx.HTTPError as error:
            message = f"The Kubernetes API cannot be reached: {type(error).__name__}."
            raise ApiAway(message) from None
        return _judged(method, path, answer)


def _judged(method: str, path: str, answer: httpx.Response) -> Object:
    """The object. Never tells a body: it may be the Secret's."""
    if answer.is_success:
        found: Object = answer.json()
        return found
    told = _REASONS.get(answer.status_code, f"status {answer.status_code}")
    message = f"{method} {path}: {told}."
    if answer.status_code == _TOO_MANY or answer.status_code >= _SERVER:
        raise ApiAway(message)
    raise RotationStopped(message)
