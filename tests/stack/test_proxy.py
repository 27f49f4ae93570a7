"""The documented nginx in front of one server in the production profile."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import os
import re
import secrets
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ironclad.embedded.home import CHECKOUT
from tests.acceptance.harness.processes import Server, Setup, free_port
from tests.acceptance.harness.waiting import until
from tests.contracts.observatory import Answer, grade

pytestmark = [pytest.mark.stack, pytest.mark.patient]
CONFIG = CHECKOUT / "deploy" / "proxy" / "nginx.conf"
NAME = "ironclad.example.org"


@pytest.fixture
def server(setup: Setup, tmp_path: Path) -> Iterator[Server]:
    more = {
        "IRONCLAD_PROFILE": "production",
        "IRONCLAD_TRUSTED_PROXIES": "1",
        "ALLOWED_HOSTS": NAME,
        "SECRET_KEY": secrets.token_urlsafe(50),
        "AUDIT_KEY": secrets.token_urlsafe(50),
    }
    production = Setup(setup.database_url, tmp_path, scale=1, seed=False, more=more)
    with Server(production) as running:
        yield running


def certificate(folder: Path) -> None:
    """A self-signed one for NAME, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = dt.datetime.now(dt.UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), 1)
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), False)
        .sign(key, hashes.SHA256())
    )
    encoding = serialization.Encoding.PEM
    (folder / "fullchain.pem").write_bytes(signed.public_bytes(encoding))
    (folder / "privkey.pem").write_bytes(
        key.private_bytes(
            encoding,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )


def adapted(folder: Path, *, plain: int, tls: int, backend: int) -> Path:
    """The file as it is, but for ports, the places of its files, and who runs it."""
    text = CONFIG.read_text()
    changes = (
        (r"^user www-data;$", "user root;" if os.geteuid() == 0 else ""),
        (r"/run/nginx.pid", f"{folder}/nginx.pid"),
        (r"/var/log/nginx/", f"{folder}/"),
        (r"/var/lib/nginx/(\w+)", rf"{folder}/\1"),
        (r"/etc/ironclad/tls/", f"{folder}/"),
        (r"listen 80 ", f"listen 127.0.0.1:{plain} "),
        (r"listen 443 ", f"listen 127.0.0.1:{tls} "),
        (r"server 127.0.0.1:3000 ", f"server 127.0.0.1:{backend} "),
    )
    for pattern, new in changes:
        text, found = re.subn(pattern, new, text, flags=re.MULTILINE)
        assert found, pattern
    # what the package's nginx has places of its own for
    paths = "".join(
        f"{p}_temp_path {folder}/{p};" for p in ("fastcgi", "uwsgi", "scgi")
    )
    written = folder / "nginx.conf"
    written.write_text(text.replace("http {", "http {" + paths, 1))
    return written


@pytest.fixture
def ports(server: Server, tmp_path: Path) -> Iterator[tuple[int, int]]:
    """Those of plain HTTP and of TLS, with nginx at both."""
    path = os.environ.get("PATH", os.defpath) + ":/usr/sbin:/sbin"
    program = shutil.which("nginx", path=path)
    assert program is not None, "no nginx here: make test-stack brings it"
    plain, tls = free_port(), free_port()
    certificate(tmp_path)
    config = adapted(tmp_path, plain=plain, tls=tls, backend=server.port)
    command = [program, "-p", str(tmp_path), "-e", str(tmp_path / "error.log")]
    tried = subprocess.run(
        [*command, "-t", "-c", config], capture_output=True, text=True, check=False
    )
    assert tried.returncode == 0, tried.stderr
    assert "warn" not in tried.stderr, tried.stderr
    child = subprocess.Popen([*command, "-c", config, "-g", "daemon off;"])
    try:
        until(lambda: _answers(plain), 10, "nginx answers")
        yield plain, tls
    finally:
        child.terminate()
        child.wait(10)


def _answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/", timeout=1).is_redirect
    except httpx.TransportError:
        return False


def test_people_come_through_the_documented_proxy(
    ports: tuple[int, int], tmp_path: Path
) -> None:
    plain, tls = ports
    sent = httpx.get(
        f"http://127.0.0.1:{plain}/a?b=1", headers={"Host": "evil.example"}
    )
    assert sent.headers["location"] == f"https://{NAME}/a?b=1"

    trust = ssl.create_default_context(cafile=str(tmp_path / "fullchain.pem"))
    with httpx.Client(
        base_url=f"https://127.0.0.1:{tls}", verify=trust, headers={"Host": NAME}
    ) as client:
        named = {"sni_hostname": NAME}
        page = client.get("/console/sign-in", extensions=named)
        cookies = page.headers.get_list("set-cookie")
        assert page.status_code == 200
        assert cookies[0].startswith("__Host-ironclad_csrf=")
        assert "Secure" in cookies[0]  # it knows that this is TLS
        assert grade(Answer(page.headers, cookies)) == "A+"
        found = page.headers.multi_items()
        assert len(found) == len({name for name, _ in found}), found

        # nginx's own answers: one that Ironclad would not give, and one too large to hand on
        metrics = client.get("/metrics", extensions=named)
        large = client.post("/api/users", content=b"x" * 2_100_000, extensions=named)
        assert (metrics.status_code, large.status_code) == (404, 413)
        for answer in (metrics, large):
            assert answer.headers["strict-transport-security"].startswith("max-age=315")
            assert answer.headers["server"] == "nginx"
        middling = client.post("/api/users", content=b"x" * 1_100_000, extensions=named)
        assert middling.json()["errors"][0]["code"] == "PAYLOAD_TOO_LARGE"

    with httpx.Client(verify=trust) as stranger:
        other = {"sni_hostname": "evil.example"}
        with pytest.raises(httpx.ConnectError, match="UNRECOGNIZED_NAME"):
            stranger.get(f"https://127.0.0.1:{tls}/livez", extensions=other)
    asyncio.run(_console(tls, trust))


async def _console(tls: int, trust: ssl.SSLContext) -> None:
    """Upgraded, by an origin that is right for TLS only; then told to sign in."""
    for origin, status in ((f"https://{NAME}", b" 101 "), (f"http://{NAME}", b" 403 ")):
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", tls, ssl=trust, server_hostname=NAME
        )
        writer.write(
            f"GET /ws/console HTTP/1.1\r\nHost: {NAME}\r\nOrigin: {origin}\r\n"
            "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
        )
        async with asyncio.timeout(10):
            head = await reader.readuntil(b"\r\n\r\n")
            assert status in head, head
            if status == b" 101 ":
                assert (await reader.readexactly(4))[2:] == (4401).to_bytes(2, "big")
            # TLS says goodbye first: a loop that ends before leaves the socket open.
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()
