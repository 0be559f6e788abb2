"""What every notifier keeps."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from tertulia.plugins.contracts import Message, NeverSent, Notifier, NotSent, TryLater
from tertulia.testing.contracts.names import NAME

_BREAKS: Final = ("\r\n", "\n", "\r")


def message(text: str = "The ferry runs again.", *, to: str = "reader@example.org") -> Message:
    """Give an ordinary message; change what a test is about with `dataclasses.replace`."""
    return Message(to=to, subject="News of the ferry", text=text, sender="The Gazette")


class NotifierContract:
    """What every notifier keeps. Say `notifier`, `unreachable` and `count_arrived`."""

    def notifier(self) -> Notifier:
        """Make a notifier whose channel works."""
        raise NotImplementedError

    def unreachable(self) -> Notifier:
        """Make a notifier whose channel does not answer."""
        raise NotImplementedError

    def count_arrived(self) -> int:
        """Say how many messages came out of the channel so far."""
        raise NotImplementedError

    def address(self) -> str:
        """Give an address that the channel takes."""
        return "reader@example.org"

    def message(self) -> Message:
        """Give an ordinary message to that address."""
        return message(to=self.address())

    def test_is_a_notifier_with_a_plain_name(self) -> None:
        """It satisfies the protocol, and its name can stand in settings."""
        notifier = self.notifier()

        assert isinstance(notifier, Notifier)
        assert NAME.fullmatch(notifier.name)

    def test_what_is_sent_arrives_once(self) -> None:
        """One call is one message."""
        self.notifier().send(self.message())

        assert self.count_arrived() == 1

    def test_any_script_and_length_is_sent(self) -> None:
        """Words are not the channel's affair, and neither is a line that never ends."""
        notifier = self.notifier()
        for words in ("", "مرحبا بكم", "🧵" * 500, "word " * 5000, "x" * 5000, ".\n.\r\n..\nFrom me"):
            subject = " ".join(words[:60].split())
            notifier.send(replace(self.message(), text=words, html=f"<p>{words}</p>", subject=subject))

        assert self.count_arrived() == 6

    def test_checking_sends_nothing(self) -> None:
        """A check is silent where the channel works."""
        self.notifier().check()

        assert self.count_arrived() == 0

    def test_a_channel_that_is_away_is_worth_another_try(self) -> None:
        """Whoever called may send the same message later, and a check says that it is away."""
        notifier = self.unreachable()

        assert isinstance(_refusal(notifier.send, self.message()), TryLater)
        assert isinstance(_refusal(notifier.check), TryLater)

    def test_a_head_line_takes_no_second_line(self) -> None:
        """A line break in what should be one line is refused for good: it would be somebody's own header."""
        notifier = self.notifier()
        for line_break in _BREAKS:
            injected = f"x{line_break}Bcc: other@example.org{line_break}{line_break}text"
            for changed in ({"to": self.address() + injected}, {"subject": injected}, {"sender": injected}):
                hostile = replace(self.message(), **changed)
                assert isinstance(_refusal(notifier.send, hostile), NeverSent), changed

        assert self.count_arrived() == 0

    def test_failures_name_neither_person_nor_text(self) -> None:
        """The reason of a failure can be logged."""
        refusal = _refusal(self.unreachable().send, self.message())

        assert refusal is not None
        assert refusal.__cause__ is None
        assert self.address() not in str(refusal)
        assert self.message().text not in str(refusal)


def _refusal(use: Callable[..., None], *arguments: Message) -> NotSent | None:
    try:
        use(*arguments)
    except NotSent as refusal:
        return refusal
    return None
