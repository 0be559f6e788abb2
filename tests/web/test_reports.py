"""Reporting illegal content over HTTP, without an account and without JavaScript; and the desk that answers."""

from datetime import timedelta

import pytest

from tertulia.domain import ids
from tertulia.domain.accounts import Role
from tertulia.domain.comments import Comment
from tertulia.domain.moderation import Status
from tertulia.domain.permissions import SYSTEM
from tertulia.domain.reports import LONGEST_WORDS, Kind, Report, State
from tertulia.services import accounts, comments, reports
from tests.services.test_sections import story_in
from tests.web import browsing
from tests.web.browsing import BASE, Response, Web, action_of, fields_of, one, said, tree
from tests.web.test_conversations import enter as enter_reader
from tests.web.test_flags import page_of
from tests.web.test_sign_in import FOREIGN, enter

FORM = "/gazette/report"
DESK = "/gazette/desk/reports"
TOLD = {
    "url": "https://elsewhere.example/1",
    "kind": "speech",
    "words": "It calls for violence.",
    "law": "§ 130 StGB",
    "name": "Ann Rees",
    "email": "ann@example.org",
    "good_faith": "1",
}


@pytest.fixture
def web(database: str):
    with browsing.opened(database, is_development=True, sign_ins_per_minute_per_network=1000) as opened:
        yield opened


def waiting(web: Web) -> list[Report]:
    with web.make.read(web.make.moderator) as unit:
        return reports.list_open(unit, most=50)


def report_on(web: Web, comment: Comment, **fields: str) -> Report:
    assert web.send(FORM, {**TOLD, "url": BASE + web.path(comment), **fields}).status_code == 303
    return waiting(web)[-1]


def act(web: Web, report: Report, **fields: str) -> Response:
    return web.send(f"{DESK}/{ids.encode(report.id)}", fields)


def test_from_a_comment_by_its_flag_page_to_a_case_number_without_javascript(web: Web) -> None:
    comment = web.make.comment("Something unlawful.")
    flag_page = web.get(page_of(comment))
    (link,) = [each for each in tree(flag_page).css("main a") if "report?" in str(each.attributes["href"])]

    form = web.get(str(link.attributes["href"]).removeprefix(BASE))
    prefilled = fields_of(form)
    done = web.follow(web.send(action_of(form), {**TOLD, "url": prefilled["url"]}))
    again = web.someone_else().get(str(one(done, "main a").attributes["href"]).removeprefix(BASE))

    (report,) = waiting(web)
    assert prefilled["url"] == f"{BASE}{web.path(comment)}#comment-{ids.encode(comment.id)}"
    assert report.comment_id == comment.id
    assert report.case in said(done, "h1")
    assert "was received" in said(done, "[role=status]")
    assert "Received" in said(again, "dl")
    for private in ("Ann Rees", "ann@example.org", "calls for violence"):
        assert private not in done.text


def test_every_page_of_ours_leads_to_the_form_unless_the_site_has_none(sqlite_web: Web) -> None:
    web, comment = sqlite_web, sqlite_web.make.comment()

    for path in ("/gazette/", web.path(comment), "/gazette/keys", page_of(comment), "/gazette/sign-in"):
        assert one(web.get(path), "footer.tt-foot a").attributes["href"] == BASE + FORM, path
    web.make.policy(reports=False)
    web.clock.advance(timedelta(minutes=1))
    assert tree(web.get(page_of(comment))).css("footer.tt-foot, a[href*='/report']") == []
    assert (web.get(FORM).status_code, web.send(FORM, TOLD).status_code) == (404, 404)


def test_what_is_refused_comes_back_marked_with_what_was_typed(web: Web) -> None:
    for field, wrong in (
        ("email", "nobody"), ("name", " "), ("kind", "nonsense"), ("words", ""), ("url", ""), ("good_faith", ""),
        ("words", "x" * (LONGEST_WORDS + 1)),
    ):  # fmt: skip
        answer = web.send(FORM, {**TOLD, field: wrong})

        assert answer.status_code == 422, field
        assert one(answer, "[aria-invalid]").attributes["name"] == field
        kept = fields_of(answer)
        assert [kept[each] for each in ("law", "email" if field != "email" else "name")] == [
            TOLD["law"], TOLD["email" if field != "email" else "name"],
        ]  # fmt: skip
    assert waiting(web) == []


def test_about_abuse_of_children_nobody_need_say_who_they_are(web: Web) -> None:
    done = web.follow(web.send(FORM, {**TOLD, "kind": Kind.CHILD_ABUSE, "name": "", "email": ""}))

    assert "Keep the address" in said(done, "[role=status]")


@pytest.mark.parametrize(
    "fields",
    [
        {"url": "javascript:alert(1)"},
        {"url": "x" * 3_000},
        {"words": "<script>alert(1)</script>" * 50},
        {"name": "\0\n<b>"},
        {"law": "ن" * 400},
        {"kind": "x" * 9_000},
        {"email": "a@example.org\r\nBcc: b@example.org"},
    ],
)
def test_hostile_fields_are_taken_as_words_or_refused(sqlite_web: Web, fields: dict[str, str]) -> None:
    web = sqlite_web

    answer = web.send(FORM, {**TOLD, **fields})

    assert answer.status_code in (303, 422)
    web.enter_desk()
    for page in (web.get(DESK), *([web.follow(answer)] if answer.status_code == 303 else [])):
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "<b>" not in page.text
        assert 'href="javascript' not in page.text


def test_where_no_mail_is_sent_nobody_is_promised_one(sqlite_database: str) -> None:
    with browsing.opened(sqlite_database) as web:
        done = web.follow(web.send(FORM, TOLD))

    assert "Keep the address" in said(done, "[role=status]")


def test_only_the_right_link_opens_a_report(web: Web) -> None:
    where = web.send(FORM, TOLD).headers["location"].removeprefix(BASE)
    path, _, query = where.partition("?")

    for wrong in (
        path,
        f"{path}?token=x",
        f"{FORM}/{'0' * 13}?{query}",
        f"{FORM}/x?{query}",
        f"{where[:-8]}x",
    ):
        assert web.get(wrong).status_code == 404, wrong
    page = web.get(where)
    assert "no-referrer" in page.text
    assert page.headers["cache-control"] == "no-store"


def test_no_foreign_page_reports_for_its_visitor(web: Web) -> None:
    for headers in (FOREIGN, {**FOREIGN, "Origin": "https://evil.example"}):
        assert web.send(FORM, TOLD, headers=headers).status_code == 403
    assert waiting(web) == []


def test_one_address_gets_so_many_confirmations_an_hour_and_one_network_sends_so_many(
    sqlite_web: Web,
) -> None:
    def send(number: int, email: str) -> int:
        return sqlite_web.send(FORM, {**TOLD, "words": f"Case {number}.", "email": email}).status_code

    same = [send(number, "Ann@example.org" if number % 2 else "ann@example.org") for number in range(6)]
    others = [send(number, f"reader{number}@example.org") for number in range(6, 21)]

    assert same == [303] * 5 + [429]
    assert (others[:-1], others[-1]) == ([303] * 14, 429)


def test_who_is_signed_in_need_not_type_who_they_are(sqlite_web: Web) -> None:
    enter_reader(sqlite_web)

    assert fields_of(sqlite_web.get(FORM))["email"] == "ann@reader.example"


@pytest.mark.parametrize("language", ["de", "ar"])
def test_it_speaks_the_notifier_s_language_from_the_form_to_the_state(web: Web, language: str) -> None:
    form = web.get(FORM, params={"lang": language})

    done = web.follow(web.send(action_of(form), {**TOLD, "lang": language}))

    assert {"de": "eingegangen", "ar": "وصل"}[language] in said(done, "[role=status]")
    assert waiting(web)[0].language == language


def test_a_moderator_takes_a_report_and_removes_the_comment_as_illegal(web: Web) -> None:
    comment = web.make.comment("Something unlawful.")
    report = report_on(web, comment)
    web.enter_desk()

    web.follow(act(web, report, act="take"))
    page = web.get(DESK)
    forms = tree(page).css(f"form[action$='{ids.encode(report.id)}']")
    fields = {
        str(each.attributes["name"]): each.attributes.get("value") or "" for each in forms[1].css("input")
    }
    done = web.follow(act(web, report, **{**fields, "result": "removed", "answer": "Thank you."}))

    assert "Maren" in page.text
    assert (fields["law"], fields["revision"]) == ("§ 130 StGB", "1")
    assert "is decided" in said(done, "[role=status]")
    assert waiting(web) == []
    with web.make.read() as unit:
        assert comments.access(unit, comment.id).status is Status.REMOVED
    listed = web.get(DESK, params={"decided": "1"})
    assert report.case in listed.text
    assert "Thank you." in listed.text


def test_what_nobody_may_decide_changes_nothing(web: Web) -> None:
    comment = web.make.comment()
    report = report_on(web, comment)
    web.enter_desk()

    for fields, status in (
        ({"act": "decide", "result": "removed", "law": "§ 1", "revision": "9"}, 409),
        ({"act": "decide", "result": "nonsense"}, 422),
        ({"act": "decide", "result": "no-action"}, 422),
        ({"act": "decide", "result": "removed", "revision": "1"}, 422),
        ({"act": "nonsense"}, 400),
        ({"act": "decide", "revision": "x"}, 400),
    ):
        assert act(web, report, **fields).status_code == status, fields
    assert web.send(f"{DESK}/{'0' * 13}", {"act": "take"}).status_code == 404
    assert waiting(web) == [report]


def test_addresses_of_notifiers_are_for_editors_and_names_for_moderators(web: Web) -> None:
    report_on(web, web.make.comment())
    seen = {}
    for role in (Role.MODERATOR, Role.EDITOR):
        other = web.someone_else()
        with web.make.write(SYSTEM) as unit:
            accounts.set_role(unit, f"{role}@gazette.example", role)
        enter(other, f"{role}@gazette.example")
        page = other.get(DESK).text
        seen[role] = ("Ann Rees" in page, "ann@example.org" in page)

    assert seen == {Role.MODERATOR: (True, False), Role.EDITOR: (True, True)}


def test_a_moderator_of_sections_finds_only_theirs(web: Web) -> None:
    sport = report_on(web, web.make.comment(story=story_in(web.make, "sport", "Sport")))
    politics = report_on(web, web.make.comment(story=story_in(web.make, "politics", "Politics")))
    with web.make.write(SYSTEM) as unit:
        accounts.set_role(unit, "maren@gazette.example", Role.MODERATOR, sections=["sport"])
    enter(web, "maren@gazette.example")

    page = web.get(DESK).text

    assert (f"{sport.case}:" in page, f"{politics.case}:" in page) == (True, False)
    assert act(web, politics, act="take").status_code == 404


def test_the_state_page_tells_the_outcome_and_what_can_be_done_against_it(web: Web) -> None:
    where = web.send(FORM, TOLD).headers["location"].removeprefix(BASE)
    (report,) = waiting(web)
    web.enter_desk()
    act(web, report, act="decide", result="not-ours", answer="Ask the other site.")

    page = web.someone_else().get(where)

    for words in ("not on our pages", "Ask the other site.", "A person decided", "to a court"):
        assert words in said(page, "main"), words
    with web.make.read(web.make.moderator) as unit:
        assert [each.state for each in reports.list_decided(unit, most=5)] == [State.NOT_OURS]


def test_reports_page_by_page(sqlite_web: Web) -> None:
    web = sqlite_web
    for number in range(31):
        web.clock.advance(timedelta(minutes=4))
        with web.make.write() as unit:
            told = reports.ReportDraft(
                url="https://elsewhere.example", kind="other", words=f"Case {number}.", name="A",
                email="a@example.org", is_in_good_faith=True,
            )  # fmt: skip
            reports.receive(unit, told, root=BASE)
    web.enter_desk()
    first = web.get(DESK)

    second = web.get(str(one(first, "nav.tt-pages a").attributes["href"]).removeprefix(BASE))

    assert (len(tree(first).css(".desk-item")), len(tree(second).css(".desk-item"))) == (30, 1)
