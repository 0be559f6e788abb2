"""`tertulia site`: add, list, set, link."""

import re

import pytest

from tests.cli.conftest import Run


def add(run: Run, database: str, key: str = "gazette", *origins: str) -> int:
    named = [word for origin in origins or ("https://www.example.org",) for word in ("--origin", origin)]
    return run("site", "add", key, "--name", "The Gazette", *named, database=database).code


def test_an_added_site_is_listed_with_normal_origins(run: Run, database: str) -> None:
    add(run, database, "gazette", "https://WWW.Example.org:443/", "http://127.0.0.1:8081")

    listed = run("site", "list", database=database)

    assert listed.output == "gazette\tThe Gazette\ten\thttps://www.example.org http://127.0.0.1:8081\n"


def test_adding_prints_a_sign_in_link_below_the_public_address(run: Run, database: str) -> None:
    done = run(
        "site",
        "add",
        "gazette",
        "--name",
        "G",
        "--origin",
        "https://www.example.org",
        database=database,
        base_url="https://comments.example.org",
    )

    assert done.code == 0
    assert re.search(r"https://comments\.example\.org/gazette/desk/enter\?token=[\w-]{43}$", done.output)


@pytest.mark.parametrize("key", ["Gazette", "the_gazette", "-gazette", "api", "static", "x" * 41, ""])
def test_a_key_that_cannot_stand_in_an_address_is_refused(run: Run, sqlite_database: str, key: str) -> None:
    done = run(
        "site",
        "add",
        "--name",
        "G",
        "--origin",
        "https://www.example.org",
        "--",
        key,
        database=sqlite_database,
    )

    assert done.code == 1
    assert done.errors.startswith("tertulia: bad-site-key")
    assert run("site", "list", database=sqlite_database).output == ""


@pytest.mark.parametrize(
    "origin", ["www.example.org", "https://www.example.org/news", "ftp://a.example", "*"]
)
def test_an_origin_that_is_none_is_refused(run: Run, sqlite_database: str, origin: str) -> None:
    done = run("site", "add", "gazette", "--name", "G", "--origin", origin, database=sqlite_database)

    assert done.code == 1
    assert done.errors == f"tertulia: bad-origin: origin {origin}\n"


def test_a_key_is_given_once(run: Run, gazette: str) -> None:
    done = run("site", "add", "gazette", "--name", "G", "--origin", "https://b.example", database=gazette)

    assert done.code == 1
    assert done.errors == "tertulia: site-exists: key gazette\n"


def test_set_changes_what_is_named_and_leaves_the_rest(run: Run, gazette: str) -> None:
    done = run("site", "set", "gazette", "--language", "de", database=gazette)

    assert done.code == 0
    assert (
        run("site", "list", database=gazette).output == "gazette\tThe Gazette\tde\thttps://www.example.org\n"
    )


def test_set_replaces_all_origins(run: Run, gazette: str) -> None:
    run(
        "site",
        "set",
        "gazette",
        "--origin",
        "https://a.example",
        "--origin",
        "https://b.example",
        database=gazette,
    )

    assert run("site", "list", database=gazette).output.endswith("\thttps://a.example https://b.example\n")


def test_a_change_of_policy_makes_a_new_version(run: Run, gazette: str) -> None:
    first = run("site", "set", "gazette", "--policy", "most_links=3", database=gazette)
    second = run(
        "site",
        "set",
        "gazette",
        "--policy",
        "hold_first=true",
        "--policy",
        "guests=refused",
        database=gazette,
    )

    assert "policy of gazette is version 2" in first.output
    assert "policy of gazette is version 3" in second.output


@pytest.mark.parametrize(
    "choice",
    [
        "colour=blue",
        "most_links=many",
        "most_links=-1",
        "hold_first=perhaps",
        "guests=some",
        "version=9",
        "default_sort=best",
        "rules=closed,unheard-of",
    ],
)
def test_a_policy_that_cannot_be_is_refused_whole(run: Run, gazette: str, choice: str) -> None:
    done = run(
        "site",
        "set",
        "gazette",
        "--name",
        "Renamed",
        "--policy",
        "most_links=3",
        "--policy",
        choice,
        database=gazette,
    )

    assert done.code == 1
    assert done.errors.startswith(f"tertulia: bad-policy: choice {choice.partition('=')[0]}")
    assert "The Gazette" in run("site", "list", database=gazette).output
    assert "version 2" in run("site", "set", "gazette", "--policy", "most_links=4", database=gazette).output


def test_links_differ_each_time(run: Run, gazette: str) -> None:
    first = run("site", "link", "gazette", "--name", "R. Malik", database=gazette)
    second = run("site", "link", "gazette", "--name", "R. Malik", database=gazette)

    assert first.code == second.code == 0
    assert "/gazette/desk/enter?token=" in first.output
    assert first.output != second.output


@pytest.mark.parametrize("words", [("set", "nobody"), ("link", "nobody")], ids=" ".join)
def test_an_unknown_site_is_refused(run: Run, gazette: str, words: tuple[str, ...]) -> None:
    done = run("site", *words, database=gazette)

    assert done.code == 1
    assert done.errors.startswith("tertulia: not-found")
    assert "nobody" in done.errors
