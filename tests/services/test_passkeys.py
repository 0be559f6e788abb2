"""Passkeys: whom a device signs in, and what is refused."""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from tertulia.builtin.sign_in import passkey
from tertulia.domain.accounts import Account, Role, SessionOver
from tertulia.domain.authors import BadName
from tertulia.domain.passkeys import MOST, BadPasskey, PasskeyId, TooManyPasskeys, is_possible_at
from tertulia.domain.permissions import NOBODY, SYSTEM, Actor
from tertulia.plugins.contracts import Asked, BadProof, Identity
from tertulia.services import accounts, erasure, passkeys, retention
from tertulia.store import schema
from tertulia.testing.builders import Make
from tests.authenticator import PRESENT, Device, base64url, from_base64url
from tests.services.test_erasure import work
from tests.services.test_sign_in import ANN, BROWSER, OTHER, signed_in

ORIGIN, KEY = "https://comments.example", "the operator's key"
WAY = passkey.make({"origin": ORIGIN})
REFUSED = (BadPasskey, BadProof)
"""Both are one and the same to who asks: see `tests/web/test_passkeys.py`."""
Credential = Mapping[str, Any]


@pytest.fixture
def device() -> Device:
    return Device(origin=ORIGIN)


def ask_to_add(make: Make, actor: Actor) -> str:
    with make.read(actor) as unit:
        asked, holder = passkeys.asked_to_add(unit, key=KEY), passkeys.holder(unit, key=KEY)
    return WAY.begin_to_keep(asked, holder).options


def made_of(make: Make, actor: Actor, credential: Credential) -> Identity:
    with make.read(actor) as unit:
        asked = passkeys.asked_to_add(unit, key=KEY)
    return WAY.keep(asked, {"credential": json.dumps(credential)})


def keep(make: Make, actor: Actor, credential: Credential, name: str = "Phone") -> None:
    made = made_of(make, actor, credential)
    with make.write(actor) as unit:
        passkeys.add(unit, made, name=name, key=KEY)


def add(make: Make, actor: Actor, device: Device, name: str = "Phone") -> None:
    keep(make, actor, device.make(ask_to_add(make, actor)), name=name)


def ask(make: Make, browser: str = BROWSER, key: str = KEY) -> str:
    with make.read() as unit:
        asked = passkeys.asked_to_sign_in(unit, browser_hash=browser, key=key)
    return WAY.begin(asked).options


def used_of(
    make: Make, credential: Credential, browser: str = BROWSER, key: str = KEY
) -> tuple[Identity, Asked]:
    with make.read() as unit:
        named = str(credential.get("id", ""))
        asked = passkeys.asked_to_sign_in(unit, browser_hash=browser, key=key, credential_id=named)
    return WAY.finish(asked, {"credential": json.dumps(credential)}), asked


def confirm(make: Make, credential: Credential, browser: str = BROWSER, key: str = KEY) -> Account:
    used, asked = used_of(make, credential, browser, key)
    with make.write(NOBODY) as unit:
        return passkeys.confirm(unit, used, asked)


def enter(make: Make, device: Device, name: str = "") -> Account:
    return confirm(make, device.use(ask(make), name))


def names(make: Make, actor: Actor) -> list[str]:
    with make.read(actor) as unit:
        return [each.name for each in passkeys.list_own(unit)]


def test_a_passkey_signs_its_account_in_without_being_told_which(make, device):
    ann = signed_in(make)
    signed_in(make, "bob@reader.example")
    add(make, ann, device, name="  Ann's\u202e phone ")

    assert enter(make, device).email == ANN
    assert enter(make, device).email == ANN
    assert names(make, ann) == ["Ann's phone"]
    with make.read(ann) as unit:
        (kept,) = passkeys.list_own(unit)
    assert (kept.sign_count, kept.used_at, kept.transports) == (2, make.clock(), ("internal",))


def test_a_browser_is_asked_for_a_passkey_it_finds_itself_and_that_asks_its_reader(make, device):
    ann = signed_in(make)
    add(make, ann, device)
    made, used = json.loads(ask_to_add(make, ann)), json.loads(ask(make))

    assert made["rp"]["id"] == used["rpId"] == "comments.example"
    assert made["authenticatorSelection"]["residentKey"] == "required"
    assert made["authenticatorSelection"]["userVerification"] == used["userVerification"] == "required"
    assert [each["id"] for each in made["excludeCredentials"]] == list(device.keys)
    assert not used.get("allowCredentials")
    assert made["attestation"] == "none"


def test_what_stands_for_an_account_on_a_device_is_lasting_and_says_nothing(make, device):
    ann, bob = signed_in(make), signed_in(make, "bob@reader.example")
    handles = [json.loads(ask_to_add(make, each))["user"]["id"] for each in (ann, ann, bob)]

    assert handles[0] == handles[1] != handles[2]
    assert len(from_base64url(handles[0])) == 32


def test_devices_that_do_not_count_are_taken(make, device):
    device.step = 0
    add(make, signed_in(make), device)

    assert enter(make, device).email == enter(make, device).email == ANN


@pytest.mark.parametrize("count", [0, 3, 4])
def test_a_device_that_counts_back_is_refused(make, device, count):
    device.count = 4
    add(make, signed_in(make), device)
    device.count, device.step = count, 0

    with pytest.raises(REFUSED):
        enter(make, device)


def test_an_answer_counts_once(make, device):
    device.step = 0
    ann = signed_in(make)
    made = device.make(ask_to_add(make, ann))
    keep(make, ann, made)
    used = device.use(ask(make))
    confirm(make, used)

    with pytest.raises(REFUSED):
        confirm(make, used)
    with make.write(ann) as unit:
        (kept,) = passkeys.list_own(unit)
        passkeys.remove(unit, kept.id)
    with pytest.raises(REFUSED):
        keep(make, ann, made)


def test_a_challenge_is_over_after_five_minutes(make, device):
    ann = signed_in(make)
    add(make, ann, device)
    made, used = device.make(ask_to_add(make, ann)), ask(make)
    make.clock.advance(timedelta(minutes=passkeys.MINUTES))

    with pytest.raises(REFUSED):
        keep(make, ann, made)
    with pytest.raises(REFUSED):
        confirm(make, device.use(used))


def test_answers_are_forgotten_when_their_challenge_is_over(make, device):
    add(make, signed_in(make), device)
    enter(make, device)
    make.clock.advance(timedelta(minutes=passkeys.MINUTES, seconds=1))
    retention.forget_sessions(make.units)

    with make.read() as unit:
        kinds = set(unit.db.execute(select(schema.session.c.kind)).scalars())
    assert "proof" not in kinds


@pytest.mark.parametrize("browser", [OTHER, ""])
def test_an_answer_counts_in_the_browser_that_asked(make, device, browser):
    add(make, signed_in(make), device)

    with pytest.raises(REFUSED):
        confirm(make, device.use(ask(make)), browser)


def test_a_challenge_to_sign_in_adds_nothing_and_the_other_way_round(make, device):
    ann = signed_in(make)
    add(make, ann, device)
    crossed = json.loads(ask_to_add(make, ann))
    crossed["challenge"] = json.loads(ask(make, ann.session_hash))["challenge"]
    with pytest.raises(REFUSED):
        keep(make, ann, device.make(json.dumps(crossed)))

    crossed = json.loads(ask(make, ann.session_hash))
    crossed["challenge"] = json.loads(ask_to_add(make, ann))["challenge"]
    with pytest.raises(REFUSED):
        confirm(make, device.use(json.dumps(crossed), next(iter(device.keys))), ann.session_hash)


@pytest.mark.parametrize("challenge", ["", "AAAA", base64url(b"\xff" * 64), base64url(b"\x00" * 64)])
def test_a_challenge_is_one_of_ours(make, device, challenge):
    add(make, signed_in(make), device)
    asked = {**json.loads(ask(make)), "challenge": challenge}

    with pytest.raises(REFUSED):
        confirm(make, device.use(json.dumps(asked)))


def test_a_challenge_made_with_another_key_is_none(make, device):
    add(make, signed_in(make), device)
    with pytest.raises(REFUSED):
        confirm(make, device.use(ask(make, key="another")))


def test_another_key_of_the_operator_ends_no_passkey(make, device):
    add(make, signed_in(make), device)
    assert confirm(make, device.use(ask(make, key="another")), key="another").email == ANN


WRONG: dict[str, Callable[[Device], None]] = {
    "origin": lambda device: setattr(device, "origin", "https://comments.example.evil.example"),
    "port": lambda device: setattr(device, "origin", "https://comments.example:8443"),
    "frame": lambda device: setattr(device, "cross_origin", True),
    "unverified": lambda device: setattr(device, "flags", PRESENT),
    "absent": lambda device: setattr(device, "flags", 0),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_was_asked_elsewhere_or_of_nobody_is_refused(make, device, wrong):
    ann = signed_in(make)
    add(make, ann, device)
    WRONG[wrong](device)

    with pytest.raises(REFUSED):
        enter(make, device, next(iter(device.keys)))
    with pytest.raises(REFUSED):
        add(make, ann, device)
    assert names(make, ann) == ["Phone"]


def test_a_passkey_of_another_host_is_refused(make, device):
    ann = signed_in(make)
    add(make, ann, device)
    asked = {**json.loads(ask(make)), "rpId": "evil.example"}
    with pytest.raises(REFUSED):
        confirm(make, device.use(json.dumps(asked)))

    asked = json.loads(ask_to_add(make, ann))
    asked["rp"]["id"] = "evil.example"
    with pytest.raises(REFUSED):
        keep(make, ann, device.make(json.dumps(asked)))


def test_a_signature_by_another_key_is_refused(make, device):
    add(make, signed_in(make), device)
    forged = Device(origin=ORIGIN)
    add(make, signed_in(make, "eve@reader.example"), forged)
    name = next(iter(device.keys))
    forged.keys = {name: next(iter(forged.keys.values()))}
    forged.keys[name].handle = device.keys[name].handle

    with pytest.raises(REFUSED):
        enter(make, forged)


@pytest.mark.parametrize("handle", ["", base64url(b"x" * 32)])
def test_the_handle_is_the_account_s(make, device, handle):
    add(make, signed_in(make), device)
    next(iter(device.keys.values())).handle = handle

    with pytest.raises(REFUSED):
        enter(make, device)


def test_a_passkey_belongs_to_one_site(make, device):
    letter = Make(make.units, make.clock, key="letter")
    letter.site(origins=["https://letter.example"])
    add(make, signed_in(make), device)
    ours, theirs = device.use(ask(make)), device.use(ask(letter))

    for credential in (ours, theirs):
        with pytest.raises(REFUSED):
            confirm(letter, credential)
    with pytest.raises(REFUSED):
        confirm(make, theirs)
    assert confirm(make, ours).email == ANN


def test_a_passkey_is_one_account_s(make, device):
    ann, eve = signed_in(make), signed_in(make, "eve@reader.example")
    add(make, ann, device)
    name = next(iter(device.keys))
    stolen = Device(origin=ORIGIN)
    made = stolen.make(ask_to_add(make, eve))
    raw = from_base64url(made["response"]["attestationObject"])
    replaced = raw.replace(from_base64url(made["id"]), from_base64url(name))
    made = {**made, "id": name, "rawId": name}
    made["response"]["attestationObject"] = base64url(replaced)

    with pytest.raises(REFUSED):
        keep(make, eve, made)
    assert names(make, eve) == []


BROKEN: list[Any] = [
    {},
    {"id": 1},
    {"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": {}},
    {"id": "ä", "rawId": "ä", "type": "x", "response": []},
    {"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": dict.fromkeys(
        ("clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"), "AAAA")},
    {"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": {
        "clientDataJSON": base64url(b'{"type":[],"challenge":7,"origin":{}}'),
        "attestationObject": base64url(b"\xa1" * 400), "authenticatorData": "", "signature": ""}},
    {"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": {
        "clientDataJSON": base64url(b"[" * 100_000),
        "attestationObject": base64url(b"\x81" * 100_000), "authenticatorData": "", "signature": ""}},
]  # fmt: skip


@pytest.mark.parametrize("broken", BROKEN, ids=range(len(BROKEN)))
def test_what_cannot_be_read_is_refused(make, broken):
    with pytest.raises(REFUSED):
        confirm(make, broken)
    with pytest.raises(REFUSED):
        keep(make, signed_in(make), broken)


@pytest.mark.parametrize("part", ["attestationObject", "clientDataJSON"])
def test_a_broken_byte_anywhere_is_refused_or_harmless(make, device, part):
    ann = signed_in(make)
    made = device.make(ask_to_add(make, ann))
    whole = from_base64url(made["response"][part])
    for place in range(len(whole)):
        bent = bytearray(whole)
        bent[place] ^= 0xFF
        try:
            made_of(make, ann, {**made, "response": {**made["response"], part: base64url(bytes(bent))}})
        except BadProof:
            continue


def test_an_account_has_twenty_passkeys_at_most(make, device):
    ann = signed_in(make)
    late = device.make(ask_to_add(make, ann))
    for _ in range(MOST):
        add(make, ann, device)

    with pytest.raises(TooManyPasskeys):
        ask_to_add(make, ann)
    with pytest.raises(TooManyPasskeys):
        keep(make, ann, late)
    assert len(names(make, ann)) == MOST


def test_a_passkey_has_a_name(make, device):
    ann = signed_in(make)

    for name in ("", "\u202e", "x" * 61):
        with pytest.raises(BadName):
            add(make, ann, device, name=name)


def test_a_removed_passkey_signs_nobody_in(make, device):
    ann, eve = signed_in(make), signed_in(make, "eve@reader.example")
    add(make, ann, device)
    with make.read(ann) as unit:
        (kept,) = passkeys.list_own(unit)

    with make.write(eve) as unit:
        passkeys.remove(unit, kept.id)
    assert enter(make, device).email == ANN

    with make.write(ann) as unit:
        passkeys.remove(unit, kept.id)
        passkeys.remove(unit, PasskeyId(1))
    with pytest.raises(REFUSED):
        enter(make, device)


def test_an_account_that_ends_takes_its_passkeys_along(make, device):
    ann = signed_in(make)
    add(make, ann, device)
    with make.write(ann) as unit:
        erasure.ask(unit, "keep")
    make.clock.advance(erasure.GRACE)
    work(make)

    with make.read() as unit:
        assert unit.db.execute(select(schema.passkey)).all() == []
    with pytest.raises(REFUSED):
        enter(make, device)


def test_the_operator_and_another_role_end_passkeys_with_the_sessions(make, device):
    ann = signed_in(make)
    add(make, ann, device)
    with make.write(SYSTEM) as unit:
        accounts.end_sessions(unit, ANN)
    with pytest.raises(REFUSED):
        enter(make, device)

    device.keys.clear()
    add(make, signed_in(make), device)
    with make.write(SYSTEM) as unit:
        accounts.set_role(unit, ANN, Role.MODERATOR)
    with pytest.raises(REFUSED):
        enter(make, device)


def test_a_passkey_that_was_used_meanwhile_is_refused(make, device):
    add(make, signed_in(make), device)
    used, asked = used_of(make, device.use(ask(make)))
    with make.write(NOBODY) as unit:
        unit.db.execute(update(schema.passkey).values(sign_count=9))

    with pytest.raises(REFUSED), make.write(NOBODY) as unit:
        passkeys.confirm(unit, used, asked)


def test_nobody_without_an_account_has_passkeys(make):
    with make.read() as unit:
        for ask_for in (passkeys.list_own, lambda unit: passkeys.holder(unit, key=KEY)):
            with pytest.raises(SessionOver):
                ask_for(unit)


@pytest.mark.parametrize(
    ("address", "possible"),
    [("https://comments.example", True), ("http://localhost:8000", True), ("http://comments.example", False),
     ("https://192.0.2.1", False), ("https://[2001:db8::1]:8443", False), ("http://127.0.0.1:8000", False)],
)  # fmt: skip
def test_browsers_keep_passkeys_for_names_only(address, possible):
    assert is_possible_at(address) is possible


def test_libraries_are_loaded_by_who_uses_them_only():
    script = """
import sys
from tertulia import app
from tertulia.settings import Settings

app.load_plugins(Settings()), app.passkeys_of(Settings()), app.password_keeper(), app.sign_ins_of(Settings())
sys.exit(bool({"argon2", "authlib", "httpx2", "joserfc", "webauthn"} & set(sys.modules)))
"""
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
