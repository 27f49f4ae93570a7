from __future__ import annotations

import pytest

from tests.manifests.broken.examples import cluster, deployment, thing
from tests.manifests.judge.schema import VERSIONS, errors


@pytest.mark.parametrize("version", VERSIONS)
def test_an_object_in_order_passes(version: str) -> None:
    assert errors(cluster(deployment()), version) == []


@pytest.mark.parametrize("version", VERSIONS)
def test_a_field_that_is_unknown_fails(version: str) -> None:
    (error,) = errors(cluster(deployment(replica=3)), version)
    assert "replica" in error


def test_a_field_of_another_type_fails() -> None:
    (error,) = errors(cluster(deployment(replicas="three")), VERSIONS[0])
    assert "spec.replicas" in error


def test_a_kind_that_others_define_is_known_by_name() -> None:
    known = thing("Certificate", "one", "cert-manager.io/v1", spec={})
    assert errors(cluster(known), VERSIONS[0]) == []


def test_a_kind_in_no_list_fails() -> None:
    unknown = thing("Certificat", "one", "cert-manager.io/v1", spec={})
    (error,) = errors(cluster(unknown), VERSIONS[0])
    assert "Certificat" in error
