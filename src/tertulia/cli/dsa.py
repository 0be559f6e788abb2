"""`tertulia dsa`: what the Digital Services Act asks a publication to hand over."""

import csv
import io
import sys
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
from msgspec import json

from tertulia import app, settings
from tertulia.domain.transparency import FIELDS, Record
from tertulia.services import transparency

_DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def dsa() -> None:
    """Hand over what the Digital Services Act asks for."""


@dsa.command()
@click.argument("site_key", metavar="SITE")
@click.option("--from", "first", type=_DAY, required=True, help="First day, as 2026-01-01 in UTC.")
@click.option("--until", "last", type=_DAY, required=True, help="Last day, which is in it.")
@click.option(
    "--format", "format_name", type=click.Choice(["json", "csv"]), default="json", show_default=True
)
@click.option(
    "--output", type=click.Path(path_type=Path, dir_okay=False), help="File to write; else standard output."
)
@click.pass_obj
def export(
    settings_file: str | None,
    site_key: str,
    *,
    first: datetime,
    last: datetime,
    format_name: str,
    output: Path | None,
) -> None:
    """Export restrictions in the field set of the Commission's transparency database. No personal data is in it."""
    if last < first:
        raise click.BadParameter("the last day is before the first", param_hint="--until")
    since, until = first.replace(tzinfo=UTC), last.replace(tzinfo=UTC) + timedelta(days=1)
    with app.opened(settings.load(settings_file)) as running:
        running.require_site(site_key)
        found = transparency.records(running.units, site_key, since=since, until=until)
        pieces = _csv(found) if format_name == "csv" else _json(found)
        with output.open("wb") if output else nullcontext(sys.stdout.buffer) as target:
            for piece in pieces:
                target.write(piece)


def _json(found: Iterable[Record]) -> Iterator[bytes]:
    """Write an object with `statements`, as the Commission's address for many takes it."""
    yield b'{"statements":['
    for number, each in enumerate(found):
        told = {name: value for name, value in asdict(each).items() if value is not None}
        yield (b",\n" if number else b"\n") + json.encode(told)
    yield b"\n]}\n"


def _csv(found: Iterable[Record]) -> Iterator[bytes]:
    """Write a line for each, lists as JSON."""
    yield _line(FIELDS)
    for each in found:
        values = asdict(each).values()
        yield _line(
            json.encode(value).decode() if isinstance(value, list) else _text(value) for value in values
        )


def _text(value: str | None) -> str:
    """Write a text so that no program for tables takes it for a formula."""
    if not value:
        return ""
    return f"'{value}" if value.startswith(("=", "+", "-", "@", "\t", "\r")) else value


def _line(values: Iterable[str]) -> bytes:
    line = io.StringIO()
    csv.writer(line).writerow(values)
    return line.getvalue().encode()
