"""Where the server is: its name looked up within the deadline, before psycopg would."""

from __future__ import annotations

import ipaddress
import socket

import psycopg
from psycopg import _conninfo_utils as parts
from psycopg.abc import ConnDict

from ironclad.errors import DeadlineExceeded
from ironclad.resilience import deadline
from ironclad.resilience.names import LookUps

_CONNECT = 3.0  # seconds for one name, or less where the deadline is nearer
_names = LookUps("database-name", 32)
_Way = tuple[str, str, str]  # host, port and address
_preferred: list[tuple[str, str]] = []  # host and port that let us in last; one at most


def resolved(params: ConnDict) -> ConnDict:
    """The parameters with the address of each host beside its name.

    psycopg looks names up itself, in the caller's thread and for as long as the resolver likes.
    Several hosts, or several addresses of one, become libpq's lists, that of the last success
    first: after a failover nobody waits for the server that is gone. Raises OperationalError
    where no name could be resolved, and DeadlineExceeded.
    """
    host = str(params.get("host") or "")
    if params.get("hostaddr") or not (_is_name(host) or "," in host):
        return params
    ways: list[_Way] = []
    failure = None
    for way in parts.split_attempts(params):
        host, port = str(way["host"]), parts.get_param(way, "port") or "5432"
        try:
            ways += [(host, port, found) for found in _addresses(host, port)]
        except OSError as error:
            message = f"The host {host} cannot be resolved: {error}"
            failure = psycopg.OperationalError(message)
    if failure is not None and not ways:
        raise failure
    ways.sort(key=lambda way: way[:2] not in _preferred)  # stable: else as written
    hosts, ports, addresses = (",".join(each) for each in zip(*ways, strict=True))
    return {**params, "host": hosts, "port": ports, "hostaddr": addresses}


def prefer(host: str, port: str) -> None:
    """Try this server first from now on, where there are several: it has just let us in."""
    _preferred[:] = [(host, port)]


def _is_name(host: str) -> bool:
    """Whether any of the hosts is to be looked up, rather than a folder or an address."""
    return any(
        each and not each.startswith(("/", "@")) and not _is_address(each)
        for each in host.split(",")
    )


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.split("%", maxsplit=1)[0])
    except ValueError:
        return False
    return True


def _addresses(host: str, port: str) -> list[str]:
    if not _is_name(host):
        return [host if _is_address(host) else ""]
    asked = (host, port, 0, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    found = _names.start(*asked)
    try:
        answers = found.result(deadline.remaining(_CONNECT))
    except TimeoutError:
        if deadline.left() <= 0:
            raise DeadlineExceeded from None
        message = "the resolver does not answer"
        raise OSError(message) from None
    return [str(answer[4][0]) for answer in answers]
