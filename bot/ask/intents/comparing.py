"""Projects or sections side by side."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.ask import subjects, wording
from bot.ask.answers import Answer, Details, Items, Part, Quote, Table, unknown
from bot.ask.intents import listing, passages
from bot.ask.matching import COMPOUND, lacking, sentences
from bot.ask.quantities import (
    DATE,
    DURATION,
    JOINED,
    LEVEL,
    MONEY,
    PART,
    PEOPLE,
    PERCENT,
    Figure,
    closeness,
    figures,
    role_in,
    unit_named,
)
from bot.ask.question import WHOLE, Request
from bot.ask.terms import is_light, names, pieces, terms
from store.columns.headings import facts
from store.database import Database
from store.records import Project
from store.text import lazily
from store.text.asking import AMOUNT, MASK, THE_ONE, WORK
from store.text.display import split
from store.text.morphology import tokenize
from store.text.normalize import nfkc
from store.text.numbers import year_written

LOOKED_AT = 100  # projects in which the greatest figure is looked for
MOST = 6  # that are set side by side
SENTENCES = 3  # of each field; the whole is behind 詳細


def answer(db: Database, request: Request) -> Answer:
    """Set side by side what the request names or describes; ask which, where that is not two at least."""
    if len(request.offices) >= 2:
        return _offices(db, request)
    subjects_meant = subjects.of_sides(db, request)[:MOST]
    found = list({each.projects[0].key: each.projects[0] for each in subjects_meant}.values())
    if len(found) < 2:
        return unknown(wording.WHICH_TWO, why=(wording.no_two(request.topic),))
    is_sure = all(subject.is_sure for subject in subjects_meant)
    why = tuple(subject.candidates[0].why for subject in subjects_meant)
    parts = (wording.side_by_side(found), *_side_by_side(found, request.fields), Details(tuple(found)))
    keys = tuple(project.key for project in found)
    return Answer("compare", parts, keys, confidence="sure" if is_sure else "unsure", why=why)


def _side_by_side(found: Sequence[Project], asked: Sequence[str]) -> Iterator[Part]:
    """The fields that were asked for, else all that tell of a project."""
    yield Items(tuple((wording.label(project), _office(project)) for project in found))
    if not asked and (rows := _facts(found)):
        yield Table(((wording.ITEM_HEAD, *(project.name for project in found)), *rows))
    for field in [name for name in WHOLE if name in asked] or ([] if asked else WHOLE):
        if any(getattr(project, field) for project in found):
            yield wording.field_label(field)
            yield from _each(found, field)


def _facts(found: Sequence[Project]) -> list[tuple[str, ...]]:
    """Cost, evaluation and indicators of each, a row a column."""
    of_each = [{fact.label: fact.text for fact in facts(project.other_columns)[0]} for project in found]
    labels = dict.fromkeys(label for each in of_each for label in each)
    return [(label, *(each.get(label, "―") for each in of_each)) for label in labels]


def _each(found: Sequence[Project], field: str) -> Iterator[Part]:
    if len({getattr(project, field) for project in found}) == 1:
        yield wording.same_text(found)
        yield Quote(found[0], field, _some(found[0], field))
        return
    for project in found:
        said = _some(project, field)
        yield Quote(project, field, said) if said else wording.no_text(project)


def _some(project: Project, field: str) -> tuple[str, ...]:
    return tuple(sentence.text for sentence in split(getattr(project, field)))[:SENTENCES]


def _office(project: Project) -> str:
    return " ".join(filter(None, (project.department, project.section))).replace("\n", "、")


def _offices(db: Database, request: Request) -> Answer:
    """Sections side by side: how many projects each has, which, and what outcome each of them gives first."""
    found = [(office, listing.of_office(db, request, office)) for office in request.offices[:MOST]]
    parts: list[Part] = [wording.side_by_side([office.name for office, _ in found])]
    for office, held in found:
        parts.append(wording.of_office(office.name, len(held)))
        parts.append(Items(tuple((wording.named(project), "") for project in held[: listing.PAGE])))
        parts += listing.more_button(len(held) - listing.PAGE)
    keys = tuple(project.key for _, held in found for project in held)
    counts = [(office.name, len(held)) for office, held in found]
    if "差" in request.question and len(counts) == 2:  # 事業の数の差
        parts.insert(1, wording.differ_by(counts))
    return Answer("compare", tuple(parts), keys, why=(wording.OFFICES_LISTED,))


# What is asked for: the units that it is a question of, and whether the greater one is meant.
_WAYS: tuple[tuple[str, tuple[str, ...], bool], ...] = (
    ("先|早|古", (DATE,), False),
    ("後|遅|新し|最近", (DATE,), True),
    ("長", (DURATION,), True),
    ("短", (DURATION,), False),
    ("少な|小さ|低|安", (), False),
    ("多|大き|高|上", (), True),
)
_TWO = lazily(
    r"^(?P<one>.+?)(?:と|か|、|\s)(?P<two>[^、,\s]+?)(?:(?:では|なら|だと|のうち|、|,|\s|の?(?:どっち|どちら)|[はで])(?P<rest>.*))?$"
)
# 採択が多いのは甲と乙どっち: what is asked about stands before the two.
_TWO_BEHIND = lazily(
    r"^(?P<rest>.+?(?:の|方|ほう)は)[、,\s]*(?P<one>[^、,\s]+?)(?:と|か|、)(?P<two>[^、,\s]+?)(?:の?(?:どっち|どちら).*)?$"
)
# 採択 甲と乙どっち多い, the same in nouns.
_TWO_BEHIND_NOUN = lazily(
    r"^(?P<rest>[^\s、と]+)\s+(?P<one>[^、,\s]+?)(?:と|か|、)(?P<two>[^、,\s]+?)\s*(?:の?(?:どっち|どちら).*)$"
)
# Sections are compared by how many projects they have where nothing else is asked of them.
_OF_PROJECTS = lazily(rf"(?:{WORK}|事務|所管|担当|件?数|仕事|業務|[課室部]|一番|方|ほう|うち|中)*")
_OF_SIZE = lazily("大き|小さ|高|低|安|合計|総額")
_WORDS_THAT_ASK = lazily(
    rf"(?:どっち|どちら)(?:の方|のほう)?[のがは]?|{AMOUNT}[いく]?(?:の|方|ほう)?[はが]?|先に?|後に?"
)


@dataclass(frozen=True, slots=True)
class _Side:
    """One of the two: as it is called, and the figure that the record gives it."""

    called: Project | str
    project: Project
    field: str
    sentence: str
    figure: Figure
    value: tuple[float, ...]


def answer_which(db: Database, request: Request) -> Answer:
    """Which of the two it is, with the sentences that say so; that it can't be told where they do not."""
    way = next((each for each in _WAYS if re.search(each[0], request.cue)), _WAYS[-1])
    refused = unknown(why=(wording.NOT_ONE_FIGURE_EACH,))
    if len(request.offices) >= 2:
        words = [token.word for token in tokenize(request.topic.replace(MASK, " "))]
        nouns = [word.surface for word in words if word.kind == "名詞"]
        is_counted = all(map(_OF_PROJECTS.fullmatch, nouns)) and not _OF_SIZE.search(request.topic)
        return _of_offices(db, request, greater=way[2]) if is_counted else refused
    if request.cue.startswith(THE_ONE):
        return _most(db, request, way)
    found = (pattern.match(request.topic) for pattern in (_TWO_BEHIND, _TWO_BEHIND_NOUN, _TWO))
    every = (_sides(db, request, each, way[1]) for each in found if each)
    sides = next(filter(None, every), None)
    return _told(*sides, way) if sides else refused


def _most(db: Database, request: Request, way: tuple[str, tuple[str, ...], bool]) -> Answer:
    """The project whose figure is the greatest among those that give one for the words asked about."""
    words = pieces(tuple(term.removesuffix("数") for term in request.terms if not is_light(term)))
    unit = unit_named(f"{request.topic.strip()}は")
    hits = subjects.within(db, words, request, limit=LOOKED_AT, whole=True).hits if words else ()
    said = [hit.project for hit in hits if not hit.missing]
    units = (unit,) if unit else way[1]
    every = [near for each in said if words and (near := _of_project(each, words, units))]
    found = [side for near in every if (side := _only(near))]
    if len({side.figure.unit for side in found}) != 1 or len(found) < 2:
        return _not_ranked(
            [side for near in every for _, side in sorted(near, key=lambda e: -e[0])[:1]], said
        )
    ranked = sorted(found, key=lambda side: side.value, reverse=way[2])
    best = ranked[0]
    told = wording.most_of(request.terms, len(ranked), best.project, best.figure, greater=way[2])
    quotes = [
        Quote(side.project, side.field, (side.sentence,), (((side.figure.start, side.figure.end),),))
        for side in ranked[:SENTENCES]
    ]
    keys = tuple(side.project.key for side in ranked)
    why = (wording.FIGURES_NEAR,)
    return Answer("figure", (told, *quotes), keys[:1], keys[1:], confidence="unsure", why=why)


def _not_ranked(sides: Sequence[_Side], said: Sequence[Project]) -> Answer:
    """That no greatest is told, with the sentences that have such figures."""
    why = (wording.NO_TWO_FIGURES,)
    if not sides:
        return unknown(shown=(project.key for project in said[:1]), why=why)
    shown = sides[:SENTENCES]
    quotes = [Quote(side.project, side.field, (side.sentence,)) for side in shown]
    return unknown(wording.MAY_BELONG, *quotes, shown=(side.project.key for side in shown), why=why)


def _of_offices(db: Database, request: Request, *, greater: bool) -> Answer:
    found = [(office.name, listing.of_office(db, request, office)) for office in request.offices]
    ranked = sorted(found, key=lambda each: -len(each[1]) if greater else len(each[1]))
    first = [name for name, held in ranked if len(held) == len(ranked[0][1])]
    told = wording.which_office([(name, len(held)) for name, held in found], first, greater=greater)
    keys = tuple(project.key for _, held in ranked for project in held)
    return Answer("compare", (told,), keys[:1], keys[1:], why=(wording.OFFICES_COUNTED,))


def _sides(
    db: Database, request: Request, found: re.Match[str], units: tuple[str, ...]
) -> tuple[_Side, _Side] | None:
    """The two, each with a figure of its own, of one thing and in one unit; None where they have not that.

    What both say is asked about (受給者 of 甲の受給者と乙の受給者), and so is what stands behind the two.
    """
    asked = _WORDS_THAT_ASK.sub(" ", found["rest"] or "")
    named_unit = unit_named(asked)
    units = units or ((named_unit,) if named_unit else ())
    texts = [_SENTENCE_END.split(found[side])[-1] for side in ("one", "two")]
    if "の" in texts[1] and "の" not in texts[0] and not any(map(names, terms(asked)[0])):
        texts[1], _, of_both = texts[1].rpartition("の")  # 甲と乙の協定、早いのは
        asked = f"{asked} {of_both}"
    one, two = map(_said, texts)
    shared = [word for word in one if word in two]
    own = [[word for word in each if word not in shared] for each in (one, two)]
    about = pieces((*shared, *terms(asked)[0]))
    about = tuple(word for word in about if names(word) and word != "数" and not unit_named(word))
    about = tuple(word for word in about if not is_light(word)) or about
    meant = [_project(db, request, text, own[at], at) for at, text in enumerate(texts)]
    if meant[0] and meant[1] and meant[0].key != meant[1].key:
        return _pair(*[_of_project(project, about, units) for project in meant if project])
    if not all(own):
        return None
    called = [[text.strip(" のは"), *words[-1:]] for text, words in zip(texts, own, strict=True)]
    ranked = passages.find(db, request.question, request).ranked[: passages.JUDGED]
    pairs = [
        _pair(
            _of_thing(project, called[0], own[0], called[1], about, units),
            _of_thing(project, called[1], own[1], called[0], about, units),
        )
        for project in {each.passage.project.key: each.passage.project for each in ranked}.values()
    ]
    told = [pair for pair in pairs if pair]
    is_one = len({_first(*pair, greater=True) for pair in told}) == 1  # records that differ tell nothing
    return told[0] if is_one else None


_SENTENCE_END = lazily("[。！!？?…]")


def _said(text: str) -> list[str]:
    """The words of one side, and its last noun, be it as general as 登録."""
    found = [word for words in terms(text) for word in words]
    last = COMPOUND.findall(text)[-1:]
    return [*found, *(noun for noun in last if not any(noun in word for word in found))]


def _project(db: Database, request: Request, text: str, words: Sequence[str], at: int) -> Project | None:
    """The project that one side names, or means by its own words."""
    if MASK in text:
        place = text.count(MASK) - 1 if at == 0 else min(at, len(request.named) - 1)
        if not 0 <= place < len(request.named):  # what is masked is an office
            return None
        entries = request.named[place]
    else:
        entries = db.snapshot.catalog.of_number(text.strip())
    if entries:
        return db.snapshot.projects([entries[0].id]).get(entries[0].id)
    subject = subjects.by_words(db, Request("", "topic"), tuple(words), whole=True)
    return subject.projects[0] if subject.is_sure and subject.candidates[0].named else None


_Near = tuple[float, _Side]


def _pair(ones: Sequence[_Near], twos: Sequence[_Near]) -> tuple[_Side, _Side] | None:
    """The figures of two sides that stand nearest to what they are of; None where several pairs do.

    Both are in one unit, and no figure is of both.
    """
    pairs = [
        (near + other + _TOGETHER * (one.sentence == two.sentence), one, two)
        for near, one in ones
        for other, two in twos
        if one.figure.unit == two.figure.unit
        if (one.project.key, one.sentence, one.figure) != (two.project.key, two.sentence, two.figure)
    ]
    best = max((score for score, _, _ in pairs), default=0.0)
    chosen = [(one, two) for score, one, two in pairs if score >= best - _TIED]
    return chosen[0] if len({(one.value, two.value) for one, two in chosen}) == 1 else None


_TOGETHER = 0.2  # what it adds that one sentence has both
_TIED = 0.02


def _of_thing(
    project: Project,
    called: Sequence[str],
    own: Sequence[str],
    other: Sequence[str],
    about: Sequence[str],
    units: tuple[str, ...],
) -> list[_Near]:
    """The figures that one record gives a thing of its own, nearer to it than to the other."""
    found: list[_Near] = []
    for field, sentence in sentences(project, ("outcome", "overview")):
        among = [figure for figure in figures(sentence.text) if _is_of_units(figure, units)]
        name = next((word for word in called if word in sentence.text), "")
        theirs = next((word for word in other if word in sentence.text), "")
        unsaid = lacking(about, sentence.text, project.name)
        # Of when something was, one of the words that tell of what is enough: お約束 of a 友好都市.
        is_of_it = not unsaid or (units == (DATE,) and len(unsaid) < len(about))
        if not (name and is_of_it) or lacking(own, sentence.text, project.name):
            continue
        for figure in among:
            near = closeness(sentence.text, figure, among, (name,))
            is_theirs = theirs and closeness(sentence.text, figure, among, (theirs,)) >= near
            value = _value(figure)
            if value and near >= JOINED and not is_theirs and _stands(sentence.text, figure):
                found.append((near, _Side(name, project, field, sentence.text, figure, value)))
    return found


_OF_ANYTHING = (PEOPLE, MONEY, PERCENT)  # the unit alone does not tell that two figures are of the same


def _of_project(project: Project, about: Sequence[str], units: tuple[str, ...]) -> list[_Near]:
    """The figures that a project gives what is asked about, or in the unit that is."""
    found: list[_Near] = []
    for field, sentence in sentences(project, ("outcome", "overview")):
        among = [figure for figure in figures(sentence.text) if _is_of_units(figure, units)]
        is_told = about or (units and units[0] not in _OF_ANYTHING)
        if not is_told or lacking(about, sentence.text, project.name):
            continue
        said = [word for word in about if word in sentence.text]
        for figure in among:
            near = closeness(sentence.text, figure, among, said)
            value = _value(figure)
            if value and (near >= JOINED or not said) and _stands(sentence.text, figure):
                found.append((near, _Side(project, project, field, sentence.text, figure, value)))
    return found


def _is_of_units(figure: Figure, units: tuple[str, ...]) -> bool:
    return figure.unit in units if units else figure.unit != DATE


def _stands(sentence: str, figure: Figure) -> bool:
    """Whether a figure is what there is or was, and no target, change or exception."""
    return role_in(sentence, figure) in (LEVEL, PART)


def _only(found: Sequence[_Near]) -> _Side | None:
    """The one figure that is nearest; None where there are several, or none."""
    best = max((near for near, _ in found), default=0.0)
    chosen = [side for near, side in found if near >= best - _TIED]
    return chosen[0] if len({side.value for side in chosen}) == 1 else None


def _value(figure: Figure) -> tuple[float, ...] | None:
    """A figure as what can be compared: a date by year, month and day, else a number."""
    text = nfkc(figure.text).replace(",", "")
    if figure.unit == DATE:
        return _date(text)
    found = re.search(r"[0-9]+(?:\.[0-9]+)?", text)
    scale = next((10.0**power for mark, power in (("億", 8), ("万", 4), ("千", 3)) if mark in text), 1.0)
    return (float(found[0]) * scale,) if found and "/" not in text else None


def _date(text: str) -> tuple[float, ...] | None:
    month, day = re.search(r"([0-9]{1,2})月", text), re.search(r"([0-9]{1,2})日", text)
    parts = (float(year_written(text)), float(month[1]) if month else 0.0, float(day[1]) if day else 0.0)
    return parts if any(parts) else None


def _told(one: _Side, two: _Side, way: tuple[str, tuple[str, ...], bool]) -> Answer:
    first = _first(one, two, greater=way[2])
    sides = [(side.called, side.figure) for side in (one, two)]
    parts: list[Part] = [wording.which_of_two(sides, first, greater=way[2])]
    for side in (one, two) if one.sentence != two.sentence else (one,):
        spans = tuple((f.figure.start, f.figure.end) for f in (one, two) if f.sentence == side.sentence)
        parts.append(Quote(side.project, side.field, (side.sentence,), (spans,)))
    keys = tuple(dict.fromkeys((one.project.key, two.project.key)))
    why = (wording.figures_of_fields(tuple(dict.fromkeys((one.field, two.field)))),)
    return Answer("compare", tuple(parts), keys, why=why)


def _first(one: _Side, two: _Side, *, greater: bool) -> int | None:
    """Which of two it is, None where their figures are the same."""
    return None if one.value == two.value else int((one.value > two.value) != greater)
