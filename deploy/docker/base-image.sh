#!/usr/bin/env bash
# Makes the Dockerfile's base image from Debian's packages, where no public image can be pulled.
#
#   deploy/docker/base-image.sh [NAME]
#
# Needs debootstrap and buildah, and to be root (or root of `buildah unshare`). The packages come from debootstrap's own
# mirror, or from the one in MIRROR.
set -euo pipefail

name=${1:-localhost/ironclad-base:bookworm}
folder=$(mktemp -d "${TMPDIR:-/var/tmp}/ironclad-base.XXXXXX")
trap 'rm -rf "$folder"' EXIT

debootstrap --variant=minbase --include=python3,python3-venv,ca-certificates \
  bookworm "$folder/root" ${MIRROR:+"$MIRROR"}

# What debootstrap brought is as of the release: the security updates are in a suite of their own.
mirror=$(awk '$1 == "deb" { print $2; exit }' "$folder/root/etc/apt/sources.list")
cat > "$folder/root/etc/apt/sources.list" <<SOURCES
deb $mirror bookworm main
deb $mirror bookworm-updates main
deb ${mirror%/}-security bookworm-security main
SOURCES
# The host's names, for as long as it takes.
cp /etc/resolv.conf "$folder/root/etc/resolv.conf"
chroot "$folder/root" sh -ec '
  apt-get update
  DEBIAN_FRONTEND=noninteractive apt-get upgrade --yes
  apt-get clean
  ln -sf python3 /usr/bin/python
  rm -rf /var/lib/apt/lists/* /var/cache/debconf/*-old /var/log/* \
    /usr/share/doc/* /usr/share/man/* /usr/share/locale/*
'
rm "$folder/root/etc/resolv.conf"

container=$(buildah from scratch)
buildah add --quiet "$container" "$folder/root" / > /dev/null
buildah config --env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
  --env LANG=C.UTF-8 --cmd python3 "$container"
buildah commit --quiet --rm "$container" "$name" > /dev/null
echo "✓ $name"
