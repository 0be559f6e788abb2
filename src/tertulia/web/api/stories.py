"""Stories as programs see them: the latest discussed, one by its id, one by its URL."""

from datetime import datetime, timedelta
from typing import Annotated, Final

from msgspec import UNSET, Meta, Struct, UnsetType

from tertulia.domain import ids
from tertulia.domain.errors import NotFound
from tertulia.domain.ids import StoryId
from tertulia.domain.ranking import Cursor, read_cursor, write_cursor
from tertulia.domain.stories import BadUrl, Story
from tertulia.render import addresses
from tertulia.render.look import Look
from tertulia.services import stories
from tertulia.web.api import schemas
from tertulia.web.api.operation import Answer, Operation, Table, Turn


class Latest(Struct, kw_only=True, frozen=True):
    """Which part of the list."""

    after: schemas.StoryCursor = ""
    limit: Annotated[int, Meta(ge=1, le=schemas.MOST_STORIES)] = 30


class OneStory(Struct, kw_only=True, frozen=True):
    """Which story."""

    story: schemas.PublicId


class AtUrl(Struct, kw_only=True, frozen=True):
    """Which story, by its address."""

    url: schemas.Url


def list_latest(turn: Turn, asked: Latest, _: None) -> Answer:
    """List what is discussed."""
    before = _before(asked.after) if asked.after else None
    found = stories.list_latest(turn.unit, before=before, most=asked.limit + 1)
    shown = found[: asked.limit]
    listed = [story_out(turn.look, story, last_comment_at=at) for story, at in shown]
    is_last = len(found) <= asked.limit
    return Answer(content=schemas.StoryList(stories=listed, next=None if is_last else _after(*shown[-1])))


def show(turn: Turn, asked: OneStory, _: None) -> Answer:
    """Show one story."""
    story = stories.get(turn.unit, StoryId(ids.decode(asked.story)))
    return Answer(content=story_out(turn.look, story), story=story)


def show_by_url(turn: Turn, asked: AtUrl, _: None) -> Answer:
    """Show the story at a URL."""
    story = stories.find_by_url(turn.unit, asked.url)
    if story is None:
        raise NotFound("story")
    return Answer(content=story_out(turn.look, story), story=story)


def story_out(look: Look, story: Story, *, last_comment_at: datetime | UnsetType = UNSET) -> schemas.Story:
    """Give a story in its public shape."""
    return schemas.Story(
        id=ids.encode(story.id),
        url=story.url,
        title=story.title,
        section=story.section,
        author=story.author,
        published_at=story.published_at,
        is_open=story.is_open,
        comment_count=story.comment_count,
        revision=story.revision,
        language=story.language or None,
        is_recovered=story.is_recovered,
        discussion_url=addresses.story(look, story),
        last_comment_at=last_comment_at,
    )


def _after(story: Story, moment: datetime) -> str:
    return write_cursor(Cursor(story.id, horizon=(moment - ids.EPOCH) // timedelta(microseconds=1)))


def _before(text: str) -> tuple[datetime, StoryId]:
    cursor = read_cursor(text)
    return ids.EPOCH + timedelta(microseconds=cursor.horizon), StoryId(cursor.last)


TABLE: Final[Table] = (
    Operation(
        name="listStories",
        method="GET",
        path="/stories",
        summary="List the stories that are discussed, the last discussed first.",
        run=list_latest,
        asked=Latest,
        content=schemas.StoryList,
    ),
    Operation(
        name="getStoryByUrl",
        method="GET",
        path="/stories/by-url",
        summary="Find a story by its URL, however it was decorated.",
        run=show_by_url,
        asked=AtUrl,
        content=schemas.Story,
        errors=(BadUrl,),
    ),
    Operation(
        name="getStory",
        method="GET",
        path="/stories/{story}",
        summary="Get a story.",
        run=show,
        asked=OneStory,
        content=schemas.Story,
    ),
)
