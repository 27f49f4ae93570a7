#!/usr/bin/env bash
# Fails unless the release workflow of this repository has signed an image and its list of parts.
#
#   deploy/pipeline/verify.sh IMAGE@DIGEST
#
# GITHUB_REPOSITORY is the repository, as owner/name.
set -euo pipefail
repository=${GITHUB_REPOSITORY//./\\.}
by=(
  --certificate-oidc-issuer https://token.actions.githubusercontent.com
  --certificate-identity-regexp
  "^https://github\.com/$repository/\.github/workflows/release\.yaml@refs/tags/v[0-9a-z.-]+$"
)
cosign verify "${by[@]}" "$1" > /dev/null
cosign verify-attestation --type cyclonedx "${by[@]}" "$1" > /dev/null
echo "✓ $1 is signed, and so is the list of its parts"
