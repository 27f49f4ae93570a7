"""Every command that a pod gives our image is one that the image knows."""

from __future__ import annotations

import re

import pytest
from django.core.management import get_commands

from tests.manifests.judge.objects import Cluster
from tests.manifests.judge.rendering import ROOT

pytestmark = pytest.mark.manifests


def test_our_containers_say_words_of_the_image(cluster: Cluster) -> None:
    text = (ROOT / "deploy/docker/entrypoint.sh").read_text("utf-8")
    words = set(re.findall(r"^  ([a-z-]+)\) exec", text, re.MULTILINE))
    ours = [
        container
        for pod in cluster.pods()
        for container in pod.containers()
        if "ironclad-backend" in container["image"]
    ]
    for container in ours:
        word, *more = container["args"]
        assert "command" not in container, "it would pass the entrypoint by"
        assert word in words
        if word == "manage":
            assert more[0] in get_commands()
