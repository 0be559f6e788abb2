"""Acting on authors over HTTP: the desk's page of an author, its forms, and what the author finds for themselves."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tertulia.domain import ids
from tertulia.domain.accounts import Role
from tertulia.domain.comments import CommentDraft
from tertulia.domain.permissions import Actor, ActorKind
from tertulia.services import accounts, comments, sanctions
from tertulia.store import schema, threads
from tests.services.test_sections import story_in
from tests.web import browsing
from tests.web.browsing import BASE, EMBEDDED, SECRET, Web, action_of, fields_of, one, said, tree
from tests.web.test_desk_people import as_staff
from tests.web.test_sign_in import ANN, enter

FORM = "section[aria-labelledby=desk-act] form"
GUEST = Actor(kind=ActorKind.GUEST, secret_hash=accounts.hash_secret(SECRET))


@pytest.fixture
def web(database: str):
    with browsing.opened(database, is_development=True, sign_ins_per_minute_per_network=1000) as opened:
        yield opened


def post(web: Web, actor: Actor = GUEST, body: str = "First words.", story=None):
    story = story or web.make.story("harbour")
    with web.make.write(actor) as unit:
        return comments.post(unit, CommentDraft(body=body, story_id=story.id, name="Ann")).comment


def desk(web: Web) -> Web:
    """A second browser, at the desk."""
    other = web.someone_else()
    other.enter_desk()
    return other


def path_of(comment) -> str:
    return f"/gazette/desk/authors/{ids.encode(comment.author.id)}"


def act(web: Web, path: str, **fields: str):
    page = web.get(path)
    form = FORM
    given = {**fields_of(page, form), "kind": "", "reason": "", "words": "", "days": "", **fields}
    for box in ("comments", "everywhere"):
        if box not in fields:
            given.pop(box, None)
    return web.send(action_of(page, form), given)


def reader(web: Web) -> Web:
    """The guest's own browser."""
    own = web.someone_else()
    own.client.cookies.set("tertulia_guest_gazette", SECRET, domain="testserver.local")
    return own


def test_the_page_shows_an_author_with_all_they_wrote(web: Web) -> None:
    first = post(web)
    web.clock.advance(timedelta(minutes=1))
    web.make.policy(hold_first=True)
    post(web, body="Second words.")

    page = desk(web).get(path_of(first))

    assert said(page, "h1") == "Ann"
    assert [each.text() for each in tree(page).css(".desk-status")] == ["Held", "Visible"]
    assert "Guest" in said(page, ".desk-facts")
    assert [each.attributes["value"] for each in tree(page).css("input[name=kind]")] == [
        "message",
        "warning",
        "hold",
        "silence",
        "ban",
    ]
    assert tree(page).css("input[name=everywhere]") == []


def test_a_silence_is_imposed_shown_and_lifted(web: Web) -> None:
    comment, staff = post(web), desk(web)

    done = act(web=staff, path=path_of(comment), kind="silence", reason="abuse", days="3", words="Calm down.")
    page = staff.follow(done)
    lifted = staff.send(
        f"{path_of(comment)}/lift",
        {"sanction": fields_of(page, "form.desk-form:not(.desk-leave)")["sanction"]},
    )
    after = staff.follow(lifted)

    assert said(page, "[role=status]") == "It is done, and the author finds it on their own page."
    assert said(page, ".desk-restricted b") == "Silence"
    assert said(page, ".desk-words") == "Calm down."
    assert said(after, "[role=status]") == "It is lifted."
    assert tree(after).css(".desk-restricted") == []


def test_what_does_not_fit_is_said_and_what_was_typed_stays(web: Web) -> None:
    comment, staff = post(web), desk(web)

    for fields in (
        {"kind": "silence", "reason": "abuse", "words": "Kept words."},
        {"kind": "silence", "reason": "abuse", "words": "Kept words.", "days": "many"},
        {"kind": "silence", "reason": "abuse", "words": "Kept words.", "days": "9" * 400},
        {"kind": "exile", "reason": "abuse", "words": "Kept words."},
    ):
        refused = act(staff, path_of(comment), **fields)
        assert refused.status_code == 422
        assert "does not fit together" in said(refused, "[role=status]")
        assert "Kept words." in said(refused, f"{FORM} textarea[name=words]")
    with web.make.read() as unit:
        assert sanctions.list_of(unit, comment.author.id) == []


def test_a_page_that_is_not_the_newest_does_nothing(web: Web) -> None:
    comment, staff = post(web), desk(web)
    seen = fields_of(staff.get(path_of(comment)), FORM)
    act(staff, path_of(comment), kind="warning", reason="abuse")

    late = staff.send(path_of(comment), {**seen, "kind": "ban", "reason": "abuse"})

    assert late.status_code == 409
    with web.make.read() as unit:
        assert [each.kind for each in sanctions.list_of(unit, comment.author.id)] == ["warning"]


@pytest.mark.parametrize("what", ["x", "0" * 13, "zzzzzzzzzzzzz", "%00"])
def test_who_is_nobody_is_not_found(web: Web, what: str) -> None:
    staff = desk(web)

    assert staff.get(f"/gazette/desk/authors/{what}").status_code == 404
    assert staff.send(f"/gazette/desk/authors/{what}", {"kind": "message", "words": "x"}).status_code == 404
    assert staff.send(f"/gazette/desk/authors/{what}/lift", {"sanction": what}).status_code == 404


def test_moderators_of_sections_see_their_comments_and_warn(web: Web) -> None:
    sport, other = story_in(web.make, "sport", "Sport"), story_in(web.make, "other", "Politics")
    seen = post(web, body="About sport.", story=sport)
    web.clock.advance(timedelta(minutes=1))
    post(web, body="About politics.", story=other)
    as_staff(web, Role.MODERATOR, "Sport")

    page = web.get(path_of(seen))
    forged = act(web, path_of(seen), kind="ban", reason="abuse")

    assert [each.text(strip=True) for each in tree(page).css(".desk-item .tt-body")] == ["About sport."]
    assert [each.attributes["value"] for each in tree(page).css("input[name=kind]")] == ["message", "warning"]
    assert forged.status_code == 403
    assert web.follow(act(web, path_of(seen), kind="warning", reason="abuse")).status_code == 200


def test_editors_may_ban_everywhere_and_nobody_acts_on_their_peers(web: Web) -> None:
    comment = post(web)
    as_staff(web, Role.EDITOR)
    page = web.get(path_of(comment))

    assert one(page, "input[name=everywhere]")
    own = web.send("/gazette/me/name", {"name": "Edith"})
    assert own.status_code == 303
    with web.make.read() as unit:
        face = accounts.find(unit, "editor@gazette.example").author
    mine = web.get(f"/gazette/desk/authors/{ids.encode(face.id)}")
    assert tree(mine).css(FORM) == []
    assert "not below yours" in mine.text
    refused = web.send(f"/gazette/desk/authors/{ids.encode(face.id)}", {"kind": "ban", "reason": "abuse"})
    assert refused.status_code == 403
    assert "not below yours" in said(refused, "[role=status]")


def test_a_long_history_is_read_page_by_page(web: Web) -> None:
    guest = web.make.guest("Ann")
    written = [web.make.comment(guest=guest) for _ in range(30)]
    staff = desk(web)

    first = staff.get(path_of(written[0]))
    second = staff.get(str(one(first, ".tt-pages a").attributes["href"]).removeprefix(BASE))

    assert (len(tree(first).css(".desk-status")), len(tree(second).css(".desk-status"))) == (25, 5)
    assert staff.get(f"{path_of(written[0])}?after=nonsense").status_code == 400


def test_a_guest_is_told_above_the_composer_and_by_every_refusal(web: Web) -> None:
    comment, staff, own = post(web), desk(web), reader(web)
    act(staff, path_of(comment), kind="ban", reason="hate", words="That was enough.")
    story = f"/gazette/s/{ids.encode(comment.story_id)}"

    form = own.get(f"{story}/write")
    plain = own.send(f"{story}/comments", {"name": "Ann", "body": "More.", "key": "k" * 20})
    embedded = web.client.post(
        f"{story}/comments", data={"name": "Ann", "body": "More.", "key": "j" * 20}, headers=EMBEDDED
    )
    edited = own.send(f"{web.path(comment)}/edit", {"body": "Other words."})

    assert form.status_code == 403
    assert tree(form).css("textarea") == []
    assert "You cannot write here any more. The reason: hatred against people." in said(form, "#restricted")
    assert "That was enough." in said(form, "#restricted")
    assert plain.status_code == 403
    assert "hatred against people" in said(plain, ".tt-form [role=status]")
    assert (embedded.status_code, embedded.json()["code"]) == (403, "author-banned")
    assert embedded.json()["parameters"] == {"until": None, "reason": "hate"}
    assert embedded.json()["detail"].startswith("You cannot write here any more.")
    assert edited.status_code == 403
    assert own.send(f"{web.path(comment)}/withdraw").status_code == 303


def test_a_restriction_with_an_end_says_until_when_in_the_reader_s_language(web: Web) -> None:
    comment, staff, own = post(web), desk(web), reader(web)
    act(staff, path_of(comment), kind="silence", reason="abuse", days="2")

    page = own.get(f"/gazette/s/{ids.encode(comment.story_id)}/write?lang=de")

    assert "Sie können hier bis" in said(page, "#restricted")
    assert "Beleidigung" in said(page, "#restricted")


def test_a_warning_stands_above_the_composer_until_it_is_read(web: Web) -> None:
    comment, staff, own = post(web), desk(web), reader(web)
    act(staff, path_of(comment), kind="warning", reason="abuse", words="<b>Stop</b> that.")
    write = f"/gazette/s/{ids.encode(comment.story_id)}/write"

    page = own.get(write)
    read = own.send(
        action_of(page, "form.tt-warning"),
        fields_of(page, "form.tt-warning"),
        headers={**browsing.OWN_PAGE, "Referer": f"{BASE}{write}"},
    )

    assert page.status_code == 200
    assert "From the moderators: Warning· insults or threats" in said(page, "form.tt-warning")
    assert said(page, "form.tt-warning .tt-words") == "<b>Stop</b> that."
    assert one(page, "textarea[name=body]")
    assert read.headers["location"] == f"{BASE}{write}"
    assert tree(own.get(write)).css("form.tt-warning") == []
    again = own.send("/gazette/warnings", fields_of(page, "form.tt-warning"))
    assert again.status_code == 404


def test_where_a_warning_was_read_leads_nowhere_else(web: Web) -> None:
    comment, staff, own = post(web), desk(web), reader(web)
    act(staff, path_of(comment), kind="message", words="Hello.")
    page = own.get(f"/gazette/s/{ids.encode(comment.story_id)}/write")

    read = own.send(
        "/gazette/warnings",
        fields_of(page, "form.tt-warning"),
        headers={**browsing.OWN_PAGE, "Referer": "https://evil.example/gazette/"},
    )

    assert read.headers["location"] == f"{BASE}/gazette/"


def test_an_account_finds_it_on_its_own_page(web: Web) -> None:
    enter(web)
    web.send("/gazette/me/name", {"name": "Ann"})
    with web.make.read() as unit:
        face = accounts.find(unit, ANN).author
    staff, path = desk(web), f"/gazette/desk/authors/{ids.encode(face.id)}"
    act(staff, path, kind="message", words="Welcome.")
    act(staff, path, kind="hold", reason="spam", days="5")

    mine = web.get("/gazette/me")
    renamed = web.send("/gazette/me/name", {"name": "Anna"})

    assert said(mine, "form.tt-warning .tt-words") == "Welcome."
    assert "a moderator reads what you write before it appears" in said(mine, "#restricted")
    assert renamed.status_code == 303


def test_the_page_of_a_person_leads_to_what_they_wrote(web: Web) -> None:
    enter(web)
    web.send("/gazette/me/name", {"name": "Ann"})
    with web.make.read() as unit:
        account = accounts.find(unit, ANN)
    staff = desk(web)

    person = staff.get(f"/gazette/desk/people/{ids.encode(account.id)}")
    profile = f"{BASE}/gazette/desk/authors/{ids.encode(account.author.id)}"

    assert f'href="{profile}"' in person.text
    assert f"/gazette/desk/people/{ids.encode(account.id)}" in staff.get(profile.removeprefix(BASE)).text


def test_a_hint_at_a_banned_person_stands_on_the_page_and_does_nothing(web: Web) -> None:
    story = f"/gazette/s/{ids.encode(web.make.story('harbour').id)}"
    first, second = reader(web), web.someone_else()
    first.send(f"{story}/comments", {"name": "Ann", "body": "Insults.", "key": "k" * 20})
    with web.make.read() as unit:
        (banned,) = comments_of(unit)
    staff = desk(web)
    act(staff, path_of(banned), kind="ban", reason="abuse")

    sent = second.send(f"{story}/comments", {"name": "Bob", "body": "Hello again.", "key": "j" * 20})
    with web.make.read() as unit:
        other = comments_of(unit)[-1]
    page = staff.get(path_of(other))

    assert sent.status_code == 303
    assert other.status == "visible"
    assert "May be the same person asAnn" in said(page, "ul[aria-label=Hints]")
    assert "the same network" in said(page, "ul[aria-label=Hints]")
    assert tree(staff.get(path_of(banned))).css("ul[aria-label=Hints]") == []


def comments_of(unit):
    """All comments, oldest first."""
    found = unit.db.execute(select(schema.comment.c.id).order_by(schema.comment.c.id)).scalars().all()
    return sorted(threads.list_by_ids(unit.db, unit.site.id, found), key=lambda each: each.id)


def as_ann(web: Web) -> None:
    web.make.policy(trusted_after=5)
    enter(web)
    web.send("/gazette/me/name", {"name": "Ann"})


def test_a_reader_sees_their_own_standing_beside_what_is_usual(web: Web) -> None:
    as_ann(web)
    for _ in range(10):
        web.make.comment()

    page = web.get("/gazette/me")

    assert [each.text() for each in tree(page).css(".tt-standing tbody tr:first-child td")] == [
        "0",
        "1–1",
        "1",
    ]
    assert "With 5 approved comments" in page.text
    assert "Beside 10 who wrote here" in page.text


def test_where_few_write_a_reader_sees_their_own_alone(web: Web) -> None:
    as_ann(web)
    web.make.comment()

    page = web.get("/gazette/me")

    assert [each.text() for each in tree(page).css(".tt-standing thead th")] == ["", "You"]
