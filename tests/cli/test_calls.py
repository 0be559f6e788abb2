"""What all commands share: help that teaches, exit codes, refusals in one line, settings."""

import subprocess
import sys
from pathlib import Path

import click
import pytest

from tertulia import __version__
from tertulia.cli.main import cli
from tests.cli.conftest import Run


def every_command(command: click.Command, words: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    if not isinstance(command, click.Group):
        return [words]
    context = click.Context(command)
    found = [(name, command.get_command(context, name)) for name in command.list_commands(context)]
    return [words, *(path for name, each in found if each for path in every_command(each, (*words, name)))]


@pytest.mark.parametrize("words", every_command(cli), ids=" ".join)
@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_every_command_explains_itself(run: Run, words: tuple[str, ...], flag: str) -> None:
    done = run(*words, flag)

    assert done.code == 0
    assert done.output.startswith("Usage: tertulia")
    assert all(line.strip() != "--help" for line in done.output.splitlines())


def test_every_option_says_what_it_does_or_offers_its_choices() -> None:
    silent = []
    for words in every_command(cli):
        command: click.Command = cli
        for word in words:
            assert isinstance(command, click.Group)
            command = command.get_command(click.Context(command), word) or command
        silent += [
            (*words, option.name)
            for option in command.params
            if isinstance(option, click.Option)
            and not option.help
            and option.name not in ("help", "format_name")
            and not isinstance(option.type, click.Choice)
        ]

    assert silent == []


def test_help_shows_the_first_three_steps(run: Run) -> None:
    help_text = run("--help").output

    for step in ("tertulia db upgrade", "tertulia site add gazette", "tertulia serve", "tertulia doctor"):
        assert step in help_text


def test_version_is_shown(run: Run) -> None:
    assert __version__ in run("--version").output


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("unheard-of",),
        ("site",),
        ("site", "add", "gazette"),
        ("site", "set", "gazette", "--unheard-of"),
        ("site", "add", "gazette", "--name", "G", "--origin", "https://a.example", "--language", "xx"),
        ("site", "set", "gazette", "--policy", "most_links"),
        ("import", "nowhere.jsonl", "--site", "gazette"),
        ("import", "--site", "gazette"),
        ("export", "--site", "gazette", "--format", "unheard-of"),
        ("serve", "--port", "70000"),
        ("serve", "--host-page", "0"),
    ],
    ids=" ".join,
)
def test_a_wrong_call_ends_with_2_and_the_usage(run: Run, words: tuple[str, ...]) -> None:
    done = run(*words, database="sqlite:///never.db")

    assert done.code == 2
    assert done.errors.startswith("Usage: tertulia")
    assert done.output == ""


def test_a_wrong_call_makes_no_database(run: Run, tmp_path: Path) -> None:
    run("site", "add", "gazette", database="sqlite:///never.db")

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "words",
    [
        ("site", "list"),
        ("site", "link", "gazette"),
        ("export", "--site", "gazette"),
        ("serve", "--port", "0"),
        ("worker",),
        ("db", "check"),
    ],
    ids=" ".join,
)
def test_without_migrations_commands_say_what_to_do(run: Run, words: tuple[str, ...]) -> None:
    done = run(*words, database="sqlite:///new.db")

    assert done.code == 1
    assert "tertulia db upgrade" in done.errors + done.output


def test_an_unreachable_database_is_one_line_that_leads_to_the_doctor(run: Run, closed_port: int) -> None:
    done = run("site", "list", database=f"postgresql://tertulia@127.0.0.1:{closed_port}/tertulia")

    assert done.code == 1
    assert done.errors.startswith("tertulia: database: ")
    assert done.errors.endswith("try `tertulia doctor`\n")
    assert done.errors.count("\n") == 1


@pytest.mark.parametrize(
    ("text", "field", "reason"),
    [
        ("port = 70000", "port", "65535"),
        ("port = 'many'", "port", "int"),
        ("threads = 0", "threads", ">= 1"),
        ("with_worker = 'perhaps'", "with_worker", "bool"),
        ("database = 'mysql://localhost/x'", "database", "sqlite:/// or postgresql://"),
        ("base_url = 'https://example.org/comments'", "base_url", "no path"),
        ("base_url = 'example.org'", "base_url", "http:// or https://"),
        ("valkey = 'http://localhost'", "valkey", "valkey://"),
        ("log_format = 'xml'", "log_format", "console or json"),
        ("log_level = 'loud'", "log_level", "debug, info, warning or error"),
        ("colour = 'blue'", "colour", "no such setting"),
    ],
)
def test_a_wrong_setting_is_refused_with_file_field_and_reason(
    run: Run, tmp_path: Path, text: str, field: str, reason: str
) -> None:
    file = tmp_path / "wrong.toml"
    file.write_text(text, encoding="utf-8")

    done = run("--settings", str(file), "doctor")

    assert done.code == 1
    assert done.errors.startswith(f"tertulia: {file}: {field}: ")
    assert reason in done.errors


def test_a_wrong_variable_is_refused_with_its_name(run: Run) -> None:
    done = run("doctor", port="many")

    assert done.code == 1
    assert done.errors.startswith("tertulia: environment variable TERTULIA_PORT: port: ")


@pytest.mark.parametrize(("text", "reason"), [("port = = 1", "not TOML"), (None, "cannot be read")])
def test_a_file_that_is_no_settings_file_is_refused(
    run: Run, tmp_path: Path, text: str | None, reason: str
) -> None:
    file = tmp_path / "broken.toml"
    if text is not None:
        file.write_text(text, encoding="utf-8")

    done = run("doctor", settings=str(file))

    assert done.code == 1
    assert done.errors.startswith(f"tertulia: {file}: {reason}")


def test_settings_come_from_the_file_in_the_folder_and_variables_win(
    run: Run, tmp_path: Path, sqlite_database: str
) -> None:
    file = tmp_path / "tertulia.toml"
    file.write_text("database = 'sqlite:///elsewhere.db'\nlog_format = 'json'\n", encoding="utf-8")

    from_file = run("db", "check")
    from_variable = run("db", "check", database=sqlite_database)

    assert from_file.code == 1
    assert from_variable.code == 0


def test_a_server_does_not_carry_what_shows_progress() -> None:
    look = (
        "import sys; from tertulia.cli import main; sys.argv = ['tertulia', 'serve', '--help']\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "import tertulia.cli.serve\n"
        "sys.exit('rich' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", look], check=False, capture_output=True).returncode == 0


def test_what_shows_progress_can_be_imported_afterwards() -> None:
    look = (
        "import sys; from tertulia.cli import main; sys.argv = ['tertulia', 'import', '--help']\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "sys.exit('rich' not in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", look], check=False, capture_output=True).returncode == 0
