"""`tertulia db`: bring the database to the newest version, and say whether it is there."""

import sys

import click

from tertulia import settings
from tertulia.store import migrate


@click.group()
def db() -> None:
    """Look after the database."""


@db.command()
@click.pass_obj
def upgrade(settings_file: str | None) -> None:
    """Bring the database to the newest version. Safe to repeat; SQLite's file is made when missing."""
    url = settings.load(settings_file).database
    before, head = migrate.versions(url)
    migrate.upgrade(url)
    click.echo(f"database at version {head}" + ("" if before != head else " already"))


@db.command()
@click.pass_obj
def check(settings_file: str | None) -> None:
    """Say whether the database is at the newest version; exit code 1 when it is not."""
    current, head = migrate.versions(settings.load(settings_file).database)
    if current != head:
        click.echo(f"database at version {current or 'none'}, newest is {head}: run `tertulia db upgrade`")
        sys.exit(1)
    click.echo(f"database at version {head}, the newest")
