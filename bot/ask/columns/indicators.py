"""The value of an indicator that is asked for by its own name, which a cell says and no heading.

A list has columns 指標, 実績 and 単位, and what is measured stands in the cells of the first. So the names of
indicators are compared with the question as sentences are: by the pairs of characters that both have, rare
ones counting more, together with the name and the section of the project.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.ask.answers import Answer, Choices, Confidence, Items, Key, Kind, Part, Quote
from bot.ask.columns import wording
from bot.ask.columns.evidence import (
    ASKING,
    COUNTED_NOUN,
    HOW_FAR,
    IN_BRACKETS,
    IS_SHARE,
    SHARE,
    TAKES_PART,
    UNITS,
    Indicator,
    Indicators,
    Pairs,
    beside_what_is_asked,
    column_names,
    file_names,
    in_all_years,
    known_indicators,
    measured,
    named_by,
    of_key,
    pairs,
    without_given,
    years_in,
)
from bot.ask.columns.figures import Row
from bot.ask.columns.naming import fold
from bot.ask.columns.single import by_years, together
from bot.ask.columns.skeleton import number_said
from bot.ask.columns.vocabulary import AND, ANY_LEAST, ANY_MOST, CHANGE, COMPARE, LEAST, MOST, RANKS
from bot.ask.intents import fields
from bot.ask.matching import sentences
from bot.ask.quantities import PUT_DOWN, figures, is_only_put_down
from bot.ask.subjects import without_own_city
from bot.ask.terms import is_light, pieces, terms
from bot.ask.terms import names as nouns_of
from bot.ask.wording import Say, not_shown
from bot.messages.charts import charts_of
from store import projects
from store.columns.values import is_money
from store.database import Database
from store.index.catalog import Catalog, Entry
from store.index.tuning import TUNING
from store.talk.conversations import Turn
from store.text import asking
from store.text.morphology import tokenize
from store.text.normalize import alnum_key, nfkc, one_space
from store.text.numbers import LATEST

MOST_SHOWN = 3  # indicators of one project
MOST_ACROSS = 5  # of many projects
_BESIDE_EACH_OTHER = re.compile("と|や|、|・|及び|および")
_FIELDS = "担当の?課|担当部署|所管課|担当|目的|概要|成果(?!指標)"
_LEFT_BESIDE = re.compile(f"(?:と|や|、|・|及び|および|\\s|{_FIELDS})+[はをも]?[?？]?$")
_FIELD_BESIDE = re.compile(
    f"(?:と|や|、|・|及び|および)(?P<behind>{_FIELDS})(?=[はをも?？]|$)"
    f"|(?<=[のは、])(?P<before>{_FIELDS})(?:と|や|、|・|及び|および)"
)
_SCALED = re.compile("(?P<scale>百万|[千万億])(?P<base>.+)")
ROUNDED = 0.01  # by which 約114万円 is off 1,143,550円
_KANA = re.compile("[ぁ-ん]")
_JOINT = re.compile("[ぁ-ん][^ぁ-ん]|[^ぁ-ん][ぁ-ん]")  # の利 of 公園の利用者
_COUNTER = re.compile(f"何(人|名|件|回|部|冊|台|校|本|枚|世帯|団体|{UNITS})")
_HOW_MANY = re.compile(f"いくつ|何(?:{UNITS}|(?![円年月日課事故])[一-龥])")
_SAME = {
    "名": "人", "パーセント": "%", "％": "%", "割": "%", "件": "回", "トン": "t", "キロ": "k",
    "メートル": "m", "ヘクタール": "ha", "リットル": "l",
}  # fmt: skip
_LISTS_PROJECTS = re.compile(
    "(?:事業|もの|やつ)(?:は[?？。]*$|(?:を|の)?、?(?:挙げ|あげて|列挙|一覧|全部|ぜんぶ|すべて|全て|ひと通り|一通り))"
)
_NOUN = re.compile("[一-龥々ァ-ヺー]+")
_QUANTITIES = re.compile("[数率量額者]$")
_NAMED = 3  # characters of a beginning that may name a project
_JOINTS_OF_NAMES = re.compile(r"[の・、,\s]|延べ?|のべ|述べ")
_HOW_COUNTED = re.compile("(?:者|人員|人|名|件|回)?(?:[人件回]?数)?$")
_WHO_CAME = re.compile(
    "(?:来場|入場|来館|入館|来園|入園|来訪|利用|乗車|乗客|観覧|参加|出席)(?:者|人|客)?(?:の?(?:延べ|実)?(?:人|者)?数)?$"
)
_OF_WHAT_SORT = re.compile("(?P<people>者|人員|人|名|人の数)?(?P<acts>[件回])?数?$")
MOST_CALLED = 12  # projects that a word of their names may mean together
_RANK_OF = re.compile(
    "(?P<of>.+)の(?P<what>[^のはがを、]+?)[がのは、]*(?:一番|いちばん|最も|もっとも|最[大高多小低少])"
)
_TELLING = 2  # characters of the noun that says what is measured
_SEVERAL = re.compile(
    "一番|最も|最[大高多小低少]|多い|少ない|(?<!残)高い|低い|順|合計|平均|事業は何|以上|以下"
)
_RUN_BY = re.compile("運営|スタッフ|職員|従事|指導員|支援員|相談員|委員|講師|ボランティア")
_WHO = "(?:(?:お客|客|利用者|参加者|来場者)(?:さん|様)?の?(?:数)?[はがも]、?)?"
# How many come, with no noun for what is counted: 1年でどのくらい人が来てる, 結局いくら集まった.
_BY_UNIT = (
    (re.compile(f"{_WHO}何(?:人|名)(?:くらい|ぐらい|ほど)?が?{TAKES_PART.pattern}"), "人"),
    (re.compile(f"{_WHO}ど[のれ](?:くらい|ぐらい|だけ)(?:の)?(?:人|お客さん)が?{TAKES_PART.pattern}"), "人"),
    (re.compile("いくら(?:くらい|ぐらい)?(?:お?金が)?集ま[ぁ-ん]*"), "円"),
)
# How much something grew is not how much there is of it: コレクションの増加数.
_GROWTH = re.compile(
    "(?:増加|増減|純増|減少|伸び)の?(?:者|人|件|戸|世帯)?(?:数|率|額|量|幅|割合)?(?:[(].*)?$"
)
_GROWN = re.compile("増|減|伸び|延び|ふえ|へっ|へる")
_LIMITS = ("定員", "上限", "打診")  # what may come or was tried is not what came
_PEOPLE = re.compile(f"{TAKES_PART.pattern}人の?数")
_AMONG = re.compile("(?P<who>.{2,40}?)の?(?:事業(?:の(?:中|うち))?で|の中で|のうち)、?(?P<what>.+)")
_OR = re.compile("とか|や|または|もしくは|と|、|・")
_SERIES = re.compile("推移|経年|変遷|ごと|毎|別")
_WHAT_IT_IS = re.compile(
    "(?:とは|って)(?:何|なに|なん)(?:の(?:こと|事))?(?:です|でしょう|だ)?か?[?。]*$|とは[?。]*$"
)
_COUNTED_BY = re.compile("何[一-龥々ァ-ヺーヶ]+")
_OF_WHAT = re.compile("に対する|による|における|に占める|のうち|を[一-龥ァ-ヴー]+(?:した|する)")
_IN_A_YEAR = re.compile("(?:[1一]年|年)(?:間)?(?:で|に)|年間|結局")
# Of those who do the work, whom no indicator counts: 人手は何人.
_OF_STAFF = re.compile("(?:^|[^一-龥])(?:職員|人手|人員|スタッフ)(?:数)?(?:は|って)")

# What a question asks the number of, the end of a name that says so, and the units that it is counted in.
_MEASURES = tuple(
    (re.compile(asked), re.compile(name), re.compile(unit))
    for asked, name, unit in (
        (
            "[者客]数|人数|何[人名]|(?<=[たるの])人(?:の?数|は)",
            "[者人員生名童客]の?数|人口|定員",
            "(?<!法)人|名",
        ),
        ("回数|何回", "回の?数", "回|件|度"),
        ("件数", "(?<![率額])(?<!(?:開催|実施|発行|.回)数)$", "件"),
        ("面積|何(?:ha|ヘクタール|㎡|平方)", "面積", "ha|㎡|m2|m²|平方|ヘクタール|アール"),
        (
            "いくら|何[十百千万億]*円|(?<=[一-龥々ァ-ヺー])額(?![一-龥々])",
            "(?:[額金費料]|残高|単価|価格|合計)(?:[(].*)?$",
            "円$",
        ),
        ("(?<=[一-龥々ァ-ヺー])(?:率|割合)(?![一-龥々])", "率|割合", "[%％]"),
        (f"[0-9](?:店|冊|台|本|枚|校|点|世帯|団体|[かヶカケ箇]所)|何{COUNTED_NOUN}", "(?!)", "^(?!.*円$)"),
    )
)


def answer(db: Database, text: str, *, last: Turn | None = None) -> Answer | None:
    """The values of the indicators that a question names, with the texts of their project asked for beside.

    They are of one project, of each of those that the question names, or of two that it compares; in a thread
    they may be of its project. None where it names none.
    """
    beside, alone = _fields_beside(text)
    given = _of_each_named(db, alone, last) or _of_one(db, alone, last)
    project = projects.get(db, *given.shown[0]) if given and beside and len(given.shown) == 1 else None
    if given is None or not beside or given.kind != "field":
        return given
    more = fields.of_project(project, beside).parts[:-1] if project else ()
    return replace(given, parts=(*more, *given.parts))


def _fields_beside(text: str) -> tuple[list[str], str]:
    """The fields of a record that are asked for beside something else, and the question without them."""
    cues = [asking.field_cue(found["before"] or found["behind"]) for found in _FIELD_BESIDE.finditer(text)]
    every = [field for cue in cues if cue for field in cue.fields]
    return every, _FIELD_BESIDE.sub("", text) if every else text


def _of_each_named(db: Database, text: str, last: Turn | None) -> Answer | None:
    """The indicator asked of several projects by their names: マラソンと歩く会の参加者数."""
    text, years = years_in(text[: TUNING.reading.characters])
    of, _, what = _without_asking(without_own_city(db, without_given(text))).rpartition("の")
    sides = _BESIDE_EACH_OTHER.split(of)
    typed = fold(asking.without_preface(text))
    is_set = COMPARE.search(typed) or _SEVERAL.search(typed) or CHANGE.search(typed) or years
    if is_set or len(sides) < 2 or min(map(len, sides)) < _NAMED:
        return None
    held, known = db.snapshot.catalog, known_indicators(db)
    groups = [named_by(held, (side,)) for side in sides]
    if not all(groups) or named_by(held, (of,)) or len({group[0].name for group in groups}) < len(groups):
        return None
    entries = [max(group, key=lambda entry: entry.fiscal_year) for group in groups]
    asked = _asked(known, fold(what))
    every = [_called(known, entry.key, asked, what) for entry in entries]
    joined = together([each for some in every if (each := told(db, typed, some))])
    if joined is None:
        return None
    lacks = [entry for entry in entries if entry.key not in joined.shown]
    is_sure = not lacks and all(_says_no_more(one, what) for some in every for one in some)
    parts = (*joined.parts, *map(wording.not_measured, lacks))
    return replace(joined, parts=parts, confidence=joined.confidence if is_sure else "unsure")


def _says_no_more(one: Indicator, what: str) -> bool:
    """Whether an indicator's name is what is asked for, but for its project's name and how it is counted."""
    before, said, behind = _stem(one.name).rpartition(_stem(what))
    return bool(said) and not behind and before in alnum_key(one.entry.name)


def _of_one(db: Database, text: str, last: Turn | None) -> Answer | None:
    """The values of the indicators that a question names, of one project or of two that it compares."""
    known = known_indicators(db)
    if not known.every:
        return None
    text, years = years_in(text[: TUNING.reading.characters])
    text = without_own_city(db, without_given(text))
    typed = fold(asking.without_preface(text))
    if _WHAT_IT_IS.search(typed):
        return None
    is_series = len(years) > 1 or bool(CHANGE.search(typed))
    is_list = _LISTS_PROJECTS.search(typed) and not _SEVERAL.search(typed)  # 一番多い事業は is none
    if _OF_STAFF.search(typed) or is_list:
        return None
    if COMPARE.search(typed) and not is_series:
        return _compared(db, known, typed)
    if _SEVERAL.search(typed):
        return _across(db, known, typed)
    asked = _asked(known, RANKS.sub(" ", CHANGE.sub(" ", typed)) if is_series else typed)
    mine = _of_project(known, asked, last.topic) if last and last.topic else ()
    called_so = _called_so(known, text)
    if called_so and not any(one in called_so or _is_left_of(one, text) for one in mine):
        mine = ()  # 水道普及率 is not the 下水道普及率 of what was shown, and another is called so
    namesakes, what = _named_at_the_beginning(db.snapshot.catalog, text)
    its_own = [some for entry in namesakes if (some := _called(known, entry.key, asked, what))]
    if len(namesakes) > 1 and its_own:
        return _of_namesakes(db, typed, namesakes, its_own)
    own = known.of_project(last.topic) if last and last.topic and not mine else []
    ending = _ending_in(own, what)
    if not (its_own or ending) and (coming := _who_came(own, what)):
        given = told(db, typed, coming)
        return replace(given, confidence="unsure") if given else None
    if its_own and (others := _called_as_well(known, text, namesakes[0], what)):
        return _whose([each for some in (its_own[0], *others) if (each := told(db, typed, some))])
    mine = its_own[0] if its_own else mine or ending
    found = _of_what_there_is(known, typed, asked, mine or called_so or best(known, asked))
    found = _with_its_head(known, text, typed, found)
    if found and not ending and not _is_asked(typed, asked, found):
        return None
    if found and not mine and (other := _named_instead(db, known, asked, found)):
        counted = _counted(db, known, typed, other[0]) if len(other) == 1 else []
        return told(db, typed, counted) if len(counted) == 1 else None
    if not found and not last:
        return _of_several(db, known, typed, asked)
    is_unnamed = last and not (mine or called_so) and found and not _names_project(asked, found[0])
    if not found or is_unnamed:
        return None
    is_named = any(asked & (one.said - one.around) for one in found)  # by itself, not its project alone
    alike = [] if is_named else _counted(db, known, typed, found[0].entry)[:MOST_SHOWN]
    if len(alike) > 1:
        given = told(db, typed, alike)
        parts = (wording.WHICH_INDICATOR, *given.parts) if given else ()
        return replace(given, parts=parts, confidence="unsure") if given else None
    for one in found:  # クレジット売却量（年度毎） is the name of one
        is_series = is_series and bool(len(years) > 1 or CHANGE.search(typed.replace(fold(one.name), " ")))
    return _of_years(db, typed, found, years) if years or is_series else told(db, typed, found)


def _called_so(known: Indicators, text: str) -> tuple[Indicator, ...]:
    """The indicators of the only project that are called just as a question says: 路線バスの乗車人数."""
    said = _letters(asking.core(text).rstrip("はがをって"))
    names = ((one, {_letters(one.name), _letters(IN_BRACKETS.sub("", one.name))}) for one in known.every)
    every = [one for one, called in names if said and said in called]
    newest = max((one.entry.fiscal_year for one in every), default=0)
    some = [one for one in every if one.entry.fiscal_year == newest]
    return tuple(some) if len({one.entry.id for one in some}) == 1 else ()


def _is_left_of(one: Indicator, text: str) -> bool:
    """Whether an indicator is called as a question says but for its project's name: 消防団員数, 団員数."""
    said, name = _letters(asking.core(text).rstrip("はがをって")), _letters(one.name)
    is_of_it = bool(said) and name.endswith(said) and name.removesuffix(said) in _letters(one.entry.name)
    return is_of_it and len(name) != len(said) + 1  # 水道普及率 is no 下水道普及率


def _named_at_the_beginning(held: Catalog, text: str) -> tuple[tuple[Entry, ...], str]:
    """The projects that a question names by the beginning of their one name, and what it asks of them.

    学童保育室の待機児童 is of 学童保育室運営事業 and no 障害児学童保育室. Brackets tell namesakes apart.
    """
    of, _, what = _without_asking(text).rpartition("の")
    said = alnum_key(of).removesuffix("事業")
    if len(said) < _NAMED:
        return (), what
    called = (entry for name in held.by_name if name.startswith(said) for entry in held.by_name[name])
    found = {entry.id: entry for entry in called}
    newest = max((entry.fiscal_year for entry in found.values()), default=0)
    every = [entry for entry in found.values() if entry.fiscal_year == newest]
    exact = [entry for entry in every if alnum_key(entry.name) in (alnum_key(of), said, f"{said}事業")]
    every = exact or every
    names = {IN_BRACKETS.sub("", nfkc(entry.name)).strip() for entry in every}
    return (tuple(every) if len(names) == 1 else ()), what


def _without_asking(text: str) -> str:
    """A question without what only asks: 団員 of 団員は何人ですか."""
    return ASKING.sub("", fold(asking.core(text))).rstrip("はがをもって、")


def _called(known: Indicators, key: Key, asked: Pairs, what: str) -> tuple[Indicator, ...]:
    """The indicators of a project that are what is asked of it, else those that are so or a kind of that."""
    own = known.of_project(key)
    exact = [one for one in own if _stem(one.name) == _stem(what) and _may_count(one, what)]
    return tuple(exact) or _of_project(known, asked, key) or _ending_in(own, what)


def _ending_in(own: Iterable[Indicator], what: str) -> tuple[Indicator, ...]:
    """The indicators whose names end in what is asked for, however it is counted: 利用延べ人数 for 利用者数.

    Those that say no more than this beside their project's name go first.
    """
    said = _stem(what)
    if len(said) < _TELLING:
        return ()
    found = [(one, name[: -len(said)]) for one in own if (name := _stem(one.name)).endswith(said)]
    found = [
        (one, before)
        for one, before in found
        if len(before) != 1  # 水道 in 下水道
        if not before or any(token.start == len(before) for token in tokenize(_stem(one.name)))
    ]
    every = [one for one, _ in found if _may_count(one, what)]
    return tuple(([one for one in every if _says_no_more(one, what)] or every)[:MOST_SHOWN])


def _who_came(own: Iterable[Indicator], what: str) -> tuple[Indicator, ...]:
    """The only indicator of those who came, used or took part, where they are asked for in another word."""
    if not _WHO_CAME.fullmatch(what):
        return ()
    found = [one for one in own if _WHO_CAME.search(fold(IN_BRACKETS.sub("", one.name)))]
    return tuple(found) if len(found) == 1 else ()


def _called_as_well(known: Indicators, text: str, named: Entry, what: str) -> Sequence[tuple[Indicator, ...]]:
    """The same indicator of others that a question names as well: 障害者の支給件数, of 在宅障害者手当."""
    of = alnum_key(_without_asking(text).rpartition("の")[0])
    if alnum_key(named.name) in (of, f"{of}事業"):
        return []
    others = (one for one in known.every if one.entry.fiscal_year == named.fiscal_year)
    same = (one for one in others if one.entry.name != named.name and _stem(one.name) == _stem(what))
    return [(one,) for one in same if of in alnum_key(one.entry.name)][:MOST_SHOWN]


def _may_count(one: Indicator, what: str) -> bool:
    """Whether an indicator may count people or acts where these are asked for: 参加者 is none of 参加回数."""
    asked, own = (_OF_WHAT_SORT.search(fold(IN_BRACKETS.sub("", text))) for text in (what, one.name))
    if asked is None or own is None:
        return True
    is_other = bool(asked["people"] and own["acts"]) or bool(asked["acts"] and own["people"])
    return not is_other and not (asked["acts"] and own["acts"] and asked["acts"] != own["acts"])


def _stem(text: str) -> str:
    """The noun of what is counted, without the count: 利用 of 利用者数, 利用延べ人数 and 利用数."""
    name = _JOINTS_OF_NAMES.sub("", ASKING.sub("", fold(IN_BRACKETS.sub("", nfkc(text)))))
    return re.sub("金額$", "額", _HOW_COUNTED.sub("", name))


def _of_namesakes(
    db: Database, typed: str, namesakes: Sequence[Entry], every: Sequence[tuple[Indicator, ...]]
) -> Answer | None:
    """What each of several projects of one name measures, with its office; which of them do not is told."""
    given: list[Answer] = []
    for some in every:
        if each := told(db, typed, some):
            parts = (each.parts[0], wording.its_office(some[0].entry), *each.parts[1:])
            given.append(replace(each, parts=parts))
    joined = together(given)
    if joined is None:
        return None
    lacks = [entry for entry in namesakes if entry.key not in joined.shown]
    name = one_space(IN_BRACKETS.sub("", nfkc(namesakes[0].name)))
    parts = (wording.namesakes(name, len(namesakes)), *joined.parts, *map(wording.not_measured, lacks))
    is_sure = len(given) == 1 or len({entry.name for entry in namesakes}) == 1  # of A（北） and A（南） any
    return replace(joined, parts=parts, confidence=joined.confidence if is_sure else "unsure")


def _letters(text: str) -> str:
    """What a name is told by, without what joins its words and what only asks."""
    return re.sub(r"[の、・\s]", "", ASKING.sub("", fold(text)))


def _with_its_head(
    known: Indicators, text: str, typed: str, found: tuple[Indicator, ...]
) -> tuple[Indicator, ...]:
    """Indicators whose own noun is asked for, before those that only mention it.

    定員 is 講座定員数 and not 定員に対する受講者数, 面積 is not 面積率.
    """
    nouns = [noun for noun in terms(_COUNTED_BY.sub(" ", asking.core(text)))[0] if nouns_of(noun)]
    head = ASKING.sub("", fold(nouns[-1])) if nouns else ""
    is_named = any(fold(one.name) in typed for one in found)
    if not found or is_named or len(head) < _TELLING or not any(head in fold(one.name) for one in found):
        return found
    beside = _of_head(typed, head, known.of_project(found[0].entry.key))
    return tuple(_of_head(typed, head, found) or beside[:MOST_SHOWN] or found)


def _of_head(typed: str, head: str, some: Iterable[Indicator]) -> list[Indicator]:
    is_share = SHARE.search(typed) or HOW_FAR.search(typed)
    names = ((one, _OF_WHAT.split(fold(IN_BRACKETS.sub("", one.name)))[-1]) for one in some)
    return [one for one, name in names if head in name and (is_share or not IS_SHARE.search(name))]


def _of_years(db: Database, typed: str, found: Sequence[Indicator], years: Sequence[int]) -> Answer | None:
    """The values of indicators of one project in the years asked for, or in all of them where none is."""
    group, _ = in_all_years(db, of_key(found[0].entry.key, db.snapshot.catalog))
    ids = {entry.id for entry in group}
    is_since = len(years) == 1 and bool(CHANGE.search(typed))
    low, high = (years[0], LATEST if is_since else years[-1]) if years else (0, LATEST)
    parts: list[Part] = []
    shown: list[Row] = []
    lacks: list[int] = []
    for one in found:
        same = [each for each in known_indicators(db).every if each.entry.id in ids and each.name == one.name]
        valued = [_values(db, typed, each) for each in sorted(same, key=lambda each: each.entry.fiscal_year)]
        by_year = {r.year: r for every, _ in valued for r in every if r.column.basis != "target"}
        by_year = {year: row for year, row in by_year.items() if not _in_name(one, row)}
        its = [by_year[year] for year in sorted(by_year) if low <= year <= high]
        if len(years) > 1 and not _SERIES.search(typed):
            its = [row for row in its if row.year in years]
        lacks += [year for year in years if year not in by_year]
        if its:
            unit = valued[-1][1]
            drawn = {row.year: row.cell.number for row in its if row.cell.number is not None}
            title = wording.chart_title(one.name, of=[one_space(one.entry.name)])
            parts += [wording.told_of(its[-1].entry, one=one), *by_years(its, unit, column_names(db))]
            parts += charts_of(title, [(one.name, unit, drawn)])
            shown += its
    note = [wording.not_of_years(tuple(dict.fromkeys(lacks)))] if lacks else []
    if not note and len({row.year for row in shown}) == 1 and len(years) != 1:
        note, shown = [wording.NO_OTHER_YEAR], []  # of no other year: what it changed nobody can tell
    if not shown:
        given = told(db, typed, found)
        return replace(given, parts=(*note, *given.parts), confidence="unsure") if given and note else given
    parts += note
    parts += [_source(db, shown), wording.detail_buttons([shown[-1].entry])]
    why = (wording.reason("indicator over years"),)
    sure: Confidence = "unsure" if note else "sure"
    key = shown[-1].entry.key
    kind: Kind = "compare" if len(shown) > len(found) else "field"
    return Answer(kind, tuple(parts), (key,), confidence=sure, why=why, cells=_cells(shown))


def better_than(db: Database, text: str, key: Key, number: float) -> Answer | None:
    """The indicator that a question names more of than of the one whose value a number is; None for none.

    A text may tell the values of both, as 80人から申請があり、61人に補助した does.
    """
    known, typed = known_indicators(db), fold(text[: TUNING.reading.characters])
    asked = _asked(known, typed)
    own = known.of_project(key)
    valued = {one: [row.cell.number for row in _values(db, typed, one)[0]] for one in own}
    taken = [one for one in own if number in valued[one]]
    better = [
        one
        for one in own
        if taken and valued[one] and number not in valued[one]
        if known.own(one, asked) >= TUNING.indicators.name
        if all(asked & each.said < asked & one.said for each in taken)
    ]
    return told(db, typed, better) if len(better) == 1 else None


def near(db: Database, text: str, given: Answer) -> Answer | None:
    """The indicators that have all the telling words of a question, where a refusal is all it would get.

    Those of one project are told as a guess, of a few by name; also in place of a project's text that has no
    word of what is measured (進捗率).
    """
    text = without_given(text[: TUNING.reading.characters])
    typed = fold(text)
    if counted := _counted_by_the_nearest(db, text, given):
        return counted
    is_of_text = given.kind == "field" and not given.cells and len(given.shown) == 1
    if (given.kind != "none" and not is_of_text) or _SEVERAL.search(typed) or years_in(text)[1]:
        return None
    if _WHAT_IT_IS.search(typed):
        return None
    words = [fold(term) for term in terms(asking.core(text))[0] if not is_light(term)]
    head = words[-1] if words else ""
    if len(head) < _TELLING or (is_of_text and (not _QUANTITIES.search(head) or head in fold(given.text))):
        return None
    known = known_indicators(db)
    own = known.of_project(given.shown[0]) if is_of_text else known.every
    found: dict[str, list[Indicator]] = {}
    for one in own:
        around = fold(f"{one.entry.name} {one.entry.section}")
        name = fold(one.name)
        name = f"{name} {name.replace('の', '')}"  # トイレ洋式化率 is トイレの洋式化率
        is_named = head in name and all(word in name or word in around for word in words)
        if is_named:
            found.setdefault(one.entry.name, []).append(one)
    newest = max((one.entry.fiscal_year for some in found.values() for one in some), default=0)
    some = [[one for one in each if one.entry.fiscal_year == newest] for each in found.values()]
    some = [_of_head(typed, head, each) or each for each in some]
    if len(some) > MOST_ACROSS:
        return None
    said = [each for group in some if (each := told(db, typed, group[:MOST_SHOWN]))]
    joined = _whose(said)
    return replace(joined, kind="none" if len(said) > 1 else joined.kind) if joined else None


def _counted_by_the_nearest(db: Database, text: str, given: Answer) -> Answer | None:
    """What the first project under a refusal counts in the unit asked for, by a noun of the question."""
    typed = fold(text)
    how_many = _HOW_MANY.search(typed)
    if given.kind != "none" or not given.shown or how_many is None or years_in(text)[1]:
        return None
    unit = how_many[0].removeprefix("何")
    nouns = [each for each in pieces(terms(asking.core(text))[0]) if nouns_of(each) and len(each) > 1]
    own = [o for o in known_indicators(db).of_project(given.shown[0]) if any(n in o.name for n in nouns)]
    own = [one for one in own if measured(db, one)[1].strip() == unit or _is_named_in(one, unit)]
    counted = told(db, "", own[:MOST_SHOWN])  # in the unit that is asked for
    if counted is None:
        return None
    said = fold(" ".join((own[0].entry.name, own[0].entry.section, *(one.name for one in own))))
    lacks = [each for each in nouns if fold(each) not in said]
    notes = [*([not_shown(lacks)] if lacks else []), *([wording.WHICH_INDICATOR] if len(own) > 1 else [])]
    beside = ((one, beside_what_is_asked(one.name, typed)) for one in own[:MOST_SHOWN])
    notes += [wording.of_several_together(one, others) for one, others in beside if others]
    return replace(counted, parts=(*notes, *counted.parts), confidence="unsure")


def _is_named_in(one: Indicator, unit: str) -> bool:
    """Whether an indicator's name has a figure in a unit: 職員報酬（24人雇用）."""
    return any(nfkc(figure.text).endswith(unit) for figure in figures(one.name))


def _whose(given: Sequence[Answer]) -> Answer | None:
    """What is told of one project, or of a few of which any may be meant, as a guess."""
    joined = together(given)
    if joined is None or len(given) == 1:
        return replace(joined, confidence="unsure") if joined else None
    parts = tuple(part for part in joined.parts if not isinstance(part, Choices))
    return replace(joined, parts=(wording.WHOSE_INDICATOR, *parts), confidence="unsure")


def _counted(db: Database, known: Indicators, typed: str, entry: Entry) -> list[Indicator]:
    """What a project counts in the unit that is asked for, if one is."""
    every = [(one, *_values(db, typed, one)) for one in known.of_project(entry.key)]
    return [one for one, found, unit in every if found and unit and _COUNTER.search(typed)]


def _named_instead(
    db: Database, known: Indicators, asked: Pairs, found: Sequence[Indicator]
) -> tuple[Entry, ...]:
    """The projects that a question names, where what it says is only a part of an indicator of another's.

    広報紙は何回 is of 広報紙発行, and not 広報紙での周知回数 of 住宅改修.
    """
    said = _matched(asked, found)
    if not said or any(_names_project(asked, one) or known.own(one, asked) >= 1 for one in found):
        return ()
    held = db.snapshot.catalog
    year = found[0].entry.fiscal_year
    named = [name for name in held.by_name if all(pair in fold(name) for pair in said)]
    of_year = [entry for name in named for entry in held.by_name[name] if entry.fiscal_year == year]
    return tuple(entry for entry in of_year if entry.name != found[0].entry.name)


def _of_several(db: Database, known: Indicators, typed: str, asked: Pairs) -> Answer | None:
    """The indicators of the few projects that a question may mean as well as one another, as a guess."""
    rivals = _rivals(known, asked)
    chosen = [_chosen(known, asked, some) for some in rivals if _are_named(known, asked, some)]
    if not all(_names_project(asked, some[0]) for some in chosen) or len(chosen) < 2:
        rivals, chosen = _saying_all(known, typed, asked)
    if not 1 < len(chosen) <= MOST_SHOWN or len(chosen) < len(rivals):
        return None
    given = [each for some in chosen if (each := told(db, typed, some))]
    return _whose(given) if len(given) > 1 else None


def _saying_all(
    known: Indicators, typed: str, asked: Pairs
) -> tuple[list[list[Indicator]], list[tuple[Indicator, ...]]]:
    """The rivals that say all the nouns of a question for a number, whichever they name their project by.

    公園の利用者は何人 is of 公園利用者数, and of 利用者数 of 運動公園.
    """
    nouns = frozenset(pair for pair in asked if not _JOINT.search(pair))
    asks_number = _HOW_MANY.search(typed) or any(cue.search(typed) for cue, _, _ in _MEASURES)
    if len(nouns) < _TELLING or CHANGE.search(typed) or not asks_number:
        return [], []
    rivals = [some for some in _rivals(known, nouns) if _said(known, nouns, some) >= 1]
    return rivals, [_chosen(known, nouns, some) for some in rivals]


def find(db: Database, text: str, *, of: Key | None = None) -> tuple[Indicator, ...]:
    """The indicators of one project that a text names, or `of` one; none where it names those of several."""
    text = _LEFT_BESIDE.sub("", text)
    known, typed = known_indicators(db), fold(without_given(text[: TUNING.reading.characters]))
    if not known.every or _SEVERAL.search(typed):
        return ()
    asked = _asked(known, typed)
    found = _of_project(known, asked, of) if of else best(known, asked)
    named = () if found or of else _named_at_the_beginning(db.snapshot.catalog, text)[0]
    of = named[0].key if len(named) == 1 else of
    if of and not found:
        parts = _BESIDE_EACH_OTHER.split(_without_asking(text))
        own = known.of_project(of)
        return tuple(one for part in parts for one in _ending_in(own, part.rpartition("の")[2]))[:MOST_SHOWN]
    found = _of_what_there_is(known, typed, asked, found)
    return found if _is_asked(typed, asked, found) else ()


def money_of(db: Database, text: str) -> Answer | None:
    """The indicators that a question for an amount names: 寄附の金額, 融資の総額, 市債の残高はいくら.

    None where it names none, or one that is no money, and not in full (as 米の単収はいくら does).
    """
    known = known_indicators(db)
    found, asked = find(db, text), _asked(known, fold(text[: TUNING.reading.characters]))
    if not all(known.own(one, asked) >= 1 or _values(db, "", one)[1].endswith("円") for one in found):
        return None
    return told(db, fold(text), found) if found else None


def _of_what_there_is(
    known: Indicators, typed: str, asked: Pairs, found: tuple[Indicator, ...]
) -> tuple[Indicator, ...]:
    """What a project counts, in place of how much that grew, unless a question asks for growth."""
    if not any(_is_growth_unasked(typed, one) for one in found):
        return found
    own = known.of_project(found[0].entry.key)
    some = [
        one
        for one in own
        if known.own(one, asked) >= TUNING.indicators.name and not _is_growth_unasked(typed, one)
    ]
    return _chosen(known, asked, some) if some else ()


def _is_growth_unasked(typed: str, one: Indicator) -> bool:
    return bool(_GROWTH.search(fold(one.name))) and not _GROWN.search(typed)


def by_unit(text: str) -> tuple[str, str] | None:
    """The unit of what a text asks the number of by a verb only, 人 or 円, and what else it says."""
    for pattern, unit in _BY_UNIT:
        if found := pattern.search(text):
            return unit, _IN_A_YEAR.sub(" ", f"{text[: found.start()]} {text[found.end() :]}")
    return None


def in_unit(db: Database, key: Key, unit: str) -> Answer | None:
    """The only indicator of a project that is counted in a unit, staff aside; None for none or several."""
    own = known_indicators(db).of_project(key)
    counted = [one for one in own if _values(db, "", one)[1].strip().endswith(unit)]
    counted = [one for one in counted if not PUT_DOWN.search(one.name)]  # it is asked who came
    if len(counted) > 1:  # those who come are not those who run it
        counted = [one for one in counted if not _RUN_BY.search(one.name)]
    return told(db, "", counted) if len(counted) == 1 else None


def best(known: Indicators, asked: Pairs) -> tuple[Indicator, ...]:
    """The indicators of the one project that, with its name and section, has most of what is asked.

    How two nouns are joined tells none of several: 図書館の利用者 is not 隣保館の利用回数.
    """
    found = _rivals(known, asked)
    if len(found) > 1:
        asked = frozenset(pair for pair in asked if not _JOINT.search(pair))
        found = _rivals(known, asked)
    return _chosen(known, asked, found[0]) if len(found) == 1 and _are_named(known, asked, found[0]) else ()


def _is_asked(typed: str, asked: Pairs, some: Sequence[Indicator]) -> bool:
    """Whether a question says more of an indicator than its project's name does: 何件, a word of its own."""
    if _HOW_MANY.search(typed) or any(asked & (one.said - one.around) for one in some):
        return True
    return any(fold(one.name) in typed and fold(one.name) not in fold(one.entry.name) for one in some)


def _rivals(known: Indicators, asked: Pairs) -> list[list[Indicator]]:
    """The indicators, project by project, of those that have most of what is asked, all nearly as much."""
    tuning = TUNING.indicators
    near = Counter(at for pair in asked for at in known.having.get(pair, ()))
    every: dict[str, list[Indicator]] = {}
    for at, _ in near.most_common(tuning.looked_at):
        if known.own(known.every[at], asked) >= tuning.part:
            every.setdefault(known.every[at].entry.name, []).append(known.every[at])
    judged = sorted(((_said(known, asked, some), name) for name, some in every.items()), reverse=True)
    if not judged:
        return []
    most, has = judged[0][0], _matched(asked, every[judged[0][1]])
    return [
        every[name]
        for said, name in judged
        if said > most - tuning.lead and not _matched(asked, every[name]) < has
    ]


def _are_named(known: Indicators, asked: Pairs, some: Sequence[Indicator]) -> bool:
    """Whether a question says nothing else, and enough of the name of one of the indicators."""
    tuning = TUNING.indicators
    said, own = _said(known, asked, some), max(known.own(one, asked) for one in some)
    return said >= tuning.question and (own >= tuning.name or said + own >= tuning.both)


def _matched(asked: Pairs, some: Iterable[Indicator]) -> Pairs:
    """What of a question the indicators of a project, its name and section have."""
    return asked & frozenset().union(*(one.said | one.around for one in some))


def _said(known: Indicators, asked: Pairs, some: Iterable[Indicator]) -> float:
    """How much of what is asked the indicators of a project say together with its name and section."""
    return known.share(asked, _matched(asked, some))


def _chosen(known: Indicators, asked: Pairs, some: Sequence[Indicator]) -> tuple[Indicator, ...]:
    """Those of the newest year that each say something of what is asked which the others do not."""
    newest = max(one.entry.fiscal_year for one in some)
    of_year = [one for one in some if one.entry.fiscal_year == newest]
    ordered = sorted(
        of_year, key=lambda one: (-known.share(asked, one.pairs), -known.own(one, asked), one.column.position)
    )
    left, chosen = asked, list[Indicator]()
    for one in ordered:
        is_whole = one.core <= asked and bool(one.core)
        if not chosen or is_whole or known.share(asked, one.said & left) >= TUNING.indicators.another:
            chosen.append(one)
            left -= one.said
    return tuple(sorted(chosen, key=lambda one: one.column.position)[:MOST_SHOWN])


def _of_project(known: Indicators, asked: Pairs, key: Key) -> tuple[Indicator, ...]:
    """The indicators of one project that are all that is asked of."""
    tuning = TUNING.indicators
    own = known.of_project(key)
    some = [
        one
        for one in own  # what its name has from the project's nobody repeats
        if max(known.own(one, asked), known.share(one.said - one.around, asked)) >= tuning.name
    ]
    return _chosen(known, asked, some) if some and _said(known, asked, some) >= tuning.question else ()


def _names_project(asked: Pairs, one: Indicator) -> bool:
    """Whether a question has words of a project's name beside those of its indicator."""
    return bool(asked & (one.around - one.pairs))


def _compared(db: Database, known: Indicators, typed: str) -> Answer | None:
    """An indicator of two projects side by side: A館とB館、利用者が多いのはどっち."""
    for joint in AND.finditer(typed):
        right = _asked(known, RANKS.sub(" ", typed[joint.end() :]))
        left = _asked(known, typed[: joint.start()])
        other = best(known, right)
        if not other or not left:
            continue
        of_what = frozenset().union(*(one.said for one in other)) & right
        one = best(known, left) or best(known, left | of_what)
        if one and one[0].entry.id != other[0].entry.id and _names_project(left, one[0]):
            return _side_by_side(db, typed, one[0], other[0])
    return None


def _across(db: Database, known: Indicators, typed: str) -> Answer | None:
    """An indicator of many projects, those with the most or the least first: 参加者数が一番多い事業は."""
    ways = [(MOST.search(typed) or ANY_MOST.search(typed)), (LEAST.search(typed) or ANY_LEAST.search(typed))]
    asked = _asked(known, RANKS.sub(" ", typed))
    if not any(ways) or not asked:
        return None
    if among := _AMONG.match(typed):
        named = _of_named(db, known, among["who"], among["what"])
    else:
        every = [known.every[at] for at in {at for pair in asked for at in known.having.get(pair, ())}]
        named = [one for one in every if _is_of_the_kind(known, asked, one)]
    members, own = _of_those_called(db, known, typed)
    named += [one for one in own if one not in named]
    newest = max((one.entry.fiscal_year for one in named), default=0)
    valued = [
        (row.cell.number, one, row, unit)
        for one in named
        if one.entry.fiscal_year == newest
        for found, unit in (_values(db, typed, one),)
        for row in found
        if row.cell.number is not None and row.column.basis != "target"
    ]
    if len(valued) < 2:  # the only one is not surely the most of those that the list counts
        given = told(db, typed, [valued[0][1]]) if valued else None
        return replace(given, confidence="unsure") if given else None
    units = Counter(_as_compared(unit) for *_, unit in valued if unit.strip())
    taken = units.most_common(1)[0][0] if units else ""
    of_unit = [item for item in valued if _as_compared(item[3]) in ("", taken)]
    ordered = sorted(of_unit, key=lambda item: item[0] if ways[1] else -item[0])
    lines = [
        (wording.titled(one.entry, place), wording.in_place(row, unit, one))
        for place, (_, one, row, unit) in enumerate(ordered[:MOST_ACROSS], 1)
    ]
    doubts: list[Part] = [wording.OTHER_UNITS] if len(of_unit) < len(valued) else []
    doubts += [wording.NO_UNIT] if any(not unit.strip() for *_, unit in of_unit) else []
    head = wording.indicators_in_order(is_most=not ways[1])
    remark = wording.of_different_things(len(valued) - len(lines))
    ranked = {one.entry.id for _, one, *_ in of_unit}
    doubts += [wording.not_measured(entry) for entry in members if entry.id not in ranked][:MOST_SHOWN]
    shown = [row for _, _, row, _ in ordered[:MOST_ACROSS]]
    keys = tuple(dict.fromkeys(row.entry.key for row in shown))
    why = (wording.reason("indicators in order"),)
    parts = (head, Items(tuple(lines)), *doubts, remark, _source(db, shown))
    sure: Confidence = "sure" if among and not doubts else "unsure"  # others may be called otherwise
    return Answer("figure", parts, keys, confidence=sure, why=why, cells=_cells(shown))


def _of_those_called(
    db: Database, known: Indicators, typed: str
) -> tuple[tuple[Entry, ...], list[Indicator]]:
    """The projects of a few that a rank is asked of by their names, and what of each is counted so.

    生涯学習センターの利用者数 is of all that are called so, one of which counts 利用人数.
    """
    said = _RANK_OF.match(typed)
    if said is None or len(said["of"]) < _NAMED:
        return (), []
    of = alnum_key(said["of"])
    entries = db.snapshot.catalog.entries
    newest = max((entry.fiscal_year for entry in entries), default=0)
    members = [each for each in entries if each.fiscal_year == newest and of in alnum_key(each.name)]
    if not 1 < len(members) <= MOST_CALLED:
        return (), []
    what = ASKING.sub("", said["what"])
    return tuple(members), [o for each in members for o in _ending_in(known.of_project(each.key), what)]


def _as_compared(unit: str) -> str:
    """A unit as it is held against another: whatever its width and its word, ％ and パーセント are one."""
    return _SAME.get(fold(unit), fold(unit))


def _of_named(db: Database, known: Indicators, who: str, what: str) -> list[Indicator]:
    """An indicator of the projects with these words in their names: 公民館や体育館の事業で、利用者数."""
    groups = [[alnum_key(word) for word in terms(part)[0] if not is_light(word)] for part in _OR.split(who)]
    some = [
        one
        for one in known.every
        if any(words and all(word in alnum_key(one.entry.name) for word in words) for words in groups)
    ]
    if _PEOPLE.search(what):
        return [one for one in some if _values(db, "", one)[1].strip().endswith("人")]
    asked = _asked(known, RANKS.sub(" ", what))
    own, whole = TUNING.indicators.name, TUNING.indicators.question
    return [one for one in some if known.own(one, asked) >= own and known.share(asked, one.said) >= whole]


def _is_of_the_kind(known: Indicators, asked: Pairs, one: Indicator) -> bool:
    """Whether an indicator is what is asked for, or a kind of it: 体育館の利用者数 for 利用者数."""
    if len(asked) > 1 and asked <= one.said:
        return True
    tuning = TUNING.indicators
    return known.own(one, asked) >= tuning.name and known.share(asked, one.said) >= tuning.question


def _side_by_side(db: Database, typed: str, *both: Indicator) -> Answer | None:
    """The values of two indicators of one unit, and which is more; None where one has none."""
    found = [_values(db, typed, one) for one in both]
    units = {unit for _, unit in found}
    first = [next((row for row in rows if row.cell.number is not None), None) for rows, _ in found]
    if len(units) != 1 or None in first:
        return None
    (unit,) = units
    lines, numbers = [], []
    for one, row in zip(both, first, strict=True):
        if row is not None and row.cell.number is not None:
            lines.append((wording.indicator_of(one), wording.cell(row, unit)))
            numbers.append((row.cell.number, one))
    (more, most), (less, _) = sorted(numbers, key=lambda item: -item[0])
    is_same = more == less
    told = wording.SAME if is_same else wording.larger(most.entry, more - less, unit, in_full=True)
    shown = [row for rows, _ in found for row in rows]
    parts = (wording.INDICATORS_SIDE_BY_SIDE, Items(tuple(lines)), told, _source(db, shown))
    keys = tuple(one.entry.key for one in both)
    why = (wording.reason("indicators side by side"),)
    return Answer("compare", parts, keys, why=why, cells=_cells(shown))


def _asked(known: Indicators, typed: str) -> Pairs:
    """The pairs of a question; of those with hiragana the ones that some name has."""
    every = pairs(ASKING.sub(" ", typed), with_kana=True)
    return frozenset(pair for pair in every if not _KANA.search(pair) or pair in known.having)


def told(db: Database, typed: str, found: Sequence[Indicator]) -> Answer | None:
    """The values of indicators of one project, each with its name; None where none is counted as is asked."""
    parts: list[Part] = []
    otherwise: list[Part] = []
    shown: list[Row] = []
    is_doubted = False
    for one in found:
        values, unit = _values(db, typed, one)
        otherwise += [part for row in values for part in _otherwise_in_text(db, row, unit)]
        in_name = [number for row in values for number in _in_name(one, row)]
        is_doubted = is_doubted or bool(in_name)
        if in_name:
            parts.append(wording.only_in_name(one, tuple(dict.fromkeys(in_name))))
        elif len(values) == 1:
            parts.append(wording.sentence(values[0], unit, one))
        elif values:
            lines = tuple((one_space(row.column.heading), wording.cell(row, unit)) for row in values)
            parts += [replace(wording.told_of(one.entry, one=one), look="plain"), Items(lines)]
        shown += values
    if not shown:
        return None
    parts += [wording.OTHERWISE_IN_TEXT, *otherwise] if otherwise else []
    lacks_target = "目標" in typed and not any("目標" in one.name for one in found)
    lacks_target = lacks_target and all(row.column.basis != "target" for row in shown)
    if lacks_target:  # what was reached never answers for what was aimed at
        parts.insert(0, wording.NO_TARGET)
    parts += [_source(db, shown), wording.detail_buttons([found[0].entry])]
    why = (wording.reason("indicator"),)
    sure: Confidence = "unsure" if lacks_target or otherwise or is_doubted else "sure"
    keys = (found[0].entry.key,)
    return Answer("field", tuple(parts), keys, confidence=sure, why=why, cells=_cells(shown))


def _in_name(one: Indicator, row: Row) -> list[str]:
    """The figures that the name of an indicator has where its cell is empty: 公用車車検(11台)."""
    return [figure.text for figure in figures(one.name)] if row.cell.state == "empty" else []


def _otherwise_in_text(db: Database, row: Row, unit: str) -> list[Quote]:
    """The sentences of a project that have a cell's number with other thousands: 36,000円 of a cell of 36円.

    Of what is no money only where its unit is of thousands itself: 1,896人 of a cell of 1,896千人.
    """
    whole = row.column.unit or unit
    scaled = _SCALED.fullmatch(nfkc(whole).strip())
    project = projects.get(db, *row.entry.key) if row.cell.number and (is_money(whole) or scaled) else None
    if project is None or not row.cell.number:
        return []
    base = scaled["base"] if scaled else whole
    number = row.cell.number * (number_said(f"1{scaled['scale']}") if scaled else 1)
    return [
        Quote(project, field, (sentence.text,), (((each.start, each.end),),))
        for field, sentence in sentences(project)
        for each in figures(sentence.text)
        if nfkc(each.text).endswith(base)
        and _is_slip(number, number_said(nfkc(each.text).removesuffix(base)))
    ]


def in_its_unit(db: Database, given: Answer) -> Answer:
    """A figure of a text, with the value of the project's own indicator that has it with other thousands."""
    quotes = [part for part in given.parts if isinstance(part, Quote)] if given.kind == "figure" else []
    told = {each for part in quotes for each in zip(part.sentences, part.bold, strict=False)}
    known = known_indicators(db)
    parts: list[Part] = []
    for one in (one for key in given.shown if told for one in known.of_project(key)):
        values, unit = measured(db, one)
        for row in values:
            slips = _otherwise_in_text(db, row, unit)
            if any((each.sentences[0], each.bold[0]) in told for each in slips):
                parts.append(wording.sentence(row, unit, one))
    if not parts:
        return given
    return replace(given, parts=(*given.parts, wording.OTHERWISE_IN_TEXT, *parts), confidence="unsure")


def _is_slip(one: float, other: float) -> bool:
    """Whether two amounts are the same but for the thousands that they are in, the one in short maybe."""
    less, more = sorted((abs(one), abs(other)))
    return bool(less) and any(abs(more / less / scale - 1) < ROUNDED for scale in (1e3, 1e6))


def _values(db: Database, typed: str, one: Indicator) -> tuple[list[Row], str]:
    """The cells with the values of an indicator and their unit; none where it is not counted as is asked."""
    values, unit = measured(db, one)
    return (values if _is_counted(typed, one, unit) else []), unit


def _source(db: Database, shown: Iterable[Row]) -> Say:
    return wording.source(tuple(row.column for row in shown), file_names(db))


def _cells(shown: Iterable[Row]) -> tuple[tuple[Key, str], ...]:
    return tuple((row.entry.key, row.column.heading) for row in shown)


def _is_counted(typed: str, one: Indicator, unit: str) -> bool:
    """Whether a value in this unit can be what a question asks the number of, if it asks for one.

    A share is no number, a sum no count; 定員 is not who came, 開催数 not the 相談件数, a growth no total. A
    name that a question has in full is what it asks for.
    """
    name = fold(one.name)
    asked = {_SAME.get(each, each) for each in _COUNTER.findall(typed)}
    named = {_SAME.get(unit, fold(unit)), *(_SAME.get(letter, letter) for letter in fold(unit))}
    if asked and unit and not any(each in name for each in asked for name in named):
        return False
    if _is_growth_unasked(typed, one) or is_only_put_down(typed, name):
        return False
    if any(limit in name and limit not in typed for limit in _LIMITS):
        return False
    typed = typed.replace(fold(one.entry.name), "■")
    rows = [(said, counted) for cue, said, counted in _MEASURES if cue.search(typed)]
    is_any = not rows or name in typed
    return is_any or any(counted.search(fold(unit)) or said.search(name) for said, counted in rows)
