#!/usr/bin/env bash
# Builds the image and writes it to an archive, which is what gets scanned.
#
#   deploy/pipeline/build.sh IMAGE VERSION ARCHIVE [OPTION OF BUILDAH…]
#
# BASE_IMAGE names another base than the Dockerfile's.
set -euo pipefail
cd "$(dirname "$0")/../.."
image=$1 version=$2 archive=$3
shift 3

# The docker format has a place for the health check, OCI's has none.
buildah build --format docker --file deploy/docker/Dockerfile \
  ${BASE_IMAGE:+--build-arg BASE_IMAGE="$BASE_IMAGE"} \
  --build-arg APP_VERSION="$version" --build-arg REVISION="$(git rev-parse HEAD)" \
  --tag "$image:$version" "$@" .
buildah push --quiet "$image:$version" "docker-archive:$archive:$image:$version"
