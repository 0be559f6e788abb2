"""The audit trail of a comment or an author at the desk."""

from tertulia.domain import ids
from tertulia.domain.audit import Audited, Trail
from tertulia.domain.ids import AuthorId, CommentId
from tertulia.domain.moderation import Finding
from tertulia.render import addresses, environment, sentences, texts
from tertulia.render.desk import Frame, frame
from tertulia.render.look import Look


def of_comment(look: Look, at: Frame, comment_id: CommentId, trail: Trail) -> str:
    """Show what was done to a comment."""
    title = texts.gettext("What was done to a comment", look.language)
    back = texts.gettext("The comment at the desk", look.language)
    return _page(look, at, trail, f"/desk/c/{ids.encode(comment_id)}", title=title, back_words=back)


def of_author(look: Look, at: Frame, author_id: AuthorId, trail: Trail) -> str:
    """Show what was done to an author and their comments."""
    title = texts.gettext("What was done to an author", look.language)
    back = texts.gettext("The author at the desk", look.language)
    return _page(look, at, trail, f"/desk/authors/{ids.encode(author_id)}", title=title, back_words=back)


def _page(look: Look, at: Frame, trail: Trail, path: str, **words: str) -> str:
    before = trail.next_before
    return environment.render(
        look.language,
        "desk/audit.html",
        **frame(look, at),
        **words,
        back=addresses.site(look, path),
        entries=[_entry(look, each, trail.names.get(each.number, "")) for each in trail.entries],
        next_href=addresses.site(look, f"{path}/audit", before=str(before)) if before else "",
    )


def _entry(look: Look, of: Audited, name: str) -> dict[str, object]:
    language, facts = look.language, of.entry.facts
    comment_id = of.entry.comment_id
    return {
        "number": of.number,
        "made_at": of.made_at,
        "what": texts.audited(language, of.entry.act, facts),
        "by": _by(language, of, name),
        "before": _status(language, facts.get("status_before")),
        "after": _status(language, facts.get("status_after")),
        "why": _why(language, of),
        "version": of.policy_version,
        "digest": of.digest,
        "comment_href": addresses.site(look, f"/desk/c/{ids.encode(comment_id)}") if comment_id else "",
    }


def _by(language: str, of: Audited, name: str) -> str:
    if of.entry.act == "appeal.made":
        return texts.gettext("its author", language)
    if of.entry.facts.get("is_by_person") is False:
        return texts.gettext("a program", language)
    return name or texts.gettext("name not known", language)


def _status(language: str, code: object) -> str:
    return texts.status(language, str(code)) if code else "–"


def _why(language: str, of: Audited) -> list[str]:
    facts = of.entry.facts
    findings = facts.get("findings") or ()
    source = str(facts.get("source") or "")
    said = [texts.reason(language, str(facts["reason"]))] if facts.get("reason") else []
    if isinstance(findings, list | tuple):
        said += [texts.finding(language, Finding(code=str(code))) for code in findings]
    if source != "own" and source in sentences.SOURCES:
        said.append(texts.source(language, source))
    if facts.get("is_unlawful"):
        said.append(texts.ground(language, "law"))
    return said
