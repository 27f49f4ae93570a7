"""Signing in through an identity provider, and every way of forging it."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from joserfc.jwk import RSAKey
from pytest_django import Settings

from ironclad.errors import Conflict
from ironclad.outbound.client import Outbound
from sre_console.accounts import oidc_provider
from sre_console.accounts.people_sign_in import password_reset
from sre_console.accounts.roles import role_of
from sre_console.audit.actor import Actor
from sre_console.models import AuditEntry, ExternalIdentity, SignedIn
from tests.integration.accounts.people import PASSWORD, enrolled, person, sign_in
from tests.integration.accounts.providers import CLIENT, SECRET, IdentityProvider
from tests.integration.pages.conftest import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.any_postgres]

GO, BACK = "/console/sign-in/provider", "/console/sign-in/provider/back"
LIVE = "/console/live"


@pytest.fixture(scope="module")
def server() -> Iterator[IdentityProvider]:
    running = IdentityProvider()
    yield running
    running.close()


@pytest.fixture(scope="module")
def way() -> Outbound:
    return Outbound("identity-provider-of-tests")


@pytest.fixture(autouse=True)
def there(
    server: IdentityProvider,
    way: Outbound,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> IdentityProvider:
    server.restore()
    oidc_provider.forget()
    monkeypatch.setattr(oidc_provider, "way", way)
    settings.OIDC_ISSUER = server.issuer
    settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = CLIENT, SECRET
    settings.OIDC_ROLES = ["sre=operator", "sre-admins=administrator", "guests=viewer"]
    settings.OIDC_NAME = "Example ID"
    settings.SIGN_IN_RATE_LIMIT = "1000/m"
    return server


def begin(client: Client, **query: str) -> str:
    """The address at the provider."""
    answer = client.get(GO, query)
    assert answer.status_code == 302
    return str(answer.headers["Location"])


def through(client: Client, there: IdentityProvider, **query: str) -> str:
    """All the way; where it leads, or the status."""
    answer = client.get(BACK, there.approve(begin(client, **query)))
    return answer.headers.get("Location", str(answer.status_code))


def reason() -> str:
    entry = AuditEntry.objects.filter(action="sign_in.refused").order_by("-id")[0]
    return str(entry.detail["reason"])


def test_the_button_leads_there_with_pkce_state_and_nonce(
    client: Client, there: IdentityProvider
) -> None:
    assert "Sign in with Example ID" in client.get("/console/sign-in").text
    address = begin(client)
    query = parse_qs(urlsplit(address).query)
    assert address.startswith(f"{there.issuer}/authorize?")
    assert query["code_challenge_method"] == ["S256"]
    assert {"state", "nonce", "code_challenge"} <= query.keys()
    assert query["redirect_uri"] == [f"http://127.0.0.1:3000{BACK}"]
    assert SECRET not in address


def test_a_group_lets_somebody_new_in_with_its_role(
    client: Client, there: IdentityProvider
) -> None:
    there.claims |= {"preferred_username": "ann"}
    assert through(client, there, next="/console/alerts") == "/console/alerts"
    assert client.get("/console/alerts").status_code == 200
    user = User.objects.get(username="ann")
    assert (role_of(user), user.is_staff) == ("operator", True)
    assert not user.has_usable_password()
    assert SignedIn.objects.alive().get().how == "provider"
    said = AuditEntry.objects.order_by("-id")[0]
    assert (said.action, said.actor) == ("sign_in.accepted", "ann")


def test_the_role_follows_the_groups_and_none_is_no_entry(
    client: Client, there: IdentityProvider
) -> None:
    person("root", "administrator")
    for groups, role in (
        (["guests", "sre"], "operator"),
        (["guests"], "viewer"),
        (["sre-admins", "guests"], "administrator"),
    ):
        there.claims["groups"] = groups
        assert through(Client(), there) == LIVE
        assert role_of(User.objects.get(externalidentity__subject="s-1")) == role
    there.claims["groups"] = ["others"]
    assert through(client, there) == "401"
    assert reason() == "no group that gives a role"
    assert role_of(User.objects.get(externalidentity__subject="s-1")) is None
    assert not SignedIn.objects.alive().exists()
    there.claims = {"sub": "s-2"}
    assert through(client, there) == "401"
    assert not ExternalIdentity.objects.filter(subject="s-2").exists()


def test_groups_may_lie_within_another_claim(
    client: Client, there: IdentityProvider, settings: Settings
) -> None:
    settings.OIDC_ROLES_CLAIM = "realm_access.roles"
    there.claims = {"sub": "s-1", "realm_access": {"roles": ["guests"]}}
    assert through(client, there) == LIVE


def test_a_local_account_of_the_same_name_is_not_taken_over(
    client: Client, there: IdentityProvider
) -> None:
    ann = person("ann", "administrator")
    there.claims |= {"preferred_username": "ANN", "email": "ann@example.org"}
    assert through(client, there) == LIVE
    bound = ExternalIdentity.objects.get().user
    assert (bound.pk == ann.pk, bound.username) == (False, "ANN@127.0.0.1-1")
    assert sign_in(Client()) == LIVE
    assert role_of(ann) == "administrator"


def test_no_password_lets_in_whom_the_provider_does(
    client: Client, there: IdentityProvider, settings: Settings
) -> None:
    through(client, there)
    bound = User.objects.get(externalidentity__subject="s-1")
    ada = person("ada", "administrator")
    with pytest.raises(Conflict, match="identity provider"):
        password_reset(actor=Actor("ada", "administrator"), user=bound)
    url = reverse("admin:auth_user_password_change", args=[bound.pk])
    assert signed_in(ada).get(url).status_code == 403
    bound.set_password(PASSWORD)  # on the machine
    bound.save()
    assert sign_in(Client(), bound.username) == "401"
    assert reason() == "no password lets them in"
    settings.OIDC_ISSUER = ""
    assert sign_in(Client(), bound.username) == LIVE


def test_whoever_is_switched_off_stays_out(
    client: Client, there: IdentityProvider
) -> None:
    through(client, there)
    User.objects.update(is_active=False)
    assert through(Client(), there) == "401"
    assert reason() == "switched off"


def test_a_second_factor_is_the_providers_only_where_that_is_trusted(
    there: IdentityProvider, settings: Settings
) -> None:
    settings.SECOND_FACTOR = "required"
    assert through(Client(), there) == "/console/sign-in/enrol"
    enrolled(User.objects.get(externalidentity__subject="s-1"))
    assert through(Client(), there) == "/console/sign-in/code"
    settings.OIDC_SECOND_FACTOR = "claimed"
    assert through(Client(), there) == "/console/sign-in/code"
    there.claims["amr"] = [{"mfa": True}, ["mfa"], 7]
    assert through(Client(), there) == "/console/sign-in/code"
    there.claims["amr"] = ["pwd", "mfa"]
    assert through(Client(), there) == LIVE
    del there.claims["amr"]
    settings.OIDC_SECOND_FACTOR = "trusted"
    assert through(Client(), there) == LIVE


# -- Forgeries -------------------------------------------------------------------------------


def unsigned(
    header: dict[str, Any], claims: dict[str, Any], signature: str = ""
) -> str:
    parts = (json.dumps(part).encode() for part in (header, claims))
    words = [base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts]
    return f"{words[0]}.{words[1]}.{signature}"


def test_a_forged_token_lets_nobody_in(there: IdentityProvider) -> None:
    import hmac

    other = RSAKey.generate_key(2048, {"kid": "one"})
    public = there.key.as_pem(private=False)

    def confused(header: dict[str, Any], claims: dict[str, Any]) -> str:
        text = unsigned({**header, "alg": "HS256"}, claims).rstrip(".")
        mac = hmac.digest(public, text.encode(), "sha256")
        return f"{text}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"

    def by_another(header: dict[str, Any], claims: dict[str, Any]) -> str:
        from joserfc import jwt

        return str(jwt.encode(header, claims, other))

    def carried(header: dict[str, Any], claims: dict[str, Any]) -> str:
        """Brings its own key along."""
        from joserfc import jwt

        return str(
            jwt.encode({**header, "jwk": other.as_dict(private=False)}, claims, other)
        )

    forgeries = {
        "none": lambda header, claims: unsigned({**header, "alg": "none"}, claims),
        "no signature": unsigned,
        "HS256 with the public key": confused,
        "another key of the same name": by_another,
        "its own key": carried,
        "an unknown key": lambda header, claims: by_another(
            {**header, "kid": "x"}, claims
        ),
        "changed afterwards": lambda header, claims: there.signed(
            header, claims
        ).replace(".", ".e", 1),
        "no token": lambda _header, _claims: "",
    }
    for name, forged in forgeries.items():
        there.signs = forged  # type: ignore[assignment] # each of one shape
        assert through(Client(), there) == "401", name
        assert "token" in reason()
    assert not ExternalIdentity.objects.exists()
    there.signs = there.signed
    assert through(Client(), there) == LIVE


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another"},
        {"aud": ["another"]},
        {"aud": "another", "azp": "ironclad"},
        {"aud": ["ironclad", "another"]},  # without azp
        {"aud": ["ironclad", "another"], "azp": "another"},
        {"iss": "https://id.example.org"},
        {"exp": 1},
        {"exp": "never"},
        {"iat": 4_000_000_000},
        {"nbf": 4_000_000_000},
        {"sub": ""},
        {"sub": 7},
        {"sub": "x" * 256},
        {"sub": "s\x001"},
        {"at_hash": "another"},
    ],
)
def test_a_wrong_claim_lets_nobody_in(
    client: Client, there: IdentityProvider, claims: dict[str, Any]
) -> None:
    there.claims |= claims
    assert through(client, there) == "401"
    assert "ID token" in reason()
    assert not ExternalIdentity.objects.exists()


def test_an_answer_counts_once_and_in_the_browser_that_asked(
    client: Client, there: IdentityProvider
) -> None:
    brought = there.approve(begin(client))
    assert Client().get(BACK, brought).status_code == 401
    begin(client)  # anew: the answer to the first one is nobody's
    assert client.get(BACK, brought).status_code == 401
    brought = there.approve(begin(client))
    for wrong in ({"state": "x"}, {"state": ""}, {"iss": "https://id.example.org"}):
        other = Client()
        mine = there.approve(begin(other))
        assert other.get(BACK, {**mine, **wrong}).status_code == 401
    used = there.approve(begin(Client()))
    mistaken = Client()
    right = there.approve(begin(mistaken))
    for code in (used["code"] + "x", right["code"]):  # the first answer uses it up
        assert mistaken.get(BACK, {**right, "code": code}).status_code == 401
    assert client.get(BACK, brought).status_code == 302
    assert client.get(BACK, brought).status_code == 401  # state and code are used up
    assert not any(brought["code"] in str(row) for row in AuditEntry.objects.values())


def test_whoever_goes_back_is_told_so(client: Client, there: IdentityProvider) -> None:
    brought = there.approve(begin(client))
    del brought["code"]
    answer = client.get(BACK, {**brought, "error": "access_denied"})
    assert (answer.status_code, "did not let you in" in answer.text) == (401, True)


def test_it_leads_to_no_other_server(client: Client, there: IdentityProvider) -> None:
    for elsewhere in ("https://evil.example/", "//evil.example", "/\\evil.example"):
        assert through(Client(), there, next=elsewhere) == LIVE


def test_a_document_or_provider_that_is_not_right_is_told_in_words(
    client: Client, there: IdentityProvider, settings: Settings
) -> None:
    wrong: list[dict[str, Any]] = [
        {"issuer": "https://id.example.org"},
        {"token_endpoint": None},
        {"authorization_endpoint": "javascript:alert(1)"},
    ]
    for document in wrong:
        there.document = document
        answer = client.get(GO)
        assert (answer.status_code, "does not answer as it" in answer.text) == (
            401,
            True,
        )
    there.document, there.down = {}, True
    assert client.get(GO).status_code == 401
    settings.OIDC_ISSUER = ""
    assert client.get(GO).status_code == 404
    assert client.get(BACK).status_code == 404
    assert "Sign in with" not in client.get("/console/sign-in").text


def test_an_encrypted_issuer_is_not_followed_to_plain_http(settings: Settings) -> None:
    settings.OIDC_ISSUER = "https://id.example.org"
    said = {"jwks_uri": "http://id.example.org/keys"}
    with pytest.raises(oidc_provider.ProviderRefused, match="not encrypted"):
        oidc_provider._address(said, "jwks_uri")


def test_a_new_key_is_fetched_and_the_old_document_kept(
    there: IdentityProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert through(Client(), there) == LIVE
    assert through(Client(), there) == LIVE
    assert there.asked.count("/keys") == 1
    old, there.key = there.key, RSAKey.generate_key(2048, {"kid": "two"})
    try:
        there.keys = [there.key]
        assert through(Client(), there) == "401"  # asked a moment ago
        monkeypatch.setattr(oidc_provider, "_AGAIN", 0.0)
        assert through(Client(), there) == LIVE
        assert there.asked.count("/keys") == 2
    finally:
        there.key = old


def test_a_secret_may_have_to_be_posted(there: IdentityProvider) -> None:
    there.document = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    assert through(Client(), there) == LIVE
