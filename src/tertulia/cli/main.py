"""The command `tertulia` and what all its commands share."""

import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any, Final

import click

from tertulia import __version__
from tertulia.app import DatabaseError, Unmigrated
from tertulia.domain.errors import TertuliaError
from tertulia.domain.transfer import UnreadableFile
from tertulia.plugins.registry import BrokenPlugin
from tertulia.settings import WrongSettings

EPILOG = """
Start in three steps:

\b
  tertulia db upgrade
  tertulia site add gazette --name "The Gazette" --origin https://www.gazette.example
  tertulia serve

Settings come from tertulia.toml and TERTULIA_* variables; `tertulia doctor` says what is wrong with them.
"""


COMMANDS: Final[Mapping[str, str]] = {
    "serve": "serve:serve",
    "worker": "serve:worker",
    "db": "db:db",
    "site": "site:site",
    "user": "user:user",
    "import": "transfer:import_",
    "export": "transfer:export",
    "dsa": "dsa:dsa",
    "doctor": "doctor:doctor",
}
"""Modules of the commands, loaded when they are called: a server does not carry the importers' tools."""


REFUSALS: Final = (
    TertuliaError,
    WrongSettings,
    UnreadableFile,
    BrokenPlugin,
    Unmigrated,
    DatabaseError,
    OSError,
)
"""What ends a command with its reason; anything else is a bug and shows its traceback."""


class _LateGroup(click.Group):
    """A group that loads a command when somebody asks for it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name].partition(":")
        command: Any = getattr(import_module(f"tertulia.cli.{module}"), attribute)
        return command if isinstance(command, click.Command) else None


@click.group(cls=_LateGroup, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="tertulia")
@click.option("--settings", "settings_file", metavar="FILE", help="Settings file instead of tertulia.toml.")
@click.pass_context
def cli(context: click.Context, settings_file: str | None) -> None:
    """Tertulia: the readers' comments under a story, kept by the publication itself."""
    context.obj = settings_file


def main() -> None:
    """Run a command; a refusal is one line on standard error and exit code 1."""
    try:
        cli.main(prog_name="tertulia", standalone_mode=False)
    except click.UsageError as error:
        error.show()
        sys.exit(2)
    except click.ClickException as error:
        error.show()
        sys.exit(1)
    except click.Abort:
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(1)
    except REFUSALS as error:
        click.echo(f"tertulia: {_reason(error)}", err=True)
        sys.exit(1)


def _reason(error: Exception) -> str:
    if isinstance(error, TertuliaError):
        shown = ", ".join(f"{name} {value}" for name, value in error.parameters.items() if value is not None)
        return f"{error.code}: {shown}" if shown else error.code
    if isinstance(error, DatabaseError):
        reason = str(getattr(error, "orig", error)).strip().splitlines()[0]
        return f"database: {reason}; try `tertulia doctor`"
    if isinstance(error, OSError) and error.filename:
        # A file or folder that is missing, full or not ours.
        return f"{error.filename}: {error.strerror}"
    return str(error)
