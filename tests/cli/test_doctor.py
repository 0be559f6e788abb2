"""`tertulia doctor` on sound installations and on broken ones. A fault names its remedy and ends in exit code 1."""

from itertools import pairwise
from pathlib import Path

from tests.cli.conftest import Done, Run

SECRET = "thirty-two or more random characters"
SOUND = {"base_url": "https://comments.example.org", "trusted_proxies": "127.0.0.1/32", "secret": SECRET}


def faults(done: Done) -> list[str]:
    return [line.removeprefix("FAULT ") for line in done.output.splitlines() if line.startswith("FAULT")]


def notes(done: Done) -> list[str]:
    return [line.removeprefix("note  ") for line in done.output.splitlines() if line.startswith("note")]


def test_a_sound_installation_has_no_fault(run: Run, gazette: str) -> None:
    done = run("doctor", database=gazette, **SOUND)

    assert done.code == 0
    assert faults(done) == []
    assert done.output.endswith("nothing stands in the way of serving\n")
    assert "ok    sites: gazette" in done.output
    assert "ok    clock: agrees" in done.output


def test_each_fault_and_note_is_followed_by_a_remedy(run: Run, closed_port: int) -> None:
    done = run(
        "doctor",
        database=f"postgresql://tertulia@127.0.0.1:{closed_port}/tertulia",
        base_url="http://comments.example.org",
        valkey=f"valkey://127.0.0.1:{closed_port}/0",
        smtp=f"smtp://127.0.0.1:{closed_port}",
    )
    lines = done.output.splitlines()

    assert done.code == 1
    assert [line.partition(":")[0] for line in faults(done)] == [
        "base_url",
        "database",
        "secret",
        "valkey",
        "mail",
    ]
    assert "5 faults found" in done.output
    for line, after in pairwise(lines):
        assert not line.startswith(("FAULT", "note")) or after.startswith("      ")


def test_an_unreachable_postgresql_is_a_fault(run: Run, closed_port: int) -> None:
    done = run("doctor", database=f"postgresql://tertulia@127.0.0.1:{closed_port}/tertulia", **SOUND)

    assert done.code == 1
    assert len(faults(done)) == 1
    assert faults(done)[0].startswith("database: ")


def test_a_wrong_password_does_not_appear(run: Run, closed_port: int) -> None:
    done = run("doctor", database=f"postgresql://tertulia:pa55word@127.0.0.1:{closed_port}/tertulia", **SOUND)

    assert "pa55word" not in done.output + done.errors


def test_a_missing_migration_is_a_fault_with_the_command(run: Run, postgres_url: str) -> None:
    done = run("doctor", database=postgres_url, **SOUND)

    assert done.code == 1
    assert faults(done)[0].startswith("migrations: at version none")
    assert "run `tertulia db upgrade`" in done.output


def test_a_sqlite_file_that_is_not_there_is_not_made(run: Run, tmp_path: Path) -> None:
    done = run("doctor", database="sqlite:///new.db", **SOUND)

    assert done.code == 1
    assert faults(done)[0].startswith("migrations: ")
    assert not (tmp_path / "new.db").exists()


def test_a_file_that_is_no_database_is_a_fault(run: Run, tmp_path: Path) -> None:
    (tmp_path / "letter.db").write_text("Dear editor, " * 100, encoding="utf-8")

    done = run("doctor", database="sqlite:///letter.db", **SOUND)

    assert done.code == 1
    assert faults(done)[0] == "database: file is not a database"


def test_a_missing_folder_is_a_fault(run: Run) -> None:
    done = run("doctor", database="sqlite:///missing/new.db", **SOUND)

    assert done.code == 1
    assert any(fault.startswith("disk: ") for fault in faults(done))
    assert "mkdir -p" in done.output


def test_valkey_that_is_down_is_a_fault(run: Run, sqlite_database: str, closed_port: int) -> None:
    done = run("doctor", database=sqlite_database, valkey=f"valkey://127.0.0.1:{closed_port}/0", **SOUND)

    assert done.code == 1
    assert [fault.partition(":")[0] for fault in faults(done)] == ["valkey"]


def test_valkey_that_runs_is_well(run: Run, sqlite_database: str, valkey_url: str) -> None:
    done = run("doctor", database=sqlite_database, valkey=valkey_url, **SOUND)

    assert done.code == 0
    assert "ok    valkey: answers" in done.output


def test_no_site_is_a_note_with_the_command(run: Run, sqlite_database: str) -> None:
    done = run("doctor", database=sqlite_database, **SOUND)

    assert "sites: there is none" in notes(done)
    assert "tertulia site add" in done.output


def test_plain_http_is_a_fault_where_readers_come_from_afar(run: Run, sqlite_database: str) -> None:
    address = {"base_url": "http://comments.example.org", "trusted_proxies": "127.0.0.1"}

    in_earnest = run("doctor", database=sqlite_database, **address)
    in_development = run("doctor", database=sqlite_database, is_development="true", **address)

    assert [fault.partition(":")[0] for fault in faults(in_earnest)] == ["base_url"]
    assert (in_earnest.code, in_development.code) == (1, 0)


def test_a_proxy_that_is_not_named_is_a_note(run: Run, sqlite_database: str) -> None:
    done = run("doctor", database=sqlite_database, base_url="https://comments.example.org")

    assert done.code == 0
    assert "trusted_proxies: none" in notes(done)


def test_postgresql_needs_a_secret_and_sqlite_keeps_its_own(run: Run, gazette: str) -> None:
    done = run(
        "doctor", database=gazette, base_url="https://comments.example.org", trusted_proxies="127.0.0.1"
    )

    if gazette.startswith("postgresql"):
        assert [fault.partition(":")[0] for fault in faults(done)] == ["secret"]
    else:
        assert faults(done) == []
        assert "ok    secret: kept beside the database" in done.output


def test_an_origin_on_plain_http_is_a_note(run: Run, sqlite_database: str) -> None:
    run("site", "add", "old", "--name", "Old", "--origin", "http://old.example", database=sqlite_database)

    done = run("doctor", database=sqlite_database, **SOUND)

    assert done.code == 0
    assert "origin of old: http://old.example is plain HTTP" in notes(done)
