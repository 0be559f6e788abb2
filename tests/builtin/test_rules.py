"""The shipped rules: the contract of every rule, and what each one notices at its limit."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from tertulia.builtin.rules import closed, length, links, rate, repeat
from tertulia.domain.moderation import Finding, Screening
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
