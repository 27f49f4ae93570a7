"""Secrets that are written out where anyone can read them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.manifests.judge.objects import Cluster, Object, Pod, title

# A user and a password in an address; a name in braces or after a dollar is filled in later.
_ADDRESS = re.compile(r"[a-z]://[^\s:/@\"']*:(?![$<{])[^\s/@\"']+@", re.IGNORECASE)
_KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----")
# `password: word` or `PASSWORD=word` in a file; what names a file, a variable or a
# template is a reference.
_SETTING = re.compile(
    r"^[ \t\"']*[\w.-]*(?:password|passwd|secret|token|credentials|api_?key)[\"']?"
    r"[ \t]*[:=][ \t]*[\"']?(?![\"'$<{/%|>&\\]|\s|\()(?P<value>[^\s\"',;]+)",
    re.IGNORECASE | re.MULTILINE,
)
_SECRET_NAME = re.compile(r"PASSWORD|SECRET|TOKEN|API_?KEY|CREDENTIAL", re.IGNORECASE)
_REFERENCE = re.compile(r"_FILE$|_PATH$|_NAME$", re.IGNORECASE)


def _texts(value: object, where: str = "") -> Iterator[tuple[str, str]]:
    """Every text of an object, with the path to it."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _texts(inner, f"{where}.{key}" if where else str(key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _texts(inner, f"{where}[{index}]")
    elif isinstance(value, str):
        yield where, value


def _reasons(thing: Object) -> Iterator[str]:
    for where, text in _texts(thing):
        if _ADDRESS.search(text):
            yield f"{where} is an address with a password"
        if _KEY.search(text):
            yield f"{where} is a private key"
    if thing["kind"] == "ConfigMap":
        for key, text in (thing.get("data") or {}).items():
            if (
                _SECRET_NAME.search(key)
                and "." not in key
                and not _REFERENCE.search(key)
            ):
                yield f"data.{key} is a secret by its name"
            for match in _SETTING.finditer(text):
                yield f"data.{key} says {match.group(0).strip()!r}"


def _environment(pod: Pod) -> Iterator[str]:
    for container in pod.containers():
        for variable in container.get("env") or []:
            name = variable["name"]
            value = str(variable.get("value") or "")
            if (
                value
                and not value.startswith("/")  # a file, which is a reference
                and _SECRET_NAME.search(name)
                and not _REFERENCE.search(name)
            ):
                yield f"{container['name']} has {name} as a plain value"
        for whole in container.get("envFrom") or []:
            if "secretRef" in whole:
                yield f"{container['name']} takes all of {whole['secretRef']['name']}"


def written_out(cluster: Cluster) -> list[str]:
    """Secrets in the manifests, and pods that get a whole one as their environment."""
    found = [
        f"{title(thing)} is a Secret with values"
        for thing in cluster.of("Secret")
        if thing.get("data") or thing.get("stringData")
    ]
    for thing in cluster.objects:
        found += [f"{title(thing)}: {reason}" for reason in _reasons(thing)]
    for pod in cluster.pods():
        found += [f"{pod.title}: {reason}" for reason in _environment(pod)]
    return found
