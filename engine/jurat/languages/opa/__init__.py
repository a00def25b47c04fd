"""Rego policies on a genuine OPA: one at a URL, or one of our own (``engine`` opens it)."""

from jurat.languages.opa.choice import Opa

__all__ = ["Opa"]
