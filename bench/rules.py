"""What rules cost a comment: those of a default site, each alone, and the phrases of a list of 20,000.

`python -m bench.rules` prints microseconds of one core. Nothing is asserted: a figure belongs to a machine.
"""

import random
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from bench import table
from bench.table import Aim
from tertulia.domain.judgements import judge
from tertulia.domain.moderation import NOBODY_KNOWN, Screening
from tertulia.domain.phrases import Matching, Phrase, PhraseBook
from tertulia.domain.policy import Policy
from tertulia.plugins import registry

PHRASES = 20_000
TEXTS = {
    "600 characters of English": "The harbour asked nobody about the ferry, and now the island pays twice. "
    * 8,
    "600 characters of German": "Der Hafen fragte niemanden, und nun zahlt die Insel für die Fähre doppelt. "
    * 8,
    "600 characters of Arabic": "لم تسأل هيئة الميناء أحدا عن العبارة والآن تدفع الجزيرة ثمنها مرتين. " * 8,
    "with numbers, signs and quotes": "In 2026 it's 18.4 million; the well-known e-mail says: 'no 2nd!' " * 8,
}
ROUNDS = 5
LETTERS = "abcdefghijklmnopqrstuvwxyzäöüß"


def main(*, times: int = 400) -> list[Aim]:
    """Measure, and print a table and what should not be missed."""
    rules = {rule.name: rule for rule in registry.rules(tuple(registry.load("rule")))}
    policy = Policy()
    rows, worst = [], 0.0
    for name, text in TEXTS.items():
        screening = _screening(text, policy)

        def default(screening: Screening = screening) -> None:
            found = [each for rule in policy.rules for each in rules[rule].screen(screening)]
            judge(found, NOBODY_KNOWN, policy)

        listed = replace(screening, phrases=_book())
        searched = _microseconds(lambda listed=listed: rules["phrases"].screen(listed), times)
        plain = _microseconds(default, times)
        others = _others(screening, text)
        near = _microseconds(lambda others=others: rules["near-repeat"].screen(others), max(1, times // 10))
        worst = max(worst, plain, searched)
        rows.append((name, f"{plain:.0f}", f"{searched:.0f}", f"{near:.0f}"))
    table.show(
        "Rules: microseconds of one core for a comment",
        ("", "a default site", f"{PHRASES:,} phrases", "near-repeat, 200 others"),
        rows,
    )
    print(f"\n  {_memory()}", flush=True)
    return [
        Aim(
            name="rules of a default site, or 20,000 phrases, ms",
            value=worst / 1000,
            wanted=2,
            is_least=False,
        )
    ]


def _screening(text: str, policy: Policy) -> Screening:
    return Screening(
        source=text,
        text=text,
        links=("https://www.example.org/",),
        is_story_open=True,
        recent_texts=tuple(f"Another text, number {number}. {text[:200]}" for number in range(20)),
        recent_count=1,
        policy=policy,
        now=datetime(2026, 5, 6, tzinfo=UTC),
        language="en",
    )


def _book() -> PhraseBook:
    return PhraseBook(owner=1, edition="bench", read=_phrases)


def _phrases() -> list[Phrase]:
    chance = random.Random(7)
    return [
        Phrase(
            words="".join(chance.choices(LETTERS, k=chance.randint(4, 12))),
            matching=chance.choice((Matching.WORD, Matching.STEM)),
        )
        for _ in range(PHRASES)
    ]


def _others(screening: Screening, text: str) -> Screening:
    texts = [f"{number} {text[number:]}{number}" for number in range(200)]
    return replace(screening, recent_texts=(), others=lambda: texts)


def _microseconds(ask: Callable[[], object], times: int) -> float:
    """Give the time of one call: the best round, since what else runs only ever adds."""
    ask()
    best = float("inf")
    for _ in range(ROUNDS):
        began = time.process_time()
        for _ in range(times):
            ask()
        best = min(best, time.process_time() - began)
    return best / times * 1_000_000


def _memory() -> str:
    """Say what the lists take in this process, which holds them twice while they are made."""
    before = _resident()
    search = registry.rules(("phrases",))[0]
    began = time.process_time()
    search.screen(replace(_screening("word", Policy()), phrases=_book()))
    seconds = time.process_time() - began
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return (
        f"{PHRASES:,} phrases are ready after {seconds:.2f} s and take {(_resident() - before) / 1024:.0f} MB;"
        f" the process {_resident() / 1024:.0f} MB, at most {most / 1024:.0f} MB"
    )


def _resident() -> int:
    """Give the kilobytes that this process has in memory."""
    if not sys.platform.startswith("linux"):
        return 0
    with open("/proc/self/status", encoding="ascii") as status:  # noqa: PTH123 - no file of ours
        return int(next(line.split()[1] for line in status if line.startswith("VmRSS")))


if __name__ == "__main__":
    table.aims(main())
