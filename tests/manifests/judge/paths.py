"""The files of Secrets that a container is told to read, and those that it is given."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from tests.manifests.judge.configuration import environment
from tests.manifests.judge.objects import Cluster, Object, Pod

Values = Mapping[str, Mapping[str, str]]  # of each Secret by its keys

# Not the account's token: that it is there, and for whom, is judged with the rights.
_PATH = re.compile(r"/run/secrets/(?!kubernetes\.io/)[\w./-]+")
_REMARK = re.compile(r"^\s*[#;].*$|\s#\s.*$", re.MULTILINE)


def named(
    cluster: Cluster, pod: Pod, container: Object, secrets: Values
) -> dict[str, str]:
    """Each path, and where it stands: in words, variables, addresses or mounted files."""
    found: dict[str, str] = {}
    for where, text in _texts(cluster, pod, container, secrets):
        found |= dict.fromkeys(_PATH.findall(_REMARK.sub("", text)), where)
    return found


def _texts(
    cluster: Cluster, pod: Pod, container: Object, secrets: Values
) -> Iterator[tuple[str, str]]:
    for part in ("command", "args"):
        yield part, "\n".join(map(str, container.get(part) or []))
    yield from environment(cluster, container).items()
    for variable in container.get("env") or []:
        if source := (variable.get("valueFrom") or {}).get("secretKeyRef"):
            value = secrets.get(source["name"], {}).get(source["key"], "")
            yield variable["name"], value
    volumes = {volume["name"]: volume for volume in pod.spec.get("volumes") or []}
    for mount in container.get("volumeMounts") or []:
        if config := volumes.get(mount["name"], {}).get("configMap"):
            data = (cluster.find("ConfigMap", config["name"]) or {}).get("data") or {}
            yield from data.items()


def given(pod: Pod, container: Object, secrets: Values) -> set[str]:
    """The folders that Secrets are mounted at, and the files in them."""
    volumes = {volume["name"]: volume for volume in pod.spec.get("volumes") or []}
    found = set()
    for mount in container.get("volumeMounts") or []:
        source = volumes.get(mount["name"], {}).get("secret")
        if source is None:
            continue
        folder = str(mount["mountPath"])
        picked = [item["path"] for item in source.get("items") or []]
        keys = picked or secrets.get(source["secretName"], {}).keys()
        found |= {folder, *(f"{folder}/{key}" for key in keys)}
    return found


def astray(cluster: Cluster, secrets: Values) -> list[str]:
    """Paths that lead to nothing in the container that is to read them."""
    return [
        f"{pod.title}: {container['name']} has no {path}, which {where} names"
        for pod in cluster.pods()
        for container in pod.containers()
        for path, where in named(cluster, pod, container, secrets).items()
        if path not in given(pod, container, secrets)
    ]
