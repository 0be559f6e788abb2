"""The reference misses nothing and invents nothing: each name in the code has its entry, and the other way round."""

import ast
import dataclasses
import importlib
import pkgutil
import re
from collections import Counter
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path

import click
import msgspec
import pytest

import tertulia
from tertulia.builtin import native_format
from tertulia.cli.main import cli
from tertulia.domain import takeouts
from tertulia.domain.errors import Conflict, Forbidden, Invalid, NotFound, TertuliaError, TooMany
from tertulia.domain.events import NAMES
from tertulia.domain.import_report import ImportReport
from tertulia.domain.policy import Policy
from tertulia.plugins.contracts import KINDS
from tertulia.realtime import nudges
from tertulia.realtime.revisions import Revisions
from tertulia.services import sites
from tertulia.settings import Settings
from tertulia.web import errors
from tertulia.web.api.operation import PREFIX
from tertulia.web.api.table import TABLE
from tertulia.web.cache import PageCache
from tertulia.web.metrics import Metrics
from tertulia.web.workers import Workers
from tests.docs import pages

SOURCE = pages.ROOT / "src" / "tertulia"
KIND_WORDS = {
    Invalid: "invalid",
    Forbidden: "forbidden",
    NotFound: "not-found",
    Conflict: "conflict",
    TooMany: "too-many",
}


def test_every_setting_has_an_entry_with_its_default() -> None:
    documented = {name: row[1] for name, row in pages.entries("settings").items() if len(row) == 3}

    assert documented == {
        each.name: f"`{_written(getattr(Settings(), each.name))}`"
        for each in msgspec.structs.fields(Settings)
    }


def test_every_choice_of_policy_has_an_entry_with_its_default() -> None:
    documented = {name: row[1].strip("`") for name, row in pages.entries("policy").items()}

    assert documented == {
        each.name: _chosen(getattr(Policy(), each.name))
        for each in dataclasses.fields(Policy)
        if each.name != "version"
    }


def test_every_command_and_option_has_an_entry() -> None:
    sections = _sections(pages.reference("command-line"))
    documented = {title: set(re.findall(r"^`(--[a-z-]+)", text, re.MULTILINE)) for title, text in sections}

    assert documented == dict(_commands(cli, "tertulia"))


def test_every_language_of_the_interface_is_offered_in_the_reference() -> None:
    assert f"`--language {'|'.join(sites.LANGUAGES)}`" in pages.reference("command-line")


def test_every_event_has_an_entry_with_its_facts() -> None:
    events = {row[0].strip("`"): pages.codes(row[2]) for row in _table("events", "Event")}

    assert events == {name: [each.name for each in dataclasses.fields(kind)] for kind, name in NAMES.items()}


def test_every_nudge_has_an_entry_that_names_its_events() -> None:
    facts = dict.fromkeys(
        ("comment_id", "parent_id", "root_id", "revision", "comment_count", "comment_revision", "is_open"), 1
    )
    made: dict[str, tuple[set[str], set[str]]] = {}
    for name in NAMES.values():
        nudge = nudges.of_event("gazette", 1, 1, name, facts)
        if nudge is not None:
            sources, data = made.setdefault(nudge.name, (set(), set()))
            sources.add(name)
            data.update(nudge.data)

    documented = {
        row[0].strip("`"): (set(pages.codes(row[1])), set(pages.codes(row[2])))
        for row in _table("events", "Nudge")
    }

    assert documented == made


def test_every_error_code_has_an_entry_with_kind_and_status() -> None:
    documented = {row[0].strip("`"): (row[1], row[2]) for row in _table("errors", "Code")}

    assert documented == {kind.code: (_kind(kind), str(_status(kind))) for kind in _errors()}


def test_no_two_errors_share_a_code() -> None:
    found = [kind.code for kind in _errors()]

    assert len(found) == len(set(found))


def test_every_plug_point_has_a_section_and_every_shipped_plug_in_an_entry() -> None:
    sections = dict(_sections(pages.reference("plug-points")))

    assert set(KINDS) == sections.keys() - {"What is not a plug point"}
    for kind in KINDS:
        shipped = {
            point.name
            for point in entry_points(group=f"tertulia.{kind}")
            if point.value.startswith("tertulia.builtin")
        }
        assert shipped == {row[0].strip("`") for row in pages.rows(sections[kind])}


def test_every_metric_has_an_entry_with_its_kind() -> None:
    text = Metrics(PageCache(Revisions(), most_bytes=1), Workers(1)).text().decode()
    served = dict(re.findall(r"^# TYPE (tertulia_\w+) (\w+)$", text, re.MULTILINE))

    documented = {name: row[1] for name, row in pages.entries("metrics").items()}

    assert documented == {name: kind for name, kind in served.items() if not name.endswith("_created")}


def test_every_theming_property_has_an_entry() -> None:
    sheet = (SOURCE / "render/static/widget/widget.css").read_text(encoding="utf-8")

    assert set(pages.entries("theming")) == set(re.findall(r"var\((--tt-[a-z-]+)", sheet))


def test_every_key_has_an_entry() -> None:
    listed = (SOURCE / "render/templates/_keys.html").read_text(encoding="utf-8")

    assert set(pages.entries("keys")) == set(re.findall(r"<kbd>(.)</kbd>", listed))


def test_every_key_of_the_desk_has_an_entry() -> None:
    listed = (SOURCE / "render/templates/desk/_keys.html").read_text(encoding="utf-8")
    documented = {key for row in _table("desk", "Key") for key in pages.codes(row[0])}

    assert documented == set(re.findall(r"<kbd>(.)</kbd>", listed))


def test_every_template_has_an_entry() -> None:
    templates = SOURCE / "render" / "templates"

    assert set(pages.entries("templates")) == {
        file.relative_to(templates).as_posix() for file in templates.rglob("*.*")
    }


def test_every_operation_of_the_api_has_an_entry_with_its_address() -> None:
    documented = {row[0].strip("`"): row[1].strip("`") for row in _table("json-api", "Operation")}

    assert documented == {each.name: f"{each.method} {each.path}" for each in TABLE}
    assert f"`{PREFIX}`" in pages.reference("json-api")


def test_every_address_has_an_entry() -> None:
    documented = {
        address.removeprefix("GET ").removeprefix("POST ") for address in pages.entries("addresses")
    }

    assert documented == set(_addresses())


def test_every_word_of_the_import_report_has_an_entry() -> None:
    assert set(pages.entries("import-report")) >= ImportReport().as_json().keys() | {"file"}


def test_every_remark_of_an_importer_has_an_entry() -> None:
    documented = {row[0].strip("`") for row in _table("import-report", "Code")}

    assert documented == set(_remarks())


@pytest.mark.parametrize("shape", [native_format.Header, native_format.Story, native_format.Comment])
def test_every_field_of_the_native_format_has_an_entry(shape: type[msgspec.Struct]) -> None:
    (text,) = [
        text
        for title, text in _sections(pages.reference("native-format"))
        if title.endswith(f"`{shape.__struct_config__.tag}`")
    ]

    assert [row[0].strip("`") for row in pages.rows(text)] == list(shape.__struct_fields__)


@pytest.mark.parametrize(
    ("section", "shape", "further"),
    [
        ("account", takeouts.OwnAccount, set()),
        ("sessions", takeouts.OwnSession, set()),
        ("tokens", takeouts.OwnToken, set()),
        ("passkeys", takeouts.OwnPasskey, set()),
        ("muted", takeouts.OwnMuted, set()),
        ("former_names", takeouts.OwnName, set()),
        ("connected", takeouts.OwnConnection, set()),
        ("sanctions", takeouts.OwnSanction, set()),
        ("remarks", takeouts.OwnRemark, set()),
        ("flags", takeouts.OwnFlag, set()),
        ("statements", takeouts.OwnStatement, set()),
        ("comments", takeouts.OwnComment, {"address"}),
    ],
)
def test_every_field_of_a_takeout_has_an_entry(section: str, shape: type, further: set[str]) -> None:
    text = dict(_sections(pages.reference("my-data")))[f"`{section}`"]

    assert {row[0].strip("`") for row in pages.rows(text)} == {
        each.name for each in dataclasses.fields(shape)
    } | further


def _written(default: object) -> str:
    if isinstance(default, bool):
        return str(default).lower()
    if isinstance(default, str):
        return f'"{default}"'
    return str(list(default)) if isinstance(default, tuple) else str(default)


def _chosen(default: object) -> str:
    if isinstance(default, tuple):
        return ",".join(default)
    return str(default).lower() if isinstance(default, bool) else str(default)


def _sections(text: str) -> list[tuple[str, str]]:
    """The second-level headings of a page and what stands below each."""
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)[1:]
    return list(zip(parts[::2], parts[1::2], strict=True))


def _table(page: str, head: str) -> Iterator[list[str]]:
    """The rows of the tables of a page whose first column is called so."""
    for table in re.findall(rf"^(\| {head} \|.*\n(?:\|.*\n)+)", pages.reference(page), re.MULTILINE):
        yield from pages.rows(table)


def _commands(command: click.Command, path: str) -> Iterator[tuple[str, set[str]]]:
    options = {name for each in command.params if isinstance(each, click.Option) for name in each.opts} - {
        "--help"
    }
    if not isinstance(command, click.Group) or options:
        yield path, options
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from _commands(found, f"{path} {name}")


def _errors() -> list[type[TertuliaError]]:
    for module in pkgutil.walk_packages(tertulia.__path__, "tertulia."):
        if not re.search(r"__main__|migrations", module.name):
            importlib.import_module(module.name)
    found, waiting = [], [TertuliaError]
    while waiting:
        kind = waiting.pop()
        if kind.__module__.startswith("tertulia."):
            found.append(kind)
        waiting.extend(kind.__subclasses__())
    return found


def _kind(error: type[TertuliaError]) -> str:
    return next((word for kind, word in KIND_WORDS.items() if issubclass(error, kind)), "error")


def _status(error: type[TertuliaError]) -> int:
    return next((errors.STATUSES[kind] for kind in error.__mro__ if kind in errors.STATUSES), 500)


def _addresses() -> Iterator[str]:
    """Addresses as the route tables write them; those of the API have a page of their own."""
    for name in ("asgi.py", "stream.py"):
        for node in ast.walk(ast.parse((SOURCE / "web" / name).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                is_route = (
                    node.value.startswith("/") and "{rest" not in node.value and node.value != "/{site}"
                )
                if is_route:
                    yield node.value.replace(":path}", "}")


def _remarks() -> Iterator[str]:
    """Codes of remarks: where one is made, and where a helper gives the code to who makes it."""
    files = [*(SOURCE / "builtin").rglob("*.py"), *(SOURCE / "services" / "transfer").glob("*.py")]
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            is_remark = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Remark"
            if is_remark:
                for keyword in node.keywords:
                    if keyword.arg == "code" and isinstance(keyword.value, ast.Constant):
                        yield keyword.value.value
    yield from ("bad-date", "derived-date", "decoded-utf-16", "decoded-cp1252")
    yield from ("skipped-pingback", "skipped-system")


def test_the_threat_model_names_tests_that_exist() -> None:
    text = (pages.DOCS / "explanation" / "threat-model.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(tests/[\w/]+\.py)`", text))

    assert len(named) > 10
    assert [name for name in sorted(named) if not (pages.DOCS.parent / name).is_file()] == []


def test_every_line_of_the_log_has_an_entry_with_its_level() -> None:
    documented = {row[0].strip("`"): row[1] for row in _table("log", "Line")}

    assert documented == dict(_logged())


def _logged() -> Iterator[tuple[str, str]]:
    """What is logged under a name of ours, and at which level."""
    for file in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            is_ours = isinstance(node.func.value, ast.Name) and node.func.value.id == "log"
            if is_ours and isinstance(node.args[0], ast.Constant):
                level = node.func.attr.replace("exception", "error")
                yield str(node.args[0].value), level


@pytest.mark.parametrize("page", pages.all_pages(), ids=lambda page: page.name)
def test_no_table_has_an_entry_twice(page: Path) -> None:
    tables = pages.tables(page.read_text(encoding="utf-8"))

    twice = [entry for table in tables for entry, count in Counter(table).items() if count > 1]
    assert twice == []
