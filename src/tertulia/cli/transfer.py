"""`tertulia import` and `tertulia export`."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, BinaryIO

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from tertulia import app, settings
from tertulia.domain.errors import NotFound
from tertulia.domain.import_report import ImportReport
from tertulia.domain.permissions import SYSTEM
from tertulia.domain.transfer import PortableRecord, UnreadableFile
from tertulia.plugins import registry
from tertulia.plugins.contracts import Importer, ImportOptions
from tertulia.plugins.opening import opened
from tertulia.services import stories, transfer


@click.command(name="import")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--site", "site_key", required=True, metavar="KEY", help="The site to import into.")
@click.option("--format", "format_name", metavar="NAME", help="The format, when it is not found by itself.")
@click.option("--dry-run", is_flag=True, help="Report what is in the file and write nothing.")
@click.option(
    "--source", metavar="NAME", help="Name under which foreign ids are kept; the format by default."
)
@click.option("--url", help="URL of the story, for files that hold one and do not name it.")
@click.option("--title", help="Title of that story.")
@click.option(
    "--article",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The story's own text, for flat text.",
)
@click.option(
    "--order",
    type=click.Choice(["nested", "time", "unknown"]),
    default="unknown",
    show_default=True,
    help="How flat text lists the comments.",
)
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="Write the report as JSON.")
@click.pass_obj
def import_(
    settings_file: str | None,
    /,
    *,
    files: tuple[Path, ...],
    site_key: str,
    format_name: str | None,
    dry_run: bool,
    source: str | None,
    report: Path | None,
    **said: Any,
) -> None:
    """Import discussions from FILES: WordPress (WXR), our own JSON Lines, or a saved page as flat text.

    Importing twice changes nothing. Compressed files (.gz, .xz, .zip) are read as they are.
    """
    options = ImportOptions(
        url=said["url"],
        title=said["title"],
        article=_text(said["article"]) if said["article"] else None,
        order=said["order"],
    )
    reports = []
    with app.opened(settings.load(settings_file)) as running:
        # An unknown site is refused before a long file is read.
        running.require_site(site_key)
        for file in files:
            # Read through once before anything is written: a broken file leaves nothing behind.
            with _records(file, format_name, options) as (name, records):
                done = transfer.dry_run(records, source=source or name)
            if not dry_run:
                with _records(file, format_name, options) as (name, records):
                    steps = transfer.import_records(
                        running.units, site_key, records, source=source or name, secret=running.secret
                    )
                    done = _shown(steps, file.name)
            _print(done, file)
            reports.append(done.as_json() | {"file": str(file)})
    if report is not None:
        whole = reports[0] if len(reports) == 1 else reports
        report.write_text(json.dumps(whole, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


@click.command()
@click.option("--site", "site_key", required=True, metavar="KEY", help="The site to export.")
@click.option("--format", "format_name", default="native", show_default=True)
@click.option("--story", metavar="URL", help="Only the discussion of this story.")
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="A file; standard output else."
)
@click.pass_obj
def export(
    settings_file: str | None, site_key: str, format_name: str, story: str | None, output: Path | None
) -> None:
    """Export discussions, whole and in the open: what `tertulia import` reads again without loss."""
    exporters = registry.exporters()
    if format_name not in exporters:
        raise click.BadParameter(f"{format_name} is not one of {', '.join(exporters)}", param_hint="--format")
    with app.opened(settings.load(settings_file)) as running:
        site = running.require_site(site_key)
        if story is not None:
            _require_story(running, site_key, story)
        header = {"site": site.key, "name": site.name, "exported_at": running.now().isoformat()}
        records = transfer.export_records(running.units, site_key, story_url=story)
        with output.open("wb") if output else nullcontext(sys.stdout.buffer) as target:
            _write(exporters[format_name].write(records, header), target)


def _require_story(running: app.App, site_key: str, url: str) -> None:
    """Refuse an unknown story before a file is opened for it."""
    with running.units.read(site_key, SYSTEM) as unit:
        if stories.find_by_url(unit, url) is None:
            raise NotFound("story", url)


def _write(pieces: Iterator[bytes], target: BinaryIO) -> None:
    for piece in pieces:
        target.write(piece)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise UnreadableFile(f"{file}: not UTF-8") from None


@contextmanager
def _records(
    file: Path, format_name: str | None, options: ImportOptions
) -> Iterator[tuple[str, Iterator[PortableRecord]]]:
    """Open a file and give the importer's name and what it reads."""
    with opened(file) as ready:
        importer = _importer(format_name, ready.head, ready.name)
        yield importer.name, importer.read(ready.file, options)


def _importer(format_name: str | None, head: bytes, filename: str) -> Importer:
    importers = registry.importers()
    if format_name is None:
        return registry.recognise(importers, head, filename)
    if format_name not in importers:
        raise click.BadParameter(f"{format_name} is not one of {', '.join(importers)}", param_hint="--format")
    return importers[format_name]


def _shown(steps: Iterator[ImportReport], name: str) -> ImportReport:
    """Show progress while the import runs: a moving line on a terminal, nothing in a pipe."""
    console = Console(stderr=True)
    done = ImportReport()
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as progress:
        task = progress.add_task(name)
        for done in steps:
            progress.update(task, description=f"{name}: {done.comments} read, {done.written} written")
    return done


def _print(done: ImportReport, file: Path) -> None:
    facts = done.as_json()
    click.echo(f"{file.name} ({done.source}){', dry run: nothing written' if done.is_dry_run else ''}")
    click.echo(
        f"  {facts['threads']} discussions, {facts['comments']} comments, {facts['replies']} replies,"
        f" {facts['orphans']} orphans, {facts['max_depth']} levels, {facts['authors']} authors"
    )
    click.echo(
        f"  {facts['deleted']} deleted, {facts['spam']} spam, {facts['pending']} pending,"
        f" {facts['pingbacks']} pingbacks, {facts['inferred']} inferred from flat text"
    )
    if facts["first_utc"]:
        click.echo(f"  from {facts['first_utc']} to {facts['last_utc']}")
    if not done.is_dry_run:
        click.echo(
            f"  {done.written} written, {done.already_there} already there, {done.linked_later} linked later"
        )
    for title, counted in (("repaired", done.remarks), ("skipped", done.skipped)):
        for code, number in sorted(counted.items()):
            click.echo(f"  {title}: {number} x {code}")
    for story, url in done.merged[:5]:
        click.echo(f"  merged: {story} into {url}")
    for sample in done.samples:
        click.echo(f"  e.g. {sample['author'] or '(no name)'}: {sample['text_prefix']}")
