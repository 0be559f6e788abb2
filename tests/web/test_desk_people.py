"""People at the desk over HTTP: who sees whom, finding somebody, giving a role, ending sessions."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from tertulia.domain import ids
from tertulia.domain.accounts import Account, Role
from tertulia.domain.comments import CommentDraft
from tertulia.domain.permissions import SYSTEM
from tertulia.services import accounts, comments, people
from tests.services.test_sections import story_in
from tests.services.test_sign_in import signed_in
from tests.web import browsing
from tests.web.browsing import BASE, OWN_PAGE, Web, action_of, fields_of, one, said, tree
from tests.web.test_sign_in import enter

ADA = "ada@reader.example"
ROLE, SESSIONS = "form[action*='/role']", "form[action*='/sessions']"


@pytest.fixture
def web(database: str):
    with browsing.opened(database, is_development=True, sign_ins_per_minute_per_network=1000) as opened:
        yield opened


def as_staff(web: Web, role: Role, *sections: str) -> None:
    address = f"{role}@gazette.example"
    with web.make.write(SYSTEM) as unit:
        accounts.set_role(unit, address, role, sections=sections)
    enter(web, address)


def account(web: Web, address: str = ADA) -> Account:
    with web.make.read() as unit:
        return accounts.find(unit, address)


def reader(web: Web, address: str = ADA, *names: str) -> str:
    """Somebody who wrote, by these names; the path of their page at the desk."""
    actor = signed_in(web.make, address)
    for name in names:
        with web.make.write(actor) as unit:
            accounts.rename(unit, name)
    return f"/gazette/desk/people/{ids.encode(account(web, address).id)}"


def sent(web: Web, path: str, form: str = ROLE, **fields: str):
    page = web.get(path)
    given = {**fields_of(page, form), "sections": "", **fields}
    return web.send(action_of(page, form), given)


def found(web: Web, **asked: str) -> list[str]:
    page = web.get("/gazette/desk/people", params=asked)
    assert page.status_code == 200, page.text
    return [each.text(strip=True) for each in tree(page).css(".desk-person > a")]


def test_an_owner_gives_a_role_with_sections(web: Web) -> None:
    path = reader(web, ADA, "Ada")
    story_in(web.make, "a", "Sport")
    as_staff(web, Role.OWNER)

    shown = web.get(path)
    given = sent(web, path, role="moderator", sections="Sport\r\nArts & Culture\r\n")
    after = web.follow(given)

    assert "Sport" in said(shown, "#desk-sections")
    assert said(after, "[role=status]") == "The role is changed."
    assert (account(web).role, account(web).sections) == (Role.MODERATOR, ("Sport", "Arts & Culture"))
    assert "Arts & Culture" in said(after, ".desk-facts")


def test_sections_are_left_out_for_other_roles(web: Web) -> None:
    path = reader(web)
    as_staff(web, Role.OWNER)

    sent(web, path, role="editor", sections="Sport")

    assert (account(web).role, account(web).sections) == (Role.EDITOR, ())


def test_an_editor_is_offered_roles_up_to_moderator_and_gets_no_further(web: Web) -> None:
    path = reader(web)
    as_staff(web, Role.EDITOR)
    page = web.get(path)

    offered = [each.attributes["value"] for each in tree(page).css("input[name=role]")]
    assert offered == ["reader", "trusted", "staff", "moderator"]
    assert sent(web, path, role="owner").status_code == 403
    assert account(web).role is Role.READER


def test_what_changed_meanwhile_is_shown_anew_and_nothing_given(web: Web) -> None:
    path = reader(web)
    as_staff(web, Role.OWNER)
    page = web.get(path)
    with web.make.write(SYSTEM) as unit:
        accounts.set_role(unit, ADA, Role.TRUSTED)

    stale = web.send(action_of(page, ROLE), {**fields_of(page, ROLE), "role": "owner"})

    assert stale.status_code == 409
    assert "changed since" in said(stale, "[role=status]")
    assert one(stale, "input[name=role][checked]").attributes["value"] == "trusted"
    assert account(web).role is Role.TRUSTED


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"role": ""}, 422),
        ({"role": "god"}, 422),
        ({"role": "moderator", "sections": "x" * 201}, 422),
        ({"role": "moderator", "sections": "\n".join(str(number) for number in range(60))}, 422),
        ({"role": "trusted", "seen": ""}, 409),
        ({"role": "trusted", "seen": "' OR 1=1"}, 409),
    ],
)
def test_what_cannot_be_given_changes_nothing(web: Web, fields: dict[str, str], status: int) -> None:
    path = reader(web)
    as_staff(web, Role.OWNER)

    assert sent(web, path, **fields).status_code == status
    assert account(web).role is Role.READER


def test_a_session_that_was_left_open_gives_no_role(web: Web) -> None:
    path = reader(web)
    as_staff(web, Role.OWNER)
    web.clock.advance(timedelta(minutes=16))
    page = web.get(path)
    headers = {**OWN_PAGE, "Referer": f"{BASE}{path}"}

    led = web.send(action_of(page, ROLE), {**fields_of(page, ROLE), "role": "owner"}, headers=headers)

    assert led.status_code == 303
    asked = parse_qs(urlsplit(led.headers["location"]).query)
    assert (asked["again"], asked["next"]) == (["1"], [f"{BASE}{path}"])
    assert account(web).role is Role.READER


def test_ones_own_page_offers_no_role(web: Web) -> None:
    as_staff(web, Role.OWNER)
    page = web.get(f"/gazette/desk/people/{ids.encode(account(web, 'owner@gazette.example').id)}")

    assert not tree(page).css(f"{ROLE}, {SESSIONS}")
    assert "it is your own" in page.text


def test_sessions_are_ended(web: Web) -> None:
    path = reader(web)
    as_staff(web, Role.EDITOR)
    assert "1 browser" in said(web.get(path), ".desk-facts")

    after = web.follow(sent(web, path, SESSIONS))

    assert said(after, "[role=status]") == "They are signed out everywhere."
    assert "0 browsers" in said(after, ".desk-facts")


def test_people_are_found_by_the_beginning_of_address_or_name_and_by_role(web: Web) -> None:
    reader(web, ADA, "Ada Lovelace")
    reader(web, "ben@reader.example", "Ädam")
    reader(web, "100%_sure@reader.example")
    as_staff(web, Role.OWNER)

    assert found(web) == ["owner@gazette.example", "100%_sure@reader.example", "Ädam", "Ada Lovelace"]
    assert found(web, q="ADA@") == ["Ada Lovelace"]
    assert found(web, q="ada l") == ["Ada Lovelace"]
    assert found(web, q="lovelace") == []
    assert found(web, q="ben@reader") == ["Ädam"]
    assert found(web, q="ä") == ["Ädam"]
    assert found(web, q="100%_s") == ["100%_sure@reader.example"]
    assert found(web, q="%") == found(web, q="_") == found(web, q="a%") == []
    assert found(web, role="owner") == ["owner@gazette.example"]
    assert found(web, q="ada", role="owner") == []


@pytest.mark.parametrize("asked", [{"role": "god"}, {"after": "x"}, {"after": "0" * 14}])
def test_what_cannot_be_asked_is_refused(web: Web, asked: dict[str, str]) -> None:
    as_staff(web, Role.OWNER)

    assert web.get("/gazette/desk/people", params=asked).status_code in (404, 422)


def test_the_list_is_paged_and_shows_each_once(web: Web) -> None:
    with web.make.write(SYSTEM) as unit:
        for number in range(120):
            accounts.set_role(unit, f"reader-{number:03}@reader.example", Role.TRUSTED)
    as_staff(web, Role.OWNER)

    shown, path = [], "/gazette/desk/people?role=trusted&q=reader-"
    while path:
        page = web.get(path.removeprefix(browsing.BASE))
        shown += [each.text(strip=True) for each in tree(page).css(".desk-person > a")]
        more = tree(page).css(".tt-pages a")
        path = str(more[0].attributes["href"]) if more else ""

    assert shown == [f"reader-{number:03}@reader.example" for number in reversed(range(120))]


def test_a_moderator_sees_former_names_and_neither_address_nor_sessions(web: Web) -> None:
    path = reader(web, ADA, "Ada", "Anna", "Anna L.")
    as_staff(web, Role.MODERATOR)

    page = web.get(path)

    assert [each.text(strip=True) for each in tree(page).css("section li bdi")] == ["Anna", "Ada"]
    assert ADA not in page.text
    assert "browser" not in said(page, ".desk-facts")
    assert not tree(page).css(f"{ROLE}, {SESSIONS}")
    assert web.get("/gazette/desk/people").status_code == 403
    assert "People" not in said(page, ".desk-pages")


def test_the_queue_leads_to_the_person_who_wrote(web: Web) -> None:
    path, story = reader(web, ADA, "Ada"), web.make.story("harbour")
    web.make.policy(hold_first=True)
    with web.make.write(signed_in(web.make, ADA)) as unit:
        comments.post(unit, CommentDraft(body="Hello.", story_id=story.id))
    web.enter_desk()

    author = web.get(str(one(web.get("/gazette/desk"), "a.tt-author").attributes["href"]).removeprefix(BASE))

    assert f'href="{BASE}{path}"' in author.text
    assert "Comments1" in said(web.get(path), ".desk-facts").replace("\n", "")


def test_a_moderator_of_sections_sees_which_and_nothing_else(web: Web) -> None:
    for section in ("Sport", "Politics"):
        web.make.comment(f"In {section}.", story=story_in(web.make, section, section), status="held")
    as_staff(web, Role.MODERATOR, "sport")

    page = web.get("/gazette/desk")

    assert said(page, ".desk-sections bdi") == "sport"
    assert [each.text(strip=True) for each in tree(page).css(".desk-item .tt-body")] == ["In Sport."]


def test_nobody_of_that_id_is_not_found(web: Web) -> None:
    as_staff(web, Role.OWNER)

    for wrong in ("0000000000000", "x", ids.encode(7)):
        assert web.get(f"/gazette/desk/people/{wrong}").status_code == 404
        assert web.send(f"/gazette/desk/people/{wrong}/role", {"role": "owner"}).status_code == 404
        assert web.send(f"/gazette/desk/people/{wrong}/sessions").status_code == 404


def test_signing_out_at_the_desk_signs_the_account_out(web: Web) -> None:
    as_staff(web, Role.EDITOR)

    left = web.send(action_of(web.get("/gazette/desk/people"), "form.desk-leave"))

    assert left.status_code == 303
    assert web.get("/gazette/desk").status_code == 401
    assert web.get("/gazette/me").status_code == 303


def test_a_search_looks_at_a_bounded_part_of_what_was_typed(web: Web) -> None:
    as_staff(web, Role.OWNER)

    page = web.get("/gazette/desk/people", params={"q": "x" * 2000})

    assert one(page, "[name=q]").attributes["value"] == "x" * people.LONGEST_SEARCH
    assert not tree(page).css(".desk-person")
