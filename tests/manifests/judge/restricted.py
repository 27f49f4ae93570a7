"""The profile *restricted* of the Pod Security Standards, and what we ask beyond it."""

from __future__ import annotations

from collections.abc import Iterator

from tests.manifests.judge.objects import Object, Pod

VOLUMES = {
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "persistentVolumeClaim",
    "projected",
    "secret",
}
SYSCTLS = {
    "kernel.shm_rmid_forced",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.ping_group_range",
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_syncookies",
}
PROFILES = {"RuntimeDefault", "Localhost"}


def breaches(pod: Pod) -> list[str]:
    """What the API server would refuse in a namespace that enforces *restricted*."""
    found = [*_pod(pod.spec)]
    for container in pod.containers():
        found += [f"{container['name']}: {p}" for p in _container(pod.spec, container)]
    return [f"{pod.title}: {problem}" for problem in found]


def _pod(spec: Object) -> Iterator[str]:
    for field in ("hostNetwork", "hostPID", "hostIPC"):
        if spec.get(field):
            yield field
    for volume in spec.get("volumes") or []:
        for kind in set(volume) - {"name"} - VOLUMES:
            yield f"volume {volume['name']} is a {kind}"
    context = spec.get("securityContext") or {}
    for sysctl in context.get("sysctls") or []:
        if sysctl["name"] not in SYSCTLS:
            yield f"sysctl {sysctl['name']}"
    yield from _shared(context)


def _shared(context: Object) -> Iterator[str]:
    """What may be said of a pod and of a container alike."""
    if (context.get("windowsOptions") or {}).get("hostProcess"):
        yield "a host process"
    options = context.get("seLinuxOptions") or {}
    types = {
        "",
        "container_t",
        "container_init_t",
        "container_kvm_t",
        "container_engine_t",
    }
    if (
        options.get("user")
        or options.get("role")
        or options.get("type", "") not in types
    ):
        yield "seLinuxOptions"
    if (context.get("appArmorProfile") or {}).get("type") == "Unconfined":
        yield "appArmorProfile is Unconfined"
    if context.get("runAsUser") == 0:
        yield "runAsUser 0"


def _container(spec: Object, container: Object) -> Iterator[str]:
    context = container.get("securityContext") or {}
    both = {**(spec.get("securityContext") or {}), **context}
    yield from _shared(context)
    if context.get("privileged"):
        yield "privileged"
    if context.get("allowPrivilegeEscalation") is not False:
        yield "allowPrivilegeEscalation is not false"
    if both.get("runAsNonRoot") is not True:
        yield "runAsNonRoot is not true"
    if (both.get("seccompProfile") or {}).get("type") not in PROFILES:
        yield "seccompProfile is none of the runtime's"
    capabilities = context.get("capabilities") or {}
    if "ALL" not in (capabilities.get("drop") or []):
        yield "not all capabilities are dropped"
    if set(capabilities.get("add") or []) - {"NET_BIND_SERVICE"}:
        yield f"adds {capabilities['add']}"
    if context.get("procMount", "Default") != "Default":
        yield f"procMount {context['procMount']}"
    for port in container.get("ports") or []:
        if port.get("hostPort"):
            yield f"hostPort {port['hostPort']}"


def laxities(pod: Pod) -> list[str]:
    """What *restricted* permits and we don't."""
    found = []
    for container in pod.containers():
        context = container.get("securityContext") or {}
        both = {**(pod.spec.get("securityContext") or {}), **context}
        if context.get("readOnlyRootFilesystem") is not True:
            found.append(f"{container['name']}: the root file system can be written")
        if not both.get("runAsUser"):
            found.append(f"{container['name']}: runAsUser is the image's choice")
        if (context.get("capabilities") or {}).get("add"):
            found.append(f"{container['name']}: adds capabilities")
    return [f"{pod.title}: {problem}" for problem in found]
