"""Terraform and OpenTofu plans in JSON."""

from jurat.readers.terraform.reader import read

__all__ = ["read"]
