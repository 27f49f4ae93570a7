#!/usr/bin/env bash
# Builds the image and writes it to an archive, which is what gets scanned; beside it the list of the
# parts that the lock files name (CycloneDX), as ARCHIVE.cdx.json.
#
#   deploy/pipeline/build.sh IMAGE VERSION ARCHIVE [OPTION OF BUILDAH…]
#
# BASE_IMAGE names another base than the Dockerfile's.
set -euo pipefail
archive=$(realpath "$3")
cd "$(dirname "$0")/../.."
image=$1 version=$2
shift 3

make --no-print-directory sbom SBOM="$archive.cdx.json" APP_VERSION="$version"
# The docker format has a place for the health check, OCI's has none.
buildah build --format docker --file deploy/docker/Dockerfile \
  ${BASE_IMAGE:+--build-arg BASE_IMAGE="$BASE_IMAGE"} \
  --build-arg APP_VERSION="$version" --build-arg REVISION="$(git rev-parse HEAD)" \
  --tag "$image:$version" "$@" .
buildah push --quiet "$image:$version" "docker-archive:$archive:$image:$version"
