"""The shipped rules: the contract of every rule, and what each one notices at its limit."""

import time
from collections.abc import Sequence
from dataclasses import replace
from itertools import product

import pytest

from tertulia.builtin.rules import (
    burst,
    closed,
    disposable_mail,
    language,
    length,
    links,
    near_repeat,
    new_author,
    rate,
    repeat,
    shouting,
)
from tertulia.domain.moderation import AuthorFacts, Finding, Screening
from tertulia.domain.policy import Policy
from tertulia.plugins.contracts import Rule
from tertulia.testing.contracts import RuleContract, screening

SENTENCE = "The quay belongs to all of us."


class TestLength(RuleContract):
    def rule(self) -> Rule:
        return length.make({})

    def noticed(self) -> Sequence[Screening]:
        return [screening("x" * 10_001), screening(""), screening(" \n\u200b\u2060\u202e ")]

    def test_length_at_the_limit_passes_and_one_more_is_named(self):
        policy = Policy(longest_comment=5)

        assert self.rule().screen(screening("abcde", policy=policy)) == []
        assert self.rule().screen(screening("abcdef", policy=policy)) == [
            Finding(code="too-long", parameters={"limit": 5, "length": 6})
        ]

    def test_length_is_that_of_the_source_as_typed(self):
        typed = replace(screening("short", policy=Policy(longest_comment=5)), source="**short**")

        assert self.rule().screen(typed)[0].code == "too-long"

    @pytest.mark.parametrize("text", ["!", "🧵", "ة"])
    def test_one_character_is_a_comment(self, text):
        assert self.rule().screen(screening(text)) == []


class TestLinks(RuleContract):
    def rule(self) -> Rule:
        return links.make({})

    def noticed(self) -> Sequence[Screening]:
        return [replace(screening(), links=("https://a.example/",) * 6)]

    def test_links_up_to_the_limit_pass_and_more_are_counted(self):
        policy = Policy(most_links=1)
        one = replace(screening(policy=policy), links=("https://a.example/",))
        two = replace(one, links=("https://a.example/", "https://a.example/"))

        assert self.rule().screen(one) == []
        assert self.rule().screen(two) == [Finding(code="many-links", parameters={"limit": 1, "count": 2})]


class TestLinksOfNewAuthors:
    POLICY = Policy(link_free_comments=2)
    ONE = replace(screening(policy=POLICY), links=("https://a.example/",))

    @pytest.mark.parametrize(("written", "is_found"), [(0, True), (1, True), (2, False)])
    def test_a_link_in_a_first_comment_is_found(self, written, is_found):
        known = replace(self.ONE, author=AuthorFacts(comment_count=written))

        wanted = [Finding(code="first-link", parameters={"written": written})] if is_found else []
        assert links.make({}).screen(known) == wanted

    def test_those_of_trusted_authors_and_to_allowed_domains_are_not(self):
        allowed = replace(self.ONE, policy=replace(self.POLICY, allowed_domains=("example",)))

        assert links.make({}).screen(replace(self.ONE, author=AuthorFacts(is_trusted=True))) == []
        assert links.make({}).screen(allowed) == []
        assert links.make({}).screen(replace(screening(policy=self.POLICY))) == []


class TestDomains:
    BLOCKED = Policy(blocked_domains=("spam.example", "*.bad.example", "böse.example"))

    def found(self, text: str = "A calm word.", *to: str, policy: Policy = BLOCKED) -> list[object]:
        findings = links.make({}).screen(replace(screening(text, policy=policy), links=to))
        return [each.parameters.get("domain", each.code) for each in findings]

    @pytest.mark.parametrize(
        "link",
        [
            *(
                "https://spam.example/",
                "http://SPAM.example:8080/x",
                "https://user@www.spam.example./",
                "//spam.example",
            ),
            *("https://bad.example/", "https://very.bad.example/"),
        ],
    )
    def test_a_link_to_a_blocked_domain_or_below_is_found(self, link):
        assert self.found("See here.", link) in (["spam.example"], ["bad.example"])

    @pytest.mark.parametrize(
        "link",
        [
            "https://notspam.example/",
            "https://spam.example.org/",
            "https://example/",
            "https://[bad/",
            "mailto:a",
        ],
    )
    def test_another_domain_is_not(self, link):
        assert self.found("See here.", link) == []

    def test_other_letters_are_one_domain(self):
        assert (
            self.found("x", "https://böse.example/") == self.found("x", "https://xn--bse-sna.example/") != []
        )

    @pytest.mark.parametrize(
        "text",
        [
            *(
                "go to spam.example now",
                "SPAM.EXAMPLE",
                "spam\u200b.exam\u2060ple",
                "ｓｐａｍ．ｅｘａｍｐｌｅ",
                "spam。example",
            ),
            *(
                "spam [.] example",
                "spam(dot)example",
                "spam dot example",
                "spam {punkt} example",
                "hxxp://spam.example/x",
            ),
        ],
    )
    def test_a_blocked_domain_is_found_without_a_link(self, text):
        assert self.found(text) == ["spam.example"]

    def test_allowed_domains_do_not_count(self):
        policy = Policy(most_links=1, allowed_domains=("gazette.example",))
        to = ("https://gazette.example/a", "https://www.gazette.example/b", "https://a.example/")

        assert self.found("x", *to, policy=policy) == []
        assert self.found("x", *to, "https://b.example/", policy=policy) == ["many-links"]

    def test_no_text_takes_long(self):
        began = time.process_time()
        for hostile in (
            "a" * 50_000,
            "a." * 25_000,
            "a-" * 25_000,
            " ( dot" * 8_000,
            "[" * 50_000,
            " " * 50_000,
        ):
            self.found(hostile)

        assert time.process_time() - began < 3


class TestBurst(RuleContract):
    POLICY = Policy(burst_newcomers=5)

    def rule(self) -> Rule:
        return burst.make({})

    def noticed(self) -> Sequence[Screening]:
        return [replace(screening(policy=self.POLICY), newcomers=lambda: 5)]

    def test_fewer_newcomers_are_no_burst(self):
        assert self.rule().screen(replace(screening(policy=self.POLICY), newcomers=lambda: 4)) == []

    @pytest.mark.parametrize("facts", [AuthorFacts(comment_count=3), AuthorFacts(is_trusted=True)])
    def test_whom_the_site_knows_is_no_newcomer_and_nobody_is_counted(self, facts):
        def fail() -> int:
            raise AssertionError("nobody should count")

        known = replace(screening(policy=self.POLICY), author=facts, newcomers=fail)
        assert self.rule().screen(known) == []
        assert self.rule().screen(replace(screening(), newcomers=fail)) == []


LONG = (
    "Buy the finest harbour tickets at half the price today only, call the number below and tell them that the"
    " ferry sent you, they will know what to do with it."
)


class TestNearRepeat(RuleContract):
    def rule(self) -> Rule:
        return near_repeat.make({})

    def noticed(self) -> Sequence[Screening]:
        return [
            replace(screening(LONG), others=lambda: ["Something else.", LONG.replace("today", "tonight")]),
            replace(screening(LONG), recent_texts=[LONG.replace("finest", "cheapest")]),
        ]

    def found(self, text: str, other: str = LONG) -> list[str | int]:
        return [
            each.parameters["of"]
            for each in self.rule().screen(replace(screening(text), others=lambda: [other]))
        ]

    def test_the_same_is_the_same(self):
        (found,) = self.rule().screen(replace(screening(LONG), recent_texts=[LONG]))

        assert (found.strength, found.parameters) == (1.0, {"percent": 100, "of": "own"})

    @pytest.mark.parametrize(
        "text",
        [
            LONG.upper(),
            "\u200b".join(LONG),
            LONG.replace(" ", "  .  "),
            LONG.replace("e", "е").replace("o", "о"),
            LONG.replace("e", "3").replace("o", "0").replace("i", "1"),
            LONG.replace("e", "é"),
            LONG + " Ref 8842.",
            "Dear all! " + LONG,
        ],
        ids=["capitals", "zero-width", "gaps", "look-alikes", "signs", "accents", "a tail", "a head"],
    )
    def test_a_disguise_is_nearly_the_same(self, text):
        assert self.found(text) == ["others"]

    @pytest.mark.parametrize(
        "text",
        [
            "The council puts the repairs at eighteen million crowns, and the island pays for it twice, in taxes.",
            LONG[:50],
            "I wrote to the number below, and they told me that the ferry is closed. What is half a price worth?",
        ],
        ids=["another text", "too short", "some words in common"],
    )
    def test_another_text_is_another_text(self, text):
        assert self.found(text) == []

    def test_short_answers_are_alike_and_nobody_minds(self):
        assert self.found("Thank you for this!", "Thank you for this!") == []


class TestDisposableMail(RuleContract):
    def rule(self) -> Rule:
        return disposable_mail.make({})

    def noticed(self) -> Sequence[Screening]:
        return [
            replace(screening(), mail_domain=domain)
            for domain in ("mailinator.com", "MAILINATOR.COM.", "inbox.mailinator.com")
        ]

    @pytest.mark.parametrize(
        "domain", ["", "com", "reader.example", "amailinator.example", "mailinator.com.example"]
    )
    def test_another_domain_is_not_found(self, domain):
        assert self.rule().screen(replace(screening(), mail_domain=domain)) == []


class TestRepeat(RuleContract):
    def rule(self) -> Rule:
        return repeat.make({})

    def noticed(self) -> Sequence[Screening]:
        return [replace(screening(SENTENCE), recent_texts=("Something else entirely", SENTENCE))]

    def test_case_space_and_compatible_characters_make_no_other_text(self):
        again = replace(screening(SENTENCE), recent_texts=("THE  ｑuay\nbelongs to ALL of us. ",))

        assert self.rule().screen(again) == [Finding(code="repeated")]

    def test_a_short_answer_repeats_only_the_one_just_before(self):
        assert self.rule().screen(replace(screening("Yes"), recent_texts=("yes ", "No"))) != []
        assert self.rule().screen(replace(screening("Yes"), recent_texts=("No", "Yes"))) == []


class TestRate(RuleContract):
    def rule(self) -> Rule:
        return rate.make({})

    def noticed(self) -> Sequence[Screening]:
        return [replace(screening(), recent_count=6)]

    def test_the_comment_that_reaches_the_limit_passes_and_the_next_does_not(self):
        policy = Policy(comments_per_minute=2)

        assert self.rule().screen(replace(screening(policy=policy), recent_count=1)) == []
        assert self.rule().screen(replace(screening(policy=policy), recent_count=2)) == [
            Finding(code="too-fast", parameters={"limit": 2})
        ]


class TestClosed(RuleContract):
    def rule(self) -> Rule:
        return closed.make({})

    def noticed(self) -> Sequence[Screening]:
        return [replace(screening(), is_story_open=False)]

    def test_a_closed_story_is_found(self):
        assert self.rule().screen(replace(screening(), is_story_open=False)) == [Finding(code="story-closed")]


class TestShouting(RuleContract):
    def rule(self) -> Rule:
        return shouting.make({})

    def noticed(self) -> Sequence[Screening]:
        return [
            screening("THE HARBOUR IS CLOSED AND NOBODY TELLS US WHY"),
            screening("ГАВАНЬ ЗАКРЫТА И НИКТО НЕ ГОВОРИТ ПОЧЕМУ"),
            screening("Really?????"),
            screening("حقا؟؟؟؟؟"),
        ]

    def test_a_share_at_the_limit_is_noticed_and_one_below_is_not(self):
        assert self.rule().screen(screening("A" * 14 + "a" * 6)) == [
            Finding(code="shouting", strength=0.7, parameters={"capitals": 70, "marks": 0})
        ]
        assert self.rule().screen(screening("A" * 13 + "a" * 7)) == []

    def test_names_and_abbreviations_shout_nothing(self):
        assert self.rule().screen(screening("NATO, UNESCO, UNICEF")) == []
        assert self.rule().screen(screening("NASA and ESA met the FDA and the EMA in the USA in May.")) == []

    def test_four_marks_pass_and_five_do_not(self):
        assert self.rule().screen(screening("Why!!!?")) == []
        (found,) = self.rule().screen(screening("Why!!!??"))
        assert (found.strength, found.parameters) == (0.5, {"capitals": 0, "marks": 5})

    @pytest.mark.parametrize(
        "text",
        [
            "T H E H A R B O U R I S C L O S E D A G A I N",
            "THE\u200b HARB\u200dOUR IS CL\u2060OSED AGAIN",
            "ＴＨＥ　ＨＡＲＢＯＵＲ　ＩＳ　ＣＬＯＳＥＤ　ＡＧＡＩＮ",
            "\U0001d413\U0001d407\U0001d404" * 7,
            "ТНЕ НАRВОUR IS СLОSЕD АGАIN",
            "Why!\u200b!\u200b!\u2060!\ufe0f!",
            "Why！！!!❗\ufe0f",
        ],
        ids=[
            "spaced",
            "zero-width",
            "full width",
            "mathematical",
            "look-alikes",
            "hidden marks",
            "other marks",
        ],
    )
    def test_a_disguise_shouts_too(self, text):
        assert [each.code for each in self.rule().screen(screening(text))] == ["shouting"]

    def test_scripts_without_case_do_not_shout(self):
        assert self.rule().screen(screening("الميناء مغلق ولا أحد يخبرنا لماذا " * 5)) == []


class TestNewAuthor(RuleContract):
    def rule(self) -> Rule:
        return new_author.make({})

    def noticed(self) -> Sequence[Screening]:
        return [screening(policy=Policy(first_held=1)), screening(policy=Policy(approved_needed=1))]

    @pytest.mark.parametrize(("written", "is_found"), [(0, True), (1, True), (2, False)])
    def test_the_first_comments_are_found_and_no_later_one(self, written, is_found):
        known = replace(
            screening(policy=Policy(first_held=2)),
            author=AuthorFacts(comment_count=written, approved_count=1),
        )

        found = self.rule().screen(known)

        parameters = {"written": written, "approved": 1}
        assert found == ([Finding(code="new-author", parameters=parameters)] if is_found else [])

    @pytest.mark.parametrize(("approved", "is_found"), [(2, True), (3, False)])
    def test_until_enough_were_approved_all_are_found(self, approved, is_found):
        facts = AuthorFacts(comment_count=20, approved_count=approved)
        known = replace(screening(policy=Policy(approved_needed=3)), author=facts)

        assert bool(self.rule().screen(known)) is is_found

    def test_a_trusted_author_is_not_new(self):
        known = replace(screening(policy=Policy(first_held=2)), author=AuthorFacts(is_trusted=True))

        assert self.rule().screen(known) == []


SAID = {
    "en": "The council puts the repairs at eighteen million crowns, and the island pays for it twice, as always.",
    "de": "Der Rat schätzt die Reparatur auf achtzehn Millionen Kronen, und die Insel zahlt sie zweimal, wie immer.",
    "fr": "Le conseil estime les travaux à dix-huit millions de couronnes, et l'île les paie deux fois.",
    "es": "El consejo calcula las obras en dieciocho millones de coronas, y la isla las paga dos veces.",
    "it": "Il consiglio stima i lavori a diciotto milioni di corone, e l'isola li paga due volte, come sempre.",
    "nl": "De raad schat het werk op achttien miljoen kronen, en het eiland betaalt er twee keer voor.",
    "ar": "يقدر المجلس الإصلاحات بثمانية عشر مليون كرونة، والجزيرة تدفع ثمنها مرتين كما هي العادة دائما في كل عام.",
    "ru": "Совет оценивает ремонт в восемнадцать миллионов крон, и остров платит за него дважды, как и всегда бывало.",
    "ja": "評議会は修理費を千八百万クローネと見積もっており、島はいつものように二度支払う。" * 2,
}


class TestLanguage(RuleContract):
    def rule(self) -> Rule:
        return language.make({})

    def noticed(self) -> Sequence[Screening]:
        return [replace(screening(SAID["de"]), language="en"), replace(screening(SAID["en"]), language="ar")]

    @pytest.mark.parametrize(("said", "asked"), list(product(SAID, SAID)))
    def test_a_text_is_in_its_own_language_and_in_no_other(self, said, asked):
        found = self.rule().screen(replace(screening(SAID[said]), language=asked))

        assert [each.code for each in found] == ([] if said == asked else ["other-language"])

    @pytest.mark.parametrize("asked", ["", "tlh", "xx-YY"])
    def test_of_languages_without_a_list_nothing_is_said(self, asked):
        assert self.rule().screen(replace(screening(SAID["ru"]), language=asked)) == []

    def test_regions_make_no_difference(self):
        assert self.rule().screen(replace(screening(SAID["de"]), language="de-AT")) == []

    @pytest.mark.parametrize(
        "text", ["Danke, sehr schön!", "Ὁμηρος", "https://example.org/a/b/c", "😀" * 300, "1 2 3 " * 50]
    )
    def test_short_words_and_no_words_are_left_alone(self, text):
        assert self.rule().screen(replace(screening(text), language="en")) == []

    @pytest.mark.parametrize(
        "disguised",
        [
            SAID["de"].replace("e", "e\u200b"),
            SAID["ru"].upper(),
            " ".join(SAID["fr"].replace(" ", "")),
            "the " + SAID["ru"],
        ],
        ids=["zero-width", "capitals", "letters apart", "one word of it"],
    )
    def test_a_disguise_makes_no_english(self, disguised):
        assert self.rule().screen(replace(screening(disguised), language="en")) != []

    def test_invisible_characters_make_no_other_language(self):
        shown = "\u00ad".join(SAID["en"])

        assert self.rule().screen(replace(screening(shown), language="en")) == []
