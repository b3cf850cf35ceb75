"""Follow-ups in a thread: その成果は？, 2番目, もっと, 担当は？ — read with what was last shown."""

from __future__ import annotations

import re
from dataclasses import replace

from sqlite_utils import Database

from bot.answers import fields, listing
from bot.answers.cues import core
from bot.answers.reading import Request, normal, read
from bot.answers.replies import Answer, Key, title, unknown
from bot.answers.showing import Choice, Choices, Say
from store import projects
from store.catalog import Catalog, Entry
from store.talk.conversations import Turn

_MORE = re.compile(
    r"もっと(?:見る|見せて|知りたい|ある|教えて|詳しく)?|続き(?:は|を.*)?|つづき|(?:他|ほか)(?:に|は|には|にも)?(?:ある|あります|何が)?|次(?:の\d+件|のページ|へ|は)?"
    r"|残り(?:は|も|を.*)?|more|next"
)
_DIGITS = str.maketrans("一二三四五六七八九", "123456789")
_ORDINAL = re.compile(
    r"(?:上から)?(?P<n>[0-9]{1,3}|[一二三四五六七八九])(?:番目|番め|つ目|つめ|件目|個目|つ)(?:の事業|のもの|のやつ|のプロジェクト)?"
    r"|(?P<first>最初|先頭|一番上|いちばん上|トップ)(?:の事業|のもの|のやつ)?|(?P<last>最後|一番下|いちばん下)(?:の事業|のもの|のやつ)?"
)
_PRONOUN = re.compile(
    r"(?:その|この|あの|上の|さっきの|先ほどの|前の|今の|同じ)(?:事業|プロジェクト|取り?組み?|施策|やつ|件|もの)?|それ|これ|あれ"
)


def answer_more(db: Database, question: str, last: Turn) -> Answer | None:
    """The next page of what was listed, if that is what is asked."""
    if not _MORE.fullmatch(core(normal(question))):
        return None
    if not last.rest:
        return unknown(Say("お見せできるものはこれで全部です。")) if last.listed or last.topic else None
    now, later = last.rest[: listing.PAGE], last.rest[listing.PAGE :]
    found = [project for key in now if (project := projects.get(db, *key))]
    head = Say(f"続きの{len(found)}件です。", "bold")
    parts = (head, *listing.page(found, last.terms), *listing.more_button(len(later)))
    keys = tuple(project.key for project in found)
    return Answer("list", parts, keys, later, why=("前の一覧の続きです",), terms=last.terms)


def reread(question: str, request: Request, last: Turn, held: Catalog) -> Request | Answer:
    """The request with what the thread showed put in for 2番目, その, or a subject left out."""
    text = normal(question)
    if found := _ORDINAL.match(core(text)):
        place = _place(found, len(last.listed))
        if not 0 <= place < len(last.listed):
            return (
                unknown(Say(f"前の一覧にあるのは{len(last.listed)}件までです。")) if last.listed else request
            )
        rest = core(text)[found.end() :].lstrip("のは、 ")
        return _about(read(rest, held) if rest else request, last.listed[place], held)
    has_pronoun = bool(_PRONOUN.match(text))
    if not (has_pronoun or lacks_subject(request)):
        return _figure_of_topic(request, last, held)
    if last.topic:
        without = _PRONOUN.sub("", text, count=1).lstrip("のはが、 ")
        return _about(read(without, held) if has_pronoun else request, last.topic, held)
    return request


def which_one(db: Database, request: Request, last: Turn) -> Answer:
    """Several were shown and none was named: ask back."""
    found = [project for key in last.listed[:5] if (project := projects.get(db, *key))]
    choices = tuple(
        Choice(
            fields.label(p), "ask_of", f"{p.fiscal_year} {p.number} {(request.fields or ('overview',))[0]}"
        )
        for p in found
    )
    lines = tuple(Say(f"{n}. {title(project)}") for n, project in enumerate(found, 1))
    keys = tuple(project.key for project in found)
    ask = Say("どの事業についてでしょうか。「2番目」のようにお答えいただけます。")
    return Answer("field", (ask, *lines, Choices(choices)), keys, confidence="unsure")


def next_turn(last: Turn | None, given: Answer) -> Turn | None:
    """What to remember after an answer: a list stays while its projects are asked about one by one."""
    held = last or Turn()
    if last and last.rest and last.rest[: len(given.shown)] == given.shown:
        return replace(last, rest=given.rest)
    if given.rest or len(given.shown) > 1:
        return Turn(None, (*given.shown, *given.rest), given.rest, given.terms)
    if given.shown:
        return replace(held, topic=given.shown[0])
    return last


def lacks_subject(request: Request) -> bool:
    """Whether a question names nothing at all to speak of."""
    has_none = not (request.named or request.offices or request.terms or request.unknown_numbers)
    return has_none and request.kind in ("field", "figure", "summary", "changes", "compare", "sentence")


def _figure_of_topic(request: Request, last: Turn, held: Catalog) -> Request:
    """満足度は？ in a thread about one project asks for that project's figure."""
    if request.kind == "figure" and last.topic and not (request.named or request.offices):
        return _about(request, last.topic, held)
    return request


def _about(request: Request, key: Key, held: Catalog) -> Request:
    entries = tuple(entry for entry in held.of_number(key[1]) if _is(entry, key))
    return replace(request, named=(entries, *request.named)) if entries else request


def _is(entry: Entry, key: Key) -> bool:
    return (entry.fiscal_year, entry.number) == key


def _place(found: re.Match[str], total: int) -> int:
    if found["n"]:
        return int(found["n"].translate(_DIGITS)) - 1
    return total - 1 if found["last"] else 0
