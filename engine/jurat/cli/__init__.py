"""The command line: arguments in, exit status out."""

from jurat.cli.main import main

__all__ = ["main"]
