"""From an identity to an account: found again, linked by a proven address, opened; its face, its badges, its bearer."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select

from tertulia.domain.accounts import Account, Role, SessionOver
from tertulia.domain.authors import AuthorKind
from tertulia.domain.comments import CommentDraft
from tertulia.domain.permissions import NOBODY, SYSTEM, Actor, ActorKind
from tertulia.plugins.contracts import Identity
from tertulia.services import accounts, comments, identities, retention, sign_in
from tertulia.services.identities import TokenUsed
from tertulia.store import schema
from tertulia.testing.builders import ORIGIN, Make
from tertulia.testing.clocks import NOON

ANN = "ann@reader.example"


def identity(subject: str = "reader-7", **told: Any) -> Identity:
    return Identity(
        **{"subject": subject, "name": "Ann Lee", "expires_at": NOON + timedelta(minutes=10), **told}
    )


def come(make: Make, who: Identity, actor: Actor = NOBODY) -> Account:
    with make.write(actor) as unit:
        return identities.by_identity(unit, who)


def bearer(make: Make, account: Account, lasting: timedelta = timedelta(minutes=10)) -> Actor:
    with make.write(NOBODY) as unit:
        given = sign_in.bearer_for(unit, account, lasting=lasting)
    return Actor(kind=ActorKind.AUTHOR, session_hash=accounts.hash_secret(given.token))


def by_mail(make: Make, address: str = ANN, role: Role = Role.TRUSTED) -> Account:
    with make.write(SYSTEM) as unit:
        return accounts.set_role(unit, address, role)


def test_who_comes_for_the_first_time_has_an_account_and_a_face_at_once(make: Make) -> None:
    account = come(make, identity())

    assert account.author is not None
    assert (account.name, account.author.kind, account.role) == ("Ann Lee", AuthorKind.ACCOUNT, Role.READER)
    assert account.email == ""


def test_the_same_subject_finds_the_same_account_whatever_else_changed(make: Make) -> None:
    first = come(make, identity())
    again = come(make, identity(name="Another", email=ANN, is_email_verified=True))

    assert again.id == first.id
    assert again.name == "Ann Lee"
    assert come(make, identity("reader-8", name="Bo Ek")).id != first.id


def test_a_proven_address_finds_the_account_that_came_by_mail(make: Make) -> None:
    before = by_mail(make)
    linked = come(make, identity(email="Ann@Reader.example", is_email_verified=True))

    assert linked.id == before.id
    assert linked.role is Role.TRUSTED
    assert come(make, identity()).id == before.id


def test_an_address_that_nobody_verified_finds_nothing(make: Make) -> None:
    before = by_mail(make)
    account = come(make, identity(email=ANN))

    assert account.id != before.id
    assert account.email == ""


def test_an_address_of_another_subscriber_finds_nothing(make: Make) -> None:
    first = come(make, identity(email=ANN, is_email_verified=True))
    second = come(make, identity("reader-8", name="Bo Ek", email=ANN, is_email_verified=True))

    assert first.email == ANN
    assert second.id != first.id
    assert second.email == ""


def test_what_is_no_address_is_left_out(make: Make) -> None:
    assert come(make, identity(email="nonsense\0", is_email_verified=True)).email == ""


@pytest.mark.parametrize("name", ["", "   ", "\u202e\u200b", "x" * 500, "\0", "…"])
def test_an_unusable_name_is_asked_for_later(make: Make, name: str) -> None:
    account = come(make, identity(name=name))
    assert account.author is None

    with make.write(bearer(make, account)) as unit:
        draft = CommentDraft(body="My first.", story_url=f"{ORIGIN}/one", name="Ann")
        assert comments.post(unit, draft).comment.author.name == "Ann"


def test_a_name_of_html_is_a_name(make: Make) -> None:
    assert come(make, identity(name="<b>Ann</b>")).name == "<b>Ann</b>"


def test_what_a_guest_wrote_becomes_the_account_s(make: Make) -> None:
    guest = make.guest("Ann the guest")
    written = make.comment(guest=guest)
    account = come(make, identity(), guest.actor)

    assert account.author is not None
    assert account.author.id == written.author.id
    assert account.name == "Ann the guest"
    with make.write(bearer(make, account)) as unit:
        comments.withdraw(unit, written.id)


def test_what_a_guest_wrote_becomes_that_of_an_account_with_a_face(make: Make) -> None:
    account = come(make, identity())
    guest = make.guest("Somebody")
    written = make.comment(guest=guest)

    assert come(make, identity(), guest.actor).author == account.author
    with make.read() as unit:
        assert comments.access(unit, written.id).author == account.author


def test_badges_come_and_go_with_the_identity(make: Make) -> None:
    story = make.story()
    account = come(make, identity(badges=("subscriber",)))
    with make.write(bearer(make, account)) as unit:
        comments.post(unit, CommentDraft(body="With a badge.", story_id=story.id))
    before = revision(make)

    assert account.author is not None
    assert account.author.badges == ("subscriber",)
    assert come(make, identity(badges=("subscriber",))).author == account.author
    assert revision(make) == before
    lost = come(make, identity())
    assert lost.author is not None
    assert lost.author.badges == ()
    assert revision(make) > before


def test_the_badge_of_staff_follows_the_role_and_no_identity_changes_a_role(make: Make) -> None:
    by_mail(make, role=Role.MODERATOR)
    account = come(make, identity(email=ANN, is_email_verified=True, badges=("subscriber",)))

    assert account.role is Role.MODERATOR
    assert account.author is not None
    assert set(account.author.badges) == {"subscriber", "staff"}


def test_what_counts_once_counts_once_until_it_is_over(make: Make) -> None:
    once = identity(one_time_id="j-1")
    come(make, once)

    with pytest.raises(TokenUsed):
        come(make, once)
    come(make, identity(one_time_id="j-2"))
    make.clock.set(once.expires_at + timedelta(seconds=1))
    retention.forget_sessions(make.units)
    with make.read() as unit:
        kept = select(func.count()).select_from(schema.session).where(schema.session.c.kind == "proof")
        assert unit.db.execute(kept).scalar_one() == 0


def test_ids_that_count_once_are_of_one_site(make: Make) -> None:
    come(make, identity(one_time_id="j-1"))
    other = Make(make.units, make.clock, key="other")
    other.site()

    assert come(other, identity(one_time_id="j-1")).name == "Ann Lee"


def test_a_bearer_lasts_no_longer_than_the_proof_and_is_not_renewed(make: Make) -> None:
    account = come(make, identity())
    with make.write(NOBODY) as unit:
        assert sign_in.bearer_for(unit, account, lasting=timedelta(minutes=10)).seconds == 600
        assert sign_in.bearer_for(unit, account, lasting=timedelta(hours=1)).seconds == sign_in.BEARER_SECONDS
    actor = bearer(make, account)

    with pytest.raises(SessionOver), make.write(actor) as unit:
        sign_in.renew(unit)
    make.clock.advance(timedelta(minutes=10, seconds=1))
    with pytest.raises(SessionOver), make.read(actor):
        pass


def test_signing_out_ends_the_bearer(make: Make) -> None:
    actor = bearer(make, come(make, identity()))
    with make.write(actor) as unit:
        accounts.sign_out(unit)

    with pytest.raises(SessionOver), make.read(actor):
        pass


def revision(make: Make) -> int:
    with make.read() as unit:
        return int(unit.db.execute(select(func.max(schema.story.c.revision))).scalar_one())


def test_two_first_sign_ins_at_once_make_one_account(make: Make) -> None:
    by_mail(make)
    who, ready = identity(email=ANN, is_email_verified=True), Barrier(4)

    def enter() -> Account:
        ready.wait(10)
        return come(make, who)

    with ThreadPoolExecutor(4) as pool:
        came = [each.result(30) for each in [pool.submit(enter) for _ in range(4)]]

    assert len({each.id for each in came}) == 1
    assert len({each.author.id for each in came if each.author}) == 1


def test_one_proof_that_comes_twice_at_once_counts_once(make: Make) -> None:
    ready = Barrier(4)

    def enter() -> bool:
        ready.wait(10)
        try:
            come(make, identity(one_time_id="j-1"))
        except TokenUsed:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        came = [each.result(30) for each in [pool.submit(enter) for _ in range(4)]]

    assert came.count(True) == 1
