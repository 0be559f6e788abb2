"""`tertulia db` on empty and on migrated databases."""

from pathlib import Path

from tests.cli.conftest import Run


def test_upgrade_makes_the_sqlite_file_and_check_then_agrees(run: Run, tmp_path: Path) -> None:
    before = run("db", "check", database="sqlite:///new.db")
    was_made_by_looking = (tmp_path / "new.db").exists()
    upgraded = run("db", "upgrade", database="sqlite:///new.db")
    after = run("db", "check", database="sqlite:///new.db")

    assert (before.code, upgraded.code, after.code) == (1, 0, 0)
    assert "at version none" in before.output
    assert not was_made_by_looking
    assert "already" not in upgraded.output
    assert (tmp_path / "new.db").exists()


def test_upgrade_works_on_an_empty_postgresql_database(run: Run, postgres_url: str) -> None:
    before = run("db", "check", database=postgres_url)
    upgraded = run("db", "upgrade", database=postgres_url)
    after = run("db", "check", database=postgres_url)

    assert (before.code, upgraded.code, after.code) == (1, 0, 0)


def test_upgrading_twice_changes_nothing(run: Run, gazette: str) -> None:
    done = run("db", "upgrade", database=gazette)

    assert done.code == 0
    assert "already" in done.output
    assert "gazette" in run("site", "list", database=gazette).output


def test_upgrade_into_a_folder_that_is_missing_says_so(run: Run) -> None:
    done = run("db", "upgrade", database="sqlite:///missing/new.db")

    assert done.code == 1
    assert "unable to open database file" in done.errors
