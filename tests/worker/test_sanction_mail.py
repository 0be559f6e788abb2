"""Mail of moderators to authors: messages and warnings go, restrictions and what was read do not."""

import pytest

from tertulia.domain.comments import CommentDraft
from tertulia.domain.permissions import Actor, ActorKind
from tertulia.domain.sanctions import Measure, SanctionKind
from tertulia.plugins.contracts import Message
from tertulia.realtime.bus import MemoryBus
from tertulia.services import accounts, comments, sanctions
from tertulia.testing.builders import Make, opened
from tertulia.worker.loop import Runner
from tertulia.worker.post import Post
from tertulia.worker.relay import Relay
from tertulia.worker.tasks import TASKS
from tests.services.test_sign_in import ANN, signed_in

BASE = "https://comments.example"


@pytest.fixture
def make(database: str):
    with opened(database) as made:
        made.site()
        yield made


def mails(make: Make) -> list[Message]:
    """Relay what happened, run what follows; give the mails to authors."""
    sent: list[Message] = []
    Relay(make.units, MemoryBus(), holder="one").run_once()
    runner = Runner(make.units, tasks=TASKS, post=Post(base_url=BASE, key="k", send=sent.append))
    while runner.run_one() is not None:
        pass
    return [each for each in sent if each.subject.startswith(("From the", "Von der"))]


def author(make: Make, actor: Actor):
    with make.write(actor) as unit:
        draft = CommentDraft(body="Hello.", story_url="https://gazette.example/a", name="Ann")
        return comments.post(unit, draft).comment.author.id


def impose(make: Make, author_id, kind: SanctionKind, **choices):
    with make.write(make.moderator) as unit:
        measure = Measure(kind=kind, **choices)
        return sanctions.impose(unit, author_id, measure, seen=None)


def test_a_warning_goes_to_the_address_of_its_author(make: Make) -> None:
    impose(make, author(make, signed_in(make)), SanctionKind.WARNING, reason="abuse", words="<i>Stop</i> it.")

    (told,) = mails(make)

    assert (told.to, told.subject, told.sender) == (ANN, "From the moderators of The Gazette", "The Gazette")
    assert "The reason: insults or threats." in told.text
    assert "<i>Stop</i> it." in told.text
    assert "&lt;i&gt;Stop&lt;/i&gt; it." in told.html
    assert f"\n{BASE}/gazette/me\n" in f"{told.text}\n"
    assert mails(make) == []


def test_it_speaks_the_author_s_language(make: Make) -> None:
    actor = signed_in(make)
    with make.write(actor) as unit:
        accounts.choose_language(unit, "de")
    impose(make, author(make, actor), SanctionKind.MESSAGE, words="Willkommen.")

    (told,) = mails(make)

    assert told.subject == "Von der Moderation von The Gazette"
    assert "Die Moderation hat Ihnen geschrieben." in told.text


@pytest.mark.parametrize("kind", [SanctionKind.HOLD, SanctionKind.BAN])
def test_of_a_restriction_its_statement_of_reasons_tells(make: Make, kind: SanctionKind) -> None:
    impose(make, author(make, signed_in(make)), kind, reason="abuse")

    assert mails(make) == []


def test_a_guest_has_no_address(make: Make) -> None:
    guest = Actor(kind=ActorKind.GUEST, secret_hash=accounts.hash_secret("s" * 43))
    impose(make, author(make, guest), SanctionKind.WARNING, reason="abuse")

    assert mails(make) == []


def test_what_was_read_meanwhile_is_not_sent(make: Make) -> None:
    actor = signed_in(make)
    told = impose(make, author(make, actor), SanctionKind.WARNING, reason="abuse")
    with make.write(actor) as unit:
        sanctions.mark_read(unit, told.id)

    assert mails(make) == []
