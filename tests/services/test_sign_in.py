"""Signing in by e-mail: what a mail is good for, whom it signs in, and what it brings along."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tertulia.domain.accounts import BadAddress, Role, SessionOver, SignInId
from tertulia.domain.authors import AuthorKind
from tertulia.domain.comments import CommentDraft, GuestsRefused
from tertulia.domain.errors import Forbidden, NotFound
from tertulia.domain.permissions import NOBODY, SYSTEM, Actor, ActorKind
from tertulia.domain.policy import GuestPolicy
from tertulia.services import accounts, comments, proofs, retention, sign_in
from tertulia.services.proofs import Letter, OtherBrowser, SignInOver
from tertulia.store import schema
from tertulia.testing.builders import ORIGIN, Make

KEY = "the operator's key"
BROWSER = accounts.hash_secret("a browser")
OTHER = accounts.hash_secret("another browser")
ANN = "ann@reader.example"


def ask(make: Make, address: str = ANN) -> SignInId:
    with make.write(NOBODY) as unit:
        return sign_in.ask(unit, address, browser_hash=BROWSER, language="en")


def letter(make: Make, asked: SignInId) -> Letter:
    with make.read() as unit:
        found = proofs.letter(unit, asked, key=KEY)
    assert found is not None
    return found


def signed_in(make: Make, address: str = ANN, guest: Actor = NOBODY) -> Actor:
    """Sign in by code; give the actor of the browser's session."""
    asked = ask(make, address)
    with make.write(guest) as unit:
        account = sign_in.confirm_code(unit, asked, letter(make, asked).code, browser_hash=BROWSER, key=KEY)
        assert account is not None
        token = sign_in.open_session(unit, account, way="email", device="Firefox, Linux")
    return Actor(kind=ActorKind.GUEST, session_hash=accounts.hash_secret(token))


def bearer_of(make: Make, actor: Actor) -> Actor:
    with make.write(actor) as unit:
        code = sign_in.make_handover(unit, ORIGIN)
    with make.write(NOBODY) as unit:
        given = sign_in.exchange(unit, code, origin=ORIGIN)
    return Actor(kind=ActorKind.AUTHOR, session_hash=accounts.hash_secret(given.token))


def email_of(make: Make, actor: Actor) -> str:
    with make.read(actor) as unit:
        return unit.actor.account.email if unit.actor.account else ""


@pytest.mark.parametrize("way", ["token", "code"])
def test_what_the_mail_says_signs_in_once(make, way):
    asked = ask(make, "  Ann@Reader.EXAMPLE ")
    mail = letter(make, asked)
    confirm = {"token": sign_in.confirm_token, "code": sign_in.confirm_code}[way]

    with make.write(NOBODY) as unit:
        account = confirm(unit, asked, getattr(mail, way), browser_hash=BROWSER, key=KEY)
    with pytest.raises(SignInOver), make.write(NOBODY) as unit:
        confirm(unit, asked, getattr(mail, way), browser_hash=BROWSER, key=KEY)

    assert (mail.address, account.email, account.role) == (ANN, ANN, Role.READER)
    with make.read() as unit:
        assert proofs.letter(unit, asked, key=KEY) is None


def test_the_same_address_is_the_same_account(make):
    assert email_of(make, signed_in(make)) == email_of(make, signed_in(make, "ANN@reader.example")) == ANN
    with make.read() as unit:
        assert len(accounts.list_accounts(unit)) == 1


@pytest.mark.parametrize("way", ["token", "code"])
def test_a_mail_is_over_after_a_quarter_of_an_hour(make, way):
    asked = ask(make)
    mail = letter(make, asked)
    make.clock.advance(timedelta(minutes=15))

    confirm = {"token": sign_in.confirm_token, "code": sign_in.confirm_code}[way]
    with pytest.raises(SignInOver), make.write(NOBODY) as unit:
        confirm(unit, asked, getattr(mail, way), browser_hash=BROWSER, key=KEY)


def test_a_link_works_only_in_the_browser_that_asked(make):
    asked = ask(make)
    with pytest.raises(OtherBrowser), make.write(NOBODY) as unit:
        sign_in.confirm_token(unit, asked, letter(make, asked).token, browser_hash=OTHER, key=KEY)
    with pytest.raises(SignInOver), make.write(NOBODY) as unit:
        sign_in.confirm_code(unit, asked, letter(make, asked).code, browser_hash=OTHER, key=KEY)

    with make.write(NOBODY) as unit:
        assert sign_in.confirm_token(unit, asked, letter(make, asked).token, browser_hash=BROWSER, key=KEY)


def test_a_token_of_another_key_mail_or_site_is_none(make):
    asked, other = ask(make), ask(make, "bob@reader.example")
    with make.read() as unit:
        stranger = proofs.letter(unit, asked, key="another key")
    for token in (stranger.token, letter(make, other).token, "", "x" * 43):
        with pytest.raises(SignInOver), make.write(NOBODY) as unit:
            sign_in.confirm_token(unit, asked, token, browser_hash=BROWSER, key=KEY)


def test_codes_may_be_tried_five_times(make):
    asked = ask(make)
    right = letter(make, asked).code
    wrong = f"{(int(right) + 1) % 10**8:08d}"
    for _ in range(proofs.MOST_TRIES):
        with make.write(NOBODY) as unit:
            assert sign_in.confirm_code(unit, asked, wrong, browser_hash=BROWSER, key=KEY) is None

    with pytest.raises(SignInOver), make.write(NOBODY) as unit:
        sign_in.confirm_code(unit, asked, right, browser_hash=BROWSER, key=KEY)


def test_a_code_is_read_as_people_type_it(make):
    asked = ask(make)
    code = letter(make, asked).code
    with make.write(NOBODY) as unit:
        assert sign_in.confirm_code(unit, asked, f" {code[:4]} {code[4:]}-", browser_hash=BROWSER, key=KEY)


def mails(make: Make) -> int:
    with make.read() as unit:
        return len(unit.db.execute(select(schema.job.c.id).where(schema.job.c.task == "mail_sign_in")).all())


def test_one_address_gets_five_mails_an_hour(make):
    for _ in range(sign_in.MOST_AN_HOUR + 3):
        ask(make)
    ask(make, "bob@reader.example")
    assert mails(make) == sign_in.MOST_AN_HOUR + 1

    make.clock.advance(timedelta(hours=1))
    ask(make)
    assert mails(make) == sign_in.MOST_AN_HOUR + 2


def test_asking_without_end_gives_no_further_codes_to_guess(make):
    for _ in range(sign_in.MOST_AN_HOUR):
        ask(make)
    asked = ask(make)
    with pytest.raises(SignInOver), make.write(NOBODY) as unit:
        sign_in.confirm_code(unit, asked, letter(make, asked).code, browser_hash=BROWSER, key=KEY)


@pytest.mark.parametrize(
    "address",
    ["", "ann", "ann@", "@reader.example", "ann@reader", "a b@reader.example", "ann@reader..example",
     "ann@reader.example\nbcc: x@y.example", "ann@-reader.example", f"{'a' * 65}@reader.example",
     f"ann@{'b' * 250}.example", "ann@exa mple.org", "\u202eann@reader.example", "a,b@reader.example"],
)  # fmt: skip
def test_what_is_no_address_is_refused(make, address):
    with pytest.raises(BadAddress), make.write(NOBODY) as unit:
        sign_in.ask(unit, address, browser_hash=BROWSER, language="en")
    assert mails(make) == 0


def test_no_token_and_no_code_is_kept_anywhere(make):
    asked = ask(make)
    mail = letter(make, asked)
    signed_in(make)
    with make.read() as unit:
        rows = [
            str(tuple(row))
            for table in schema.metadata.sorted_tables
            for row in unit.db.execute(select(table))
        ]

    assert rows
    assert not [row for row in rows if mail.token in row or mail.code in row]


def test_who_is_signed_in_writes_under_one_name(make):
    ann, story = signed_in(make), make.story("a")
    with make.write(ann) as unit:
        first = comments.post(unit, CommentDraft(body="First.", story_id=story.id, name="Ann"))
    with make.write(ann) as unit:
        second = comments.post(unit, CommentDraft(body="Second.", story_id=story.id, name="Somebody else"))

    assert first.comment.author.id == second.comment.author.id
    assert second.comment.author.name == "Ann"
    assert second.comment.author.kind is AuthorKind.ACCOUNT
    assert [each.id for each in _own(make, ann, story.id)] == [second.comment.id, first.comment.id]


def _own(make: Make, actor: Actor, story_id):
    with make.read(actor) as unit:
        return comments.list_own(unit, story_id)


def test_guests_may_be_refused_where_accounts_are_welcome(make):
    make.policy(guests=GuestPolicy.REFUSED)
    ann, story = signed_in(make), make.story("a")
    with pytest.raises(GuestsRefused), make.write(make.guest().actor) as unit:
        comments.post(unit, CommentDraft(body="No.", story_id=story.id, name="Guest"))

    with make.write(ann) as unit:
        assert comments.post(unit, CommentDraft(body="Yes.", story_id=story.id, name="Ann"))


def test_a_guest_who_signs_in_keeps_their_comments(make):
    guest, story = make.guest("Ann"), make.story("a")
    with make.write(guest.actor) as unit:
        before = comments.post(unit, CommentDraft(body="As a guest.", story_id=story.id, name="Ann"))
    revision = _revision(make, story.id)

    ann = signed_in(make, guest=guest.actor)

    with make.write(ann) as unit:
        comments.edit(unit, before.comment.id, "Now signed in.")
    with make.read(guest.actor) as unit:
        # The guest's secret opens nothing any more: a browser that is shared leaves nothing behind.
        assert unit.actor.author is None
    assert _revision(make, story.id) > revision


def test_what_a_second_guest_wrote_becomes_the_account_s_too(make):
    ann, story = signed_in(make), make.story("a")
    with make.write(ann) as unit:
        own = comments.post(unit, CommentDraft(body="Ann's.", story_id=story.id, name="Ann")).comment
    guest = make.guest("Stray")
    with make.write(guest.actor) as unit:
        stray = comments.post(unit, CommentDraft(body="A guest's.", story_id=story.id, name="Stray")).comment
    revision = _revision(make, story.id)

    ann = signed_in(make, guest=guest.actor)

    with make.write(ann) as unit:
        # Within the time to edit, too.
        moved = comments.edit(unit, stray.id, "Ann's as well.").comment
    assert (moved.author.id, moved.author.name, moved.author.kind) == (
        own.author.id,
        "Ann",
        AuthorKind.ACCOUNT,
    )
    with make.read(guest.actor) as unit:
        assert unit.actor.author is None
    assert _revision(make, story.id) > revision + 1


def _revision(make: Make, story_id) -> int:
    with make.read() as unit:
        return unit.db.execute(
            select(schema.story.c.revision).where(schema.story.c.id == story_id)
        ).scalar_one()


def test_a_browser_hands_its_session_to_an_embed_once_and_to_its_origin_only(make):
    ann = signed_in(make)
    with make.write(ann) as unit:
        code, other = sign_in.make_handover(unit, ORIGIN), sign_in.make_handover(unit, ORIGIN)
        with pytest.raises(Forbidden):
            sign_in.make_handover(unit, "https://evil.example")
    with pytest.raises(SignInOver), make.write(NOBODY) as unit:
        sign_in.exchange(unit, other, origin="https://evil.example")
    with make.write(NOBODY) as unit:
        assert sign_in.exchange(unit, code, origin=ORIGIN).seconds == sign_in.BEARER_SECONDS
    for used in (code, "", "x" * 43):
        with pytest.raises(SignInOver), make.write(NOBODY) as unit:
            sign_in.exchange(unit, used, origin=ORIGIN)


def test_a_handover_is_over_after_a_minute(make):
    with make.write(signed_in(make)) as unit:
        code = sign_in.make_handover(unit, ORIGIN)
    make.clock.advance(timedelta(seconds=sign_in.HANDOVER_SECONDS))
    with pytest.raises(SignInOver), make.write(NOBODY) as unit:
        sign_in.exchange(unit, code, origin=ORIGIN)


def test_a_code_is_no_session_and_a_guest_hands_nothing_over(make):
    with make.write(signed_in(make)) as unit:
        code = sign_in.make_handover(unit, ORIGIN)
    with (
        pytest.raises(SessionOver),
        make.read(Actor(kind=ActorKind.AUTHOR, session_hash=accounts.hash_secret(code))),
    ):
        pass
    with pytest.raises(SessionOver), make.write(make.guest().actor) as unit:
        sign_in.make_handover(unit, ORIGIN)


def test_a_bearer_is_renewed_while_its_browser_is_signed_in(make):
    ann = signed_in(make)
    old = bearer_of(make, ann)
    with make.write(old) as unit:
        given = sign_in.renew(unit)
    new = Actor(kind=ActorKind.AUTHOR, session_hash=accounts.hash_secret(given.token))

    assert email_of(make, new) == ANN
    with pytest.raises(SessionOver):
        email_of(make, old)
    with pytest.raises(SessionOver), make.write(ann) as unit:
        sign_in.renew(unit)

    make.clock.advance(timedelta(seconds=sign_in.BEARER_SECONDS))
    with pytest.raises(SessionOver):
        email_of(make, new)


@pytest.mark.parametrize("who", ["browser", "bearer", "operator", "role"])
def test_signing_out_anywhere_ends_all_that_came_of_the_session(make, who):
    ann = signed_in(make)
    bearer, elsewhere = bearer_of(make, ann), signed_in(make)
    if who == "operator":
        with make.write(SYSTEM) as unit:
            assert accounts.end_sessions(unit, ANN) == 2
    elif who == "role":
        with make.write(SYSTEM) as unit:
            accounts.set_role(unit, ANN, Role.MODERATOR)
    else:
        with make.write(ann if who == "browser" else bearer) as unit:
            accounts.sign_out(unit)

    assert email_of(make, ann) == ""
    with pytest.raises(SessionOver):
        email_of(make, bearer)
    assert bool(email_of(make, elsewhere)) is (who in ("browser", "bearer"))


def test_a_session_lives_while_it_is_used_and_not_for_ever(make):
    ann = signed_in(make)
    for _ in range(7):
        make.clock.advance(timedelta(days=25))
        with make.write(ann) as unit:
            assert unit.actor.account is not None
            sign_in.keep_alive(unit)
    make.clock.advance(timedelta(days=6))
    assert email_of(make, ann) == ""

    bob = signed_in(make, "bob@reader.example")
    make.clock.advance(timedelta(days=sign_in.IDLE_DAYS))
    assert email_of(make, bob) == ""


def test_own_sessions_are_listed_and_ended_one_by_one(make):
    ann, other, stranger = signed_in(make), signed_in(make), signed_in(make, "bob@reader.example")
    with make.write(ann) as unit:
        listed = accounts.list_sessions(unit)
        assert [each.device for each in listed] == ["Firefox, Linux"] * 2
        accounts.end_own(unit, other.session_hash[: accounts.SESSION_NAME])
        accounts.end_own(unit, stranger.session_hash[: accounts.SESSION_NAME])
        accounts.end_own(unit, "")

    assert (email_of(make, ann), email_of(make, other)) == (ANN, "")
    assert email_of(make, stranger) == "bob@reader.example"
    third = signed_in(make)
    with make.write(ann) as unit:
        accounts.end_own(unit, "all")
    assert (email_of(make, ann), email_of(make, third)) == (ANN, "")


def test_a_role_can_be_given_before_the_first_sign_in_and_carries_the_badge(make):
    with make.write(SYSTEM) as unit:
        assert accounts.set_role(unit, ANN, Role.EDITOR).role is Role.EDITOR
        with pytest.raises(NotFound):
            accounts.find(unit, "bob@reader.example")
    ann, story = signed_in(make), make.story("a")
    with make.write(ann) as unit:
        posted = comments.post(unit, CommentDraft(body="From us.", story_id=story.id, name="Ann"))
    assert posted.comment.author.badges == ("staff",)

    with make.write(SYSTEM) as unit:
        after = accounts.set_role(unit, ANN, Role.TRUSTED)
    assert after.author is not None
    assert after.author.badges == ()


def test_what_became_of_accounts_is_on_record_without_a_word_about_the_person(make):
    with make.write(SYSTEM) as unit:
        made = accounts.set_role(unit, ANN, Role.EDITOR)
        accounts.set_role(unit, ANN, Role.EDITOR)
        accounts.set_role(unit, ANN, Role.READER)
    signed_in(make)
    signed_in(make, "bob@reader.example")
    with make.read() as unit:
        rows = unit.db.execute(
            select(schema.event.c.name, schema.event.c.facts, schema.event.c.actor).order_by(
                schema.event.c.id
            )
        ).all()

    assert [(row.name, row.facts.get("role"), row.facts.get("before")) for row in rows] == [
        ("account.opened", None, None),
        ("role.given", "editor", "reader"),
        ("role.given", "reader", "editor"),
        ("account.opened", None, None),
    ]
    assert {row.facts["account_id"] for row in rows[:3]} == {made.id}
    assert not [row for row in rows if "example" in str(row.facts)]


@pytest.mark.parametrize("role", list(Role))
def test_only_moderators_and_above_reach_the_desk(make, role):
    with make.write(SYSTEM) as unit:
        accounts.set_role(unit, ANN, role)
    asked = ask(make)
    with make.write(NOBODY) as unit:
        account = sign_in.confirm_code(unit, asked, letter(make, asked).code, browser_hash=BROWSER, key=KEY)
        token = sign_in.open_session(unit, account, way="email", device="")
    with make.read() as unit:
        found = accounts.staff_of(unit, token)

    assert (found is not None) is (role in (Role.MODERATOR, Role.EDITOR, Role.OWNER))


def test_a_name_is_changed_where_it_shows(make):
    ann, story = signed_in(make), make.story("a")
    with make.write(ann) as unit:
        comments.post(unit, CommentDraft(body="Ann's.", story_id=story.id, name="Ann"))
    revision = _revision(make, story.id)
    with make.write(ann) as unit:
        accounts.rename(unit, " Anna ")

    with make.read(ann) as unit:
        assert unit.actor.author is not None
        assert unit.actor.author.name == "Anna"
    assert _revision(make, story.id) == revision + 1


def test_what_is_over_is_forgotten(make):
    asked = ask(make)
    signed_in(make)
    make.clock.advance(timedelta(days=200))
    retention.forget_sessions(make.units)

    with make.read() as unit:
        assert unit.db.execute(select(schema.sign_in)).all() == []
        assert unit.db.execute(select(schema.session)).all() == []
        assert proofs.letter(unit, asked, key=KEY) is None


def test_the_network_of_a_session_is_forgotten_after_a_month(make):
    ann = signed_in(make)
    with make.write(ann) as unit:
        kept = sign_in.open_session(unit, unit.actor.account, way="email", device="", network="n" * 32)
    make.clock.advance(timedelta(days=29))
    with make.write(Actor(kind=ActorKind.GUEST, session_hash=accounts.hash_secret(kept))) as unit:
        sign_in.keep_alive(unit)
    retention.forget_networks_of_sessions(make.units, make.key)
    before = networks(make, kept)
    make.clock.advance(timedelta(days=1, seconds=1))
    retention.forget_networks_of_sessions(make.units, make.key)

    assert (before, networks(make, kept)) == (["n" * 32], [None])


def networks(make: Make, token: str) -> list[str | None]:
    query = select(schema.session.c.network).where(schema.session.c.token_hash == accounts.hash_secret(token))
    with make.read() as unit:
        return list(unit.db.execute(query).scalars())


def test_accounts_of_one_site_are_none_of_another(make):
    other = Make(make.units, make.clock, key="herald")
    other.site(origins=("https://herald.example",))
    ann = signed_in(make)

    assert email_of(other, ann) == ""
    with other.read() as unit:
        assert accounts.list_accounts(unit) == []
