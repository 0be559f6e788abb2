"""Adopting what was imported: who proves the address may make it theirs, and nobody else; a later import follows."""

import hashlib
import hmac
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tertulia.domain import ids
from tertulia.domain.accounts import Account, Role, SessionOver
from tertulia.domain.authors import AuthorKind, BadName, Earlier, NameReserved
from tertulia.domain.comments import CommentDraft
from tertulia.domain.errors import NotFound
from tertulia.domain.ids import AuthorId
from tertulia.domain.permissions import NOBODY, SYSTEM, Actor, may_moderate
from tertulia.domain.transfer import PortableAuthor, PortableRecord, PortableStory
from tertulia.services import (
    accounts,
    adoption,
    comments,
    conversations,
    erasure,
    jobs,
    merging,
)
from tertulia.store import schema
from tertulia.testing.builders import ORIGIN, Make
from tests.services.looking import counted_anew, counters, happened
from tests.services.test_concurrency import at_once
from tests.services.test_erasure import ask as ask_to_leave
from tests.services.test_erasure import everything
from tests.services.test_identity import come, identity
from tests.services.test_merging import authors_of, count_of, settle
from tests.services.test_sign_in import ANN, signed_in
from tests.services.test_transfer import STORY, bring, entry, exported
from tests.services.working import work

KEY = "s"
"""The key that `bring` imports with."""
OLD_ANN = PortableAuthor(name="Ann of Old", email=" Ann@Reader.example ")


def old(number: int, parent: int | None = None, **changes: object) -> PortableRecord:
    return entry(number, parent, **{"author": OLD_ANN, **changes})


def earlier(make: Make, actor: Actor, key: str = KEY) -> list[Earlier]:
    with make.read(actor) as unit:
        return adoption.list_earlier(unit, key=key)


def adopt(make: Make, actor: Actor, author_id: AuthorId | None = None, key: str = KEY) -> None:
    wanted = author_id or earlier(make, actor)[0].author.id
    with make.write(actor) as unit:
        adoption.adopt_earlier(unit, wanted, key=key)


def account_of(make: Make, actor: Actor) -> Account:
    with make.read(actor) as unit:
        assert unit.actor.account is not None
        return unit.actor.account


def written(make: Make, body: str = "") -> list[int]:
    """Ids of the imported comments, in their order; of those that say this."""
    with make.read() as unit:
        query = select(schema.comment.c.id).where(schema.comment.c.origin != "").order_by(schema.comment.c.id)
        if body:
            query = query.where(schema.comment.c.source == body)
        return list(unit.db.execute(query).scalars())


def with_face(make: Make, address: str = ANN) -> Actor:
    actor = signed_in(make, address)
    with make.write(actor) as unit:
        comments.post(unit, CommentDraft(body="My own.", story_url=f"{ORIGIN}/own", name="Ann"))
    return actor


def test_who_proves_the_address_is_shown_what_is_there_and_nothing_happens(make):
    bring(make, [STORY, old(1), old(2), entry(3)])
    before = everything(make)
    ann = signed_in(make)

    [found] = earlier(make, ann)

    assert (found.author.name, found.comment_count) == ("Ann of Old", 2)
    assert found.since == STORY.published_at + timedelta(minutes=1)
    assert account_of(make, ann).author is None
    assert before.count("Ann of Old") == everything(make).count("Ann of Old")


def test_the_first_becomes_the_account_s_face(make):
    bring(make, [STORY, old(1), old(2), entry(3)])
    ann = signed_in(make)
    [mine] = authors_of(make, written(make)[:2])

    adopt(make, ann)

    face = account_of(make, ann).author
    assert (face.id, face.name, face.kind, face.badges) == (mine, "Ann of Old", AuthorKind.ACCOUNT, ())
    assert earlier(make, ann) == []
    with make.write(ann) as unit:
        comments.withdraw(unit, written(make)[0])
    told = [facts for name, facts in happened(make) if name == "author.adopted"]
    assert [(each["author_id"], each["into"]) for each in told] == [(mine, mine)]


def test_where_there_is_a_face_the_comments_become_its_own(make):
    bring(make, [STORY, *(old(number, number - 1 or None) for number in range(1, 4)), entry(4, 1)])
    ann = with_face(make)
    before = dict.fromkeys(counters(make))

    adopt(make, ann)

    assert authors_of(make, written(make)[:3]) == {account_of(make, ann).author.id}
    assert account_of(make, ann).name == "Ann"
    assert counters(make) == counted_anew(make)
    assert before.keys() == counters(make).keys()


def test_three_thousand_comments_become_an_account_s_piece_by_piece(make):
    found = [PortableStory(source_id=f"s{at}", url=f"{ORIGIN}/{at}") for at in range(30)]
    bring(make, [*found, *(old(at, story_id=f"s{at % 30}") for at in range(3_000))])
    ann = with_face(make)
    [alias] = authors_of(make, written(make))
    before = _revisions(make)

    adopt(make, ann)
    # Whoever takes the job dies in the middle of it: after a while it is somebody else's.
    while (taken := jobs.take(make.units, lasting=timedelta(minutes=5))) is not None:
        if taken.task == merging.TASK:
            break
    assert taken is not None
    for _ in range(2):
        assert merging.move_some(make.units, make.key, AuthorId(taken.arguments["author"]))
    face = account_of(make, ann).author.id
    assert (count_of(make, alias), count_of(make, face)) == (3_000 - 3 * merging.STEP, 3 * merging.STEP + 1)
    with make.read(ann) as unit:
        assert merging.is_under_way(unit, unit.actor.author)
    make.clock.advance(timedelta(minutes=6))
    settle(make)

    assert authors_of(make, written(make)) == {face}
    after = _revisions(make)
    assert [story for story in before if after[story] == before[story]] == [_own_story(make)]
    with make.read(ann) as unit:
        assert not merging.is_under_way(unit, unit.actor.author)


def _revisions(make: Make) -> dict[int, int]:
    with make.read() as unit:
        return dict(unit.db.execute(select(schema.story.c.id, schema.story.c.revision)).all())


def _own_story(make: Make) -> int:
    with make.read() as unit:
        return unit.db.execute(
            select(schema.story.c.id).where(schema.story.c.url.endswith("/own"))
        ).scalar_one()


@pytest.mark.parametrize("address", ["bob@reader.example", "ann@reader.example.org", "an@reader.example"])
def test_another_address_finds_nothing_and_takes_nothing(make, address):
    bring(make, [STORY, old(1)])
    bob = signed_in(make, address)
    [theirs] = authors_of(make, written(make))

    assert earlier(make, bob) == []
    with pytest.raises(NotFound):
        adopt(make, bob, theirs)
    assert authors_of(make, written(make)) == {theirs}


def test_an_address_that_nobody_proved_finds_nothing(make):
    bring(make, [STORY, old(1)])
    [theirs] = authors_of(make, written(make))
    with make.write(SYSTEM) as unit:
        # An operator names it; the owner of the session need not be the one of the address.
        account = accounts.set_role(unit, ANN, Role.OWNER)
    actor = Actor(kind="author", account=account)

    assert earlier(make, actor) == []
    with pytest.raises(NotFound):
        adopt(make, actor, theirs)

    assert len(earlier(make, signed_in(make))) == 1


def test_the_publication_s_word_for_an_address_is_proof_only_where_it_says_so(make):
    bring(make, [STORY, old(1)])
    unsure = come(make, identity("reader-8", email=ANN))
    sure = come(make, identity("reader-9", email=ANN, is_email_verified=True))

    assert earlier(make, Actor(kind="author", account=unsure)) == []
    assert len(earlier(make, Actor(kind="author", account=sure))) == 1


def test_a_guest_adopts_nothing(make):
    bring(make, [STORY, old(1)])
    for actor in (NOBODY, make.guest().actor):
        with pytest.raises(SessionOver):
            adopt(make, actor, authors_of(make, written(make)).pop())


def test_somebody_s_face_is_nobody_else_s_to_adopt(make):
    bob = with_face(make, "bob@reader.example")
    theirs = account_of(make, bob).author.id
    guest = make.comment(guest=make.guest()).author.id

    for author_id in (theirs, guest, AuthorId(1)):
        with pytest.raises(NotFound):
            adopt(make, signed_in(make), author_id)


def test_adopting_twice_changes_nothing(make):
    bring(make, [STORY, old(1)])
    ann = signed_in(make)
    [mine] = authors_of(make, written(make))
    adopt(make, ann)
    before = everything(make)

    with pytest.raises(NotFound):
        adopt(make, ann, mine)

    assert everything(make) == before


def test_each_name_is_adopted_by_itself_and_may_be_left(make):
    other = PortableAuthor(name="A. Reader", email="ann@reader.example")
    bring(make, [STORY, old(1), old(2), entry(3, author=other)])
    ann = signed_in(make)

    assert [(each.author.name, each.comment_count) for each in earlier(make, ann)] == [
        ("Ann of Old", 2),
        ("A. Reader", 1),
    ]
    adopt(make, ann)

    assert [each.author.name for each in earlier(make, ann)] == ["A. Reader"]
    assert account_of(make, ann).name == "Ann of Old"


@pytest.mark.parametrize(
    ("written_as", "proven_as"),
    [
        ("ANN@Reader.Example", "ann@reader.example"),
        ("ann@Bücher.example", "ann@xn--bcher-kva.example"),
        ("ann@xn--bcher-kva.example", "ann@bücher.example"),
        ("a\u0308nn@reader.example", "änn@reader.example"),
    ],
)
def test_an_address_is_the_same_however_it_is_spelled(make, written_as, proven_as):
    bring(make, [STORY, entry(1, author=PortableAuthor(name="Ann", email=written_as))])

    assert len(earlier(make, signed_in(make, proven_as))) == 1


def test_hashes_of_older_imports_count(make):
    bring(make, [STORY, old(1)])
    older = hmac.new(KEY.encode(), "ann@bücher.example".encode(), hashlib.sha256).hexdigest()
    with make.write(SYSTEM) as unit:
        unit.db.execute(update(schema.author).values(claim_hash=older))

    assert len(earlier(make, signed_in(make, "ann@bücher.example"))) == 1


def test_another_key_of_the_operator_finds_nothing(make):
    bring(make, [STORY, old(1)])

    assert earlier(make, signed_in(make), key="another") == []


@pytest.mark.parametrize("name", ["Moderator", "The Gazette", "M0derator"])
def test_a_reserved_name_of_another_system_becomes_no_account_s(make, name):
    bring(make, [STORY, entry(1, author=PortableAuthor(name=name, email=ANN))])
    ann = signed_in(make)
    with pytest.raises(NameReserved):
        adopt(make, ann)
    assert account_of(make, ann).author is None

    # Under a name of their own it is theirs.
    with make.write(ann) as unit:
        accounts.rename(unit, "Ann")
    adopt(make, ann)
    assert authors_of(make, written(make)) == {account_of(make, ann).author.id}


@pytest.mark.parametrize("name", ["", "x" * 100])
def test_a_name_that_cannot_be_one_here_must_be_chosen_before(make, name):
    bring(make, [STORY, entry(1, author=PortableAuthor(name=name, email=ANN))])

    with pytest.raises(BadName):
        adopt(make, signed_in(make))


def test_a_name_that_is_somebody_s_gets_a_number(make):
    bring(make, [STORY, entry(1, author=PortableAuthor(name="Ann", email=ANN))])
    with_face(make, "other@reader.example")
    ann = signed_in(make)

    adopt(make, ann)

    assert account_of(make, ann).name == "Ann 2"


def test_badges_of_another_system_give_nothing(make):
    author = PortableAuthor(name="Ann of Old", email=ANN, badges=("staff", "verified"))
    bring(make, [STORY, entry(1, author=author)])
    ann = signed_in(make)

    adopt(make, ann)

    account = account_of(make, ann)
    assert (account.role, account.author.badges) == (Role.READER, ())
    with make.read(ann) as unit:
        assert not may_moderate(unit.actor, "")


def test_what_was_answered_elsewhere_years_ago_is_no_news(make):
    bring(make, [STORY, old(1), entry(2, 1)])
    ann = signed_in(make)
    adopt(make, ann)

    with make.read(ann) as unit:
        page = conversations.page(unit)

    assert (page.unread, len(page.listed)) == ((), 1)


@pytest.mark.parametrize("has_face", [False, True])
def test_importing_again_leaves_what_was_adopted(make, has_face):
    records = [STORY, old(1), old(2, 1), entry(3)]
    bring(make, records)
    ann = with_face(make) if has_face else signed_in(make)
    adopt(make, ann)
    settle(make)
    before = exported(make), everything(make)

    bring(make, records)

    assert (exported(make), everything(make)) == before


@pytest.mark.parametrize("has_face", [False, True])
def test_what_a_later_file_brings_is_the_account_s_at_once(make, has_face):
    bring(make, [STORY, old(1)])
    ann = with_face(make) if has_face else signed_in(make)
    adopt(make, ann)
    settle(make)

    bring(make, [STORY, old(1), old(2)])

    assert authors_of(make, written(make)) == {account_of(make, ann).author.id}
    assert earlier(make, ann) == []


def test_an_import_goes_on_with_who_an_author_became_meanwhile(make):
    ann = with_face(make)

    def records() -> Iterator[PortableRecord]:
        yield STORY
        yield from (old(number) for number in range(900))
        adopt(make, ann)
        settle(make)
        yield from (old(number) for number in range(900, 1_800))

    bring(make, records())
    settle(make)

    assert len(written(make)) == 1_800
    assert authors_of(make, written(make)) == {account_of(make, ann).author.id}


def test_our_own_file_of_before_names_who_they_are_now(make):
    bring(make, [STORY, old(1)])
    [before] = authors_of(make, written(make))
    ann = with_face(make)
    adopt(make, ann)
    settle(make)

    again = entry(7, author=PortableAuthor(name="Ann of Old", source_id=ids.encode(before)))
    bring(make, [STORY, again], source="native")

    assert authors_of(make, written(make)) == {account_of(make, ann).author.id}


def test_an_export_tells_the_same_words_of_the_same_places(make):
    bring(make, [STORY, old(1), old(2, 1), entry(3)])
    ann = with_face(make)
    before = [
        (each.source_id, getattr(each, "body", ""), getattr(each, "parent_id", "")) for each in exported(make)
    ]

    adopt(make, ann)
    settle(make)

    after = exported(make)
    told = [(each.source_id, getattr(each, "body", ""), getattr(each, "parent_id", "")) for each in after]
    assert told == before
    with make.read() as unit:
        origins = unit.db.execute(select(schema.comment.c.origin)).scalars().all()
    assert sorted(origins) == ["", "wordpress", "wordpress", "wordpress"]


@pytest.mark.parametrize("has_face", [False, True])
@pytest.mark.parametrize("ending", ["keep", "remove"])
def test_nothing_leads_back_to_who_left(make, has_face, ending):
    author = PortableAuthor(name="Zenobia", email=ANN)
    bring(make, [STORY, entry(1, author=author)])
    ann = with_face(make) if has_face else signed_in(make)
    adopt(make, ann)
    ask_to_leave(make, ann, ending)
    make.clock.advance(erasure.GRACE)
    work(make)

    assert "Zenobia" not in everything(make)
    assert earlier(make, signed_in(make)) == []


def test_of_two_presses_at_once_one_counts(make):
    bring(make, [STORY, *(old(number) for number in range(20))])
    ann = with_face(make)
    [wanted] = [each.author.id for each in earlier(make, ann)]

    results = at_once(*[lambda: adopt(make, ann, wanted)] * 3)

    assert sorted(type(each).__name__ for each in results) == ["NoneType", "NotFound", "NotFound"]
    assert authors_of(make, written(make)) == {account_of(make, ann).author.id}
