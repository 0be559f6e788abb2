"""What the manual shows works: links lead somewhere, examples parse, commands exist, plug-ins keep their contract."""

import inspect
import json
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import click
import pytest

from tertulia import settings
from tertulia.cli.main import cli
from tertulia.testing.contracts import ImporterContract, RuleContract
from tests.docs import pages
from tests.docs.pages import Block

TERTULIA = re.compile(r"(\S*/bin/)?tertulia\Z")
PLUG_IN_PAGE = pages.DOCS / "how-to" / "write-a-plug-in.md"


@pytest.mark.parametrize("page", pages.all_pages(), ids=lambda page: str(page.relative_to(pages.ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for link in pages.links(page):
        target, _, anchor = link.partition("#")
        if "://" in target or target.startswith("mailto:"):
            continue
        place = page if not target else (page.parent / target).resolve()
        assert place.exists(), f"{link} leads nowhere"
        assert not anchor or anchor in pages.anchors(place), f"{link}: no such heading"


@pytest.mark.parametrize("block", pages.blocks("toml"), ids=lambda block: block.name)
def test_toml_is_toml(block: Block) -> None:
    assert tomllib.loads(block.text)


@pytest.mark.parametrize(
    "block",
    [each for each in pages.blocks("toml") if "database =" in each.text],
    ids=lambda block: block.name,
)
def test_settings_files_are_accepted(block: Block, tmp_path: Path) -> None:
    file = tmp_path / "tertulia.toml"
    file.write_text(block.text, encoding="utf-8")

    assert settings.load(str(file), {}).base_url == "https://comments.example.org"


@pytest.mark.parametrize("block", pages.blocks("json"), ids=lambda block: block.name)
def test_json_is_json(block: Block) -> None:
    try:
        json.loads(block.text)
    except json.JSONDecodeError:
        assert [json.loads(line) for line in block.text.splitlines()]


def test_the_native_example_can_be_imported(tmp_path: Path) -> None:
    from tertulia.plugins import registry  # noqa: PLC0415 - only this test reads files
    from tertulia.plugins.contracts import ImportOptions  # noqa: PLC0415
    from tertulia.plugins.opening import opened  # noqa: PLC0415

    (block,) = [each for each in pages.blocks("json") if '"record": "tertulia"' in each.text]
    file = tmp_path / "example.jsonl"
    file.write_text(block.text, encoding="utf-8")

    with opened(file) as ready:
        importer = registry.recognise(registry.importers(), ready.head, ready.name)
        assert len(list(importer.read(ready.file, ImportOptions()))) == 3


@pytest.mark.parametrize("block", pages.blocks("sh"), ids=lambda block: block.name)
def test_shell_is_shell(block: Block) -> None:
    done = subprocess.run(["bash", "-n"], input=block.text, text=True, capture_output=True, check=False)

    assert done.returncode == 0, done.stderr


def test_commands_in_examples_exist_with_their_options() -> None:
    shown = list(_shown_commands())

    assert len(shown) > 20
    for page, words in shown:
        _check(page, words)


@pytest.mark.parametrize("block", pages.blocks("ini"), ids=lambda block: block.name)
def test_units_run_commands_that_exist(block: Block) -> None:
    started = re.findall(r"^ExecStart(?:Pre)?=\S*/tertulia (.+)$", block.text, re.MULTILINE)

    assert started
    for line in started:
        _check(block.page, shlex.split(line.replace("%i", "8081")))


def test_make_targets_in_examples_exist() -> None:
    makefile = (pages.ROOT / "Makefile").read_text(encoding="utf-8")
    named = {
        target
        for block in pages.blocks("sh")
        for target in re.findall(r"^make (\w+)", block.text, re.MULTILINE)
    }

    assert {"run", "test"} <= named <= set(re.findall(r"^(\w+):", makefile, re.MULTILINE))


@pytest.fixture
def plug_ins(monkeypatch: pytest.MonkeyPatch) -> list[ModuleType]:
    """The package that the how-to writes, and its test modules."""
    package = ModuleType("gazette_rules")
    package.__path__ = []
    monkeypatch.setitem(sys.modules, "gazette_rules", package)
    modules = []
    for number, text in enumerate(_python(PLUG_IN_PAGE)):
        named = re.search(r"class (Trailing|Tabs):", text)
        name = f"gazette_rules.{named[1].lower()}" if named else f"gazette_rules.test_{number}"
        module = ModuleType(name)
        exec(compile(text, name, "exec"), vars(module))  # the manual's own example
        monkeypatch.setitem(sys.modules, name, module)
        setattr(package, name.rpartition(".")[2], module)
        modules.append(module)
    return modules


def test_plug_ins_of_the_how_to_keep_their_contract(plug_ins: list[ModuleType]) -> None:
    suites = [
        suite
        for module in plug_ins
        for name, suite in inspect.getmembers(module, inspect.isclass)
        if name.startswith("Test") and issubclass(suite, RuleContract | ImporterContract)
    ]

    assert len(suites) == 2
    for suite in suites:
        for name, test in inspect.getmembers(suite(), inspect.ismethod):
            if name.startswith("test_"):
                test()


def _python(page: Path) -> list[str]:
    return [block.text for block in pages.blocks("python") if block.page == page]


def _shown_commands() -> Iterator[tuple[Path, list[str]]]:
    for block in pages.blocks("sh"):
        for line in block.text.replace("\\\n", " ").splitlines():
            called = line.partition(" | ")[0].partition(" > ")[0]
            yield from ((block.page, found) for found in _after_the_name(called))
    for page in pages.all_pages():
        for code in re.findall(r"`(tertulia [a-z][^`]*)`", page.read_text(encoding="utf-8")):
            yield page, shlex.split(code.replace("…", "https://www.example.org"))[1:]


def _after_the_name(line: str) -> Iterator[list[str]]:
    try:
        words = shlex.split(line, comments=True)
    except ValueError:
        return  # a line of a longer construct, which `bash -n` has seen
    if words[:2] == ["sudo", "-u"]:
        words = words[3:]
    if words and TERTULIA.match(words[0]):
        yield words[1:]


def _check(page: Path, words: list[str]) -> None:
    """See that the words name a command, and only options that it has."""
    command: click.Command = cli
    remaining = list(words)
    while remaining:
        word = remaining.pop(0)
        if word.startswith("--"):
            option = next((each for each in command.params if word.partition("=")[0] in each.opts), None)
            is_help = word in ("--help", "--version")
            assert option is not None or is_help, f"{page.name}: {command.name} has no {word}"
            if isinstance(option, click.Option) and not option.is_flag and "=" not in word and remaining:
                remaining.pop(0)
        elif isinstance(command, click.Group):
            found = command.get_command(click.Context(command), word)
            assert found is not None, f"{page.name}: there is no command {word}"
            command = found
