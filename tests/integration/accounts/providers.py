"""A little identity provider on loopback, that can be told to lie."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "ironclad", "a secret of the client"

Signs = Callable[[dict[str, Any], dict[str, Any]], str]  # header, claims -> token


class IdentityProvider:
    """Lets `claims` in. Tests change what it says; `restore` has it speak the truth again."""

    def __init__(self) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.issuer = f"http://127.0.0.1:{self._server.server_port}"
        self.key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
        self.restore()
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def restore(self) -> None:
        self.claims: dict[str, Any] = {"sub": "s-1", "groups": ["sre"]}
        self.document: dict[str, Any] = {}
        self.keys = [self.key]
        self.signs: Signs = self.signed
        self.codes: dict[str, dict[str, str]] = {}
        self.asked: list[str] = []  # paths
        self.down = False

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def signed(self, header: dict[str, Any], claims: dict[str, Any]) -> str:
        return str(jwt.encode(header, claims, self.key))

    def approve(self, address: str) -> dict[str, str]:
        """What the browser brings back from the authorization endpoint."""
        query = {
            key: each[0] for key, each in parse_qs(urlsplit(address).query).items()
        }
        code = secrets.token_urlsafe(16)
        self.codes[code] = query
        return {"code": code, "state": query["state"], "iss": self.issuer}

    def answer(self, path: str, body: dict[str, str], basic: str) -> tuple[int, Any]:
        self.asked.append(path)
        if self.down:
            return 500, {}
        if path == "/.well-known/openid-configuration":
            return 200, {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                **self.document,
            }
        if path == "/keys":
            return 200, {"keys": [key.as_dict(private=False) for key in self.keys]}
        if path == "/token":
            return self._token(body, basic)
        return 404, {}

    def _token(self, body: dict[str, str], basic: str) -> tuple[int, Any]:
        asked = self.codes.pop(body.get("code", ""), None)  # once
        known = base64.b64encode(
            f"{CLIENT}:{SECRET}".replace(" ", "+").encode()
        ).decode()
        posted = (body.get("client_id"), body.get("client_secret"))
        if asked is None or (basic != known and posted != (CLIENT, SECRET)):
            return 400, {"error": "invalid_grant"}
        digest = hashlib.sha256(body["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if asked["code_challenge"] != challenge or asked["client_id"] != CLIENT:
            return 400, {"error": "invalid_grant"}
        if asked["redirect_uri"] != body["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            **self.claims,
        }
        token = self.signs({"alg": "RS256", "kid": self.key.kid}, claims)
        return 200, {"access_token": "at", "token_type": "Bearer", "id_token": token}

    def _handler(provider) -> type[BaseHTTPRequestHandler]:  # noqa: N805
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._serve({})

            def do_POST(self) -> None:
                text = self.rfile.read(int(self.headers["content-length"])).decode()
                self._serve({key: each[0] for key, each in parse_qs(text).items()})

            def _serve(self, body: dict[str, str]) -> None:
                basic = self.headers.get("authorization", "").removeprefix("Basic ")
                status, said = provider.answer(self.path, body, basic)
                sent = json.dumps(said).encode()
                self.send_response(status)
                self.send_header("content-length", str(len(sent)))
                self.end_headers()
                self.wfile.write(sent)

            def log_message(self, *_what: object) -> None:
                pass

        return Handler
