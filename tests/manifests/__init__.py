"""Judges the Kubernetes manifests as `kubectl kustomize` renders them."""
