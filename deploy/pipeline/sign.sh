#!/usr/bin/env bash
# Signs an image and its list of parts, with the identity of the workflow that runs this: no key.
#
#   deploy/pipeline/sign.sh IMAGE@DIGEST SBOM
set -euo pipefail
cosign sign --yes "$1"
cosign attest --yes --type cyclonedx --predicate "$2" "$1"
