"""Names: what looks alike, who may take which, and that of two who want one at once one gets it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from tertulia.domain.accounts import Role
from tertulia.domain.authors import Author, AuthorKind, BadName, NameReserved, NameTaken
from tertulia.domain.comments import CommentDraft
from tertulia.domain.permissions import SYSTEM, Actor, ActorKind
from tertulia.domain.transfer import PortableAuthor, PortableEntry, PortableStory
from tertulia.services import accounts, comments, names, sign_in, transfer
from tertulia.testing.builders import ORIGIN, Guest, Make, opened
from tests.services.looking import count_rows
from tests.services.test_concurrency import AT_ONCE, at_once

URL = f"{ORIGIN}/a"
ANN, BOB = "ann@reader.example", "bob@reader.example"


def member(make: Make, address: str = ANN, *, role: Role = Role.READER, guest: Guest | None = None) -> Actor:
    """Sign somebody in, in a browser that may have written as a guest; give the actor of its session."""
    with make.write(SYSTEM) as unit:
        account = accounts.set_role(unit, address, role)
    with make.write(guest.actor if guest else SYSTEM) as unit:
        token = sign_in.open_session(unit, account, way="email", device="")
    return Actor(kind=ActorKind.GUEST, session_hash=accounts.hash_secret(token))


def post(make: Make, actor: Actor, name: str, body: str = "") -> Author:
    with make.write(actor) as unit:
        draft = CommentDraft(body=body or f"I am {name}.", story_url=URL, name=name)
        return comments.post(unit, draft).comment.author


def rename(make: Make, actor: Actor, name: str) -> None:
    with make.write(actor) as unit:
        accounts.rename(unit, name)


def name_of(make: Make, actor: Actor) -> str:
    with make.read(actor) as unit:
        return unit.actor.author.name if unit.actor.author else ""


ALIKE = [
    ("Paul", "Раul"),  # Cyrillic
    ("Paul", "Ρaul"),  # Greek
    ("Paul", "Ｐａｕｌ"),  # fullwidth
    ("Paul", "𝐏𝐚𝐮𝐥"),  # mathematical
    ("Paul", "Ⓟaul"),  # circled
    ("Paul", "PauI"),  # a capital i
    ("Paul", "Pau1"),
    ("Paul", "Pau|"),
    ("Paul", "pAUL"),
    ("Paul", "Pa\u200dul"),  # a joiner without width
    ("Paul", "Pa\u00adul"),  # a soft hyphen
    ("Paul", "Paul\ufe0f"),  # a variation selector
    ("Paul", "P. a-u_l!"),
    ("Paul", "Paul ✓"),
    ("Otto", "0tt0"),
    ("Bernd", "Bemd"),
    ("IAN", "ian"),
    ("Max", "max"),
    ("Müller", "Mu\u0308ller"),
    ("Müller", "MÜLLER"),
    ("Weiß", "Weiss"),
    ("Вася", "вася"),
    ("Вася", "ВАСЯ"),
    ("Νίκος", "νίκος"),
    ("Steve", "Steνe"),
    ("محمد", "مُحَمَّد"),  # with signs for the vowels
    ("محمد", "محـمد"),  # stretched
    ("علي", "على"),  # yeh without its dots
    ("שלום", "שָׁלוֹם"),
]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_these_look_alike(one, other):
    assert not names.looks_of(one).isdisjoint(names.looks_of(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Müller", "Muller"),
        ("Zoë", "Zoe"),
        ("Łukasz", "Lukasz"),
        ("Ann", "Anna"),
        ("Ann 2", "Ann 3"),
        ("محمد", "أحمد"),
        ("سارة", "سمير"),
        ("李雷", "李明"),
        ("김철수", "김영희"),
        ("Вася", "Вова"),
        ("٣", "٤"),
    ],
)
def test_these_do_not(one, other):
    assert names.looks_of(one).isdisjoint(names.looks_of(other))


@given(st.text(min_size=1, max_size=60).map(lambda text: unicodedata.normalize("NFC", text)).filter(bool))
def test_every_name_has_a_look_within_bounds_that_is_its_own(name):
    look = names.skeleton(name)

    assert len(look) <= 4 * len(name)
    assert look in names.looks_of(name)


@given(st.text(st.characters(codec="ascii"), min_size=1, max_size=60))
def test_latin_case_makes_no_difference(name):
    assert names.skeleton(name.lower()) == names.skeleton(name.upper()) == names.skeleton(name)


@given(st.text(st.characters(codec="ascii"), min_size=1, max_size=15).map(lambda text: f"a{text}"))
def test_a_character_without_ink_makes_no_difference(name):
    assert names.skeleton(f"{name}\u00ad") == names.skeleton(name)


def test_no_two_accounts_have_names_that_look_alike(make):
    post(make, member(make), "Paul")
    bob = member(make, BOB)

    for name in ("Paul", "PauI", "Раul", " pa-ul "):
        with pytest.raises(NameTaken):
            post(make, bob, name)
        with pytest.raises(NameTaken):
            rename(make, bob, name)
    assert post(make, bob, "Paula").name == "Paula"
    with pytest.raises(NameTaken):
        rename(make, bob, "Paul")
    assert name_of(make, bob) == "Paula"


def test_ones_own_name_can_be_written_otherwise_and_taken_back(make):
    ann = member(make)
    post(make, ann, "Ann")

    for name in ("ANN", "Änn", "Ann"):
        rename(make, ann, name)
        assert name_of(make, ann) == name


def test_a_name_that_was_given_up_is_free(make):
    ann, bob = member(make), member(make, BOB)
    post(make, ann, "Ann")
    rename(make, ann, "Anna")

    assert post(make, bob, "Ann").name == "Ann"


@pytest.mark.parametrize("name", ["Paul", "Рaul", "PAUL"])
def test_guests_may_not_look_like_an_account(make, name):
    post(make, member(make), "Paul")
    guest = make.guest()

    with pytest.raises(NameTaken):
        post(make, guest.actor, name)
    assert count_rows(make)["author"] == 1
    post(make, guest.actor, "Guest")
    with pytest.raises(NameTaken):
        post(make, guest.actor, name)
    assert name_of(make, guest.actor) == "Guest"


def test_guests_may_share_a_name_and_keep_it_when_an_account_takes_it(make):
    first, second = make.guest(), make.guest()
    post(make, first.actor, "Ann")
    assert post(make, second.actor, "Ann").kind is AuthorKind.GUEST
    post(make, member(make), "Ann")

    assert post(make, first.actor, "Ann", "Still here.").name == "Ann"
    with pytest.raises(NameTaken):
        post(make, first.actor, "ann", "Written otherwise.")


def test_a_guest_who_writes_again_costs_nothing_more(make):
    guest = make.guest()
    post(make, guest.actor, "Ann")
    ran = []
    event.listen(make.units.database.engine, "after_cursor_execute", lambda *each: ran.append(each[2]))
    post(make, guest.actor, "Ann", "The same name.")

    assert not [statement for statement in ran if "skeleton" in statement]


RESERVED = [
    "Moderator",
    "moderator",
    "Mоderаtor",  # two letters are Cyrillic
    "ＡＤＭＩＮ",
    "Аdmin",
    "Adm1n",
    "Anna (Moderator)",
    "Anna Mod\u200derator",
    "Anna Adm|n",
    "Anna_Аdmin",
    "Die Redaktion",
    "المشرف",
    "المُشرف",
    "هيئة التحرير",
    "The Gazette",
    "TheGazette",
    "Gаzette",
    "gazette",
]


@pytest.mark.parametrize("name", RESERVED)
def test_names_of_staff_and_of_the_publication_are_kept(make, name):
    reader = member(make)

    for actor in (make.guest().actor, reader):
        with pytest.raises(NameReserved):
            post(make, actor, name)
    with pytest.raises(NameReserved):
        rename(make, reader, name)
    with make.write(reader) as unit, pytest.raises(NameReserved):
        accounts.make_face(unit, unit.actor.account, name)
    assert count_rows(make)["author"] == 0


@pytest.mark.parametrize("name", ["Moderata", "Edi Torres", "Adminah", "Gazetta", "Systemisch", "مشرفي"])
def test_names_that_only_begin_like_these_are_free(make, name):
    assert post(make, make.guest().actor, name).name == name


@pytest.mark.parametrize("role", [Role.STAFF, Role.EDITOR])
def test_staff_may_bear_them_but_not_each_others(make, role):
    ann, bob = member(make, role=role), member(make, BOB, role=role)

    assert post(make, ann, "The Gazette").badges == ("staff",)
    with pytest.raises(NameTaken):
        post(make, bob, "The Gazette")
    assert post(make, bob, "Moderator").name == "Moderator"


@pytest.mark.parametrize("name", ["\u3164", "\u115f\u1160", "\u200d"])
def test_a_name_that_shows_nothing_is_none(make, name):
    with pytest.raises(BadName):
        post(make, make.guest().actor, name)


def test_a_site_keeps_the_words_it_chooses(make):
    make.policy(reserved_names="Ombudsman, Leserbriefe")

    assert post(make, make.guest().actor, "Moderator").name == "Moderator"
    for name in ("Ombudsman", "Leserbriefe", "gazette"):
        with pytest.raises(NameReserved):
            post(make, make.guest().actor, name)


def test_a_guest_whose_name_was_taken_meanwhile_gets_a_number_at_sign_in(make):
    guests = [make.guest() for _ in range(3)]
    for guest in guests:
        post(make, guest.actor, "Ann")
    post(make, member(make, "first@reader.example"), "Ann")

    signed = [member(make, f"{at}@reader.example", guest=guest) for at, guest in enumerate(guests)]

    assert [name_of(make, actor) for actor in signed] == ["Ann 2", "Ann 3", "Ann 4"]


def test_a_guest_keeps_at_sign_in_a_name_that_was_reserved_later(make):
    guest = make.guest()
    post(make, guest.actor, "Ombudsman")
    make.policy(reserved_names="ombudsman")

    ann = member(make, guest=guest)

    assert name_of(make, ann) == "Ombudsman"
    with pytest.raises(NameReserved):
        rename(make, ann, "Ombudsman 2")


def test_a_name_from_elsewhere_is_made_free_within_the_longest_name(make):
    make.policy(longest_name=4)
    made = []
    for number in range(25):
        with make.write(member(make, f"{number}@reader.example")) as unit:
            assert unit.actor.account is not None
            made.append(accounts.make_face(unit, unit.actor.account, "Anna").name)

    assert made[:3] == ["Anna", "An 2", "An 3"]
    assert len({names.skeleton(name) for name in made}) == 25


def test_imported_names_take_nothing_from_anybody(make):
    faces = [PortableAuthor(name="Ann", source_id="a"), PortableAuthor(name="Ann", source_id="b")]
    old = [
        PortableEntry(source_id=str(at), story_id="s", body="Long ago.", author=face)
        for at, face in enumerate(faces)
    ]
    records = [PortableStory(source_id="s", url=URL), *old]
    list(transfer.import_records(make.units, make.key, records, source="old", secret=""))
    assert count_rows(make)["author"] == 2

    assert post(make, member(make), "Ann").name == "Ann"


def test_sites_have_names_of_their_own(database):
    with opened(database) as one, opened(database, key="courier") as other:
        one.site()
        other.site(name="The Courier")
        assert post(one, member(one), "Ann").name == "Ann"
        assert post(other, member(other), "Ann").name == "Ann"
        assert post(other, other.guest().actor, "The Gazette").name == "The Gazette"


@pytest.fixture
def busy(database):
    with opened(database, threads=AT_ONCE + 2) as made:
        made.site(comments_per_minute=1000)
        yield made


def test_of_accounts_that_want_one_name_at_once_one_gets_it(busy):
    actors = [member(busy, f"{number}@reader.example") for number in range(AT_ONCE)]
    spellings = ["Paul", "PauI", "PAUL", "Раul", "P aul", "paul"]
    for each in actors[3:]:
        post(busy, each, f"Reader {each.session_hash[:6]}")

    def taker(actor, name):
        first = actor in actors[:3]
        return lambda: post(busy, actor, name) if first else rename(busy, actor, name)

    got = at_once(*(taker(*each) for each in zip(actors, spellings, strict=True)))

    assert sum(isinstance(each, NameTaken) for each in got) == AT_ONCE - 1


def test_an_accounts_first_comments_at_once_share_a_face(busy):
    ann = member(busy)

    got = at_once(*(lambda at=at: post(busy, ann, "Ann", f"Number {at}.") for at in range(AT_ONCE)))

    assert len({each.id for each in got}) == 1
    assert count_rows(busy)["author"] == 1


def test_guests_of_one_name_who_sign_in_at_once_are_told_apart(busy):
    guests = [busy.guest() for _ in range(AT_ONCE)]
    for guest in guests:
        post(busy, guest.actor, "Ann")

    signed = at_once(
        *(
            lambda at=at, guest=guest: member(busy, f"{at}@reader.example", guest=guest)
            for at, guest in enumerate(guests)
        )
    )

    assert len({name_of(busy, actor) for actor in signed}) == AT_ONCE
