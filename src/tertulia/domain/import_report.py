"""What an import found and did. The words are those of the command's report and of its JSON."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from tertulia.domain.transfer import (
    EntryKind,
    EntryState,
    PortableEntry,
    PortableRecord,
    PortableStory,
    Remark,
)

SAMPLES: Final = 3
MOST_NAMED: Final = 100
"""Remarks listed one by one; all are counted."""


@dataclass(slots=True)
class ImportReport:
    """Counts of one run. Mutable: it has the lifetime of the run."""

    source: str = ""
    is_dry_run: bool = False
    threads: int = 0
    """Stories that have entries."""
    stories: int = 0
    comments: int = 0
    """Every entry, whatever its state, pingbacks included."""
    deleted: int = 0
    spam: int = 0
    pending: int = 0
    pingbacks: int = 0
    inferred: int = 0
    """Entries whose boundary or parent was inferred."""
    written: int = 0
    already_there: int = 0
    linked_later: int = 0
    first: datetime | None = None
    last: datetime | None = None
    remarks: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    named: list[Remark] = field(default_factory=list)
    samples: list[dict[str, Any]] = field(default_factory=list)
    merged: list[tuple[str, str]] = field(default_factory=list)
    """Stories of the file that are one here: source id and URL."""
    _parents: dict[str, str | None] = field(default_factory=dict)
    _authors: set[str] = field(default_factory=set)
    _stories_with_entries: set[str] = field(default_factory=set)

    def see(self, record: PortableRecord) -> None:
        """Count what a file says, before anything is written."""
        if isinstance(record, Remark):
            self.remark(record)
        elif isinstance(record, PortableStory):
            self.stories += 1
        else:
            self._see_entry(record)

    def remark(self, remark: Remark) -> None:
        """Count a repair or something left out."""
        (self.skipped if remark.is_skip else self.remarks)[remark.code] += 1
        if len(self.named) < MOST_NAMED:
            self.named.append(remark)

    @property
    def replies(self) -> int:
        """Entries whose parent is in the file."""
        return sum(1 for parent in self._parents.values() if parent is not None and parent in self._parents)

    @property
    def orphans(self) -> int:
        """Entries that name a parent which is not in the file."""
        return sum(
            1 for parent in self._parents.values() if parent is not None and parent not in self._parents
        )

    @property
    def authors(self) -> int:
        """Different names; ids stand in where there is none."""
        return len(self._authors)

    @property
    def max_depth(self) -> int:
        """Levels of the deepest chain; 1 means no replies, 0 no entries."""
        depths: dict[str, int] = {}
        for start in self._parents:
            chain = []
            here: str | None = start
            while here is not None and here in self._parents and here not in depths:
                depths[here] = 0  # a circle ends here
                chain.append(here)
                here = self._parents[here]
            depth = depths.get(here, 0) if here is not None else 0
            for link in reversed(chain):
                depth += 1
                depths[link] = depth
        return max(depths.values(), default=0)

    def as_json(self) -> dict[str, Any]:
        """Give the report as plain values."""
        return {
            "source": self.source,
            "dry_run": self.is_dry_run,
            "threads": self.threads,
            "stories": self.stories,
            "comments": self.comments,
            "replies": self.replies,
            "orphans": self.orphans,
            "max_depth": self.max_depth,
            "authors": self.authors,
            "deleted": self.deleted,
            "spam": self.spam,
            "pending": self.pending,
            "pingbacks": self.pingbacks,
            "inferred": self.inferred,
            "first_utc": _iso(self.first),
            "last_utc": _iso(self.last),
            "written": self.written,
            "already_there": self.already_there,
            "linked_later": self.linked_later,
            "repairs": dict(sorted(self.remarks.items())),
            "skipped": dict(sorted(self.skipped.items())),
            "merged": [{"story": story, "url": url} for story, url in self.merged[:MOST_NAMED]],
            "remarks": [{"code": each.code, "where": each.where} for each in self.named],
            "sample": self.samples,
        }

    def _see_entry(self, entry: PortableEntry) -> None:
        self.comments += 1
        self._stories_with_entries.add(entry.story_id)
        self.threads = len(self._stories_with_entries)
        self._parents[entry.source_id] = entry.parent_id
        self.deleted += entry.state in (EntryState.REMOVED, EntryState.WITHDRAWN)
        self.spam += entry.state is EntryState.SPAM
        self.pending += entry.state is EntryState.PENDING
        self.pingbacks += entry.kind is EntryKind.PINGBACK
        self.inferred += entry.confidence is not None
        author = entry.author.name or entry.author.source_id or entry.author.email
        if author:
            self._authors.add(author)
        if entry.created_at is not None:
            self.first = min(self.first or entry.created_at, entry.created_at)
            self.last = max(self.last or entry.created_at, entry.created_at)
        if len(self.samples) < SAMPLES:
            self.samples.append(
                {
                    "id": entry.source_id,
                    "parent": entry.parent_id,
                    "author": entry.author.name,
                    "created": _iso(entry.created_at),
                    "text_prefix": " ".join(entry.body.split())[:80],
                }
            )


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
