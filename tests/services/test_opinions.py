"""Second opinions and remarks: asked of whom, answered by whom, seen by whom, and never by the author."""

import pytest
from sqlalchemy import select

from tertulia.domain.accounts import Role
from tertulia.domain.errors import Forbidden, NotFound
from tertulia.domain.ids import CommentId
from tertulia.domain.moderation import Outcome, Status
from tertulia.domain.opinions import BadOpinion, OpinionGiven, OpinionId
from tertulia.domain.permissions import SYSTEM, Actor, ActorKind
from tertulia.domain.remarks import BadRemark, RemarkId
from tertulia.services import accounts, comments, erasure, my_data, opinions, remarks
from tertulia.store import schema
from tertulia.testing.builders import Make
from tests.services.test_erasure import ask as ask_to_leave
from tests.services.test_erasure import everything
from tests.services.test_merging import come_in
from tests.services.test_sanctions import author_of, write
from tests.services.test_sections import story_in
from tests.services.test_sign_in import signed_in
from tests.services.working import work


def colleague(make: Make, name: str, *sections: str, role: Role = Role.MODERATOR) -> Actor:
    """Somebody at the desk with an account."""
    address = f"{name.lower()}@gazette.example"
    with make.write(SYSTEM) as unit:
        accounts.set_role(unit, address, role, sections=sections)
    actor = signed_in(make, address)
    with make.read(actor) as unit:
        account = unit.actor.account
    return Actor(kind=ActorKind.MODERATOR, session_hash=actor.session_hash, account=account, name=name)


def ask(make: Make, by: Actor, comment, question: str = "Is this libel?", of: Actor | None = None):
    with make.write(by) as unit:
        return opinions.ask(unit, comment.id, question, of=None if of is None else of.account_id)


def answer(make: Make, by: Actor, asked, outcome: str = "remove", words: str = "It is."):
    with make.write(by) as unit:
        return opinions.answer(unit, asked.id, outcome, words)


def open_to(make: Make, actor: Actor) -> list[int]:
    with make.read(actor) as unit:
        return [each.id for each in opinions.list_open(unit)]


def test_a_colleague_answers_and_nothing_is_decided(make):
    ada, ben, comment = colleague(make, "Ada"), colleague(make, "Ben"), make.comment(status="held")

    asked = ask(make, ada, comment, of=ben)
    before = (open_to(make, ada), open_to(make, ben), open_to(make, make.moderator))
    answer(make, ben, asked)

    assert before == ([], [asked.id], [])
    assert open_to(make, ben) == []
    with make.read(ada) as unit:
        (told,) = opinions.for_comments(unit, [comment.id])[comment.id]
        assert comments.access(unit, comment.id).status is Status.HELD
    assert (told.outcome, told.answer, told.answered_name) == (Outcome.REMOVE, "It is.", "Ben")


def test_whoever_comes_first_answers_and_only_they(make):
    ada, ben, comment = colleague(make, "Ada"), colleague(make, "Ben"), make.comment()
    asked = ask(make, ada, comment)

    assert open_to(make, ben) == open_to(make, make.moderator) == [asked.id]
    answer(make, make.moderator, asked, "publish", "")
    with pytest.raises(OpinionGiven):
        answer(make, ben, asked)


def test_nobody_answers_themselves_or_for_somebody_else(make):
    ada, ben, eve = (colleague(make, name) for name in ("Ada", "Ben", "Eve"))
    asked, anybody = ask(make, ada, make.comment(), of=ben), ask(make, ada, make.comment())

    for by, what in ((ada, asked), (eve, asked), (make.moderator, asked), (ada, anybody)):
        with pytest.raises(Forbidden):
            answer(make, by, what)


@pytest.mark.parametrize(
    ("outcome", "words"), [("", "x"), ("restore", "x"), ("because", "x"), ("publish", "x" * 5001)]
)
def test_an_answer_that_is_none_changes_nothing(make, outcome, words):
    ada, ben = colleague(make, "Ada"), colleague(make, "Ben")
    asked = ask(make, ada, make.comment())

    with pytest.raises(BadOpinion):
        answer(make, ben, asked, outcome, words)
    assert open_to(make, ben) == [asked.id]


@pytest.mark.parametrize("question", ["", "  \n", "x" * 5001])
def test_a_question_has_words(make, question):
    with pytest.raises(BadOpinion):
        ask(make, make.moderator, make.comment(), question)


def test_only_who_may_decide_is_asked_and_sees_it(make):
    sport, arts = colleague(make, "Sam", "Sport"), colleague(make, "Art", "Arts")
    comment = make.comment(story=story_in(make, "goal", "Sport"))
    reader = colleague(make, "Rea", role=Role.READER)

    with make.read(sport) as unit:
        offered = {each.id for each in opinions.list_colleagues(unit, comment)}
    assert offered == set()
    for nobody in (arts, reader, sport):
        with pytest.raises(BadOpinion):
            ask(make, sport, comment, of=nobody)
    asked = ask(make, make.moderator, comment)
    assert (open_to(make, sport), open_to(make, arts)) == ([asked.id], [])
    for act in (lambda: ask(make, arts, comment), lambda: answer(make, arts, asked)):
        with pytest.raises(Forbidden):
            act()


def test_readers_ask_answer_and_see_nothing(make):
    guest, comment = make.guest(), make.comment()
    asked = ask(make, make.moderator, comment)

    with make.write(guest.actor) as unit:
        for act in (
            lambda: opinions.ask(unit, comment.id, "Why?"),
            lambda: opinions.answer(unit, asked.id, "publish", ""),
            lambda: opinions.list_open(unit),
            lambda: opinions.for_comments(unit, [comment.id]),
            lambda: remarks.add(unit, comment.author.id, "Hm."),
            lambda: remarks.add_to_comment(unit, comment.id, "Hm."),
            lambda: remarks.list_of(unit, comment.author.id),
            lambda: remarks.for_comments(unit, [comment]),
            lambda: remarks.remove(unit, RemarkId(7)),
        ):
            with pytest.raises(Forbidden):
                act()


def test_what_is_unknown_is_not_found(make):
    with make.write(make.moderator) as unit:
        for act in (
            lambda: opinions.ask(unit, CommentId(7), "Why?"),
            lambda: opinions.answer(unit, OpinionId(7), "publish", ""),
            lambda: remarks.remove(unit, RemarkId(7)),
        ):
            with pytest.raises(NotFound):
                act()


def test_remarks_are_kept_and_taken_back_by_who_made_them(make):
    ada, ben, comment = colleague(make, "Ada"), colleague(make, "Ben"), make.comment()
    with make.write(ada) as unit:
        on_author = remarks.add(unit, comment.author.id, " Wrote to us. ")
        on_comment = remarks.add_to_comment(unit, comment.id, "Seen elsewhere.")

    for other in (ben, make.moderator):
        with pytest.raises(NotFound), make.write(other) as unit:
            remarks.remove(unit, on_author.id)
    with make.read(ben) as unit:
        seen = [each.words for each in remarks.list_of(unit, comment.author.id)]
        with_it = [each.id for each in remarks.for_comments(unit, [comment])[comment.id]]
    with make.write(ada) as unit:
        remarks.remove(unit, on_author.id)

    assert seen == ["Seen elsewhere.", "Wrote to us."]
    assert with_it == [on_comment.id]
    with make.read(ben) as unit:
        assert [each.id for each in remarks.list_of(unit, comment.author.id)] == [on_comment.id]


@pytest.mark.parametrize("words", ["", " \n ", "x" * 5001])
def test_a_remark_has_words_and_not_too_many(make, words):
    comment = make.comment()

    with pytest.raises(BadRemark), make.write(make.moderator) as unit:
        remarks.add(unit, comment.author.id, words)


def test_what_is_noted_about_a_comment_stays_within_its_section(make):
    guest = make.guest()
    sport = make.comment(guest=guest, story=story_in(make, "goal", "Sport"))
    other = make.comment(guest=guest, story=story_in(make, "vote", "Politics"))
    sam = colleague(make, "Sam", "Sport")
    with make.write(make.moderator) as unit:
        for comment, words in ((sport, "On sport."), (other, "On politics.")):
            remarks.add_to_comment(unit, comment.id, words)
        remarks.add(unit, sport.author.id, "On them.")

    with make.read(sam) as unit:
        assert [each.words for each in remarks.list_of(unit, sport.author.id)] == ["On them.", "On sport."]
    with pytest.raises(Forbidden), make.write(sam) as unit:
        remarks.add_to_comment(unit, other.id, "Mine.")


def test_the_trail_says_that_there_was_something_and_not_what(make):
    ada, ben, comment = colleague(make, "Ada"), colleague(make, "Ben"), make.comment()
    with make.write(ada) as unit:
        made = remarks.add_to_comment(unit, comment.id, "Secret words.")
    with make.write(ada) as unit:
        remarks.remove(unit, made.id)
    answer(make, ben, ask(make, ada, comment, "Secret words?"), words="Secret words!")

    with make.read() as unit:
        trail = unit.db.execute(select(schema.audit).order_by(schema.audit.c.number)).all()
    assert [each.act for each in trail] == [
        "remark.made",
        "remark.removed",
        "opinion.asked",
        "opinion.given",
    ]
    assert {each.comment_id for each in trail} == {comment.id}
    assert "Secret" not in str(trail)


def test_remarks_follow_a_guest_to_their_account_and_are_in_their_data(make):
    guest = make.guest("Ann")
    comment = make.comment(guest=guest)
    with make.write(make.moderator) as unit:
        remarks.add_to_comment(unit, comment.id, "On the guest.")
    actor = signed_in(make)
    own = author_of(make, actor)
    with make.read(actor) as unit:
        account = unit.actor.account

    come_in(make, account, guest.actor)
    work(make)

    with make.read(SYSTEM) as unit:
        given = my_data.belongings(unit, account).remarks
    assert [each.words for each in given] == ["On the guest."]
    with make.read(make.moderator) as unit:
        assert [each.words for each in remarks.list_of(unit, own)] == ["On the guest."]


def test_what_was_noted_goes_with_an_account_that_ends(make):
    actor = signed_in(make)
    own = write(make, actor).author.id
    with make.write(make.moderator) as unit:
        remarks.add(unit, own, "Lives in Mill Lane.")

    ask_to_leave(make, actor, "keep")
    make.clock.advance(erasure.GRACE)
    work(make)

    assert "Mill Lane" not in everything(make)
