"""The options that choose what runs Rego policies."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from jurat.errors import UsageError
from jurat.languages.opa import Opa

TOKEN_VARIABLE = "JURAT_OPA_TOKEN"  # noqa: S105 - where it stands, not what it is
_EMBEDDED = "regorus"
_OPA = "opa"

CommandT = TypeVar("CommandT", bound=Callable[..., Any])


def options(command: CommandT) -> CommandT:
    """Add the options to a command; ``chosen`` reads them."""
    for add in (
        click.option("--opa-ca", metavar="FILE", help="Certificates to trust for --opa-url."),
        click.option("--opa-token-file", metavar="FILE", help=f"Token; else ${TOKEN_VARIABLE}."),
        click.option("--opa-url", metavar="URL", help="A running OPA; else one is started."),
        click.option(
            "--rego-engine",
            type=click.Choice([_EMBEDDED, _OPA]),
            default=_EMBEDDED,
            show_default=True,
            help="What runs Rego policies.",
        ),
    ):
        command = add(command)
    return command


def chosen(given: Mapping[str, Any]) -> Opa | None:
    """Return the chosen OPA, ``None`` for the embedded engine; raises ``UsageError``."""
    url, token_file, ca = given["opa_url"], given["opa_token_file"], given["opa_ca"]
    if given["rego_engine"] != _OPA:
        for name, value in (("--opa-url", url), ("--opa-token-file", token_file), ("--opa-ca", ca)):
            if value is not None:
                raise UsageError(f"{name}: needs --rego-engine opa")
        return None
    if url is None:
        for name, value in (("--opa-token-file", token_file), ("--opa-ca", ca)):
            if value is not None:
                raise UsageError(f"{name}: needs --opa-url")
        return Opa()
    if token_file is None:
        return Opa(url, os.environ.get(TOKEN_VARIABLE) or None, ca)
    return Opa(url, _token(token_file), ca)


def _token(file: str) -> str:
    try:
        token = Path(file).read_text(encoding="ascii").strip()
    except OSError as error:
        raise UsageError(f"{file}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{file}: holds no token") from error
    if not token.isprintable() or not token:
        raise UsageError(f"{file}: holds no token")
    return token
