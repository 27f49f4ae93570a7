"""dist/sbom.cdx.json: the parts as CycloneDX lists them, with digests and licences. `make sbom`.

`python -m supply.sbom [FILE [VERSION]]`. What is written has been held against CycloneDX's schema.
The digests of a part are those of all files that its lock accepts.
"""

from __future__ import annotations

import sys
import uuid
from pathlib import Path

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentScope, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

from supply.licences import Rules, licence, refused
from supply.parts import Part, Use, every
from supply.requirements import ROOT

FILE = ROOT / "dist/sbom.cdx.json"
_SCOPES: dict[Use, ComponentScope] = {
    "product": ComponentScope.REQUIRED,
    "built-in database": ComponentScope.OPTIONAL,
    "development": ComponentScope.EXCLUDED,
}
# Versions of one list are told apart by its number: the same parts, the same number.
_NAMESPACE = uuid.UUID("5b1f3c5e-8a53-4f0b-9c83-1d6f0e7a2b44")


class NotListed(ValueError):  # noqa: N818 - it is printed in these words
    """The list would not be whole, or not what it says it is."""


def listed(parts: list[Part], version: str, rules: Rules) -> str:
    """CycloneDX 1.6, as JSON. Raises NotListed."""
    unknown = [p.name for p in parts if refused(p, licence(p, rules), rules)]
    if not parts or unknown:
        raise NotListed(
            f"no licence that is allowed: {', '.join(unknown) or 'no part'}"
        )
    root = Component(
        name="ironclad",
        version=version,
        type=ComponentType.APPLICATION,
        bom_ref=f"ironclad@{version}",
    )
    bom = Bom(
        components=[_component(part, rules) for part in parts],
        serial_number=uuid.uuid5(_NAMESPACE, version + repr(parts)),
    )
    bom.metadata.component = root
    bom.register_dependency(root, list(bom.components))
    text: str = JsonV1Dot6(bom).output_as_string(indent=2)
    problem = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if problem is not None:
        raise NotListed(f"not as the schema has it: {str(problem)[:500]}")
    return text


def _component(part: Part, rules: Rules) -> Component:
    space, _, name = part.name.rpartition("/")
    url = PackageURL(part.ecosystem, space or None, name, part.version)
    return Component(
        name=name,
        group=space or None,
        version=part.version,
        type=ComponentType.LIBRARY,
        scope=_SCOPES[part.use],
        purl=url,
        bom_ref=url.to_string(),
        hashes=[HashType(alg=HashAlgorithm(a), content=d) for a, d in part.digests],
        licenses=[LicenseFactory().make_from_string(licence(part, rules))],
        properties=[Property(name="ironclad:use", value=part.use)],
    )


def main(arguments: list[str]) -> int:
    file = Path(arguments[0]) if arguments else FILE
    version = arguments[1] if len(arguments) > 1 else "0.0.0-dev"
    parts = every()
    try:
        text = listed(parts, version, Rules.load())
    except NotListed as error:
        print(f"✗ {error}")
        return 1
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text + "\n", "utf-8")
    print(f"✓ {file}: {len(parts)} parts")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
