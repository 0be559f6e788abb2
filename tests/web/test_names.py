"""Names that are somebody else's, over HTTP: the composer keeps what was typed and says why."""

import pytest

from tertulia.domain.accounts import Role
from tertulia.domain.permissions import SYSTEM
from tertulia.services import accounts, sign_in
from tertulia.testing.builders import ORIGIN
from tests.web.browsing import EMBEDDED, Web, action_of, fields_of, said

TAKEN = "Somebody with an account has this name, or one that looks like it. Please choose another."
RESERVED = "This name is kept for those who work for the publication. Please choose another."
REFUSALS = [
    ("Раul", 409, "name-taken", TAKEN),
    ("Moderatоr", 403, "name-reserved", RESERVED),
    ("The Gazette", 403, "name-reserved", RESERVED),
]


def member(web: Web, address: str, name: str = "") -> str:
    """Make an account with a face; give the token of a browser's session."""
    with web.make.write(SYSTEM) as unit:
        account = accounts.set_role(unit, address, Role.READER)
        if name:
            accounts.make_face(unit, account, name)
        return sign_in.open_session(unit, account, way="email", device="")


@pytest.mark.parametrize(("name", "status", "code", "sentence"), REFUSALS)
def test_a_program_is_told_why(web: Web, name: str, status: int, code: str, sentence: str) -> None:
    member(web, "paul@reader.example", "Paul")

    fields = {"url": f"{ORIGIN}/harbour", "name": name, "body": "Hello."}
    response = web.send("/gazette/comments", fields, headers=EMBEDDED)

    problem = response.json()
    assert (response.status_code, problem["code"], problem["detail"]) == (status, code, sentence)


@pytest.mark.parametrize(("name", "status", "_code", "sentence"), REFUSALS)
def test_a_form_keeps_the_text_and_says_why(
    web: Web, name: str, status: int, _code: str, sentence: str
) -> None:
    member(web, "paul@reader.example", "Paul")
    form = web.get(f"{web.path(web.make.story())}/write")

    refused = web.send(action_of(form), {**fields_of(form), "name": name, "body": "Long *thoughts*."})

    assert refused.status_code == status
    assert said(refused, ".tt-state") == sentence
    assert fields_of(refused)["name"] == name
    assert fields_of(refused)["body"] == "Long *thoughts*."
    again = web.send(action_of(refused), {**fields_of(refused), "name": "Paula"})
    assert said(web.follow(again), "article .tt-body em") == "thoughts"


def test_the_refusal_speaks_the_language_of_the_form(web: Web) -> None:
    fields = {"url": f"{ORIGIN}/harbour", "name": "Redaktion", "body": "Hallo.", "lang": "de"}

    told = web.send("/gazette/comments", fields, headers=EMBEDDED).json()

    assert "Redaktion vorbehalten" in told["detail"]


@pytest.mark.parametrize(("name", "status", "_code", "sentence"), REFUSALS)
def test_the_account_page_says_why(web: Web, name: str, status: int, _code: str, sentence: str) -> None:
    member(web, "paul@reader.example", "Paul")
    web.client.cookies.set("tertulia_account_gazette", member(web, "ann@reader.example", "Ann"))

    refused = web.send("/gazette/me/name", {"name": name})

    assert refused.status_code == status
    assert sentence in refused.text
    assert "Ann" in web.get("/gazette/me").text
