"""The overlays, rendered. What cannot be rendered cannot be judged, so the run ends."""

from __future__ import annotations

import shutil

import pytest

from tests.manifests.judge.objects import Cluster
from tests.manifests.judge.rendering import RenderError, made_secrets, overlays, render


@pytest.fixture(scope="session")
def kubectl() -> None:
    """It is there and builds every overlay."""
    if shutil.which("kubectl") is None:
        pytest.exit("kubectl is missing: it renders the manifests", returncode=1)
    for folder in overlays().values():
        try:
            render(folder)
        except RenderError as error:
            pytest.exit(str(error), returncode=1)


@pytest.fixture(scope="session", params=overlays())
def cluster(request: pytest.FixtureRequest, kubectl: None) -> Cluster:
    """Every overlay in turn."""
    return render(overlays()[request.param])


@pytest.fixture(scope="session")
def prod(kubectl: None) -> Cluster:
    return render(overlays()["prod"])


@pytest.fixture(scope="session")
def by_hand(kubectl: None) -> dict[str, dict[str, str]]:
    """Keys and values of the Secrets that `secrets.sh` makes."""
    return made_secrets()
