"""Lines of phrases: what is one, what is none, and that a written list is read as it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tertulia.domain.phrases import BadPhrase, Matching, Phrase, PhraseKind, clean, read_line, write_line

USUAL = Phrase(words="")
SUSPECT = Phrase(words="", kind=PhraseKind.SUSPECT, matching=Matching.STEM, language="de")


@pytest.mark.parametrize(
    ("line", "phrase"),
    [
        ("Idiot", Phrase(words="idiot")),
        ("  kill \u00a0 YOU ", Phrase(words="kill you")),
        ("idi\u200bot", Phrase(words="idiot")),
        ("scho\u0308n", Phrase(words="schön")),
        (
            "dumm\tsuspect\tstem\tde-AT",
            Phrase(words="dumm", kind=PhraseKind.SUSPECT, matching=Matching.STEM, language="de"),
        ),
        ("*fool*\tbanned\twildcard\t*", Phrase(words="*fool*", matching=Matching.WILDCARD)),
        ("dumm\tsuspect", Phrase(words="dumm", kind=PhraseKind.SUSPECT)),
        ("88", Phrase(words="88")),
        ("🐷", Phrase(words="🐷")),
        ("猪", Phrase(words="猪")),
        ("حمار", Phrase(words="حمار")),
    ],
)
def test_a_line_is_a_phrase(line, phrase):
    assert read_line(line, otherwise=USUAL) == phrase


def test_what_a_line_does_not_say_is_as_usual_and_a_star_is_all_languages():
    assert read_line("dumm", otherwise=SUSPECT) == Phrase(
        words="dumm", kind=PhraseKind.SUSPECT, matching=Matching.STEM, language="de"
    )
    assert read_line("dumm\t\t\t*", otherwise=SUSPECT).language == ""


@pytest.mark.parametrize(
    "line",
    [
        *("", " ", "\u200b", "a", "!", "...", "!?", "x" * 101, "fo*l", "*", "**"),
        *("dumm\tforbidden", "dumm\tbanned\tregexp", "dumm\tbanned\tword\tdeutsch", "dumm\tbanned\tword\t1"),
        *(
            "dumm\tbanned\tword\tde\tmore",
            "fool\tbanned\twildcard",
            "a fo*l\tbanned\twildcard",
            "*a*\tbanned\twildcard",
        ),
    ],
)
def test_a_line_that_is_no_phrase_is_refused(line):
    with pytest.raises(BadPhrase):
        read_line(line, otherwise=USUAL)


words = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@given(
    st.builds(
        "{}\t{}\t{}\t{}".format,
        words,
        st.sampled_from(PhraseKind),
        st.sampled_from(Matching),
        st.sampled_from(["", "*", "de", "ar"]),
    )
)
def test_a_written_list_is_read_as_it_was(line):
    try:
        phrase = read_line(line, otherwise=USUAL)
    except BadPhrase:
        return

    assert read_line(write_line(phrase), otherwise=SUSPECT) == phrase


@given(words)
def test_cleaning_twice_changes_nothing(text):
    assert clean(clean(text)) == clean(text)
