#!/usr/bin/env bash
# Builds, scans and pushes the two images of deploy/backup.
#
#   deploy/pipeline/release-recovery.sh BACKEND-IMAGE VERSION FOLDER [OPTION OF BUILDAH…]
#
# BACKEND-IMAGE:VERSION is what build.sh has built. Archives and reports are in FOLDER. The first of the
# two has a version of its own, PostgreSQL's.
set -euo pipefail
backend=$1 version=$2
mkdir -p "$3"
folder=$(realpath "$3")
cd "$(dirname "$0")/../.."
shift 3
registry=${backend%/*}

release() {
  local name=$1 tag=$2 place=$3
  shift 3
  buildah build --format docker --file "$place/Dockerfile" --tag "$registry/$name:$tag" "$@" "$place"
  buildah push --quiet "$registry/$name:$tag" "docker-archive:$folder/$name.tar:$registry/$name:$tag"
  deploy/pipeline/scan.sh "$folder/$name.tar" "$folder/$name"
  deploy/pipeline/publish.sh "$registry/$name" "$tag"
}

release postgres 15.14-pgbackrest deploy/docker/postgres "$@"
release ironclad-recovery "$version" deploy/docker/recovery --build-arg BASE_IMAGE="$backend:$version" "$@"
