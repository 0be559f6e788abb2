"""What one chooses for oneself over HTTP: a language, and which notices."""

from typing import Any

import pytest
from sqlalchemy import select

from tertulia.domain.permissions import SYSTEM
from tertulia.services import accounts, notices, sign_in
from tertulia.store.schema import account
from tests.web import browsing
from tests.web.browsing import BASE, OWN_PAGE, Web, action_of, fields_of, one, said, tree
from tests.web.test_conversations import ANN, PAGE, enter, reader
from tests.web.test_sign_in import FOREIGN

ME = "/gazette/me"
LANGUAGE = "form[action$='/me/language']"
NOTICES = "form[action$='/me/notices']"


def language_of(page: Any) -> str:
    return str(one(page, "html").attributes["lang"])


def kept(web: Web, column: str) -> object:
    with web.make.read(SYSTEM) as unit:
        return unit.db.execute(select(account.c[column])).scalar_one()


def test_one_s_own_pages_speak_the_language_that_was_chosen(web: Web) -> None:
    enter(web)
    page = web.get(ME)

    done = web.follow(web.send(action_of(page, LANGUAGE), {"language": "de"}))

    assert language_of(page) == "en"
    assert "Sprache" in said(done, "[role=status]")
    assert [language_of(web.get(path)) for path in (ME, PAGE)] == ["de", "de"]
    assert one(done, f"{LANGUAGE} option[selected]").attributes["value"] == "de"


def test_pages_for_everybody_stay_in_the_site_s_language_and_own_pages_lead_on_in_one_s_own(web: Web) -> None:
    enter(web)
    before = web.get("/gazette/").text
    web.send(f"{ME}/language", {"language": "ar"})

    page = web.get(ME)

    assert web.get("/gazette/").text == before
    assert one(page, ".tt-masthead a").attributes["href"] == f"{BASE}/gazette/?lang=ar"


def test_a_language_in_the_address_goes_before(sqlite_web: Web) -> None:
    web = sqlite_web
    enter(web)
    web.send(f"{ME}/language", {"language": "ar"})

    assert language_of(web.get(ME, params={"lang": "de"})) == "de"
    assert language_of(web.get(ME, params={"lang": "tlh"})) == "ar"


def test_the_site_s_language_can_be_chosen_again(sqlite_web: Web) -> None:
    web = sqlite_web
    enter(web)
    web.send(f"{ME}/language?lang=de", {"language": "de"})

    done = web.follow(web.send(f"{ME}/language?lang=de", {"language": ""}))

    assert language_of(done) == "en"
    assert kept(web, "language") == ""


def test_forms_of_a_page_in_another_language_reach_their_place(sqlite_web: Web) -> None:
    web = sqlite_web
    enter(web)

    page = web.get(ME, params={"lang": "de"})

    actions = [str(form.attributes["action"]) for form in tree(page).css(".tt-me form")]
    assert [
        action for action in actions if web.send(action.removeprefix(BASE)).status_code in (404, 405)
    ] == []


@pytest.mark.parametrize("wrong", ["tlh", "DE", "de-AT", "e", "x" * 5000, "../de"])
def test_a_language_without_texts_is_refused(sqlite_web: Web, wrong: str) -> None:
    enter(sqlite_web)
    before = kept(sqlite_web, "language")

    assert sqlite_web.send(f"{ME}/language", {"language": wrong}).status_code == 422
    assert kept(sqlite_web, "language") == before


def test_a_moderator_s_desk_speaks_it_too(sqlite_web: Web) -> None:
    web = sqlite_web
    with web.make.write(SYSTEM) as unit:
        accounts.set_role(unit, ANN, accounts.Role.EDITOR)
    enter_as_editor(web)
    web.send(f"{ME}/language", {"language": "de"})

    assert language_of(web.get("/gazette/desk")) == "de"


def enter_as_editor(web: Web) -> None:
    with web.make.write(SYSTEM) as unit:
        token = sign_in.open_session(unit, accounts.find(unit, ANN), way="email", device="")
    web.client.cookies.set("tertulia_account_gazette", token, domain="testserver.local", path="/")


def test_the_boxes_that_are_ticked_are_kept_and_shown_again(web: Web) -> None:
    enter(web)
    page = web.get(ME)
    assert "No notices are sent yet." in said(page, "main")
    assert boxes(page) == {"reply-email", "decision-email"}

    done = web.follow(web.send(action_of(page, NOTICES), {"digest-email": "1"}))

    assert "saved" in said(done, "[role=status]")
    assert boxes(web.get(ME)) == {"digest-email"}
    with web.make.read(reader(web).actor) as unit:
        assert {kind.value for kind, channels in notices.choices(unit).items() if channels} == {"digest"}


def test_no_box_means_no_notice(sqlite_web: Web) -> None:
    enter(sqlite_web)
    sqlite_web.send(f"{ME}/notices")

    assert boxes(sqlite_web.get(ME)) == set()


def boxes(page: Any) -> set[str]:
    return {str(box.attributes["name"]) for box in tree(page).css(f"{NOTICES} input[checked]")}


@pytest.mark.parametrize("wrong", ["reply", "reply-pigeon", "lang", "<script>", "ن", "reply-email\0x"])
def test_a_notice_that_is_not_there_is_refused(sqlite_web: Web, wrong: str) -> None:
    enter(sqlite_web)

    answer = sqlite_web.send(f"{ME}/notices", {"digest-email": "1", wrong: "1"})

    assert answer.status_code == 422
    assert kept(sqlite_web, "notices") is None


@pytest.mark.parametrize("path", ["language", "notices"])
def test_nobody_chooses_for_somebody_else(sqlite_web: Web, path: str) -> None:
    web = sqlite_web
    enter(web)

    assert web.someone_else().send(f"{ME}/{path}").status_code == 401
    assert web.send(f"{ME}/{path}", headers=FOREIGN).status_code == 403


def test_choosing_has_a_limit_of_pace(sqlite_database: str) -> None:
    with browsing.opened(sqlite_database, sign_ins_per_minute_per_network=1) as web:
        enter(web)
        answers = [web.send(f"{ME}/notices", headers=OWN_PAGE).status_code for _ in range(7)]

    assert (answers[:6], answers[6]) == ([303] * 6, 429)


def test_the_form_can_be_sent_as_it_is(sqlite_web: Web) -> None:
    enter(sqlite_web)

    assert fields_of(sqlite_web.get(ME), NOTICES).keys() >= {"reply-email", "digest-email"}
