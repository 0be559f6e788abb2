"""The way in by mail: what its link and its code prove, and what they do not."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tertulia.builtin.sign_in import email
from tertulia.plugins.contracts import Asked, BadProof, Challenge, SignIn
from tertulia.testing.clocks import NOON
from tertulia.testing.contracts import SignInContract

ANN = Asked(secret=b"s" * 32, now=NOON, ends_at=NOON + timedelta(minutes=15), address="ann@reader.example")


class TestEmailLink(SignInContract):
    def sign_in(self) -> SignIn:
        return email.make({})

    def asked(self) -> Asked:
        return ANN

    def answer(self, asked: Asked, challenge: Challenge) -> dict[str, str]:
        return {"token": challenge.letter["token"]}


class TestEmailCode(SignInContract):
    def sign_in(self) -> SignIn:
        return email.make({})

    def asked(self) -> Asked:
        return ANN

    def answer(self, asked: Asked, challenge: Challenge) -> dict[str, str]:
        return {"code": challenge.letter["code"]}


def letter(asked: Asked = ANN) -> dict[str, str]:
    return dict(email.make({}).begin(asked).letter)


def test_both_prove_the_address_they_were_sent_to() -> None:
    made, sent = email.make({}), letter()

    for name in ("token", "code"):
        proven = made.finish(ANN, {name: sent[name]})
        assert (proven.subject, proven.email, proven.is_email_verified) == (ANN.address, ANN.address, True)


def test_a_code_may_be_typed_with_blanks() -> None:
    code = letter()["code"]

    assert len(code) == email.CODE_DIGITS
    assert email.make({}).finish(ANN, {"code": f" {code[:4]}-{code[4:]} "}).subject


@pytest.mark.parametrize(
    "other", [replace(ANN, secret=b"t" * 32), replace(ANN, address="bob@reader.example")]
)
def test_what_was_sent_for_one_try_proves_nothing_for_another(other: Asked) -> None:
    for name, value in letter().items():
        with pytest.raises(BadProof) as refusal:
            email.make({}).finish(other, {name: value})
        assert refusal.value.reason == f"wrong-{name}"


def test_without_an_address_there_is_no_mail_and_no_proof() -> None:
    nobody = replace(ANN, address="")

    with pytest.raises(BadProof, match="no-address"):
        email.make({}).begin(nobody)
    with pytest.raises(BadProof, match="no-address"):
        email.make({}).finish(nobody, letter())
