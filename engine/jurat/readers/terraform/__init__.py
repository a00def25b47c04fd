"""Terraform and OpenTofu plans in JSON."""
