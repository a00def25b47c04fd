"""Live IAM: account details and single policy documents as JSON."""

from jurat.readers.iam.reader import read, read_iam, recognise

__all__ = ["read", "read_iam", "recognise"]
