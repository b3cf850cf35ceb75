"""この課, その室, 同じ部: the office that a question points at, put in by its name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bot.answers import subjects
from bot.answers.reading import read
from bot.answers.replies import Answer, Key
from bot.answers.showing import Say
from store.database import Database
from store.index.catalog import Catalog, Entry
from store.talk.conversations import Turn
from store.text.asking import WORK, core

_KIND = r"(?P<kind>課室?|室|係|部署|部局?|局|府省庁|省庁?|庁)"
_POINTS = (
    r"(?:(?<![どこそ])(?:この|その|あの|上の|前の|今の|さっきの|先ほどの|こちらの|そちらの|同じ(?:担当|所管)?)"
    r"|(?<![一-龥])同)"
)
_MADE_OF_IT = rf"の(?:(?:ほか|他)の)?(?:{WORK})"
# 担当課 alone asks for the section's name; its projects are asked of the section itself.
_POINTED = re.compile(
    rf"(?:{_POINTS}{_KIND}(?!の(?:ほか|他)に|以外)(?=[のはがをにでもとやだ、,\s]|って|全体)"
    rf"|(?:^|(?<=[^どこ]の))(?:(?:その|この)?(?:担当|所管|主管))?(?P<own>課|室|部署|部)(?={_MADE_OF_IT}|[のを](?:まとめ|要約)))"
)
_ONLY_ITS_NAME = re.compile("(?:は|って|とは|を)?(?:何|なに|どこ)?|の(?:名前|名称|名)(?:は|を|って)?")
_DEPARTMENTS = ("部", "部局", "局")
_ORGANIZATIONS = ("府省庁", "省庁", "省", "庁")
MOST = 5  # offices named when asking back


def in_full(db: Database, question: str, held: Catalog, *, last: Turn | None, here: str) -> str | Answer:
    """The question with the office's name for この課; an Answer that asks which, where nothing tells."""
    found = _POINTED.search(question)
    if not found or _ONLY_ITS_NAME.fullmatch(core(question[found.end() :])):
        return question
    kind = found["kind"] or found["own"]
    before, rest = question[: found.start()], question[found.end() :]
    is_same_as = found[0].startswith("同じ") and before.endswith("と")  # 11と同じ課の事業
    if is_same_as or (found["own"] and before):  # 11の担当課の事業
        is_bare = found[0] == found["own"]  # 〜の課, not 〜の担当課: most of what stands there is no project
        names, before = _of_what_is_named(db, before[:-1], kind, held, by_name=is_bare), ""
        if not (names or is_same_as):
            return question  # どこの課の事業, ほかの課の事業, 企業の部の取組
    elif held.mentions(before):
        return question  # what it points at is in the question itself
    else:
        names = _of_thread(last, kind, held) or ((here,) if here else ())
    return f"{before}{names[0]}{rest}" if len(names) == 1 else _which(found[0], kind, names, held)


def _of_what_is_named(db: Database, text: str, kind: str, held: Catalog, *, by_name: bool) -> tuple[str, ...]:
    """The offices of the project that a text means; `by_name`: by its number or name, not by some words."""
    subject = subjects.find(db, read(text, held))
    is_meant = subject.is_sure and (subject.is_named or not by_name)
    return _offices(_entries([subject.projects[0].key], held), kind) if is_meant else ()


def _of_thread(last: Turn | None, kind: str, held: Catalog) -> tuple[str, ...]:
    """The offices of the project that a thread speaks of, else of all that it listed."""
    if not last:
        return ()
    return _offices(_entries([last.topic] if last.topic else last.listed, held), kind)


def _entries(keys: Sequence[Key], held: Catalog) -> list[Entry]:
    wanted = set(keys)
    return [entry for entry in held.entries if (entry.fiscal_year, entry.number) in wanted]


def _offices(entries: Iterable[Entry], kind: str) -> tuple[str, ...]:
    """The offices of that kind, each once; where a list has no such column, those above it."""
    return tuple(dict.fromkeys(name for entry in entries if (name := _office(entry, kind))))


def _office(entry: Entry, kind: str) -> str:
    if kind in _ORGANIZATIONS:
        return entry.organization
    above = entry.department or entry.organization
    return above if kind in _DEPARTMENTS else entry.section or above


def _which(pointed: str, kind: str, names: Sequence[str], held: Catalog) -> Answer:
    """Nothing or too much to point at: say how to ask."""
    told = "、".join(name.replace("\n", "・") for name in names[:MOST])
    more = "など" if len(names) > MOST else ""
    several = f"前の回答には{told}{more}の事業があります。" if names else ""
    example = next(iter(names or _offices(held.entries, kind)), "企画課").split("\n")[0]
    asks = f"「{example}の事業は何件？」のように、名前を添えてお尋ねください。"
    ask = Say(f"{several}「{pointed}」とは、どちらのことでしょうか。{asks}")
    why = (f"「{pointed}」が指す部署を、これまでのやり取りから決められませんでした",)
    return Answer("none", (ask,), confidence="none", why=why)
