"""Policy and site at the desk over HTTP: all choices in a form, versions, conflicts, and what readers see then."""

from dataclasses import fields
from datetime import timedelta

import pytest

from tertulia.domain.accounts import Role
from tertulia.domain.permissions import SYSTEM
from tertulia.domain.policy import NO_CHOICES, Policy
from tertulia.render import sentences
from tertulia.render.policies import CHOICES
from tertulia.services import accounts, sites
from tests.services.looking import happened
from tests.web import browsing
from tests.web.browsing import Response, Web, action_of, one, said, tree
from tests.web.test_desk_people import as_staff

FORM = "form.desk-fields"


@pytest.fixture
def web(database: str):
    with browsing.opened(database, is_development=True, sign_ins_per_minute_per_network=1000) as opened:
        yield opened


def typed(page: Response) -> dict[str, str]:
    """Read the form as a browser would send it, what is chosen included."""
    form = one(page, FORM)
    values = {str(each.attributes["name"]): each.attributes.get("value") or "" for each in form.css("input")}
    for each in form.css("textarea"):
        values[str(each.attributes["name"])] = each.text().removeprefix("\n")
    for each in form.css("select"):
        chosen = each.css("option[selected]")
        values[str(each.attributes["name"])] = str(chosen[0].attributes["value"]) if chosen else ""
    return values


def save(web: Web, path: str = "/gazette/desk/policy", **changes: str) -> Response:
    page = web.get(path)
    return web.send(action_of(page, FORM), {**typed(page), **changes})


def policy(web: Web) -> Policy:
    with web.make.read() as unit:
        return unit.policy


def test_every_choice_is_in_the_form_with_its_meaning_and_default(web: Web) -> None:
    as_staff(web, Role.EDITOR)

    page = web.get("/gazette/desk/policy")

    assert set(CHOICES) == {each.name for each in fields(Policy)} - NO_CHOICES
    assert set(sentences.CHOICES) == {each.name for each in fields(Policy)} - {"version"}
    assert set(typed(page)) == {*CHOICES, "seen"}
    for name in CHOICES:
        assert "Default:" in said(page, f"#meaning-{name}")


def test_what_is_saved_unchanged_makes_no_version(web: Web) -> None:
    as_staff(web, Role.EDITOR)

    assert save(web).status_code == 303

    assert policy(web).version == 1


def test_an_editor_changes_choices_of_every_kind(web: Web) -> None:
    as_staff(web, Role.EDITOR)

    shown = web.follow(
        save(
            web,
            guests="refused",
            hold_first="true",
            most_links="3",
            default_sort="oldest",
            reserved_names="mayor\r\n\r\n  town hall \r\n",
        )
    )

    now = policy(web)
    assert "saved" in said(shown, "[role=status]")
    assert (now.version, now.guests, now.hold_first, now.most_links) == (2, "refused", True, 3)
    assert (now.default_sort, now.reserved_names) == ("oldest", ("mayor", "town hall"))
    with web.make.read() as unit:
        editor = accounts.find(unit, "editor@gazette.example")
    assert happened(web.make)[-1] == (
        "policy.changed",
        {
            "version": 2,
            "choices": ["guests", "hold_first", "reserved_names", "most_links", "default_sort"],
            "made_by": editor.id,
        },
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("most_links", "many"),
        ("most_links", "-1"),
        ("edit_seconds", "9" * 400),
        ("longest_comment", ""),
        ("guests", "some"),
        ("hold_first", "perhaps"),
        ("default_sort", "best"),
        ("rules", "closed\nunheard-of"),
    ],
)
def test_what_cannot_be_is_said_and_stays_in_the_form(web: Web, name: str, value: str) -> None:
    as_staff(web, Role.EDITOR)

    refused = save(web, **{"longest_name": "40", name: value})

    assert refused.status_code == 422
    assert name in said(refused, "[role=status]")
    assert typed(refused)["longest_name"] == "40"
    if name not in ("guests", "hold_first", "default_sort"):
        assert typed(refused)[name] == value
    assert policy(web).version == 1


def test_a_form_of_an_older_version_is_a_conflict(web: Web) -> None:
    as_staff(web, Role.EDITOR)
    page = web.get("/gazette/desk/policy")
    web.make.policy(most_links=9)

    stale = web.send(action_of(page, FORM), {**typed(page), "most_links": "1"})

    assert stale.status_code == 409
    assert typed(stale)["most_links"] == "9"
    assert policy(web).most_links == 9


@pytest.mark.parametrize(("seen", "status"), [("", 400), ("x", 400), ("0", 409), ("7", 409), ("9" * 99, 400)])
def test_a_version_that_nobody_saw_changes_nothing(web: Web, seen: str, status: int) -> None:
    as_staff(web, Role.EDITOR)

    assert save(web, most_links="1", seen=seen).status_code == status
    assert policy(web).version == 1


def test_versions_say_who_changed_what_and_one_goes_back(web: Web) -> None:
    as_staff(web, Role.EDITOR)
    save(web, most_links="3")
    save(web, reserved_names="mayor", most_links="4")

    page = web.get("/gazette/desk/policy/versions")
    items = [" ".join(each.text(separator=" ").split()) for each in tree(page).css(".desk-item")]
    back = tree(page).css("form.desk-form")[1]
    sent = {str(each.attributes["name"]): str(each.attributes["value"]) for each in back.css("input")}
    web.send("/gazette/desk/policy/versions", sent)

    assert len(items) == 3
    assert "in force" in items[0]
    assert "Links in a comment: 3 4" in items[0]
    assert "editor" in items[0]
    assert "The defaults" in items[2]
    assert (policy(web).version, policy(web).most_links) == (4, 3)
    assert policy(web).reserved_names == Policy().reserved_names


def test_one_goes_back_to_the_defaults(web: Web) -> None:
    as_staff(web, Role.OWNER)
    save(web, most_links="3", hold_first="true")

    done = web.send("/gazette/desk/policy/versions", {"version": "1", "seen": "2"})

    assert done.status_code == 303
    assert policy(web) == Policy(version=3)


@pytest.mark.parametrize(
    ("version", "seen", "status"),
    [("1", "9", 409), ("1", "", 400), ("77", "2", 404), ("-1", "2", 404), ("x", "2", 400), ("1", "0", 409)],
)
def test_going_back_to_nothing_changes_nothing(web: Web, version: str, seen: str, status: int) -> None:
    as_staff(web, Role.OWNER)
    save(web, most_links="3")

    assert web.send("/gazette/desk/policy/versions", {"version": version, "seen": seen}).status_code == status
    assert policy(web).version == 2


def test_versions_are_paged_to_the_first(web: Web) -> None:
    for number in range(1, 46):
        web.make.policy(most_links=number)
    as_staff(web, Role.EDITOR)

    shown, path = [], "/gazette/desk/policy/versions"
    while path:
        page = web.get(path.removeprefix(browsing.BASE))
        shown += [each.text(strip=True) for each in tree(page).css(".desk-item b")]
        more = tree(page).css(".tt-pages a")
        path = str(more[0].attributes["href"]) if more else ""

    last = policy(web).version
    assert shown == [f"Version {number}" for number in range(last, 0, -1)]


def test_an_owner_changes_name_language_and_origins(web: Web) -> None:
    as_staff(web, Role.OWNER)

    shown = web.follow(
        save(
            web,
            "/gazette/desk/site",
            name=" The  Mercury ",
            language="de",
            origins="https://WWW.Mercury.example:443/\r\nhttps://mercury.example\r\n",
        )
    )

    with web.make.read() as unit:
        assert (unit.site.name, unit.site.language) == ("The Mercury", "de")
        assert unit.site.origins == ("https://www.mercury.example", "https://mercury.example")
    assert "saved" in said(shown, "[role=status]")
    assert happened(web.make)[-1][0] == "site.changed"
    assert happened(web.make)[-1][1]["choices"] == ["name", "origins", "language"]


@pytest.mark.parametrize(
    "changes",
    [
        {"origins": ""},
        {"origins": "www.example.org"},
        {"origins": "https://a.example\nhttps://b.example/path"},
        {"language": "xx"},
        {"name": "x" * 101},
        {"name": "\u202e"},
    ],
)
def test_a_site_that_cannot_be_is_refused_whole(web: Web, changes: dict[str, str]) -> None:
    as_staff(web, Role.OWNER)

    refused = save(web, "/gazette/desk/site", **{"name": "The Mercury", **changes})

    assert refused.status_code == 422
    assert said(refused, "[role=status]")
    with web.make.read() as unit:
        assert unit.site.name == "The Gazette"


def test_a_site_that_changed_meanwhile_is_shown_anew(web: Web) -> None:
    as_staff(web, Role.OWNER)
    page = web.get("/gazette/desk/site")
    with web.make.write(SYSTEM) as unit:
        sites.change(unit, name="The Herald")

    stale = web.send(action_of(page, FORM), {**typed(page), "name": "The Mercury"})

    assert stale.status_code == 409
    assert typed(stale)["name"] == "The Herald"
    assert save(web, "/gazette/desk/site", name="The Mercury", seen="").status_code == 409


def test_an_editor_sees_policy_and_not_the_site(web: Web) -> None:
    as_staff(web, Role.EDITOR)

    page = web.get("/gazette/desk/policy")

    pages = {each.text(strip=True) for each in tree(page).css(".desk-pages a")}
    assert {"Queue", "People", "Phrases", "Policy"} <= pages
    assert "Site" not in pages
    assert said(page, ".desk-pages [aria-current=page]") == "Policy"
    assert web.get("/gazette/desk/site").status_code == 403
    assert web.send("/gazette/desk/site", {"name": "Mine"}).status_code == 403


def test_a_session_that_was_left_open_changes_neither(web: Web) -> None:
    as_staff(web, Role.OWNER)
    web.clock.advance(timedelta(minutes=16))

    for sent in (
        save(web, most_links="1"),
        save(web, "/gazette/desk/site", name="Mine"),
        web.send("/gazette/desk/policy/versions", {"version": "1", "seen": "1"}),
    ):
        assert sent.status_code == 303
        assert "again=1" in sent.headers["location"]
    with web.make.read() as unit:
        assert (unit.policy.version, unit.site.name) == (1, "The Gazette")


def test_a_body_that_is_none_changes_nothing(web: Web) -> None:
    as_staff(web, Role.OWNER)
    json = {**browsing.OWN_PAGE, "Content-Type": "application/json"}

    for path in ("/gazette/desk/policy", "/gazette/desk/policy/versions", "/gazette/desk/site"):
        for body in (b"[]", b"{", b'{"seen": [1]}', b"\xff", b"{}"):
            answer = web.client.post(path, content=body, headers=json, follow_redirects=False)
            assert 400 <= answer.status_code < 500, (path, body)
    assert policy(web).version == 1
