#!/usr/bin/env bash
# Makes a version the one that an environment runs: a commit that changes the tag and the digest in
# its overlay, and nothing else. Staging takes only what dev has, prod only what staging has.
#
#   deploy/pipeline/promote.sh dev|staging|prod VERSION DIGEST
#
# Pushing the commit is the caller's; Argo CD does the rest. To roll back, revert the commit.
set -euo pipefail
cd "$(git rev-parse --show-toplevel)"

refuse() {
  echo "✗ $1" >&2
  exit "${2:-1}"
}

(($# == 3)) || refuse "usage: promote.sh dev|staging|prod VERSION DIGEST" 64
environment=$1 version=$2 digest=$3
case $environment in
  dev) before='' ;;
  staging) before=dev ;;
  prod) before=staging ;;
  *) refuse "'$environment' is no environment: dev, staging or prod" 64 ;;
esac
# The tag is part of a Job's name and a label's value.
[[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+(-[a-z0-9]+(\.[a-z0-9]+)*)?$ ]] ||
  refuse "'$version' is no version such as 1.2.3" 64
[[ $digest =~ ^sha256:[0-9a-f]{64}$ ]] || refuse "'$digest' is no digest" 64

file_of() { echo "deploy/kubernetes/overlays/$1/kustomization.yaml"; }

# VERSION DIGEST of the overlay's entry for the image.
running() {
  awk '/^  - / { inside = /^  - name: ironclad-backend$/ }
    inside && $1 == "newTag:" { tag = $2 }
    inside && $1 == "digest:" { digest = $2 }
    END { print tag, digest }' "$(file_of "$1")"
}

file=$(file_of "$environment")
git diff --quiet HEAD -- "$file" || refuse "$file has changes that are not committed"
# What follows the first colon is taken for the version (deploy/kubernetes/release/version.yaml).
name=$(awk '/^  - / { inside = /^  - name: ironclad-backend$/ }
  inside && $1 == "newName:" { gsub(/["\047]/, "", $2); print $2 }' "$file")
[[ $name != *:* ]] || refuse "$file: the registry of newName has a port, $name: name one without"
if [[ -n $before && $(running "$before") != "$version $digest" ]]; then
  refuse "$before does not run $version $digest: $(running "$before")"
fi
if [[ $(running "$environment") == "$version $digest" ]]; then
  echo "✓ $environment runs $version already"
  exit 0
fi

draft=$(mktemp)
trap 'rm -f "$draft"' EXIT
awk -v version="$version" -v digest="$digest" '
  /^  - / { inside = /^  - name: ironclad-backend$/ }
  inside && $1 == "digest:" { next }
  inside && $1 == "newTag:" { print "    newTag: " version; print "    digest: " digest; done = 1; next }
  { print }
  END { exit !done }' "$file" > "$draft" || refuse "$file names no tag of ironclad-backend"
cat "$draft" > "$file"
git commit --quiet --message "Run ironclad-backend $version in $environment" -- "$file"
echo "✓ $environment is to run $version"
