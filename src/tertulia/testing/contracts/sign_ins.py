"""What every way to sign in keeps."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from tertulia.plugins.contracts import Asked, BadProof, Challenge, Identity, SignIn
from tertulia.testing.clocks import NOON
from tertulia.testing.contracts.names import NAME

_RUBBISH: Final = (
    "",
    " ",
    "x",
    "null",
    "{}",
    "..",
    "a.b.c",
    "é" * 50,
    "\0",
    "\ud800",
    "[" * 5000,
    "e30." * 3000,
)


class SignInContract:
    """What every way to sign in keeps. Say `sign_in` and `answer`, and the rest where it differs."""

    def sign_in(self) -> SignIn:
        """Make the way in."""
        raise NotImplementedError

    def asked(self) -> Asked:
        """Give a try that begins at noon of the test's day, by one and the same person each time."""
        return Asked(secret=b"s" * 32, now=NOON, ends_at=NOON + timedelta(minutes=15))

    def answer(self, asked: Asked, challenge: Challenge) -> Mapping[str, str]:
        """Answer as the one person would who may come in."""
        raise NotImplementedError

    def until(self) -> datetime:
        """Say when an answer given at noon is surely over."""
        return NOON + timedelta(days=1)

    def test_is_a_way_to_sign_in_with_a_plain_name(self) -> None:
        """It satisfies the protocol, and its name can stand in settings."""
        made = self.sign_in()

        assert isinstance(made, SignIn)
        assert NAME.fullmatch(made.name)

    def test_one_person_has_one_subject(self) -> None:
        """Two proofs of one person lead to one account."""
        first, second = (self._identity(self.sign_in()) for _ in range(2))

        assert first.subject == second.subject != ""
        assert isinstance(first, Identity)

    def test_what_is_believed_ends(self) -> None:
        """An answer proves for a time, and is not believed after that."""
        made, asked = self.sign_in(), self.asked()
        answer = self.answer(asked, made.begin(asked))

        assert NOON < made.finish(asked, answer).expires_at <= self.until()
        assert NAME.fullmatch(_refusal(made, replace(asked, now=self.until()), answer))

    def test_checking_is_silent_where_all_is_there(self) -> None:
        """A check raises only where something is missing."""
        self.sign_in().check()

    def test_rubbish_proves_nothing(self) -> None:
        """Whatever is sent is refused, and the reason is a word."""
        made, asked = self.sign_in(), self.asked()
        names = dict(self.answer(asked, made.begin(asked)))

        assert NAME.fullmatch(_refusal(made, asked, {}))
        for rubbish in _RUBBISH:
            assert NAME.fullmatch(_refusal(made, asked, dict.fromkeys(names, rubbish))), rubbish

    def changed(self, answer: dict[str, str]) -> list[dict[str, str]]:
        """Give the answer with a change in each part of it that proves something."""
        bent = []
        for name, proof in answer.items():
            # The last character may hold bits that nobody reads.
            for at in range(0, len(proof) - 1, max(1, len(proof) // 16)):
                other = proof[:at] + ("A" if proof[at] != "A" else "B") + proof[at + 1 :]
                bent.append({**answer, name: other})
        return bent

    def test_what_was_changed_on_the_way_proves_nothing(self) -> None:
        """Each part of a proof counts."""
        made, asked = self.sign_in(), self.asked()
        bent = self.changed(dict(self.answer(asked, made.begin(asked))))

        assert bent
        for answer in bent:
            assert _refusal(made, asked, answer), answer

    def _identity(self, made: SignIn) -> Identity:
        asked = self.asked()
        return made.finish(asked, self.answer(asked, made.begin(asked)))


def _refusal(made: SignIn, asked: Asked, answer: Mapping[str, str]) -> str:
    try:
        made.finish(asked, answer)
    except BadProof as refusal:
        return refusal.reason
    return ""
