"""Passwords: what is kept of them, what is compared, and that nobody waits long for it."""

import subprocess
import sys
import unicodedata
from dataclasses import replace
from datetime import timedelta

import pytest
from argon2 import PasswordHasher, Type, extract_parameters

from tertulia.builtin.sign_in import password
from tertulia.builtin.sign_in.password import AT_ONCE, NOBODYS, WAITING, Password
from tertulia.plugins.contracts import Asked, BadProof, Challenge, SecretKeeper, SignIn
from tertulia.testing.clocks import NOON
from tertulia.testing.contracts import SignInContract

ANN = "ann@reader.example"
RIGHT = "correct horse battery staple"
ASKED = Asked(secret=b"", now=NOON, ends_at=NOON + timedelta(minutes=1), address=ANN)
KEPT = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1).hash(RIGHT)


def asked(kept: str = KEPT, address: str = ANN) -> Asked:
    return replace(ASKED, kept={"hash": kept} if kept else {}, address=address)


def refusal(typed: str, of: Asked | None = None, made: Password | None = None) -> str:
    with pytest.raises(BadProof) as refused:
        (made or password.make({})).finish(of or asked(), {"password": typed})
    assert refused.value.__cause__ is None
    return refused.value.reason


class TestPassword(SignInContract):
    def sign_in(self) -> SignIn:
        return password.make({})

    def asked(self) -> Asked:
        return asked()

    def answer(self, asked: Asked, challenge: Challenge) -> dict[str, str]:
        return {"password": RIGHT}


def test_it_keeps_secrets() -> None:
    made = password.make({})
    kept = made.keep(RIGHT)

    assert isinstance(made, SecretKeeper)
    assert RIGHT not in str(kept)
    assert kept != made.keep(RIGHT)
    assert made.finish(replace(ASKED, kept=kept), {"password": RIGHT}).email == ANN


def test_hashes_are_argon2id_with_the_costs_that_owasp_names() -> None:
    told = extract_parameters(password.make({}).keep(RIGHT)["hash"])

    assert told.type is Type.ID
    assert (told.memory_cost, told.time_cost, told.parallelism) == (19 * 1024, 2, 1)
    assert (told.salt_len, told.hash_len) == (16, 32)
    assert extract_parameters(NOBODYS) == told


@pytest.mark.parametrize(
    "typed", [f" {RIGHT}", f"{RIGHT} ", RIGHT.upper(), RIGHT[:-1], f"{RIGHT}!", RIGHT.replace("o", "о")]
)
def test_every_character_counts(typed: str) -> None:
    assert refusal(typed) == "wrong-password"


@pytest.mark.parametrize("chosen", ["Z\u00fcrich im Regen", "\ud55c\uae00 \ube44\ubc00\ubc88\ud638"])
def test_how_a_keyboard_composes_letters_makes_no_difference(chosen: str) -> None:
    made, typed = password.make({}), unicodedata.normalize("NFD", chosen)

    assert chosen != typed
    assert made.finish(replace(ASKED, kept=made.keep(chosen)), {"password": typed}).subject == ANN


@pytest.mark.parametrize(("chosen", "typed"), [("ﬁne weather", "fine weather"), ("10² metres", "102 metres")])
def test_what_looks_different_is_different(chosen: str, typed: str) -> None:
    made = password.make({})

    assert refusal(typed, replace(ASKED, kept=made.keep(chosen))) == "wrong-password"


def test_the_longest_is_compared_to_its_end() -> None:
    made, longest = password.make({}), "🦉" * 256
    kept = made.keep(longest)

    assert made.finish(replace(ASKED, kept=kept), {"password": longest})
    assert refusal("🦉" * 255, replace(ASKED, kept=kept)) == "wrong-password"
    assert refusal("🦉" * 257, replace(ASKED, kept=kept)) == "too-long"


def test_who_has_no_password_is_refused_like_a_wrong_one_and_after_the_same_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compared = []
    true_verify = PasswordHasher.verify

    def verify(self: PasswordHasher, kept: str, typed: bytes) -> bool:
        compared.append(extract_parameters(kept))
        return bool(true_verify(self, kept, typed))

    monkeypatch.setattr(PasswordHasher, "verify", verify)

    assert refusal(RIGHT, asked("")) == refusal("wrong", asked()) == refusal(RIGHT, asked(address=""))
    assert len(compared) == 3
    assert compared == [compared[0]] * 3


def test_a_hash_of_older_costs_is_made_anew_at_sign_in() -> None:
    old = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(RIGHT)
    made = password.make({})

    renewed = made.finish(asked(old), {"password": RIGHT}).keeps
    again = made.finish(replace(ASKED, kept=renewed), {"password": RIGHT})

    assert renewed["hash"] not in ("", old)
    assert again.keeps == {}
    assert refusal("wrong", asked(old)) == "wrong-password"


@pytest.mark.parametrize("kept", ["rubbish", "$argon2id$", "$2b$12$abcdefghijklmnopqrstuv", NOBODYS[:-40]])
def test_a_hash_that_is_none_lets_nobody_in(kept: str) -> None:
    assert refusal(RIGHT, asked(kept)) == "unreadable-hash"


def test_few_hashes_are_made_at_once_and_few_wait() -> None:
    made = password.make({})
    turns = [made.turns.turn() for _ in range(AT_ONCE)]
    for turn in turns:
        turn.__enter__()
    for _ in range(WAITING):
        assert made.turns.places.acquire(blocking=False)

    assert refusal(RIGHT, made=made) == "busy"
    with pytest.raises(BadProof):
        made.keep(RIGHT)

    made.turns.places.release()
    for turn in turns:
        turn.__exit__(None, None, None)
    assert made.finish(asked(), {"password": RIGHT}).subject == ANN


def test_the_library_is_not_loaded_before_the_first_password() -> None:
    look = "import sys; from tertulia import app; app.password_keeper(); print('argon2' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)

    assert told.stdout.strip() == "False"
