"""What every way to sign in by a proof keeps."""

from datetime import datetime, timedelta
from typing import Final

from tertulia.plugins.contracts import BadProof, Identity, SignIn
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
    """What every way to sign in by a proof keeps. Say `sign_in`, `proof` and `until`."""

    def sign_in(self) -> SignIn:
        """Make what reads proofs."""
        raise NotImplementedError

    def proof(self) -> str:
        """Give a proof that is good at noon of the test's day, for one and the same person each time."""
        raise NotImplementedError

    def until(self) -> datetime:
        """Say when that proof is surely over."""
        return NOON + timedelta(days=1)

    def test_is_a_way_to_sign_in_with_a_plain_name(self) -> None:
        """It satisfies the protocol, and its name can stand in settings."""
        made = self.sign_in()

        assert isinstance(made, SignIn)
        assert NAME.fullmatch(made.name)

    def test_one_person_has_one_subject(self) -> None:
        """Two proofs of one person lead to one account."""
        made = self.sign_in()
        first, second = (made.identify(self.proof(), now=NOON) for _ in range(2))

        assert first.subject == second.subject != ""
        assert isinstance(first, Identity)

    def test_what_is_believed_ends(self) -> None:
        """A proof says until when it may be believed, and is not after that."""
        made = self.sign_in()

        assert NOON < made.identify(self.proof(), now=NOON).expires_at <= self.until()
        assert _refusal(made, self.proof(), now=self.until())

    def test_checking_is_silent_where_all_is_there(self) -> None:
        """A check raises only where something is missing."""
        self.sign_in().check()

    def test_rubbish_proves_nothing(self) -> None:
        """Whatever is sent is refused, and the reason is a word."""
        made = self.sign_in()
        for rubbish in _RUBBISH:
            assert NAME.fullmatch(_refusal(made, rubbish)), rubbish

    def test_what_was_changed_on_the_way_proves_nothing(self) -> None:
        """Each part of a proof counts."""
        proof, made = self.proof(), self.sign_in()
        # The last character may hold bits that nobody reads.
        for at in range(0, len(proof) - 1, max(1, len(proof) // 16)):
            changed = proof[:at] + ("A" if proof[at] != "A" else "B") + proof[at + 1 :]
            assert _refusal(made, changed), at


def _refusal(made: SignIn, proof: str, *, now: datetime = NOON) -> str:
    try:
        made.identify(proof, now=now)
    except BadProof as refusal:
        return refusal.reason
    return ""
