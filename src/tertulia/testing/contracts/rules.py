"""What every rule keeps."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from tertulia.domain.moderation import Finding, Screening
from tertulia.domain.policy import Policy
from tertulia.plugins.contracts import Rule
from tertulia.testing.contracts.names import NAME


def screening(text: str = "A calm word about the harbour.", *, policy: Policy | None = None) -> Screening:
    """Give an unsuspicious screening of a text; change what a test is about with `dataclasses.replace`."""
    return Screening(
        source=text,
        text=text,
        links=(),
        is_story_open=True,
        recent_texts=(),
        recent_count=0,
        policy=policy or Policy(),
        now=datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC),
    )


class RuleContract:
    """What every rule keeps. Say at least `rule`; `noticed` lists what it must find."""

    def rule(self) -> Rule:
        """Make the rule under test."""
        raise NotImplementedError

    def noticed(self) -> Sequence[Screening]:
        """Give screenings that the rule must find something in."""
        return ()

    def _all(self) -> Sequence[Screening]:
        return (
            *self.noticed(),
            screening(),
            screening(""),
            screening("🧵" * 500),
            screening("مرحبا بكم في النقاش"),
            replace(
                screening("word " * 2000), links=("https://example.org/",) * 400, recent_texts=("word",) * 20
            ),
        )

    def test_is_a_rule_with_a_plain_name(self) -> None:
        """It satisfies the protocol, and its name can stand in a policy."""
        rule = self.rule()

        assert isinstance(rule, Rule)
        assert NAME.fullmatch(rule.name)

    def test_finds_what_it_is_for(self) -> None:
        """It notices every screening of `noticed`."""
        for case in self.noticed():
            assert self.rule().screen(case), case

    def test_has_nothing_against_an_ordinary_comment(self) -> None:
        """It finds nothing in a calm short text."""
        assert self.rule().screen(screening()) == []

    def test_findings_can_be_stored_and_explained(self) -> None:
        """Codes are stable words, strengths are shares, places lie in the text, parameters are JSON."""
        for case in self._all():
            for finding in self.rule().screen(case):
                assert isinstance(finding, Finding)
                assert NAME.fullmatch(finding.code)
                assert 0 <= finding.strength <= 1
                assert 0 <= (finding.start or 0) <= (finding.end or len(case.text)) <= len(case.text)
                assert json.loads(json.dumps(finding.parameters)) == finding.parameters

    def test_the_same_draft_gives_the_same_findings(self) -> None:
        """It keeps no memory of its own between two calls."""
        rule = self.rule()

        for case in self._all():
            assert rule.screen(case) == rule.screen(case) == self.rule().screen(case)
