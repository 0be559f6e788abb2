"""Every route and every standing: who is let in where, and no route without a rule."""

import re
from collections.abc import Iterator

import pytest
from starlette.routing import Route

from tertulia.domain import ids
from tertulia.domain.accounts import Role
from tertulia.domain.comments import CommentDraft
from tertulia.domain.permissions import GUESTS, ROLES, SYSTEM, Act
from tertulia.services import accounts, comments
from tertulia.testing.builders import ORIGIN
from tertulia.web import asgi
from tests.docs import pages
from tests.web import browsing
from tests.web.browsing import OWN_PAGE, SECRET, Web
from tests.web.test_sign_in import enter

STANDINGS = ("nobody", "guest", *(role.value for role in Role), "at-rest", "link")
"""Who asks: somebody who never wrote, a guest, an account of each role, an owner with one factor where the site wants
two, a moderator by the command's link.
"""

RULES = [
    # Everything below the first that fits.
    (Act.MODERATE, r"(GET|POST) /\{site\}/desk(/(c/.*|counts|keys|many|next|views(/.*)?))?"),
    (Act.MODERATE, r"(GET|POST) /\{site\}/desk/(authors/.*|opinions)"),
    (Act.CHANGE_OWN, r"POST /\{site\}/warnings"),
    (Act.MODERATE, r"(GET|POST) /\{site\}/desk/reports(/\{report\})?"),
    (Act.READ, r"(GET|POST) /\{site\}/report(/\{report\})?"),
    (Act.MODERATE, r"GET /\{site\}/desk/people/\{account\}"),
    (Act.MODERATE, r"(GET|POST) /\{site\}/desk/appeals(/.*)?"),
    (Act.MODERATE, r"GET /\{site\}/desk/log"),
    (Act.PEOPLE, r"(GET|POST) /\{site\}/desk/people(/.*)?"),
    (Act.POLICY, r"(GET|POST) /\{site\}/desk/policy(/versions)?"),
    (Act.POLICY, r"(GET|POST) /\{site\}/desk/phrases(/.*)?"),
    (Act.SITE, r"(GET|POST) /\{site\}/desk/site"),
    (Act.READ, r"(GET|POST) /\{site\}/desk/(enter|leave)"),
    (Act.ACCOUNT, r"(GET|POST) /\{site\}/me(/.*)?"),
    (Act.READ, r"GET /\{site\}/invitation"),
    (Act.ACCOUNT, r"POST /\{site\}/invitation"),
    (Act.ACCOUNT, r"POST /\{site\}/(sign-out|sign-in/(handover|renew))"),
    (Act.ACCOUNT, r"GET /\{site\}/sign-in/handover"),
    (Act.READ, r"(GET|POST) /\{site\}/sign-in(/.*)?"),
    (Act.READ, r"GET /\{site\}/feed/\{token\}"),
    (Act.CHANGE_OWN, r"(GET|POST) /\{site\}/c/\{comment\}/(edit|withdraw|source)"),
    (Act.FLAG, r"(GET|POST) /\{site\}/c/\{comment\}/flag"),
    (Act.FLAG, r"(POST|DELETE) /api/v1/sites/\{site\}/comments/\{comment\}/flag"),
    (Act.WRITE, r"POST /\{site\}/(comments|s/\{story\}/comments)"),
    (Act.WRITE, r"GET /\{site\}/(write|s/\{story\}/write|c/\{comment\}/reply)"),
    (Act.READ, r"POST /\{site\}/preview"),
    (Act.CHANGE_OWN, r"(PATCH|DELETE) /api/v1/.*"),
    (Act.WRITE, r"POST /api/v1/sites/\{site\}/comments"),
    (Act.READ, r"(POST|OPTIONS) /api/.*"),
    (Act.CHANGE_OWN, r"GET /api/v1/sites/\{site\}/(me(/comments)?|stories/\{story\}/own)"),
    (Act.CHANGE_OWN, r"(GET|POST) /\{site\}/statements/\{statement\}(/appeal)?"),
    (Act.READ, r"GET /.*"),
]


@pytest.fixture
def web(sqlite_database: str) -> Iterator[Web]:
    with browsing.opened(
        sqlite_database, is_development=True, sign_ins_per_minute_per_network=1000
    ) as opened:
        yield opened


def routes(web: Web) -> list[tuple[str, str]]:
    """Every method of every route of the application."""
    return [
        (method, route.path)
        for route in asgi.table(web.parts)
        if isinstance(route, Route)
        for method in sorted((route.methods or {"GET"}) - {"HEAD"})
    ]


def act_of(method: str, path: str) -> Act | None:
    return next((act for act, rule in RULES if re.fullmatch(rule, f"{method} {path}")), None)


def stand(web: Web, standing: str) -> None:
    """Make the browser somebody."""
    if standing == "guest":
        web.client.cookies.set("tertulia_guest_gazette", SECRET, domain="testserver.local")
    elif standing == "link":
        web.enter_desk()
    elif standing != "nobody":
        web.make.policy(staff_need_second=standing == "at-rest")
        role = Role.OWNER if standing == "at-rest" else Role(standing)
        with web.make.write(SYSTEM) as unit:
            accounts.set_role(unit, f"{standing}@gazette.example", role)
        enter(web, f"{standing}@gazette.example")


def may(standing: str, act: Act) -> bool:
    """What the table says."""
    if standing == "link":
        return act in GUESTS or act is Act.MODERATE
    if standing in ("nobody", "guest"):
        return act in GUESTS
    return (Role.READER if standing == "at-rest" else Role(standing)) in ROLES[act]


def is_turned_away(response: browsing.Response) -> bool:
    if response.status_code in (401, 403):
        return True
    return response.status_code == 303 and response.headers["location"].partition("?")[0].endswith("/sign-in")


def test_every_route_has_a_rule(web: Web) -> None:
    assert len(routes(web)) > 40
    assert [each for each in routes(web) if act_of(*each) is None] == []


def test_every_rule_has_a_route(web: Web) -> None:
    spelled = [f"{method} {path}" for method, path in routes(web)]
    unused = [rule for act, rule in RULES if not [s for s in spelled if re.fullmatch(rule, s)]]
    assert unused == []


@pytest.mark.parametrize("standing", STANDINGS)
def test_each_standing_reaches_what_the_table_says_and_nothing_else(web: Web, standing: str) -> None:
    story = web.make.story("harbour")
    somebody = web.make.guest("Somebody")
    with web.make.write(somebody.actor) as unit:
        foreign = comments.post(unit, CommentDraft(body="Not yours.", story_id=story.id, name="Somebody"))
    stand(web, standing)
    with web.make.write(SYSTEM) as unit:
        other = accounts.set_role(unit, "other@reader.example", Role.TRUSTED)
    values = {
        "site": "gazette",
        "story": ids.encode(story.id),
        "comment": ids.encode(foreign.comment.id),
        "account": ids.encode(other.id),
        "author": ids.encode(foreign.comment.author.id),
    }
    wrong = []
    for method, path in routes(web):
        act = act_of(method, path)
        if act is None or act in GUESTS or path.endswith(("/sign-out", "/renew")):
            continue
        address = re.sub(r"\{(\w+)\}", lambda found: values.get(found[1], "x"), path)
        fields = {"origin": ORIGIN, "session": "x", "name": "Ann", "outcome": "publish", "revision": "1"}
        headers = OWN_PAGE if method == "POST" else {}
        response = web.client.request(
            method, address, data=fields if method == "POST" else None,
            params={"embed": ORIGIN} if method == "GET" else None, headers=headers, follow_redirects=False,
        )  # fmt: skip
        if is_turned_away(response) is may(standing, act):
            wrong.append((method, path, response.status_code))
    assert wrong == []


@pytest.mark.parametrize("standing", STANDINGS)
def test_nobody_changes_what_somebody_else_wrote(web: Web, standing: str) -> None:
    story, somebody = web.make.story("harbour"), web.make.guest("Somebody")
    with web.make.write(somebody.actor) as unit:
        foreign = comments.post(
            unit, CommentDraft(body="Not yours.", story_id=story.id, name="Somebody")
        ).comment
    stand(web, standing)

    for way in ("edit", "withdraw"):
        assert web.send(f"{web.path(foreign)}/{way}", {"body": "Mine now."}).status_code == 403
    for way in ("edit", "withdraw", "source"):
        assert web.get(f"{web.path(foreign)}/{way}").status_code == 403
    assert "Not yours." in web.get(web.path(foreign)).text


@pytest.mark.parametrize("standing", STANDINGS)
@pytest.mark.parametrize("guests", ["allowed", "refused"])
def test_who_may_write_writes(web: Web, standing: str, guests: str) -> None:
    web.make.policy(guests=guests)
    story = web.make.story("harbour")
    stand(web, standing)
    is_account = standing in {*Role, "at-rest"}

    form = web.get(f"{web.path(story)}/write")
    sent = web.send(f"{web.path(story)}/comments", {"name": "Ann", "body": "Hello.", "key": "k" * 20})

    is_welcome = is_account or guests == "allowed"
    assert (form.status_code, sent.status_code) == ((200, 303) if is_welcome else (403, 403))


def test_the_reference_shows_this_table() -> None:
    table, _, _ = pages.reference("permissions").partition("What is seen of a person")
    said = {row[0].strip("`"): row[1:] for row in pages.rows(table)}
    wanted = {
        act.value: [
            "policy" if act in (Act.WRITE, Act.FLAG) else "yes" if act in GUESTS else "no",
            *("yes" if role in ROLES[act] else "no" for role in Role),
        ]
        for act in Act
    }

    assert said == wanted
