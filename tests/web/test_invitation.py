"""An invitation over HTTP: a page that uses nothing up, a button that gives the role once, by any way in."""

from typing import Any

import pytest

from tertulia.domain.accounts import Role
from tertulia.domain.permissions import SYSTEM
from tertulia.services import accounts, roles, sites
from tests.web import browsing
from tests.web.browsing import BASE, JSON, Web, action_of, fields_of, one, said, tree
from tests.web.test_sign_in import ANN, FOREIGN, ask, bearer, enter, mail

TAKE = "form.tt-form"


@pytest.fixture
def web(database: str):
    with browsing.opened(database, is_development=True) as opened:
        yield opened


def invitation(web: Web, role: Role = Role.OWNER, *sections: str) -> str:
    with web.make.write(SYSTEM) as unit:
        return f"/gazette/invitation?token={roles.invite(unit, role, sections=sections)}"


def role_of(web: Web, address: str = ANN) -> Any:
    with web.make.read() as unit:
        return accounts.find(unit, address).role


def test_who_signs_in_by_code_comes_back_and_becomes_the_owner(web: Web) -> None:
    landing = web.get(invitation(web))
    sign_in = str(one(landing, "a.tt-first").attributes["href"]).removeprefix(BASE)

    page = web.get(sign_in)
    sent = web.send(action_of(page), {**fields_of(page), "email": ANN})
    waiting = str(sent.headers["location"]).removeprefix(BASE)
    code_page = web.get(waiting)
    entered = web.send(action_of(code_page), {**fields_of(code_page), "code": mail(web, waiting).code})
    back = web.follow(entered)
    taken = web.send(action_of(back, TAKE), fields_of(back, TAKE))

    assert "token" not in sign_in
    assert "owner" in said(landing, "h1").lower()
    assert ANN in said(back, TAKE)
    assert taken.headers["location"] == f"{BASE}/gazette/desk"
    assert web.follow(taken).status_code == 200
    assert role_of(web) is Role.OWNER


def test_who_opens_the_mails_link_in_another_tab_comes_back_too(web: Web) -> None:
    web.get(invitation(web))
    waiting = ask(web)
    opened = web.get(f"{waiting.partition('?')[0]}/open?token={mail(web, waiting).token}")

    entered = web.send(action_of(opened), fields_of(opened))

    assert entered.headers["location"] == f"{BASE}/gazette/invitation"
    back = web.follow(entered)
    assert web.send(action_of(back, TAKE), fields_of(back, TAKE)).status_code == 303
    assert role_of(web) is Role.OWNER


def test_who_is_signed_in_already_confirms(web: Web) -> None:
    enter(web)
    page = web.get(invitation(web, Role.MODERATOR, "Sport", "Arts & Culture"))

    assert role_of(web) is Role.READER
    assert [each.text() for each in tree(page).css("main p > bdi")][:2] == ["Sport", "Arts & Culture"]
    web.send(action_of(page, TAKE), fields_of(page, TAKE))
    assert role_of(web) is Role.MODERATOR


def test_looking_uses_nothing_up_and_taking_does(web: Web) -> None:
    address, other = invitation(web), web.someone_else()
    for _ in range(3):
        assert other.get(address).status_code == 200
    enter(web)
    page = web.get(address)
    web.send(action_of(page, TAKE), fields_of(page, TAKE))
    enter(other, "eve@reader.example")

    late = other.get(address)
    pressed = other.send("/gazette/invitation", fields_of(page, TAKE))

    assert (late.status_code, pressed.status_code) == (409, 409)
    assert "This invitation is not valid any more." in late.text
    assert role_of(web, "eve@reader.example") is Role.READER


def test_the_session_is_a_new_one_and_the_others_are_over(web: Web) -> None:
    enter(web)
    before = web.client.cookies["tertulia_account_gazette"]
    elsewhere = web.someone_else()
    enter(elsewhere)
    page = web.get(invitation(web))

    web.send(action_of(page, TAKE), fields_of(page, TAKE))

    assert web.client.cookies["tertulia_account_gazette"] != before
    assert web.get("/gazette/me").status_code == 200
    assert elsewhere.get("/gazette/me").status_code == 303


def test_without_a_session_the_button_does_nothing(web: Web) -> None:
    address = invitation(web)
    token = address.rpartition("=")[2]

    assert web.send("/gazette/invitation", {"token": token}).status_code == 401
    enter(web)
    assert web.get(address).status_code == 200


def test_an_embed_takes_no_invitation(web: Web) -> None:
    token = invitation(web).rpartition("=")[2]
    enter(web)
    shown = {**FOREIGN, "Authorization": f"Bearer {bearer(web)}"}
    web.client.cookies.clear()

    refused = web.send("/gazette/invitation", {"token": token}, headers=shown)

    assert refused.status_code == 401
    assert role_of(web) is Role.READER


def test_a_foreign_page_presses_no_button(web: Web) -> None:
    token = invitation(web).rpartition("=")[2]
    enter(web)

    for headers in (FOREIGN, {**JSON, "Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}):
        assert web.send("/gazette/invitation", {"token": token}, headers=headers).status_code == 403
    assert role_of(web) is Role.READER


@pytest.mark.parametrize("token", ["", "x", "x" * 43, "%00", "x" * 3000])
def test_what_is_no_invitation_is_said_to_be_over(web: Web, token: str) -> None:
    assert web.get(f"/gazette/invitation?token={token}").status_code == 409
    enter(web)
    assert web.send("/gazette/invitation", {"token": token}).status_code == 409


def test_an_invitation_of_one_site_is_none_of_another(web: Web) -> None:
    token = invitation(web).rpartition("=")[2]
    sites.add(web.make.units, "herald", name="The Herald", origins=["https://herald.example"])

    assert web.get(f"/herald/invitation?token={token}").status_code == 409


def test_who_has_the_role_already_leaves_it_for_somebody_else(web: Web) -> None:
    address = invitation(web, Role.MODERATOR)
    with web.make.write(SYSTEM) as unit:
        accounts.set_role(unit, ANN, Role.OWNER)
    enter(web)
    page = web.get(address)

    refused = web.send(action_of(page, TAKE), fields_of(page, TAKE))

    assert refused.status_code == 409
    assert role_of(web) is Role.OWNER
    assert web.someone_else().get(address).status_code == 200
