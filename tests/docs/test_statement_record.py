"""The record of a restriction: its fields and categories stand in the reference and in the schema, and no others."""

import json
from dataclasses import fields

from tertulia.domain.moderation import Reason
from tertulia.domain.transparency import CATEGORIES, KEYWORDS, Record
from tests.docs import pages

SCHEMA = json.loads((pages.ROOT / "docs/reference/statement-record.schema.json").read_text("utf-8"))
OF_STATEMENT = SCHEMA["$defs"]["statement"]


def test_reference_schema_and_record_have_the_same_fields() -> None:
    wanted = {each.name for each in fields(Record)}
    text, _, _ = pages.reference("statement-record").partition("## Categories")

    assert {row[0].strip("`") for row in pages.rows(text)} == wanted
    assert set(OF_STATEMENT["properties"]) == wanted


def test_every_reason_has_its_category_and_keyword() -> None:
    _, _, text = pages.reference("statement-record").partition("## Categories")
    told = {row[0].strip("`"): (row[1].strip("`"), row[2].strip("`")) for row in pages.rows(text)}

    assert told == {reason.value: (CATEGORIES[reason], KEYWORDS.get(reason, "")) for reason in Reason}
    assert set(CATEGORIES.values()) <= set(OF_STATEMENT["properties"]["category"]["enum"])
    words = OF_STATEMENT["properties"]["category_specification"]["items"]["enum"]
    assert set(KEYWORDS.values()) <= set(words)
