"""`tertulia site`: add, list, set, link, links."""

import re

import pytest

from tertulia import app
from tertulia.domain.errors import NotFound
from tertulia.domain.permissions import NOBODY, Actor, ActorKind
from tertulia.services import accounts, sign_in
from tertulia.services.accounts import LinkOver
from tertulia.settings import Settings
from tests.cli.conftest import Run


def add(run: Run, database: str, key: str = "gazette", *origins: str) -> int:
    named = [word for origin in origins or ("https://www.example.org",) for word in ("--origin", origin)]
    return run("site", "add", key, "--name", "The Gazette", *named, database=database).code


def test_an_added_site_is_listed_with_normal_origins(run: Run, database: str) -> None:
    add(run, database, "gazette", "https://WWW.Example.org:443/", "http://127.0.0.1:8081")

    listed = run("site", "list", database=database)

    assert listed.output == "gazette\tThe Gazette\ten\thttps://www.example.org http://127.0.0.1:8081\n"


def test_adding_prints_the_owners_link_and_a_moderators_below_the_public_address(
    run: Run, database: str
) -> None:
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
    base = r"https://comments\.example\.org/gazette"
    assert re.search(rf"owner, .*: {base}/invitation\?token=[\w-]{{43}}\n", done.output)
    assert re.search(rf"{base}/desk/enter\?token=[\w-]{{43}}$", done.output)


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


def enter(database: str, link: str) -> str:
    """Use a link; give the session's token."""
    with app.opened(Settings(database=database)) as running, running.units.write("gazette", NOBODY) as unit:
        return accounts.open_session(unit, link.strip().rpartition("token=")[2])


def is_open(database: str, token: str) -> bool:
    with app.opened(Settings(database=database)) as running, running.units.read("gazette", NOBODY) as unit:
        try:
            accounts.moderator_of(unit, token)
        except NotFound:
            return False
        return True


def test_links_and_what_they_opened_are_listed_and_ended(run: Run, gazette: str) -> None:
    run("site", "links", "gazette", "--end", database=gazette)
    used = run("site", "link", "gazette", "--name", "Maren", database=gazette).output
    token = enter(gazette, used)
    unused = run("site", "link", "gazette", "--name", "Malik", database=gazette).output

    listed = run("site", "links", "gazette", database=gazette)
    assert {tuple(line.split("\t")[:2]) for line in listed.output.splitlines()} == {
        ("Malik", "unused"),
        ("Maren", "open"),
    }
    assert not [secret for secret in (token, used, unused) if secret.strip() in listed.output]

    done = run("site", "links", "gazette", "--end", database=gazette)

    assert done.output == "ended: 2\n"
    assert run("site", "links", "gazette", database=gazette).output == ""
    assert not is_open(gazette, token)
    with pytest.raises(LinkOver):
        enter(gazette, unused)


def test_ending_links_ends_no_readers_session(run: Run, gazette: str) -> None:
    with app.opened(Settings(database=gazette)) as running, running.units.write("gazette", NOBODY) as unit:
        accounts.open_for(unit, email="ann@reader.example", language="en")
        ann = accounts.find(unit, "ann@reader.example")
        token = sign_in.open_session(unit, ann, way="email", device="")
    run("site", "links", "gazette", "--end", database=gazette)

    actor = Actor(kind=ActorKind.GUEST, session_hash=accounts.hash_secret(token))
    with app.opened(Settings(database=gazette)) as running, running.units.read("gazette", actor) as unit:
        assert unit.actor.account is not None
