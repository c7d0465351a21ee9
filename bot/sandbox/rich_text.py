"""Webex's markdown, roughly: to html, to the plain text that simple clients show, and to the people it mentions."""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, field

Lookup = Callable[[str, str], tuple[str, str] | None]
"""("personId" | "personEmail", value) -> (person id, display name) of a member, or None."""

_INLINE = re.compile(
    r"""
      \\(?P<escaped>[!-/:-@\[-`{-~])
    | (?P<tick>`+)(?P<code>.+?)(?P=tick)
    | <@(?P<kind>personEmail|personId):(?P<ref>[^>|]+)(?:\|(?P<shown>[^>]*))?>
    | (?P<all><@all>)
    | \[(?P<label>(?:\\.|[^\]\\])+)\]\((?P<url>(?:https?://|mailto:)[^\s)]+)\)
    | \*\*(?P<bold>(?:\\.|[^\\*]|\*(?!\*))+)\*\*
    | \*(?P<em>(?:\\.|[^\\*])+)\*
    | (?<!\w)_(?P<low>(?:\\.|[^\\_])+)_(?!\w)
    """,
    re.VERBOSE | re.DOTALL,
)
_HEADING = re.compile(r"(#{1,6})\s+(.*)")
_QUOTE = re.compile(r">\s?(.*)")
_BULLET = re.compile(r"\s*[-*+]\s+(.*)")
_NUMBER = re.compile(r"\s*(\d{1,9})[.)]\s+(.*)")


@dataclass(slots=True)
class Rendered:
    html: str = ""
    text: str = ""
    people: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)


def render(markdown: str, lookup: Lookup) -> Rendered:
    done = Rendered()
    blocks: list[str] = []
    lines: list[str] = []
    fenced = False
    for line in markdown.split("\n"):
        if line.startswith("```"):
            blocks.append("</code></pre>" if fenced else "<pre><code>")
            fenced = not fenced
        elif fenced:
            blocks.append(html.escape(line, quote=False))
            lines.append(line)
        else:
            shown, plain = _line(line, lookup, done)
            blocks.append(shown)
            lines.append(plain)
    if fenced:
        blocks.append("</code></pre>")
    done.html = _join(blocks)
    done.text = "\n".join(lines).strip()
    return done


def _line(line: str, lookup: Lookup, done: Rendered) -> tuple[str, str]:
    if found := _HEADING.fullmatch(line):
        inner, plain = _inline(found[2], lookup, done)
        return f"<h{len(found[1])}>{inner}</h{len(found[1])}>", plain
    for pattern, tag in ((_QUOTE, "blockquote"), (_BULLET, "li")):
        if found := pattern.fullmatch(line):
            inner, plain = _inline(found[1], lookup, done)
            return f"<{tag}>{inner}</{tag}>", plain if tag == "blockquote" else f"- {plain}"
    if found := _NUMBER.fullmatch(line):
        inner, plain = _inline(found[2], lookup, done)
        return f'<li value="{int(found[1])}">{inner}</li>', f"{found[1]}. {plain}"
    return _inline(line.rstrip(), lookup, done)


def _inline(source: str, lookup: Lookup, done: Rendered) -> tuple[str, str]:
    """Html and plain text of one line; mentions found on the way are noted in `done`."""
    shown, plain, at = [], [], 0
    for found in _INLINE.finditer(source):
        before = source[at : found.start()]
        piece, words = _piece(found, lookup, done)
        shown += [html.escape(before, quote=False), piece]
        plain += [before, words]
        at = found.end()
    rest = source[at:]
    return "".join([*shown, html.escape(rest, quote=False)]), "".join([*plain, rest])


def _piece(found: re.Match[str], lookup: Lookup, done: Rendered) -> tuple[str, str]:
    part = found.groupdict()
    if part["escaped"]:
        return html.escape(part["escaped"], quote=False), part["escaped"]
    if part["code"]:
        return f"<code>{html.escape(part['code'], quote=False)}</code>", part["code"]
    if part["all"]:
        done.groups.append("all")
        return '<spark-mention data-object-type="groupMention" data-group-type="all">All</spark-mention>', "All"
    if part["kind"]:
        return _mention(found, lookup, done)
    inner, plain = _inline(part["label"] or part["bold"] or part["em"] or part["low"], lookup, done)
    if part["url"]:
        return f'<a href="{html.escape(part["url"])}" rel="nofollow noopener">{inner}</a>', plain
    tag = "strong" if part["bold"] else "em"
    return f"<{tag}>{inner}</{tag}>", plain


def _mention(found: re.Match[str], lookup: Lookup, done: Rendered) -> tuple[str, str]:
    """Bring a mention alive; of somebody who is not in the space it stays plain text."""
    person = lookup(found["kind"], found["ref"].strip())
    if person is None:
        words = found["shown"] or found["ref"]
        return html.escape(words, quote=False), words
    person_id, name = person
    words = found["shown"] or name
    if person_id not in done.people:
        done.people.append(person_id)
    tag = f'<spark-mention data-object-type="person" data-object-id="{person_id}">'
    return f"{tag}{html.escape(words, quote=False)}</spark-mention>", words


def _join(lines: list[str]) -> str:
    """Paragraphs at empty lines; everything else line under line."""
    paragraphs = [part.strip("\n") for part in re.split(r"\n\s*\n", "\n".join(lines))]
    return "".join(
        part.replace("\n", "") if part.startswith("<li") else f"<p>{part}</p>".replace("\n", "<br/>")
        for part in paragraphs
        if part
    )
