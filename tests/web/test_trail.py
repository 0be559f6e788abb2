"""What the log says of who came in, went out and was turned away; and what it never says."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from structlog.testing import capture_logs

from tertulia.domain import ids
from tertulia.domain.accounts import Role
from tertulia.domain.permissions import SYSTEM
from tertulia.services import accounts
from tertulia.telemetry import PRIVATE
from tertulia.testing.builders import ORIGIN
from tests.web import browsing
from tests.web.browsing import JSON, OWN_PAGE, Web
from tests.web.test_second_factor import SECOND, SET_UP, answer, set_up, with_app
from tests.web.test_sign_in import ANN, EVIL, FOREIGN, ask, bearer, enter, mail

Line = dict[str, Any]
OURS = ("sign_in.", "second_factor.", "access.")


@pytest.fixture
def web(sqlite_database: str) -> Iterator[Web]:
    with browsing.opened(
        sqlite_database, is_development=True, sign_ins_per_minute_per_network=1000
    ) as opened:
        yield opened


@contextmanager
def noted() -> Iterator[list[Line]]:
    """Gather what is logged of people, without what stands in each line."""
    lines: list[Line] = []
    with capture_logs() as logged:
        yield lines
    for each in logged:
        if str(each["event"]).startswith(OURS):
            assert each["site"] == "gazette"
            assert len(str(each["request"])) == 16
            assert each["log_level"] == "info"
            assert not PRIVATE & each.keys()
            lines.append({name: each[name] for name in each if name not in ("site", "request", "log_level")})


def account_id(web: Web, address: str = ANN) -> str:
    with web.make.read(SYSTEM) as unit:
        return ids.encode(accounts.find(unit, address).id)


def test_a_sign_in_by_mail_and_its_end(web: Web) -> None:
    with noted() as lines:
        enter(web)
        web.send("/gazette/sign-out")

    ann = account_id(web)
    assert lines == [
        {"event": "sign_in.done", "way": "email", "account": ann},
        {"event": "sign_in.ended", "account": ann},
    ]


def test_a_wrong_code_of_a_mail(web: Web) -> None:
    waiting = ask(web)
    with noted() as lines:
        web.send(waiting, {"code": "00000000"})

    assert lines == [{"event": "sign_in.refused", "way": "email", "reason": "wrong-code"}]


def test_a_link_in_another_browser(web: Web) -> None:
    waiting = ask(web)
    token = mail(web, waiting).token
    with noted() as lines:
        web.someone_else().send(waiting, {"token": token})

    assert lines == [{"event": "sign_in.refused", "way": "email", "reason": "other-browser"}]
    assert token not in str(lines)


def test_a_passkey_that_proves_nothing(database: str) -> None:
    here = "https://comments.example"
    with browsing.opened(database, is_development=True, base_url=here) as web, noted() as lines:
        headers = {**JSON, "Origin": here, "Sec-Fetch-Site": "same-origin"}
        web.client.post("/gazette/sign-in/passkey", json={"credential": {}}, headers=headers)

    assert lines == [{"event": "sign_in.refused", "way": "passkey", "reason": "bad-passkey"}]


def test_the_second_factor_from_its_beginning_to_its_end(web: Web) -> None:
    with noted() as lines:
        other, telephone, _ = with_app(web)
        enter(other)
        answer(other, "000000")
        answer(other, telephone.show(web.clock()))
        other.send(f"{SET_UP}/remove")

    ann = account_id(web)
    assert lines == [
        {"event": "sign_in.done", "way": "email", "account": ann},
        {"event": "second_factor.changed", "change": "set-up", "account": ann},
        {"event": "sign_in.refused", "way": "second", "reason": "wrong-second", "account": ann},
        {"event": "sign_in.done", "way": "email+second", "account": ann},
        {"event": "second_factor.changed", "change": "removed", "account": ann},
    ]


def test_new_recovery_codes_and_a_proof_anew(web: Web) -> None:
    enter(web)
    telephone, codes = set_up(web)
    with noted() as lines:
        web.send(f"{SET_UP}/codes")
        answer(web, "000000")
        answer(web, telephone.show(web.clock()))

    assert [(each["event"], each.get("change") or each["way"]) for each in lines] == [
        ("second_factor.changed", "new-codes"),
        ("sign_in.refused", "second"),
        ("sign_in.done", "second"),
    ]
    assert not [code for code in codes if code in str(lines)]


def test_a_second_factor_without_a_first(web: Web) -> None:
    web.client.cookies.set(
        "tertulia_account_gazette", f"second.{'x' * 43}", domain="testserver.local", path="/"
    )
    with noted() as lines:
        web.send(SECOND, {"code": "000000"})

    assert lines == [{"event": "sign_in.refused", "way": "second", "reason": "second-over"}]


def test_a_moderators_link(web: Web) -> None:
    link = web.link()
    with noted() as lines:
        web.send("/gazette/desk/enter", {"token": link})
        web.send("/gazette/desk/leave")
        web.send("/gazette/desk/enter", {"token": link})

    assert lines == [
        {"event": "sign_in.done", "way": "link"},
        {"event": "sign_in.ended"},
        {"event": "sign_in.refused", "way": "link", "reason": "link-over"},
    ]


@pytest.mark.parametrize(
    ("role", "needs", "reason"),
    [(None, False, "session-over"), (Role.READER, False, "forbidden"), (Role.OWNER, True, "second-needed")],
)
def test_a_desk_that_is_closed(web: Web, role: Role | None, needs: bool, reason: str) -> None:
    web.make.policy(staff_need_second=needs)
    whose = {}
    if role is not None:
        with web.make.write(SYSTEM) as unit:
            accounts.set_role(unit, ANN, role)
        enter(web)
        whose = {"account": account_id(web)}
    held = web.make.comment(status="held")
    with noted() as lines:
        web.get("/gazette/desk")
        web.send(f"/gazette/desk{web.path(held).removeprefix('/gazette')}", {"outcome": "publish"})

    assert lines == [
        {"event": "access.refused", "reason": reason, "route": "/{site}/desk", **whose},
        {"event": "access.refused", "reason": reason, "route": "/{site}/desk/c/{comment}", **whose},
    ]


def test_a_foreign_page_that_asks(web: Web) -> None:
    enter(web)
    with noted() as lines:
        web.send("/gazette/me/name", {"name": "Mallory"}, headers=EVIL)
        web.send("/gazette/sign-in", {"email": ANN}, headers=EVIL)

    assert lines == [
        {"event": "access.refused", "reason": "cross-site", "route": "/{site}/me/name"},
        {"event": "sign_in.refused", "way": "email", "reason": "cross-site"},
    ]


def test_what_is_somebody_elses(web: Web) -> None:
    foreign = web.make.comment()
    with noted() as lines:
        web.send(f"{web.path(foreign)}/edit", {"body": "Mine now."})

    assert lines == [{"event": "access.refused", "reason": "forbidden", "route": "/{site}/c/{comment}/edit"}]


def test_a_bearer_that_is_over(web: Web) -> None:
    shows = {**FOREIGN, "Authorization": f"Bearer {'x' * 43}"}
    with noted() as lines:
        web.send("/gazette/comments", {"url": f"{ORIGIN}/a", "name": "A", "body": "B"}, headers=shows)

    assert lines == [{"event": "access.refused", "reason": "session-over", "route": "/{site}/comments"}]


def test_a_change_that_needs_a_proof_anew(web: Web) -> None:
    enter(web)
    shows = {**FOREIGN, "Authorization": f"Bearer {bearer(web)}"}
    with noted() as lines:
        web.someone_else().send("/gazette/me/end", {"ending": "keep"}, headers=shows)

    assert [(each["event"], each["reason"]) for each in lines] == [("access.refused", "prove-again")]


def test_a_network_that_tries_too_much(sqlite_database: str) -> None:
    limits = {"sign_ins_per_minute_per_network": 1}
    with browsing.opened(sqlite_database, is_development=True, **limits) as web, noted() as lines:
        for _ in range(3):
            web.send("/gazette/sign-in", {"email": ANN})

    assert lines[-1] == {"event": "sign_in.refused", "way": "email", "reason": "too-many"}


def test_what_is_welcome_leaves_no_line(web: Web) -> None:
    story = web.make.story("harbour")
    with noted() as lines:
        web.get(web.path(story))
        web.get("/gazette/sign-in")
        web.get("/gazette/nothing")
        web.send(f"{web.path(story)}/comments", {"name": "Ann", "body": "Hello.", "key": "k" * 20})

    assert lines == []


def test_no_line_repeats_what_a_stranger_made_up(web: Web) -> None:
    mark = "Zqx7marker"
    with noted() as lines:
        web.get(f"/gazette/feed/{mark}")
        web.send(f"/gazette/sign-in/{mark}", {"code": mark}, headers={**OWN_PAGE, **EVIL})
        web.send(f"/gazette/c/{mark}/edit", {"body": mark}, headers=EVIL)
        web.send(f"/gazette/desk/c/{mark}", {"outcome": mark})

    assert len(lines) == 3
    assert mark not in str(lines)
