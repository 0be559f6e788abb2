"""Flat-text recovery: where the report ends, where comments begin, what is quoted, and that nothing is lost."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tertulia.builtin.importers.flat_text import splitting
from tertulia.builtin.importers.flat_text.recover import Recovery, recover

STORY = (
    "Council votes to close the old swimming pool\n"
    "The city council voted on Tuesday to close the swimming pool in Harbour Street at the end of the season, "
    "according to a statement from the mayor's office.\n"
    "“The repairs would cost four million, and the building is no longer safe for children,” said Mayor Ana Lind.\n"
    "Officials said the schools will use the pool in the neighbouring town until a new one is built in 2031."
)


def page(*lines: str) -> str:
    return "\n".join([STORY, *lines]) + "\n"


def texts(recovery: Recovery) -> list[str]:
    return [comment.text for comment in recovery.comments]


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_report_ends_where_the_known_story_ends() -> None:
    recovery = recover(page("Why was nobody asked?", "Yes, shameful!"), article=STORY)

    assert recovery.article == tuple(STORY.split("\n"))
    assert recovery.title == "Council votes to close the old swimming pool"
    assert texts(recovery) == ["Why was nobody asked?", "Yes, shameful!"]
    assert [comment.line for comment in recovery.comments] == [5, 6]


def test_report_end_is_guessed_when_the_story_is_unknown() -> None:
    recovery = recover(
        page("Why was nobody asked? I swim there every day!", "Thanks for nothing, you clowns!!")
    )

    assert recovery.article == tuple(STORY.split("\n"))
    assert len(recovery.comments) == 2


def test_readers_quote_of_the_story_is_not_taken_for_the_report() -> None:
    quoted = "Officials said the schools will use the pool in the neighbouring town until a new one is built in 2031."

    recovery = recover(page("Nonsense!", quoted, "By then my children are grown up."), article=STORY)

    assert len(recovery.article) == 4
    assert quoted in recovery.comments[-1].text
    assert recovery.comments[-1].text.endswith("grown up.")


def test_comment_glued_to_the_report_is_cut_off() -> None:
    recovery = recover(STORY + "What a shame!\nYes, it is.\n", article=STORY)

    assert recovery.article == tuple(STORY.split("\n"))
    assert recovery.comments[0].text == "What a shame!"


def test_quoted_sentence_has_offsets_in_the_story_in_spite_of_other_quotation_marks() -> None:
    quoted = '"The repairs would cost four million, and the building is no longer safe for children"'

    recovery = recover(page("Who says so?", quoted, "Ask the engineers."), article=STORY)

    (comment,) = [one for one in recovery.comments if one.quotes]
    (quote,) = comment.quotes
    assert quote.of == "article"
    assert STORY[quote.start : quote.end] == quote.exact
    assert quote.exact.startswith("The repairs")
    assert quote.exact.endswith("children")
    assert comment.text.endswith("Ask the engineers.")
    assert comment.markdown.startswith("> ")


def test_four_words_are_a_quote_only_within_quotation_marks() -> None:
    recovery = recover(
        page(
            "I never believed “no longer safe for” anything.",
            "Hello Tom, it is no longer safe for us, is it?",
        ),
        article=STORY,
    )

    assert [len(comment.quotes) for comment in recovery.comments] == [1, 0]


def test_glued_comments_are_split_and_noted() -> None:
    recovery = recover(
        page("They never listen to the swimmers.Children will pay for this.", "No!"), article=STORY
    )

    assert texts(recovery)[:2] == ["They never listen to the swimmers.", "Children will pay for this."]
    assert "glued comment split at line 5" in recovery.notes


@pytest.mark.parametrize(
    "line",
    [
        "See https://pool.example/Open.Hours for the times.",
        "It was in the U.S.Army days, e.g.Monday.",
        "Written by J.K.Nilsson, of course.",
        "Version 2.Beta costs 3.50 and Pool.Hours.txt says so.",
        "Just call Pool.openGates() and os.Path_join.",
        "I wrote to Dr.Lind about it.",
        "First one.Second one.Third one, all mine.",
    ],
)
def test_what_only_looks_like_a_glue_is_left_alone(line: str) -> None:
    assert [piece.text for piece in splitting.split_line(1, line)] == [line]


def test_colon_keeps_the_quoted_line_and_signature_keeps_its_quote() -> None:
    recovery = recover(
        page("Why close it?", "My grandmother used to say:", "“Water has no enemies.”", "-Greta Olsen"),
        article=STORY,
    )

    assert recovery.comments[-1].text.endswith("“Water has no enemies.”\n\n-Greta Olsen")


def test_sentence_broken_by_a_struck_word_is_joined_and_noted() -> None:
    recovery = recover(
        page("I remember quite well what the mayor", "toldasked us to do in spring."), article=STORY
    )

    assert texts(recovery) == ["I remember quite well what the mayor toldasked us to do in spring."]
    assert "struck word run together at line 6: 'toldasked'" in recovery.notes


def test_lost_quotation_is_noted_and_not_invented() -> None:
    recovery = recover(page("Thanks, good piece.", "Money quote:"), article=STORY)

    assert recovery.notes == ("lost quotation after 'Money quote:' at line 6",)
    assert recovery.comments[-1].quotes == ()


def test_parent_is_given_only_where_the_text_shows_it() -> None:
    first = "The old pool loses more water every night than the whole harbour holds."

    recovery = recover(
        page(first, "Is that so?", first, "That is a rumour and you know it."), article=STORY, order="chrono"
    )

    answer = recovery.comments[-1]
    assert answer.parent == 0
    assert answer.parent_confidence is not None
    assert answer.quotes[0].of == 0
    assert recovery.comments[0].text[answer.quotes[0].start : answer.quotes[0].end] == answer.quotes[0].exact
    assert all(comment.parent is None for comment in recovery.comments[:-1])


def test_markdown_shows_marks_literally_and_keeps_addresses() -> None:
    recovery = recover(
        page("# *No* <b>pool</b> at https://pool.example/a_b?x=1&y=2 [1] ~~gone~~!"), article=STORY
    )

    assert recovery.comments[0].markdown == (
        "\\# \\*No\\* \\<b\\>pool\\</b\\> at https://pool.example/a_b?x=1&y=2 \\[1\\] \\~\\~gone\\~\\~!"
    )


def test_german_page_is_cut_by_greetings_and_thanks() -> None:
    recovery = recover(
        page(
            "Hallo zusammen,",
            "weiß jemand, wann das Bad schließt?",
            "Liebe Grüße",
            "Vielen Dank für den Artikel!",
        ),
        article=STORY,
    )

    assert texts(recovery) == [
        "Hallo zusammen,\n\nweiß jemand, wann das Bad schließt?\n\nLiebe Grüße",
        "Vielen Dank für den Artikel!",
    ]


@pytest.mark.parametrize(
    "text", ["", "\n\n", " ", "\ufeff", "x", "...", "“", ":\n:", "@\n-\n>", "你好。@你\n再见"]
)
def test_odd_texts_do_not_crash(text: str) -> None:
    recovery = recover(text)

    kept = "".join([*recovery.article, *(comment.text for comment in recovery.comments)])
    assert squeezed(kept) == squeezed(text)


_LINES = st.lists(
    st.one_of(
        st.text(max_size=40),
        st.sampled_from(
            [*STORY.split("\n"), "Yes.Why not?", "Money quote:", "-Kim Berg", "- one", "hi,", "@Kim yes"]
        ),
    ),
    max_size=25,
)


@settings(max_examples=200, deadline=None)
@given(lines=_LINES, article=st.sampled_from([None, "", STORY, STORY[:150], "x"]))
def test_no_character_is_lost(lines: list[str], article: str | None) -> None:
    text = "\n".join(lines)

    recovery = recover(text, article=article)

    kept = "".join([*recovery.article, *(comment.text for comment in recovery.comments)])
    assert squeezed(kept) == squeezed(text)
    story = article if article is not None else "\n".join(recovery.article)
    for number, comment in enumerate(recovery.comments):
        assert comment.parent is None or comment.parent < number
        for quote in comment.quotes:
            source = story if quote.of == "article" else recovery.comments[quote.of].text
            assert source[quote.start : quote.end] == quote.exact


@pytest.mark.parametrize(
    "text",
    [
        "The pool is closed. " * 50_000,
        "a" * 1_000_000,
        "ha " * 300_000,
        "one.Two" * 150_000,
        "https://a.b/" * 80_000,
        "\n".join(["Yes, the very same line again and again and again."] * 20_000),
        "-" * 500_000 + "x",
        "“" * 300_000,
    ],
)
def test_long_lines_and_refrains_lose_nothing(text: str) -> None:
    # What would take more than seconds meets the time limit that every test has.
    for article in (STORY, None):
        recovery = recover(text, article=article)
        kept = "".join([*recovery.article, *(comment.text for comment in recovery.comments)])
        assert squeezed(kept) == squeezed(text)
