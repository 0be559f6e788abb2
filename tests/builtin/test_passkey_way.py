"""Passkeys as a way to sign in: the contract, and what a challenge is for."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from tertulia.builtin.sign_in import passkey
from tertulia.builtin.sign_in.passkey import PasskeyWay
from tertulia.plugins.contracts import Asked, BadProof, Challenge, DeviceKeeper, Holder, SignIn
from tertulia.testing.clocks import NOON
from tertulia.testing.contracts import SignInContract
from tests.authenticator import Device

ORIGIN = "https://comments.example"
ANN = Holder(handle="A" * 43, name="ann@reader.example", site="The Harbour Gazette")
ASKED = Asked(secret=b"s" * 32, now=NOON, ends_at=NOON + timedelta(minutes=5))
WAY = passkey.make({"origin": ORIGIN})


def kept_of(device: Device, way: PasskeyWay = WAY) -> dict[str, str]:
    made = way.keep(ASKED, answer_of(device.make(way.begin_to_keep(ASKED, ANN).options)))
    return {**made.keeps, "credential_id": made.subject, "handle": ANN.handle}


def answer_of(credential: object) -> dict[str, str]:
    return {"credential": json.dumps(credential)}


@pytest.fixture
def device() -> Device:
    return Device(origin=ORIGIN)


class TestPasskey(SignInContract):
    # A test of the suite may ask twice: each time by the one device, whose count then goes on.
    @pytest.fixture(autouse=True)
    def _ready(self, device: Device) -> None:
        self.device, self.kept = device, kept_of(device)

    def sign_in(self) -> SignIn:
        return WAY

    def asked(self) -> Asked:
        return replace(ASKED, kept=self.kept)

    def answer(self, asked: Asked, challenge: Challenge) -> dict[str, str]:
        return answer_of(self.device.use(challenge.options))

    def changed(self, answer: dict[str, str]) -> list[dict[str, str]]:
        """Bend each part of what the device said in its middle: the ends may hold bits that nobody reads."""
        credential = json.loads(answer["credential"])
        parts = credential["response"]
        bent = []
        for name, value in parts.items():
            for at in (len(value) // 3, len(value) // 2):
                other = value[:at] + ("A" if value[at] != "A" else "B") + value[at + 1 :]
                bent.append(answer_of({**credential, "response": {**parts, name: other}}))
        return [*bent, answer_of({**credential, "id": "AAAA", "rawId": "AAAA"})]


def test_it_can_set_devices_up() -> None:
    assert isinstance(WAY, DeviceKeeper)


def test_what_a_device_proved_is_kept_anew(device: Device) -> None:
    asked = replace(ASKED, kept=kept_of(device))
    used = WAY.finish(asked, answer_of(device.use(WAY.begin(asked).options)))

    assert used.subject == asked.kept["credential_id"]
    assert int(used.keeps["sign_count"]) == int(asked.kept["sign_count"]) + 1
    assert used.expires_at == ASKED.ends_at
    assert used.one_time_id


def test_a_challenge_to_use_a_passkey_makes_none_and_the_other_way_round(device: Device) -> None:
    asked = replace(ASKED, kept=kept_of(device))
    using, making = (
        json.loads(challenge.options) for challenge in (WAY.begin(asked), WAY.begin_to_keep(asked, ANN))
    )
    using["challenge"], making["challenge"] = making["challenge"], using["challenge"]

    with pytest.raises(BadProof, match="strange-challenge"):
        WAY.finish(asked, answer_of(device.use(json.dumps(using))))
    with pytest.raises(BadProof, match="strange-challenge"):
        WAY.keep(asked, answer_of(device.make(json.dumps(making))))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"kept": {}}, "unknown-passkey"),
        ({"secret": b"t" * 32}, "strange-challenge"),
        ({"now": ASKED.ends_at}, "over"),
    ],
)
def test_an_answer_belongs_to_its_try(device: Device, change: dict[str, object], reason: str) -> None:
    asked = replace(ASKED, kept=kept_of(device))
    answer = answer_of(device.use(WAY.begin(asked).options))

    with pytest.raises(BadProof, match=reason):
        WAY.finish(replace(asked, **change), answer)  # type: ignore[arg-type]
