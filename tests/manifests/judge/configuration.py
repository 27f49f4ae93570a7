"""What a container is configured with: its environment and its files."""

from __future__ import annotations

import re

from tests.manifests.judge.objects import Cluster, Object, Pod

SECRET = "(a Secret's)"  # stands for a value that only the cluster knows


def environment(cluster: Cluster, container: Object) -> dict[str, str]:
    """The variables of a container, ConfigMaps read."""
    found: dict[str, str] = {}
    for whole in container.get("envFrom") or []:
        if name := (whole.get("configMapRef") or {}).get("name"):
            data = (cluster.find("ConfigMap", name) or {}).get("data") or {}
            prefix = whole.get("prefix", "")
            found |= {prefix + key: str(value) for key, value in data.items()}
    for variable in container.get("env") or []:
        source = variable.get("valueFrom") or {}
        value = variable.get("value", "")
        if reference := source.get("configMapKeyRef"):
            config = cluster.find("ConfigMap", reference["name"]) or {}
            value = (config.get("data") or {}).get(reference["key"], "")
        elif source:
            value = SECRET
        found[variable["name"]] = str(value)
    return found


def files(cluster: Cluster, pod: Pod) -> dict[str, str]:
    """The files of the ConfigMaps that a pod mounts, by their keys."""
    found: dict[str, str] = {}
    for volume in pod.spec.get("volumes") or []:
        projected = (volume.get("projected") or {}).get("sources") or []
        for source in (volume, *projected):
            if name := (source.get("configMap") or {}).get("name"):
                found |= (cluster.find("ConfigMap", name) or {}).get("data") or {}
    return found


def setting(cluster: Cluster, pod: Pod, name: str) -> str | None:
    """A server's setting: on its command line, or in a `.conf` file that it mounts."""
    words = [
        str(word)
        for container in pod.containers()
        for part in ("command", "args")
        for word in container.get(part) or []
    ]
    texts = [
        *(text for key, text in files(cluster, pod).items() if key.endswith(".conf")),
        *words,
    ]
    # The command line wins over the file, so the last one found counts.
    pattern = rf"^[ \t]*(?:-c[ ]*|--)?{name}(?:[ \t]*=[ \t]*|[ \t]+)'?([^'#\s]+)'?"
    values = [v for text in texts for v in re.findall(pattern, text, re.MULTILINE)]
    return values[-1] if values else None


def generated(name: str) -> bool:
    """Whether a ConfigMap's name ends in the hash of what it holds."""
    # Kustomize writes the hash without vowels, and without digits that look like letters.
    return bool(re.search(r"-[24-9bcdfghkmt]{10}$", name))
