from __future__ import annotations

from tests.manifests.broken.examples import cluster, thing
from tests.manifests.judge.objects import Object
from tests.manifests.judge.secrets import all_of, fetched, issued


def _external(**spec: object) -> Object:
    data = [{"secretKey": "url", "remoteRef": {"key": "x"}}]
    return thing("ExternalSecret", "database-app", spec={"data": data, **spec})


CERTIFICATE = thing("Certificate", "c", spec={"secretName": "redis-tls"})


def test_secrets_come_from_three_places() -> None:
    made = all_of(cluster(_external(), CERTIFICATE), {"backend": ["SECRET_KEY"]})
    assert made == {
        "backend": {"SECRET_KEY"},
        "database-app": {"url"},
        "redis-tls": {"tls.crt", "tls.key", "ca.crt"},
    }


def test_a_target_and_a_template_name_what_is_made() -> None:
    target = {"name": "other", "template": {"data": {"a": "", "b": ""}}}
    assert fetched(cluster(_external(target=target))) == {"other": {"a", "b"}}
    assert issued(cluster(_external())) == {}
