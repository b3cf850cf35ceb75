"""What is answered aside of the records: greetings, how to ask, deadlines, which offices there are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from bot.ask import subjects, wording
from bot.ask.answers import Answer, Items, Kind, Part, unknown
from bot.ask.lexing import office_in_kana
from bot.ask.matching import reading
from bot.ask.question import Asked, UnclearOffice, offices_within, read
from bot.ask.wording import Say
from store import projects
from store.database import Database
from store.index.catalog import NO_NAME, Catalog, Entry
from store.lists.rows import joint_sections
from store.search.filtering import sections_meant
from store.search.pipeline import search
from store.search.query import filters_in, parse
from store.search.suggestions import likeness
from store.talk.conversations import Turn
from store.text import lazily
from store.text.asking import MOST, OFFICE, WORK, core
from store.text.courtesies import courtesy
from store.text.morphology import tokenize
from store.text.normalize import is_kana, one_space
from store.text.numbers import fiscal_year_name, parse_fiscal_year


def courtesies(db: Database, question: str) -> Answer | None:
    """A reply to what asks nothing of the records; None when it does ask."""
    match courtesy(question):
        case "thanks":
            return Answer("smalltalk", (wording.THANKS,))
        case "greeting":
            return Answer("smalltalk", (wording.greeting(question), *_examples(db, 2)))
        case "nod":
            return Answer("smalltalk", (wording.NOD,))
        case "complaint":
            return Answer("smalltalk", (*wording.COMPLAINT, *_examples(db, 2)))
        case "help":
            return usage(db)
        case "opinion":  # what is good or bad is not for a bot to say
            return unknown(wording.NO_OPINION, why=(wording.OPINION_ASKED,))
        case None:
            return None


def usage(db: Database) -> Answer:
    """What can be asked, with examples from the loaded list."""
    return Answer("help", (wording.WHAT_I_DO, *_examples(db, 6), *wording.HOW_TO_GO_ON))


def examples(held: Catalog, most: int) -> Sequence[Say]:
    """Questions that the loaded list can answer, none when nothing is loaded."""
    if not held.entries:
        return []
    one, two = held.entries[0], held.entries[len(held.entries) // 2]
    office = (one.section or one.department or one.organization).split("\n")[0]
    return [asked(one, two, office) for asked in wording.EXAMPLES[:most]]


def _examples(db: Database, most: int) -> Iterator[Part]:
    with db.reading() as index:
        asked = examples(index.catalog, most)
    yield Items(tuple((question, "") for question in asked)) if asked else wording.NOTHING_LOADED


_BY_NUMBER = "事業番号{}の事業"
_SERIAL = re.compile("通し番号(?:が|は|の)?([0-9]{1,6})(?:番|の事業)?")


def serials_by_number(db: Database, question: str) -> str:
    """A question with the project's number for its 通し番号: they are not the same."""

    def by_number(found: re.Match[str]) -> str:
        project = projects.with_serial(db, found[1])
        return _BY_NUMBER.format(project.number) if project else found[0]

    return _SERIAL.sub(by_number, question)


_IN_SHORT = re.compile(
    "(?P<name>[一-龥ァ-ヺーA-Za-z]{2,}(?<![部局課室]))の(?P<kind>[課室係])(?=って|[のはがでに]|$)"
)


def _office_in_full(db: Database, said: re.Match[str]) -> str:
    """An office told by a part of its name and its kind, where only one is called so: スマートシティの室."""
    every = {entry.section for entry in db.snapshot.catalog.entries if entry.section.endswith(said["kind"])}
    some = [office for office in every if said["name"] in office]
    return some[0] if len(some) == 1 else said[0]


def filters_in_words(db: Database, question: str) -> str:
    """The question with its filters said in words, and offices told in part by their names."""
    question = _IN_SHORT.sub(lambda said: _office_in_full(db, said), question)
    for start, end, kind, value in reversed(filters_in(question)):
        told = _in_words(db, kind, value)
        if told:
            rest = question[end:].lstrip()
            joins = "の" if rest and not rest.startswith(("の", "は", "を", "が", "で")) else ""
            question = f"{question[:start]}{told}{joins}{rest}"
    return question


def _in_words(db: Database, kind: str, value: str) -> str:
    """A filter as one would say it, '' where it names nothing."""
    if kind == "year":
        year = parse_fiscal_year(value)
        return fiscal_year_name(year) if year else ""
    if kind == "section":
        return "と".join(office.name for office in sections_meant(db, value))
    return value if kind == "department" else ""


_FIELDS: Mapping[str, wording.OfficeKind] = {
    "部": "department", "部局": "department", "府省庁": "organization", "省庁": "organization",
}  # fmt: skip


def offices(db: Database, question: Asked) -> Answer | None:
    """The offices that have projects, those with the most first, or the fewest; None when asked otherwise.

    Of a department those that it has, or those that belong to none.
    """
    held, above = db.snapshot.catalog, offices_within(question)
    asked = question.typed_core if above is None else question.core
    kind = re.search(OFFICE, asked) if above is None else None
    field = _FIELDS.get(kind[0] if kind else "", "section")
    entries = [entry for entry in held.entries if entry.fiscal_year == max(held.years, default=0)]
    of_whom = None if above is None else frozenset(office.name for office in above) or frozenset(("",))
    counts = Counter(name for entry in entries for name in _names(entry, field, of_whom) if name)
    if above == ():  # a slip of a list leaves the department of a section out once
        counts -= Counter({entry.section: len(entries) for entry in entries if entry.department})
    if field == "section":  # a department that stands where others have a section is none
        departments = {entry.department for entry in entries if entry.section != entry.department}
        counts = Counter(
            {name: n for name, n in counts.items() if name not in departments or name[-1] != "部"}
        )
    if not counts:
        return None
    fewest = "少ない" in asked
    ranked = sorted(counts.items(), key=lambda item: item[1] if fewest else -item[1])
    of = None if above is None else "・".join(office.name for office in above)
    told = wording.offices_in_order(field, len(ranked), fewest=fewest, of=of)
    if re.search(MOST, asked):
        first = [name.replace("\n", "、") for name, count in ranked if count == ranked[0][1]]
        told = wording.office_with_most(field, first, ranked[0][1], fewest=fewest)
    lines = Items(tuple((name.replace("\n", "、"), wording.count_apart(count)) for name, count in ranked))
    counted: Kind = "count" if re.search(r"いくつ|何個|何課|何部|数(?!が)", asked) else "list"
    return Answer(counted, (told, lines), why=(wording.offices_counted(field),))


def _names(entry: Entry, field: str, of_whom: frozenset[str] | None) -> Iterable[str]:
    """The offices that a project counts for: a joint section (A課／B課) is each of those that it names.

    Of sections those of the departments or bodies `of_whom` only, if it is of any.
    """
    joint = joint_sections(entry.department, entry.listed) if field == "section" else ()
    named = joint or ((entry.department, getattr(entry, field)),)
    return dict.fromkeys(
        name
        for above, name in named
        if of_whom is None or above in of_whom or entry.organization in of_whom - {""}
    )


MOST_LIKE = 5  # offices that may have been meant
ALIKE = 0.75  # likeness of an office that may have been meant

_OFFICES = frozenset("課係")


def refused(db: Database, question: str) -> Answer | None:
    """The refusal of an office in kana that neither the lists nor their texts know; None without one.

    The question comes with known names masked. The dictionary drops such a name and would leave its 課.
    """
    name = office_in_kana(question)
    return refusal(db, name) if name and not search(db, parse(f'"{name}"')).hits else None


def refusal(db: Database, name: str) -> Answer:
    """That there is no such office, which ones have its name in theirs or is like it, and how to see all."""
    sections = {entry.section for entry in db.snapshot.catalog.entries if entry.section}
    having = sorted(each for each in sections if name in each or name.removesuffix("課") in each)
    near = "、".join(map(one_space, having[:MOST_LIKE])) or _nearest(name, sections)
    perhaps = (wording.perhaps(near),) if near else ()
    told = (wording.no_such_office(name), *perhaps, wording.HOW_TO_SEE_OFFICES)
    return unknown(*told, why=(wording.no_office_named(name),))


def among(terms: Iterable[str]) -> str:
    """The first of the words looked for that is an office, '' when none is."""
    return next((term for term in terms if _is_office(term)), "")


def _is_office(term: str) -> bool:
    """Whether its last word is 課 or 係 by itself, not 賦課 or 関係, behind a name."""
    *name, last = tokenize(term)
    return bool(name) and last.word.surface in _OFFICES and not NO_NAME.fullmatch(term)


def _nearest(name: str, offices: Collection[str]) -> str:
    """The office spelled most like `name`, else the one read most like it; '' when none is like it."""
    spelled = {office for office in offices if len({*name} - {*office}) <= (1 - ALIKE) * len(name) + 1}
    read = {office for office in offices if is_kana(name) or abs(len(office) - len(name)) <= 1}
    for said, among in ((str, spelled), (reading, read)):  # to read hundreds of offices takes long
        alike = {office: likeness(said(name), said(office)) for office in sorted(among)}
        best = max(alike, key=alike.__getitem__, default="")
        if best and alike[best] >= ALIKE:
            return best
    return ""


_KIND = r"(?P<kind>課室?|室|係|部署|部局?|局|府省庁|省庁?|庁)"
_POINTS = (
    r"(?:(?<![どこそ])(?:この|その|あの|上の|前の|今の|さっきの|先ほどの|こちらの|そちらの|そこの|ここの|あそこの|同じ(?:担当|所管)?)"
    r"|(?<![一-龥])同)"
)
_MADE_OF_IT = rf"の(?:(?:ほか|他)の)?(?:{WORK})"
# 担当課 alone asks for the section's name; its projects are asked of the section itself.
_POINTED = lazily(
    rf"(?:{_POINTS}{_KIND}(?!の(?:ほか|他)に|以外)(?=[のはがをにでもとやだ、,\s]|って|全体|ほか|他)"
    rf"|(?:そこ|あそこ|そちら)(?=(?:は|では|って)?、?(?:ほか|他)に|{_MADE_OF_IT})"  # そこはほかに何をしている
    rf"|(?:^|(?<=[^どこ]の))(?:(?:その|この)?(?:担当|所管|主管))?(?P<own>課|室|部署|部)(?={_MADE_OF_IT}|[のを](?:まとめ|要約)|(?:で|は|では)、?(?:ほか|他)に))"
)
_ONLY_ITS_NAME = lazily("(?:は|って|とは|を)?(?:何|なに|どこ)?|の(?:名前|名称|名)(?:は|を|って)?")
_DEPARTMENTS = ("部", "部局", "局")
_ORGANIZATIONS = ("府省庁", "省庁", "省", "庁")


def pointed_office_in_full(
    db: Database,
    question: str,
    *,
    last: Turn | None,
    here: str,
    placed_at: Callable[[str], tuple[tuple[Entry, ...], ...]],
) -> str | UnclearOffice:
    """The question with the office's name for この課, or what is unclear of it.

    `placed_at` gives the projects at the places of a list that a text begins with.
    """
    held = db.snapshot.catalog
    found = _POINTED.search(question)
    if not found or _ONLY_ITS_NAME.fullmatch(core(question[found.end() :])):
        return question
    kind = found["kind"] or found["own"] or "課"
    before, rest = question[: found.start()], question[found.end() :]
    is_same_as = found[0].startswith("同じ") and before.endswith("と")  # 11と同じ課の事業
    placed = placed_at(before) if found["own"] else ()
    if placed:  # 2番目の課の事業
        names, before = _offices((entry for each in placed for entry in each), kind), ""
    elif is_same_as or (found["own"] and before):  # 11の担当課の事業
        is_bare = found[0] == found["own"]  # 〜の課, not 〜の担当課: most of what stands there is no project
        names, before = _of_what_is_named(db, before[:-1], kind, held, by_name=is_bare), ""
        if not (names or is_same_as):
            return question  # どこの課の事業, ほかの課の事業, 企業の部の取組
    elif held.mentions(before):
        return question  # what it points at is in the question itself
    else:
        names = _of_thread(last, kind, held) or ((here,) if here else ())
    return f"{before}{names[0]}{rest}" if len(names) == 1 else UnclearOffice(found[0], kind, names)


def _of_what_is_named(db: Database, text: str, kind: str, held: Catalog, *, by_name: bool) -> tuple[str, ...]:
    """The offices of the project that a text means; `by_name`: by its number or name, not by some words."""
    subject = subjects.find(db, read(text, held))
    is_meant = subject.is_sure and (subject.is_named or not by_name)
    return _offices(held.of_keys([subject.projects[0].key]), kind) if is_meant else ()


def _of_thread(last: Turn | None, kind: str, held: Catalog) -> tuple[str, ...]:
    """The offices of the project that a thread speaks of, else of all that it listed."""
    if not last:
        return ()
    shown = {last.topic} if last.topic else {*last.listed}
    return _offices((entry for entry in held.entries if entry.key in shown), kind)


def _offices(entries: Iterable[Entry], kind: str) -> tuple[str, ...]:
    """The offices of that kind, each once; where a list has no such column, those above it."""
    return tuple(dict.fromkeys(name for entry in entries if (name := _office(entry, kind))))


def _office(entry: Entry, kind: str) -> str:
    if kind in _ORGANIZATIONS:
        return entry.organization
    above = entry.department or entry.organization
    return above if kind in _DEPARTMENTS else entry.section or above


def which_office(unclear: UnclearOffice, held: Catalog) -> Answer:
    """Nothing or too much to point at: say how to ask."""
    pointed, names = unclear.pointed, unclear.names
    ask = wording.which_is_meant(
        pointed, names, next(iter(names or _offices(held.entries, unclear.kind)), "")
    )
    return Answer("none", (ask,), confidence="none", why=(wording.office_unclear(pointed),))
