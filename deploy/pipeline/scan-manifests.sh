#!/usr/bin/env bash
# Renders every overlay and fails if a manifest or the Dockerfile has a weakness of weight that the
# scanner knows. `make manifests` judges the same objects by our own promises.
#
#   deploy/pipeline/scan-manifests.sh FOLDER
#
# Writes the rendered overlays and misconfigurations.json to FOLDER. Needs kubectl, podman and python3.
set -euo pipefail
mkdir -p "$1/rendered"
folder=$(realpath "$1")
cd "$(dirname "$0")/../.."
TRIVY=ghcr.io/aquasecurity/trivy:0.70.0
accepted=deploy/pipeline/misconfigurations-accepted.yaml

for overlay in deploy/kubernetes/overlays/*/; do
  kubectl kustomize "$overlay" > "$folder/rendered/$(basename "$overlay").yaml"
done
cp deploy/docker/Dockerfile "$folder/rendered/Dockerfile"
cp "$accepted" "$folder/accepted.yaml"

trivy() {
  podman run --rm --volume "$folder:/reports" --volume ironclad-trivy:/root/.cache/trivy "$TRIVY" \
    config --quiet --ignorefile /reports/accepted.yaml "$@" /reports/rendered
}

trivy --format json --output /reports/misconfigurations.json
# A scanner that recognised no file would find nothing, and call it well.
seen=$(python3 -c 'import json, sys
print(len({each["Target"] for each in json.load(open(sys.argv[1])).get("Results", [])}))' \
  "$folder/misconfigurations.json")
wanted=$(find "$folder/rendered" -type f | wc -l)
if ((seen < wanted)); then
  echo "✗ only $seen of $wanted files were recognised" >&2
  exit 1
fi
trivy --severity HIGH,CRITICAL --exit-code 1
echo "✓ $seen files, none with a weakness of weight"
