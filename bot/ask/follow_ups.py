"""Follow-ups in a thread: その成果は？, 2番目, もっと, 担当は？ — read with what was last shown."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from bot.ask import subjects, wording
from bot.ask.answers import MOST_RANKED, Answer, Items, Key, Quote, unknown
from bot.ask.intents import briefs, fields, listing, passages
from bot.ask.intents.changing import ONLY_ASKS
from bot.ask.matching import TEXT_FIELDS, bag, is_spelled, lacking, sentences
from bot.ask.question import (
    BY_NUMBER,
    Asked,
    Request,
    is_elliptic,
    is_of_a_noun,
    lacks_subject,
    of_named,
    read,
    says_of_what,
)
from bot.ask.terms import is_light, names, pieces, terms
from store import projects
from store.columns.headings import without_unit
from store.database import Database
from store.index.catalog import Catalog, Entry
from store.records import Project
from store.search.related import similar
from store.talk.conversations import Turn
from store.text import asking, lazily
from store.text.asking import AMOUNT, COUNT_OF_OFFICE, MASK, MOST, WORK, core
from store.text.display import enumerations
from store.text.normalize import alnum_key, one_space
from store.text.numbers import without_years, years_mentioned

MOST_NEAR = 3  # projects that a question may be of each of
MOST_IN_FULL = 5  # projects of which each is told more (もっと詳しく)
MOST_OTHERS = 2  # projects that 〜じゃない方 may mean
MOST_COLUMNS = 3  # columns told one by one that a thread remembers
MOST_TOLD = 9  # projects spoken of one by one that a thread remembers
_DIGITS = str.maketrans("一二三四五六七八九", "123456789")


def answer_why(_: Database, __: Asked, last: Turn) -> Answer:
    """How the last answer was matched (なぜこの答え？)."""
    why = last.why or (wording.NOTHING_MATCHED.text,)
    return Answer("help", (wording.REASONS_FOLLOW, Items(tuple(("", reason) for reason in why))))


def answer_more(db: Database, question: Asked, last: Turn) -> Answer | None:
    """The next page of what was listed, else what was not shown yet; None where nothing was shown."""
    is_of_one = last.topic and asking.IN_FULL.search(question.typed)  # もっと詳しく, of the 2番目 of a list
    if is_of_one or not last.rest:
        if last.topic and (given := in_full(db, question, last)):
            return given
        told = Answer("none", (wording.NO_MORE,), confidence="none")
        return told if last.listed or last.topic else None
    now, later = last.rest[: listing.PAGE], last.rest[listing.PAGE :]
    found = projects_of(db, now)
    parts = (
        wording.next_page(len(found)),
        *listing.page(found, last.terms),
        *listing.more_button(len(later)),
    )
    keys = tuple(project.key for project in found)
    return Answer("list", parts, keys, later, why=(wording.OF_LIST_BEFORE,), terms=last.terms)


def projects_of(db: Database, keys: Iterable[Key]) -> list[Project]:
    """The projects that were shown, in that order; those that are gone since are left out."""
    return [project for key in keys if (project := projects.get(db, *key))]


def reread(db: Database, question: str, request: Request, last: Turn) -> Request:
    """The request with what the thread showed put in for 2番目, その, 〜の方, or a subject left out."""
    held = db.snapshot.catalog
    text = one_space(question)
    asked = core(text)
    if request.kind in ("compare", "which") and (both := _both(asked, request, last, held)):
        return both
    is_of_others = request.kind in ("count", "list") and request.terms and _OTHERS.search(asked)
    if is_of_others or (request.kind == "figure" and _OF_OTHERS.search(asked)):
        return request  # 防災の事業は他にある, 他の課も含めて何件
    if last.listed and (each := asking.EACH.match(asked)):
        return of_each(_of_one(read(asked[each.end() :], held)), last, held)
    if asking.NOT_THE_ONE.match(asked) and (other := _other_than(db, asked, last)):
        return other
    if (found := asking.ORDINAL.match(asked)) and not _is_number(found, last, held):
        if several := _several(asked, last, held):
            return replace(_of_one(read(_PLACES.sub("", asked), held)), named=several)
        return _ordinal(db, asked, found, request, last)
    if asking.WHICH_ASKED.fullmatch(asked) and last.topic:
        return about(replace(request, kind="topic", terms=()), last.topic, held)
    if last.topic and asking.WHY_DONE.fullmatch(asked):
        return about(replace(request, kind="field", fields=("purpose",), terms=()), last.topic, held)
    if request.kind == "compare" and last.topic and _names_one(request):
        return about(request, last.topic, held)
    if other := _other_than(db, asked, last):
        return other
    if last.told and request.named and request.kind == "topic" and not request.terms:
        return replace(request, kind="field", fields=last.told)  # 93の方は: what was told of another
    if last.topic and _asks_of_a_year(asked, request):
        return about(replace(request, kind="field", fields=last.told or TOLD_OF_A_YEAR), last.topic, held)
    has_pronoun = bool(asking.PRONOUN.match(text))
    if _only_says_what_is_done(request, last) and request.kind == "topic" and not has_pronoun:
        request = replace(request, kind="sentence")  # 増えましたか: a sentence tells it, and no card
    elif not (has_pronoun or lacks_subject(request) or _only_says_what_is_done(request, last)):
        return _of_listed(request, last, held) or _figure_of_topic(request, last, held)
    if last.topic:
        without = asking.PRONOUN.sub("", text, count=1).lstrip("のはが、 ")
        return about(_of_one(read(without, held)) if has_pronoun else request, last.topic, held)
    return request


_PLACES = lazily(rf"(?:{asking.ORDINAL.pattern})(?:の?[と、や]|の)?")
_OF_OTHERS = lazily("(?:他|ほか|別|全部|全て|すべて|全)の?(?:課|室|部署|部|事業)(?![一-龥])")
TOLD_OF_A_YEAR = ("outcome",)  # where nothing of the project was told before


def _asks_of_a_year(asked: str, request: Request) -> bool:
    """Whether a year is all that a question says (令和3年度は): what was told, of that year."""
    names_any = request.named or request.offices or request.terms
    years, rest = request.years or request.other_years, without_years(asked, years_mentioned(asked))
    return bool(len(years) == 1 and not names_any and request.kind == "list" and ONLY_ASKS.fullmatch(rest))


def _only_says_what_is_done(request: Request, last: Turn) -> bool:
    """Whether a question without a subject is of the project that was shown: 増えましたか."""
    is_of_one = last.topic and request.kind in ("field", "figure", "sentence", "topic")
    return bool(is_of_one and request.terms and not says_of_what(request))


def _both(asked: str, request: Request, last: Turn, held: Catalog) -> Request | None:
    """The two that a comparison leaves out: two places of the list, the two shown, the two sections."""
    if several := _several(asked, last, held):
        return replace(request, named=several, terms=(), topic=_AND.join((MASK, MASK)))
    other = [term for term in request.terms if term not in request.cue and not is_light(term)]
    if request.offices or len(request.named) > 1 or (other and not asking.BOTH.match(asked)):
        return None
    if request.kind == "which" and len(last.offices) == 2 and not request.named:
        offices = tuple(office for name in last.offices for office in held.offices_named(name)[:1])
        return replace(request, offices=offices)
    others = [key for key in (last.topic, last.topic_before) if key]
    keys = others if request.named or len(others) == 2 else last.listed if len(last.listed) == 2 else ()
    named = list(dict.fromkeys((*request.named, *_groups(keys, held))))[:2]
    if len(named) < 2:
        return None
    asks = f"{MASK}と{MASK}、{_WORDS_OF_BOTH.sub('', request.question.replace(MASK, ''))}"
    return replace(request, named=tuple(named), terms=(), topic=asks)


def _says(db: Database, key: Key, words: Sequence[str]) -> bool:
    """Whether the record of a project says words."""
    return bool(words) and any(_said_in(each, words) for each in projects_of(db, [key]))


def _said_in(project: Project, words: Sequence[str]) -> bool:
    return not lacking(words, "\n".join(each.text for _, each in sentences(project)), project.name)


def _other_than(db: Database, asked: str, last: Turn) -> Request | None:
    """The question about those shown but for the one that 〜じゃない方 leaves out, None without."""
    found, held = asking.NOT_THE_ONE.match(asked) or _THE_OTHER.match(asked), db.snapshot.catalog
    if not found:
        return None
    said, others = terms(found["which"] or "")[0], tuple[tuple[Entry, ...], ...]()
    for keys in (last.listed, tuple(key for key in (last.topic_before, last.topic) if key)):
        shown = _groups(keys, held)
        if not found["which"]:
            is_of_two = len(shown) == 2 and last.topic in keys
            others = others or tuple(e for e in shown if is_of_two and e[0].key != last.topic)
            continue
        place = asking.ORDINAL.fullmatch(found["which"])
        at = _place(place, len(keys), _at(last, keys)) if place else -1  # 1番目じゃない方
        left_out = [e for e in shown if 0 <= at < len(keys) and e[0].key == keys[at]]
        left_out = left_out or [
            e for e in shown if said and all(bag(e[0].name).has_in_order(word) for word in said)
        ]
        others = others or tuple(entries for entries in shown if left_out and entries not in left_out)
    if not 0 < len(others) <= MOST_OTHERS:
        return None
    rest = asked[found.end() :].lstrip("はがをのもに、 ")
    asks = _of_one(read(rest, held)) if rest else Request(asked, "topic")
    return replace(asks, named=(*others, *asks.named))


_THE_OTHER = lazily(
    r"(?P<which>(?!))?もう(?:一|ひと|片|1)(?:つ|件|方)(?:の(?:(?:方|ほう|やつ|事業)の?|(?=担当|目的|概要|成果|決算|課))|(?=は|って|も))、?"
)


def _is_field(which: str) -> bool:
    """Whether a field is what is said, or a number: 成果だけ, 事業の数だけ."""
    cue = asking.field_cue(f"{which}は")
    is_last = (
        cue is not None and cue.span[1] >= len(which) and f"の{which}"[cue.span[0]] == "の"
    )  # not 公園課
    return is_last or which.endswith("数")


def _of_one(asks: Request) -> Request:
    """A question as one project may be asked it: what would be a list (何してるやつ) is of it."""
    if asks.kind not in ("list", "count") or asks.offices:
        return asks
    if not asks.terms and (cue := asking.field_cue(core(asks.question))):
        return replace(asks, kind="field", fields=cue.fields, cue=asks.question)
    return replace(asks, kind="sentence" if asks.terms else "topic")


def _meant_by(which: str, last: Turn, held: Catalog) -> Key | None:
    """The one project of the list, else of all, that a number or a part of its name means."""
    if which.isdigit():
        entries = held.of_number(which)
        listed = [entry for entry in entries if entry.key in last.listed]
        return next((entry.key for entry in (*listed, *entries)), None)
    words = terms(which)[0] or (which,)
    for among in (held.of_keys(last.listed), held.entries):
        named = [e.key for e in among if all(map(bag(e.name).has_in_order, words))]
        if named:
            return named[0] if len(named) == 1 else None
    return None


def _names_all(entry: Entry, request: Request) -> bool:
    """Whether all that a question says is in a project's name: 制度の目的 of 大規模事業評価制度手続事務."""
    return all(bag(entry.name).has_in_order(term) for term in request.terms)


def _of_listed(request: Request, last: Turn, held: Catalog) -> Request | None:
    """A field of what is spoken of, or a figure too of the one of the list, whose name says the words."""
    is_one = request.kind in ("field", "figure", "sentence") and request.terms and not request.named
    if not is_one or request.offices:
        return None
    first, every = request.terms[0], held.of_keys(last.listed)
    named = [entry for entry in every if bag(entry.name).has_in_order(first)]
    own = [e for e in held.of_keys(filter(None, [last.topic])) if request.fields and _names_all(e, request)]
    if len(named := own or named) != 1:
        return None
    rest = tuple(term for term in request.terms if not bag(named[0].name).has_in_order(term))
    return replace(request, named=((named[0],),), terms=rest)


def similar_to_topic(db: Database, _: Asked, last: Turn) -> Answer:
    """Projects like the one in talk (似ている事業は), and why: no record says it, so never surely."""
    project = projects.get(db, *last.topic) if last.topic else None
    found = similar(db, project) if project else ()
    if project is None or not found:
        return Answer("none", (wording.NOTHING_SIMILAR,), confidence="none")
    parts = (
        wording.similar_to(project),
        wording.SHARES_WORDS,
        *listing.page([hit.project for hit in found], ()),
    )
    keys = tuple(hit.project.key for hit in found)
    return Answer("list", parts, keys, confidence="unsure")


def in_full(db: Database, _: Asked, last: Turn) -> Answer | None:
    """What of the thread's project, or each of a few, was not shown yet (もっと詳しく); None if all was."""
    if last.topic is None and 1 < len(last.listed) <= MOST_IN_FULL and not last.told:
        of_them = of_each(Request("", "field", fields=("overview", "outcome")), last, db.snapshot.catalog)
        return fields.answer(db, of_them)
    project = projects.get(db, *last.topic) if last.topic else None
    wanted = ("overview", "outcome", "purpose")
    left = [field for field in wanted if field not in last.told and project and getattr(project, field)]
    if project is None or not left:
        return None
    return fields.of_project(project, left, why=wording.NOT_SHOWN_YET)


def _ordinal(db: Database, asked: str, found: re.Match[str], request: Request, last: Turn) -> Request:
    held, shown = db.snapshot.catalog, _in_order(db, found, last)
    place = _place(found, len(shown), _at(last, shown))
    if not 0 <= place < len(shown):
        return request
    rest = asked[found.end() :].lstrip("のは、 ")
    asks = _of_one(read(rest, held)) if rest else replace(request, kind="topic", terms=(), topic="")
    return about(asks, shown[place], held)


def _at(last: Turn, among: Sequence[Key]) -> int:
    """The place among those listed of the project that was spoken of last, -1 for none."""
    return among.index(last.topic) if last.topic in among else -1


def _in_order(db: Database, found: re.Match[str], last: Turn) -> tuple[Key, ...]:
    """The projects of which one has the place that is asked for: those put in order last, or of the list.

    Behind none, 前者 and 後者 are the two that were spoken of last, unless the record shown has a list.
    """
    among = _among(found, last)
    if among or not _OF_SIDES.match(found[0]) or _item(db, lambda _: 0, last):
        return among
    return (last.topic_before, last.topic) if last.topic_before and last.topic else ()


def _among(found: re.Match[str], last: Turn) -> tuple[Key, ...]:
    """The projects among which a place is: what is last of those shown ends there, though a rank goes on."""
    return last.listed or last.ranked if found["last"] or found["back"] else last.in_order


def at_place(db: Database, question: Asked, last: Turn) -> Answer | None:
    """What stands at a place where no project is listed: in the record shown, or beyond the list's end."""
    found = asking.ORDINAL.match(question.typed_core)
    is_place = found and not _is_number(found, last, db.snapshot.catalog)
    if not (found and is_place) or question.meant is not question.request:
        return None
    return _item(db, lambda items: _place(found, len(items)), last)


def beyond_list(db: Database, question: Asked, last: Turn) -> Answer | None:
    """That fewer were listed than the place that is asked for; None where one stands there."""
    found = asking.ORDINAL.match(question.typed_core)
    if found is None or _is_number(found, last, db.snapshot.catalog):
        return None
    shown = len(_in_order(db, found, last)) or 1
    if _OF_SIDES.match(found[0]) and shown > len(("前者", "後者")):
        return Answer("none", (wording.NO_TWO_BEFORE,), confidence="none")
    if 0 <= _place(found, shown, _at(last, _in_order(db, found, last))) < shown or (
        not last.listed and at_place(db, question, last)
    ):
        return None
    return Answer("none", (wording.list_ends(shown, is_rank=bool(last.ranked)),), confidence="none")


def other_of_two(db: Database, question: Asked, last: Turn) -> Answer | None:
    """The other of two items in the record of the thread's project (荒川区じゃない方)."""
    found = asking.NOT_THE_ONE.match(question.typed_core)
    return _item(db, lambda items: _but_for(found["which"], items), last) if found else None


def _but_for(which: str, items: Sequence[str]) -> int:
    """The place of the item that does not say a word, -1 where that is not one of two."""
    saying = [which in item for item in items]
    return saying.index(False) if len(items) == 2 and saying.count(True) == 1 else -1


def _item(db: Database, at: Callable[[Sequence[str]], int], last: Turn) -> Answer | None:
    """What stands `at` a place of a list in the record of the thread's project, if none was shown."""
    project = projects.get(db, *last.topic) if last.topic and not last.listed else None
    if project is None:
        return None
    for field in sorted(TEXT_FIELDS, key=lambda each: each not in last.told):
        for listed in enumerations(getattr(project, field)):
            place = at([item.text for item in listed.items])
            if not 0 <= place < len(listed.items):
                continue
            item, lead = listed.items[place].text, [listed.lead.text] if listed.lead else []
            of_each = tuple(each.text for each in listed.items[: place + 1])
            bold = ((),) * (len(lead) + place) + (((0, len(item)),),)
            quote = Quote(project, field, (*lead, *of_each), bold)
            parts, why = (wording.in_this_order(project, field), quote), (wording.stands_at(place + 1),)
            return Answer("field", parts, (project.key,), confidence="unsure", why=why)
    return None


def _is_number(found: re.Match[str], last: Turn, held: Catalog) -> bool:
    """Whether 97番 is a project's number and no place in the list."""
    is_bare = found[0].rstrip("の事業").endswith("番")
    return is_bare and (not last.listed or bool(held.of_number(found["n"])))


def _several(asked: str, last: Turn, held: Catalog) -> tuple[tuple[Entry, ...], ...]:
    """The projects of some places in the list (1番目と2番目, 最初の3つ), none when there are not several."""
    among = last.in_order
    every = [*asking.ORDINAL.finditer(asked)]
    places = [_place(found, len(_among(found, last)), _at(last, among)) for found in every]
    if first := next((found["k"] for found in every if found["k"]), ""):
        places = list(range(int(first.translate(_DIGITS))))
    keys = [among[place] for place in places if 0 <= place < len(among)]
    return tuple(_groups(keys, held)) if len(keys) > 1 else ()


def at_places(text: str, last: Turn | None, held: Catalog) -> tuple[tuple[Entry, ...], ...]:
    """The projects at the places of the list that a text begins with (2番目の, 1番目と2番目の)."""
    found = asking.ORDINAL.match(core(one_space(text)))
    if found is None or last is None or _is_number(found, last, held):
        return ()
    among = _among(found, last)
    place = _place(found, len(among), _at(last, among))
    one = among[place : place + 1] if place >= 0 else ()
    return _several(text, last, held) or tuple(_groups(one, held))


def _names_one(request: Request) -> bool:
    """Whether only one side of a comparison is named (11と比べて)."""
    sides = len(request.named) + bool(request.terms)
    return sides == 1 and not request.offices and not re.search("[とやか、]", request.topic)


def of_list(db: Database, question: Asked, last: Turn) -> Answer | None:
    """The whole list again, its summary, or those of it that say something (そのうちオンラインのものは？)."""
    asked, request = question.typed_core, question.request
    if (part := asking.PART_OF_LIST.fullmatch(asked)) and (given := _of_part(db, part, last)):
        return given
    if asking.THE_OTHERS.fullmatch(asked) and (left := _left_of(db, last)):
        return left
    if not last.listed:
        return None
    named = question.named
    if (office := asking.ITS_OFFICE.fullmatch(question.core)) and named.offices and not named.named:
        return _of_its_office(db, question, last, is_count=bool(office["count"]))
    if found := asking.OF_LIST.match(asked):
        inner = read(asked[found.end() :], db.snapshot.catalog)
        is_asked = inner.terms or inner.offices
        return listing.answer(db, replace(inner, kind="list"), among=last.listed) if is_asked else None
    if last.topic is None and request.kind == "list" and _WHICH_OF_THEM.search(asked):
        given = listing.answer(db, request, among=last.listed)
        return given if given.kind != "none" and not request.offices else None
    is_summary = request.kind == "summary" and lacks_subject(request)
    is_number = len(last.listed) != listing.MOST and asking.NUMBER_OF_LIST.fullmatch(asked)
    if last.topic or not (is_summary or is_number or asking.WHOLE_LIST.fullmatch(asked)):
        return None
    every = projects_of(db, _listed(last))
    if is_summary:
        return briefs.of_projects(db, every, wording.LISTED_BEFORE)
    chosen = listing.Chosen(tuple(every), listing.Criteria(of_list="whole"), len(every))
    return listing.told(db, chosen, replace(request, kind="count" if is_number else "list"))


def _left_of(db: Database, last: Turn) -> Answer | None:
    """Those that were counted with what was shown, or listed with the one spoken of: それ以外は."""
    is_of_one = last.topic is not None
    shown = (last.topic,) if last.topic else _listed(last)
    every = last.listed if is_of_one and last.topic in last.listed else last.within
    if len(every) == listing.MOST or not {*shown} < {*every}:
        return None
    said = last.within_said if every == last.within else wording.of_list_before(len(every)).text
    left = tuple(key for key in every if key not in shown)
    names = [project.name for project in projects_of(db, shown)] if is_of_one else []
    head = wording.all_others(said, names, len(shown), len(left))
    return replace(listing.of_keys(db, head, left, "list"), within=every, within_said=said)


_WHICH_OF_THEM = lazily("(?:の|もの|やつ)(?:は|って)どれ(?:です)?か?[?？]?$")  # and not …の事業はどれ


def _of_its_office(db: Database, question: Asked, last: Turn, *, is_count: bool) -> Answer | None:
    """Those of an office in the list, else among those counted first; None where all are of it, or none."""
    asked = replace(question.request, kind="count" if is_count else "list", fields=(), terms=(), light=())
    members = {entry.key for entry in listing.within(db.snapshot.catalog, asked)}
    offices = tuple(office.name for office in asked.offices)
    listed, said_of = _listed(last), "・".join(offices)
    before = wording.of_list_before(len(listed)).text
    for keys, said in ((listed, before), (last.within, last.within_said)):
        some = tuple(key for key in keys if key in members)
        is_part = len(some) < len(keys) or not {*offices} <= {*last.offices}
        if some and is_part and len(keys) < listing.MOST:
            given = listing.of_keys(db, wording.part_of(said, said_of, len(some)), some, asked.kind)
            return replace(given, within=keys, within_said=said, offices=offices)
    if members & {*listed} or not last.terms:
        return None
    whole = listing.answer(db, asked)  # 企画経営課のは, of the projects that say SDGs
    return replace(whole, parts=(wording.none_of_them(before, said_of), *whole.parts))


_OTHERS = lazily(
    r"(?<![一-龥])(?:他|ほか|外|別)(?:に(?!して)|のは|のも|の(?:事務)?(?:事業|もの|やつ|取り?組み?))"
)


def others(db: Database, asked: Asked, given: Answer) -> Answer:
    """A list of 他の事業 without the projects that a thread spoke of, where these are of it."""
    last, every = asked.last, (*given.shown, *given.rest)
    if not last or given.kind not in ("count", "list") or given.near or not _OTHERS.search(asked.typed):
        return given
    known = [key for key in ((last.topic,) if last.topic else last.listed) if key in every]
    left = tuple(key for key in every if key not in known)
    if not (0 < len(known) <= MOST_NEAR and left):
        return given
    head = wording.others_than([project.name for project in projects_of(db, known)], len(left))
    told = listing.of_keys(db, head, left, "count" if given.kind == "count" else "list")
    parts, why = (*given.parts[:1], *told.parts), (*given.why, *told.why)
    return replace(given, parts=parts, shown=told.shown, rest=told.rest, why=why)


def _of_part(db: Database, part: re.Match[str], last: Turn) -> Answer | None:
    """Those of the list that are meant, all others of it, or it and these together; None if none is meant."""
    which, held = part["which"], db.snapshot.catalog
    inner = replace(
        read(f"{which}の事業は", held), kind="count" if COUNT_OF_OFFICE.search(part[0]) else "list"
    )
    listed, meant = _listed(last), _meant(db, which, inner, last)
    some = tuple(key for key in listed if key in meant)
    if not meant or _is_field(which) or not (some or part["also"]):
        return None
    if part["only"]:
        is_one = len(some) == 1 and inner.kind == "list" and not inner.offices
        return None if is_one else listing.answer(db, inner, among=listed)
    if len(listed) == listing.MOST:
        return None  # there may be more than are kept
    if part["but"]:
        left = tuple(key for key in listed if key not in some)
        given = listing.of_keys(db, wording.all_but(len(listed), which, len(some)), left, inner.kind)
        said = last.within_said if {*last.within} == {*listed} else wording.of_list_before(len(listed)).text
        return replace(given, within=left, within_said=f"{said}のうち、{which}以外の事業")
    if not last.within:
        return None
    every = tuple(dict.fromkeys((*last.within, *meant)))
    counts = (len(last.within), len(meant), len(every))
    given = listing.of_keys(db, wording.put_together(last.within_said, which, *counts), every, inner.kind)
    return replace(given, within=every, within_said=f"{last.within_said}と{which}の事業")


def _listed(last: Turn) -> tuple[Key, ...]:
    """The projects of the list, without those that were only shown behind it."""
    return tuple(key for key in last.listed if key in last.within) or last.listed


def _meant(db: Database, which: str, inner: Request, last: Turn) -> tuple[Key, ...]:
    """The projects of an office, with a number or a name, at a place of the list, or that say a word."""
    numbers, held = re.split("[とや、・]", which), db.snapshot.catalog
    if all(map(str.isdigit, numbers)):
        return tuple(key for each in numbers if (key := _meant_by(each, last, held)))
    if placed := at_places(which, last, held):
        return tuple(entries[0].key for entries in placed)
    if not (inner.named or inner.offices or inner.terms):
        return ()
    chosen = listing.choose(db, inner)
    return (chosen.keys or tuple(each.key for each in chosen.projects)) if chosen.is_exact else ()


def of_each(request: Request, last: Turn, held: Catalog) -> Request:
    """A question that names nothing, of each of the projects that were listed."""
    every = tuple(_groups(last.listed, held))
    return replace(request, named=every) if every else request


def in_thread(asked: Asked) -> Request:
    """A question as its thread has it: of what was shown, or of each of the projects that were listed."""
    is_of_each = asked.meant is asked.request and lacks_subject(asked.request)
    if asked.last and asked.held and is_of_each:
        return of_each(asked.request, asked.last, asked.held)
    is_of_it = asked.last and not (asked.request.terms or asked.request.light)  # いつですか
    return replace(asked.meant, said_in=asked.last.said) if asked.last and is_of_it else asked.meant


def near_in_thread(db: Database, asked: Asked, last: Turn) -> Request:
    """A question as its thread has it, when sentences near to it are looked for.

    One that names nothing is of the thread's project, or of those last shown that say a word of it.
    """
    request, held = asked.request, db.snapshot.catalog
    if asked.meant is not request:
        return request if _names_another(db, asked, last) else asked.meant
    if request.named or request.offices or request.unknown_numbers or request.other_years:
        return request
    if request.kind not in ("field", "figure", "sentence", "topic"):
        return request
    if any(each.named for each in subjects.by_words(db, request, request.terms).candidates):
        return request
    if last.topic:
        return about(request, last.topic, held)
    every = projects_of(db, last.listed[: listing.PAGE])
    saying = [p.key for p in every if len(passages.unsaid(request, p)) < len(passages.telling(request))]
    return of_each(request, replace(last, listed=tuple(saying)), held)


def _names_another(db: Database, asked: Asked, last: Turn) -> bool:
    """Whether a question that needs no thread says of what, and that is another project's.

    It stands in that one's name, or in its record and not at all in that of the thread's project.
    """
    nouns = tuple(term for term in asked.request.terms if term not in asked.request.counted)
    if not (asked.stands_alone and nouns and last.topic):
        return False
    found = subjects.by_words(db, asked.request, nouns, whole=True)
    if not found.is_sure or found.projects[0].key == last.topic:
        return False
    shown = projects.get(db, *last.topic)
    is_said = shown is None or not set(nouns) <= set(passages.unsaid(asked.request, shown))
    return found.candidates[0].named == 1 or not is_said


def _names_others(db: Database, asked: Asked, last: Turn) -> bool:
    """Whether a compound and は alone (路線バスは) is of others' names, and not what the thread's says."""
    if not (asked.held and last.topic and is_elliptic(asked)):
        return False
    said = alnum_key("".join(asked.request.terms))
    named = {e.key for e in asked.held.entries if said in alnum_key(e.name)}
    is_compound = len(pieces(asked.request.terms)) > 1
    is_own = any(is_spelled(project, said) for project in projects_of(db, [last.topic]))
    begun = any(alnum_key(e.name).startswith(said) for e in asked.held.entries if e.key in named)
    return bool(said and is_compound and named and last.topic not in named and (begun or not is_own))


def said_in_thread(db: Database, asked: Asked, last: Turn) -> Answer | None:
    """The answer from the thread's project, where its record says all the words that the question has."""
    if _names_others(db, asked, last):
        return None
    saying = [project for project in _spoken_of(db, last) if not passages.unsaid(asked.request, project)]
    if len(saying) != 1:
        return None
    return passages.answer(db, asked.typed, about(asked.request, saying[0].key, db.snapshot.catalog))


def not_of_thread(db: Database, asked: Asked, last: Turn) -> Answer | None:
    """That the thread's project does not say what is asked of it in short (応募は？).

    Where it says the noun alone (評価は高かった？), its sentences are shown before those of any other.
    """
    if _names_others(db, asked, last):
        return None
    given = unknown(shown=(last.topic,) if last.topic else ())
    if last.topic and is_elliptic(asked):
        return given
    saying = saying_the_noun(db, asked)
    if not saying:
        return None
    listed = replace(last, listed=saying)
    return passages.related(db, asked.typed, of_each(asked.request, listed, db.snapshot.catalog), given)


def saying_the_noun(db: Database, asked: Asked) -> tuple[Key, ...]:
    """Those of the thread's projects that say the one noun of a short follow-up, whatever is asked of it."""
    if asked.last is None or not is_of_a_noun(asked):
        return ()
    nouns = replace(asked.request, terms=tuple(filter(names, asked.request.terms)), light=())
    return tuple(each.key for each in _spoken_of(db, asked.last) if not passages.unsaid(nouns, each))


def _spoken_of(db: Database, last: Turn) -> list[Project]:
    """The project that a thread speaks of, else those of its list."""
    keys = (last.topic,) if last.topic else last.listed[: listing.PAGE]
    return projects_of(db, keys)


_AND = "と"
_WORDS_OF_BOTH = lazily(rf"(?:さっきの|前の)?(?:もの|やつ|方)?と|{asking.BOTH.pattern}")


def next_turn(last: Turn | None, given: Answer) -> Turn | None:
    """What to remember after an answer: a list stays while its projects are asked about one by one."""
    if given.kind in ("smalltalk", "help"):
        return last
    turn = _shown(last, given)
    if not (turn or given.why or given.sides):
        return last
    turn = replace(turn or Turn(), why=given.reasons)
    if last and last.topic:
        spoken_of = tuple(key for key in (*last.before, last.topic) if key != turn.topic)
        turn = replace(turn, before=spoken_of[-MOST_TOLD:])
    ranked = last.ranked if last else ()
    is_one_of_it = len(given.shown) == 1 and not given.rest and given.shown[0] in ranked
    is_of_order = given.kind == "none" or is_one_of_it or given.shown == ranked[: len(given.shown)]
    said = last.ranked_said if last and is_of_order and not given.ranked else given.ranked_said
    headings = given.headings or tuple(dict.fromkeys(heading for _, heading in given.cells))
    told_now = headings[:1] if len(headings) == 1 else ()
    told_before = last.columns if last else ()
    turn = replace(
        turn,
        ranked=given.ranked or (ranked if is_of_order else ()),
        ranked_said=said,
        headings=turn.headings if given.kind == "none" else told_now,
        columns=(*(each for each in told_before if each not in told_now), *told_now)[-MOST_COLUMNS:],
    )
    told = given.quoted.get(turn.topic, []) if turn.topic else []
    before = last.told if last and last.topic == turn.topic else ()
    turn = replace(turn, told=tuple(dict.fromkeys((*before, *told))))
    every = [text for part in given.parts if isinstance(part, Quote) for text in part.sentences]
    is_of_one = len(every) == 1 and given.shown == (turn.topic,) and given.kind in ("figure", "search")
    turn = replace(turn, said=every[0] if is_of_one else "")
    offices = tuple(dict.fromkeys((*(last.offices if last else ()), *given.offices)))[-2:]
    still = last.sides if last and turn.listed == last.listed else ()
    turn = replace(turn, offices=offices, within=(), within_said="", sides=given.sides or still)
    return _within(turn, last, given)


def _within(turn: Turn, last: Turn | None, given: Answer) -> Turn:
    """The turn with the projects that were counted first, as long as nothing else is answered of."""
    if given.within:
        return replace(turn, within=given.within, within_said=given.within_said)
    answers = {key for key in (*given.shown, *given.rest) if key not in given.near}
    if last and (given.kind == "none" or answers <= {*last.within}):
        return replace(turn, within=last.within, within_said=last.within_said)
    return turn


def _shown(last: Turn | None, given: Answer) -> Turn | None:
    held = last or Turn()
    answers = [key for key in given.shown if key not in given.near]
    if last and given.shown and last.rest[: len(given.shown)] == given.shown:
        return replace(last, rest=given.rest)
    if given.rest or len(given.shown) > 1:
        is_one = given.near and len(answers) == 1 and given.kind != "none"
        still = held.topic if given.kind == "none" and held.topic in given.shown else None
        topic = answers[0] if is_one else still
        return Turn(topic, (*given.shown, *given.rest), given.rest, given.terms)
    if given.shown and (given.kind != "none" or not held.topic or given.confidence == "unsure"):
        return replace(held, topic=given.shown[0])
    return last


def _figure_of_topic(request: Request, last: Turn, held: Catalog) -> Request:
    """満足度は？ in a thread about one project asks for that project's figure."""
    if request.kind == "figure" and last.topic and not (request.named or request.offices):
        return about(request, last.topic, held)
    return request


def about(request: Request, key: Key, held: Catalog) -> Request:
    """A question as one of that project."""
    entries = _groups([key], held)
    return of_named(replace(request, named=(*entries, *request.named))) if entries else request


def _groups(keys: Iterable[Key], held: Catalog) -> list[tuple[Entry, ...]]:
    """The projects of these keys as a request names them."""
    return [(entry,) for entry in held.of_keys(keys)]


def _place(found: re.Match[str], total: int, at: int = -1) -> int:
    """The place in a list of so many that words mean (2番目, 最後から2番目), -1 for none.

    The next one and the one before are counted from the place `at` that was spoken of last.
    """
    if found["next"] or found["previous"]:
        return -1 if at < 0 else at + 1 if found["next"] else at - 1
    if found["back"]:
        return total - int(found["m"].translate(_DIGITS))
    if found["n"]:
        return int(found["n"].translate(_DIGITS)) - 1
    if found["second"]:
        return 1
    return total - 1 if found["last"] else 0


_OF_SIDES = lazily(rf"(?<![一-龥])(?:(?P<first>前者)|後者)(?:の?(?:方|ほう))?(?:の{WORK})?")


def side_in_full(db: Database, question: str, last: Turn | None) -> str:
    """The question with what 前者 and 後者 mean, in the order in which they were named and not shown."""
    if not (sides := sides_meant(db, question, last)):
        return question
    return _OF_SIDES.sub(lambda found: sides[0] if found["first"] else sides[1], question)


# What is asked of several, of which a column was told before: 3つの合計は, 一番多いのは, どっちが高い.
_OF_SEVERAL = lazily(
    rf"(?:{asking.OF_LIST.pattern})?"
    r"(?:(?P<top>上位|上から)?(?P<n>[2-9二三四五六七八九])(?:つ|件|事業)|両方|(?:これ|それ)ら|全部|すべて)?(?:とも)?[のをでは、]*"
    r"(?:(?P<how>合計|総計|平均|中央値)額?|(?P<added>トータル|(?:合|あ)わせ(?:て|ると|たら)|足(?:すと|したら))"
    rf"|(?P<most>(?:{MOST}|[2-9二三四五六七八九]番目に)(?:{AMOUNT})(?:い|かった)|最[大小高低多少])(?:(?:な|の)?(?:の|もの|やつ|{WORK})|(?=は|$))"
    rf"|(?P<rank>(?:{AMOUNT})い順(?:に(?:並べて?)?|で)?|(?:トップ|上位|ワースト|下位)\s?[1-9][0-9]?(?:件|つ|位)?)"
    r"|(?:その|この)?差額?"
    rf"|(?:どっち|どちら)(?:の(?:方|ほう))?が(?:{AMOUNT}|上|下)[ぁ-ん]*"
    rf"|(?:{AMOUNT})(?:い|かった)のは(?:どっち|どちら))(?:は|って|で)?(?:いくら|どれ?(?:の(?:くらい|事業)|くらい|だけ)?)?"
)
_BETWEEN, _MOST_OF, _RANK_OF, _WORKED_OUT = "{}の{}の差は", "{}が{}のは", "{}が{}", "{}の{}は"
_ANOTHER = lazily(r"(?:じゃあ?|では|なら)?、?(?P<noun>[^、。?]{1,20}?)(?:の(?:方|ほう))?(?:は|って|も)")
_NEXT_ONE = lazily(r"(?:その)?次(?:点|の(?:もの|やつ|事業)|に(?:多|高|大き)いの)?は?")


def of_the_column(db: Database, question: Asked, last: Turn, measured: str = "") -> tuple[str, Turn] | None:
    """A follow-up that only says of what, with the column that was told last, and the projects that it means.

    These are one at a place of what was listed (2番目は), another one (病院は), or several: the whole list,
    the first of it, those put in order, or those told one by one (3つの合計は), of what is `measured`.
    None where it is none of these.
    """
    asked, held, among = question.typed_core, db.snapshot.catalog, last.in_order
    both = tuple(entries[0].key for entries in _several(asked, last, held))
    if measured and (of_several := _OF_SEVERAL.fullmatch(_PLACES.sub("", asked) if both else asked)):
        keys = both or _meant_together(of_several, last)
        if len(keys) > 1:
            return _of_several(held.of_keys(keys), of_several, measured, last)
        is_of_all = last.ranked and last.topic in last.ranked and not last.ranked_said
        return (
            (_MOST_OF.format(measured, of_several["most"]), Turn())
            if is_of_all and of_several["most"]
            else None
        )
    if len(last.headings) != 1:
        return None
    heading, request = without_unit(last.headings[0]), question.request
    found = asking.ORDINAL.match(asked)
    if found and ONLY_ASKS.fullmatch(asked, found.end()):
        return f"{found[0]}の{heading}は", last
    if last.topic in among[:-1] and not last.rest and _NEXT_ONE.fullmatch(asked):
        number = among[among.index(last.topic) + 1][1]
        return f"{BY_NUMBER.format(number)}の{heading}は", last
    other = _ANOTHER.fullmatch(asked)
    is_bare = request.kind == "topic" and not request.offices and all(map(names, request.terms))
    is_of_year = asking.YEAR_BEFORE.match(asked) or years_mentioned(asked)  # 去年は is of the same project
    if not (other and is_bare and (request.terms or request.named)) or is_of_year:
        return None
    is_said = last.topic and _says(db, last.topic, request.terms)
    return None if is_said else (f"{other['noun']}の{heading}は", Turn())


def _meant_together(found: re.Match[str], last: Turn) -> tuple[Key, ...]:
    """The projects that 3つ, 両方 or nothing means: the list, the first of it, or those told one by one.

    Of more of a rank than one is told of those that it is of: 一番多いのは, then 最も少ないのは.
    """
    most = int((found["n"] or "0").translate(_DIGITS))
    told = (*last.before, last.topic) if last.columns else ()  # else no number of them was told
    if not (found["how"] or found["added"] or found["most"] or found["rank"]):
        keys = last.listed if len(last.listed) == 2 else told[-2:]
        return tuple(key for key in keys if key)
    if found["top"]:
        among = last.in_order
        return among[:most] if most <= len(among) else ()
    if len(last.listed) > 1 and last.topic in (None, *last.listed):
        is_whole = most in (0, len(last.listed)) and len(last.listed) != listing.MOST
        return last.listed if is_whole else ()
    is_of_rank = last.topic in last.ranked and last.ranked_said and not most
    if is_of_rank and (found["most"] or found["rank"] or len(told) < 2):
        return last.ranked if len(last.ranked) < MOST_RANKED else ()
    return tuple(key for key in told[-most:] if key) if len(told) >= (most or 2) else ()


def _of_several(
    entries: Sequence[Entry], found: re.Match[str], heading: str, last: Turn
) -> tuple[str, Turn] | None:
    """A column worked out of several projects, which the turn has as counted; or two side by side."""
    keys, how = tuple(entry.key for entry in entries), found["how"] or (found["added"] and "合計")
    if not (how or found["most"] or found["rank"]):
        text = "と".join(BY_NUMBER.format(entry.number) for entry in entries)
        return (_BETWEEN.format(text, heading), Turn()) if len(entries) == 2 else None
    of_list, named = wording.of_list_before(len(keys)), [entry.name for entry in entries]
    said = of_list.text if keys == last.listed else wording.of_those_told(named, len(named)).text
    said = last.ranked_said if keys == last.ranked and last.ranked_said else said
    way = _MOST_OF if found["most"] else _RANK_OF if found["rank"] else _WORKED_OUT
    return way.format(heading, found["most"] or found["rank"] or how), Turn(within=keys, within_said=said)


def not_worked_out(_: Database, asked: Asked, last: Turn) -> Answer | None:
    """That what is asked of several (合計は, 差は) is not known, instead of a text that says the word."""
    is_of_several = last.topic is None or last.topic in (*last.listed, *last.ranked, *last.within)
    if not is_of_several or not _OF_SEVERAL.fullmatch(asked.typed_core):
        return None
    return Answer("none", (wording.NOT_WORKED_OUT,), confidence="none")


_BOTH_OF = lazily(
    r"(?:両方|両者|双方|(?P<each>それぞれ)|(?:2|二|ふた)つ)(?:とも)?の(?=[^うち方中])(?!.*(?:合計|差|比|どっち|どちら))"
)


def both_in_full(question: str, last: Turn | None) -> str:
    """両方の担当は with the two that were listed, or told last."""
    found = _BOTH_OF.match(core(one_space(question)))
    if not found or not last or (found["each"] and last.listed):
        return question
    keys = (
        last.listed if len(last.listed) == 2 else (last.topic_before, last.topic) if not last.listed else ()
    )
    if len(keys) != 2 or None in keys:
        return question
    both = "と".join(BY_NUMBER.format(key[1]) for key in keys if key)
    return f"{both}の{core(one_space(question))[found.end() :]}"


def sides_meant(db: Database, question: str, last: Turn | None) -> tuple[str, ...]:
    """The two things of which a question means one by 前者 or 後者; none where these are places of a list.

    Where none were named they are the two that the record spoken of lists, if it lists no others.
    """
    if last is None or not _OF_SIDES.search(question) or last.sides:
        return last.sides if last and _OF_SIDES.search(question) else ()
    shown = [] if last.listed else projects_of(db, filter(None, [last.topic]))
    every = [each.items for p in shown for field in TEXT_FIELDS for each in enumerations(getattr(p, field))]
    return (
        tuple(_BEHIND_ITEM.split(item.text)[0] for item in every[0]) if list(map(len, every)) == [2] else ()
    )


_BEHIND_ITEM = lazily("[（(:：、。]")
