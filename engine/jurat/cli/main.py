"""The command group; a command's module is imported when the command is used."""

import sys
from importlib import import_module
from typing import Any, NoReturn

import click

from jurat import __version__
from jurat.cli.status import Exit
from jurat.errors import JuratError

_COMMANDS = {
    "check": ("jurat.cli.check", "Judge plans, templates and IAM documents."),
    "list": ("jurat.cli.listing", "List policies, controls, frameworks or coverage."),
    "explain": ("jurat.cli.explain", "Explain a policy, a control or a finding."),
    "new": ("jurat.cli.new", "Begin a policy."),
    "test": ("jurat.cli.test", "Test policies on their fixtures."),
    "lint": ("jurat.cli.lint", "Find mistakes in policies, fixtures and mappings."),
}
_ALIASES = {"scan": "check"}


class _Commands(click.Group):
    """A group that knows its commands' names and one-line helps without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        name = _ALIASES.get(cmd_name, cmd_name)
        if name not in _COMMANDS:
            return None
        command = import_module(_COMMANDS[name][0]).command
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in _COMMANDS.items()])


@click.command(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit status: 0 clean, 1 failures, 2 cannot run, 3 ran but incomplete.",
)
@click.version_option(__version__, prog_name="jurat", message="%(prog)s %(version)s")
def group() -> None:
    """Judge infrastructure by policies and say what that means for controls.

    No control ever reads better than its evidence.
    """


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command line and exit with the status that ``jurat.cli.status`` describes."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure: Any = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            # A name from a hostile input may hold what the terminal's encoding lacks.
            reconfigure(errors="backslashreplace")
    try:
        status = group.main(args=arguments, standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show(file=sys.stderr)
        sys.exit(Exit.CANNOT_RUN)
    except JuratError as error:
        click.echo(f"jurat: {one_line(str(error))}", err=True)
        sys.exit(Exit.CANNOT_RUN)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(Exit.CANNOT_RUN)
    sys.exit(status if isinstance(status, int) else Exit.CLEAN)


def one_line(text: str) -> str:
    """Keep a message on one line and free of control characters."""
    return "".join(c if c.isprintable() else " " for c in text)
