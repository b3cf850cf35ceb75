"""A question about columns in, an Answer out: understood, gathered, judged, and put into words last."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.ask import follow_ups, subjects
from bot.ask.answers import Answer, Confidence, Key, Part
from bot.ask.columns import indicators, several, single, wording
from bot.ask.columns.conditions import Choice
from bot.ask.columns.evidence import (
    column_names,
    is_named,
    named_by,
    names_of_office,
    of_key,
    rows,
    understood,
)
from bot.ask.columns.figures import paired
from bot.ask.columns.naming import Mention, bare, fold, in_kind, is_grouping, near_verdict
from bot.ask.columns.naming import find as find_names
from bot.ask.columns.reading import ColumnQuestion, LeftOut, understand
from bot.ask.columns.scope import names_of
from bot.ask.columns.skeleton import COLUMN
from bot.ask.columns.vocabulary import AND, COMPARE, COUNT, EVERYDAY, RANKS, SAME, WHICH_MORE
from bot.ask.intents import fields, listing
from bot.ask.lexing import lex
from bot.ask.quantities import PERCENT, asked_figure
from bot.ask.question import Request
from bot.ask.terms import is_light, terms
from bot.ask.terms import names as nouns
from bot.ask.wording import Say, of_list_before, of_those_told
from store import projects
from store.columns.headings import without_unit
from store.columns.values import NUMERIC, is_money
from store.database import Database
from store.index.catalog import Catalog, Entry
from store.index.meaning import word_vectors
from store.index.tuning import TUNING
from store.talk.conversations import Turn
from store.text import asking, lazily
from store.text.normalize import alnum_key, one_space

ASKED_BACK = 5  # projects shown where it is not certain which one is meant
_OF = re.compile("(?:の|って|とは)■")
_SAYS_WHICH = re.compile(r"■[^■▲]{0,3}▲|▲[ぁ-ん]*(?:事業|もの)|▲.*何件")
_OF_INDICATOR = re.compile("[一-龥々ァ-ヺー]の[一-龥々ァ-ヺー]+(?:数|率|者|量|件)$")
_NO_KANA = re.compile("[一-龥々ァ-ヺー]+")
_CITY = re.compile("[都道府県市区町村]$")
_WITH_ANOTHER = re.compile(
    "[数率量額](?:と|や|、|・|及び|および)|(?:と|や|、|・|及び|および)[^とや、・]{2,12}[数率量](?:は|を|って|$)"
)
_MEASURE = re.compile("(?<=[、\\s])[一-龥々ァ-ヺー]{2,12}[数率量額](?=[、。をはと\\s])")
_OF_NO_COLUMN = re.compile("[一-龥々ァ-ヺー](?:[数率点量]|(?<!年)度)[がはの](?:一番|いちばん|最も|もっとも)")
_PROJECTS = re.compile(r"(?:事業|もの|やつ|取り?組み?|施策|プロジェクト|業務|事務)(?![一-龥])")
_THING_COUNTED = re.compile(
    "[一-龥ァ-ヺー]{2}(?<!事業)(?<!施策)(?<!取組)(?<!業務)(?<!事務)(?<!関係)(?<!関連)"
    "[はがっ]て?(?:全部で|全体で)?(?:何件|いくつ)"
)
_ONLY_A_CHOICE = re.compile("▲(?:って|[はが])?、?(?:全部で|全体で)?(?:何件|何個|いくつ)")
_OF_PROJECTS = ("件", "事業", "", PERCENT)
_NUMBER = re.compile("[0-9][0-9,]*(?:[.][0-9]+)?")
_EACH = re.compile("それぞれ|各々|おのおの")
_PRICES = ("値段", "価格")
_LOOSE = (*_PRICES, "お金", "金額", "金")
_PAID = re.compile(  # 補助額 and いくら補助 are of a case, 総額 may be of all of them
    "(?<=[一-龥々ァ-ヺー])(?<!資)(?:金|手当|料|代|券|賞|単価|会費|参加費|(?<![総金])額)(?:の金?額)?(?:は|って|が)?、?いくら(?!の事業)"
    "|(?:補助|助成|支給|給付)(?:は|って|が)?、?いくら(?!(?:ぐらい|くらい)?(?:かか|使|つか))"
    "|いくら[ぁ-ん]{0,3}(?:補助|助成|支給|給付|もら)"
)
_AMOUNTS = ("金額", "総額")
# What a project cost, and no amount of a thing: いくらかかった.
_COST = re.compile("かか[るっり]|使[うっわ]|つか[うっわ]|費やし|支出|決算|予算|事業費|経費|費用|コスト")
_OF_WORK = re.compile("事業|取り?組み?|施策|関係|関連|[費課部室局]")
_ALL_OF_IT = re.compile("の?(?:合計|総計|トータル)(?:金?額)?|総(?=金?額)")
_MONEY_OF = re.compile("(?<=[一-龥々ァ-ヺー]{2})費用?$")
_WHEN = re.compile("いつ|何(?:月|日|時)")
_EITHER_OR = re.compile("▲(?:の?■)?(?:と|や|及び|および)◎|◎(?:と|や|及び|および)▲")
_THAN_IT = re.compile("■(?:額|の額)?より(?:も|は)?(?:多|少な|高|低|大き|小さ)(?:い|かった)(?!■|事業|も|や)")
_OF_ALL = re.compile(
    "全体|全庁|全市|全課|全部局|市全|町全|村全|県全|(?:全[てべ]?て?|すべて|全部)の?(?:事業|課|部署)|登録|一覧"
)
_EXTREMES = ("most", "least")
_PART_OF_COST = re.compile("(?:[費金税債]|財源|分)$")
_WORKED_OUT = ("sum", "mean", "median")
_ADDED = (*_WORKED_OUT, *_EXTREMES)
_OF_ALL_TOGETHER = (*_EXTREMES, "sum", "mean", "median", "count", "list")
_JOINED = re.compile("(?:と|や|及び|および|並びに|ならびに)(?!し(?:て|た))")
_OF_ITS_NAME = 0.5  # of a name from which a word is it: 砂沼マラソン of 砂沼マラソン大会開催事業
_BOTH_AT_ONCE = re.compile("両方|どちらも|いずれも|ともに|共に|両者")
_WORD_BEFORE = "(?:(?![のはがをでにと])[ぁ-ん一-龥々ァ-ヺー])*"
_MARK = 0xE000  # the first of the letters that stand for words
_OF_SOME = (*_EXTREMES, "value", "sum", "mean", "median")
_BUT_IT = re.compile(
    "(?:それ|これ|その|この)(?:事業|1件)?(?:以外|の(?:他|ほか)|を除)|(?:その|この)(?:他|ほか)"
)
_TOGETHER = re.compile("合わせ|あわせ|足す|足し|両方|合算")
_ADDED_UP = re.compile(f"{_TOGETHER.pattern}|合計|総計|トータル")
_HOW_MANY = re.compile("何(?!円|%|パーセント|割|件|事業|です|か|$|[?？])[一-龥]")


def answer_columns(db: Database, text: str, *, last: Turn | None = None) -> Answer | None:
    """The answer to a question about the columns of the lists; None where it is none, or can't be told whose.

    `last` is what the thread showed before. Where no list has such a column the answer is None too: what the
    texts say goes before that, see `lacking`.
    """
    question = understood(db, text)
    if counted := _by_unit(db, one_space(text)):
        return counted
    if two := _of_two(db, one_space(text), question):
        return two
    if question is None or not _asks(question) or _is_of_a_thing(question) or _is_beside_its_own(question):
        return None
    if (
        question.lacking
        and not question.projects
        and all(m.is_phrase or not m.columns for m in question.asked)
    ):
        return None  # 予算は全部でいくら, of a list that has none: no other amount in its place
    given = _answer(db, question, last)
    if given is None or (given.kind == "none" and question.projects):
        return None
    if _is_of_what_is_paid(question, given):
        return None
    return _of_so_many_years(question, one_space(text), given)


_BESIDE = lazily("と(?:は)?(?:同じ|同額|等し|違|異な|比べ|比較)|より(?:も|は)?(?:多|少な|高|低|大き|小さ)")


_BOTH_OFFICES = lazily("◎(?:と|や|及び|および|並びに)◎")


def _is_beside_its_own(question: ColumnQuestion) -> bool:
    """Whether a section is held against its department: what is of both is that of the section alone."""
    kinds = {office.kind for office in question.offices}
    is_both = _BESIDE.search(question.text) or _BOTH_OFFICES.search(question.skeleton)  # 土木部と水道課の合計
    return len(kinds) > 1 and question.aggregate != "compare" and bool(is_both)


def _is_of_what_is_paid(question: ColumnQuestion, given: Answer) -> bool:
    """Whether a price or what one gets is asked for, and no cost of a project: 祝金はいくら, 手帳の値段.

    The texts may say it; a column is only near.
    """
    if given.kind != "field" or len(given.shown) != 1 or not question.asked:
        return False
    if not all(mention.word in _LOOSE or mention.is_phrase for mention in question.asked):
        return False
    is_price = any(mention.word in _PRICES for mention in question.asked)
    return is_price or bool(_PAID.search(question.text))


_YEARS_LONG = lazily(r"(?<!\d)(?P<count>[2-9])[かカヶケ]?年(?:度?(?:間|分)|の推移)")


def _of_so_many_years(question: ColumnQuestion, text: str, given: Answer) -> Answer:
    """An answer over years, told that there are fewer than was asked for (3年間の推移)."""
    found = _YEARS_LONG.search(text) if given.kind == "compare" or question.is_over_years else None
    columns = [column for mention in question.asked for column in mention.columns]
    years = sorted({column.year for column in columns})
    if not found or not 0 < len(years) < int(found["count"]):
        return given
    return replace(given, parts=(*given.parts, wording.fewer_years(int(found["count"]), years)))


def measured_last(db: Database, last: Turn | None) -> str:
    """What 合計は and 差は are of in a thread: the column of numbers that it told last, else the money."""
    names = column_names(db)
    of_heading = {column.heading: column for column in names.columns if column.kind in NUMERIC}
    told = next(
        (of_heading[each] for each in reversed(last.columns if last else ()) if each in of_heading), None
    )
    if told:
        return without_unit(told.heading)
    return _MONEY if in_kind(names.columns, EVERYDAY[_MONEY]) else ""


_MONEY = "費用"


def asks_of_columns(db: Database, text: str) -> bool:
    """Whether a text asks of columns, and does not only have words that are names of some: 評価, 縮小."""
    if not column_names(db).columns:
        return False
    if _OF_INDICATOR.search(text) and indicators.find(db, text):
        return True
    question = understood(db, text)
    if question is None or not (_asks(question) or (question.lacking and question.projects)):
        return False
    if _is_of_a_thing(question):
        return False
    if question.by_columns and question.aggregate == "spread":
        return True
    named = question.asked or question.choices
    is_worked_out = question.aggregate not in ("value", "list", "count")
    of_whom = question.projects or question.offices or _OF.search(question.skeleton)
    says_which = question.choices and _SAYS_WHICH.search(question.skeleton)
    return bool((named and (is_worked_out or of_whom)) or says_which or question.bounds or question.traits)


def lacking(db: Database, text: str, given: Answer, *, last: Turn | None = None) -> Answer:
    """An answer that says nothing of what is asked, told instead that the lists have no such column."""
    question = understood(db, text)
    is_of_column = question and question.lacking and question.projects  # 当初予算, of a list that has none
    if not is_of_column and (named := indicators.near(db, text, given)) is not None:
        return named
    if question and given.kind == "none" and _asks(question) and not question.lacking:
        near = _answer(db, question, last)
        if near and near.kind == "field" and _is_of_what_is_paid(question, near):
            parts = (*given.parts, *near.parts)
            return replace(given, parts=parts, shown=near.shown, confidence="unsure", cells=near.cells)
    if question is None and given.kind == "none":
        return _by_near_verdict(db, text) or given
    if given.kind == "figure" and (better := _better_indicator(db, text, given)):
        return better
    words = [each.word for each in question.lacking if _stands_as_asked(question, each)] if question else []
    meant = (question.projects or _topic(question, db.snapshot.catalog, last)) if question and words else ()
    if question is None or not words or not _says_nothing(db, question, given, is_of_one=bool(meant)):
        return given
    if meant and (reached := _without_target(db, question, meant)):
        return reached
    if meant and column_names(db).columns and (said := single.answer(db, question, meant, column_names(db))):
        return said
    note = wording.no_columns(words)
    if near := _by_nearest(db, question):
        return replace(near, kind="none", parts=(note, *near.parts), confidence="none")
    return replace(given, parts=(*given.parts[:1], note, *given.parts[1:]))


# 予算が一番多い, 予算の合計は, 人手は何人; 職員のパソコン, 予算編成 and 職員が提案した ask for no column.
_ASKED_BEHIND = lazily(
    r"(?:の?(?:合計|総|平均|推移|増減|変化|実績|見込み?|前年)?[額数量費率値]*)*[はがをもとやで、,・\s]*(?:って|(?:が|を)?知り|については?)?"
    rf"(?:$|[?？。]|{asking.QUESTION}|一番|最[もも大小]|[多少高低増減]|大き|小さ|上位|下位|トップ|ベスト|[0-9全]|教|見せ|示|ごと|別|順|並べ"
    r"|(?:の|が)?(?:あ[るり]|な[いし]|列|欄|データ|情報))"
)


def _stands_as_asked(question: ColumnQuestion, mention: Mention) -> bool:
    """Whether a word for a column that no list has is what a question asks for, and no part of its topic."""
    is_one = len(question.asked) == 1
    return mention.is_phrase or not is_one or bool(_ASKED_BEHIND.match(question.text, mention.end))


def _by_nearest(db: Database, question: ColumnQuestion) -> Answer | None:
    """What is asked of all projects, worked out of the nearest amounts under their own names."""
    names = column_names(db)
    topics = {mention.meaning.topic for mention in question.lacking if mention.meaning}
    near = in_kind(names.columns, EVERYDAY["お金"]) if topics == {"cost"} else ()
    is_of_all = question.aggregate not in ("value", "change") or not question.rest
    if not near or question.projects or not is_of_all:
        return None
    asked = tuple(replace(each, columns=near) for each in question.lacking)
    if any(not bound.columns for bound in question.bounds):  # 決算が1億円以上の事業
        bounds = tuple(replace(bound, columns=bound.columns or near) for bound in question.bounds)
        question, asked = replace(question, bounds=bounds), ()
    return _of_topic(db, replace(question, asked=asked))


def _by_near_verdict(db: Database, text: str) -> Answer | None:
    """The projects of the verdict that means nearly what a text says, which no list has: 拡充 for 拡大."""
    held, names = db.snapshot.catalog, column_names(db)
    typed = one_space(text)[: TUNING.reading.characters]
    if not names.verdicts or not (near := near_verdict(typed, names, word_vectors().of_text)):
        return None
    question = understand(typed, lex(typed, held), held, names, (near,))
    given = several.answer(db, question, held.entries) if question and not question.rest else None
    if given is None:
        return None
    told = wording.near_verdict(near.word, near.values)
    return replace(given, parts=(told, *given.parts), confidence="unsure")


def _better_indicator(db: Database, text: str, given: Answer) -> Answer | None:
    """The indicator that is meant, where a sentence was quoted for a number that another one counts."""
    first = given.parts[0]
    number = _NUMBER.match(first.text) if isinstance(first, Say) else None
    if given.cells or len(given.shown) != 1 or number is None:
        return None
    return indicators.better_than(db, text, given.shown[0], float(number[0].replace(",", "")))


def _without_target(
    db: Database, question: ColumnQuestion, meant: Sequence[Sequence[Entry]]
) -> Answer | None:
    """What was reached, told not to be what was aimed at, of a list that has no targets."""
    names, reached = column_names(db), EVERYDAY["実績"]
    columns = in_kind(names.columns, reached)
    asks_target = all(each.meaning and each.meaning.bases == ("target",) for each in question.lacking)
    if not (asks_target and columns):
        return None
    asked = (replace(question.lacking[0], columns=columns, meaning=reached),)
    given = single.answer(db, replace(question, asked=asked), meant, names)
    if given is None or given.kind != "field":
        return None
    return replace(given, parts=(wording.NO_TARGET, *given.parts), confidence="unsure")


def _says_nothing(db: Database, question: ColumnQuestion, given: Answer, *, is_of_one: bool) -> bool:
    """Whether an answer knows nothing, or shows of a project what has no word of what is asked."""
    if given.kind == "none":
        return True
    if given.kind != "field" or not is_of_one or not column_names(db).columns or given.cells:
        return False
    if any("purpose" in quoted for quoted in given.quoted.values()):
        return False  # 目標 may ask for that
    return not any(mention.word in given.text for mention in question.lacking)


def _asks(question: ColumnQuestion) -> bool:
    """Whether a question asks of columns that a list has; not when of a budget, nor how many people of it."""
    columns = [column for mention in question.asked for column in mention.columns]
    if _WHEN.search(question.skeleton) and all(column.kind != "date" for column in columns):
        return False
    if columns and _HOW_MANY.search(question.skeleton) and all(is_money(column.unit) for column in columns):
        return False
    is_ranked = question.aggregate in ("most", "least")
    if is_ranked and _OF_NO_COLUMN.search(question.skeleton) and all(c.kind not in NUMERIC for c in columns):
        return False  # 評価の点数が一番高い, where 評価 is a choice
    if is_ranked and not question.projects and _THAN_IT.match(question.skeleton):
        return False  # 決算額より多い？, of something that is not said
    both = [mention.columns for mention in question.asked[:2]]
    if _EITHER_OR.search(question.skeleton):
        return False  # 図書館の分野と市民課の事業: what is of either, and not of both
    if question.between and not (len(both) == 2 and paired(*both)):  # 決算と決算の差 names one
        return False
    return bool(columns or question.has_conditions or question.by_columns)


def _is_of_a_thing(question: ColumnQuestion) -> bool:
    """Whether a choice only says of what a thing is, and no projects are asked for: 図書館の貸出点数は.

    Projects are asked for by name (図書館の事業は何件), as a list, or by what was judged (廃止は何件).
    """
    is_of_choice = question.choices and not (question.asked or question.bounds or question.traits)
    if not is_of_choice or question.projects or question.is_of_list or question.by:
        return False
    typed = asking.core(question.text)
    if asking.COUNT.search(typed):
        return False
    figure = asked_figure(typed)
    is_measured = figure is not None and not (
        figure.unit in _OF_PROJECTS or figure.counter in ("いくつ", "何個", "個")
    )
    if not is_measured and COLUMN in question.skeleton:  # 法定義務じゃないの何個ある
        return False
    if all(_is_of_projects(choice) for choice in question.choices):
        return is_measured and any(not is_light(term) for term in question.rest)
    if _ONLY_A_CHOICE.match(question.skeleton):  # 法定義務ありって全部で何件
        return False
    if is_measured or _THING_COUNTED.search(question.skeleton):
        return True
    return not (_PROJECTS.search(question.skeleton) or (figure is None and asking.LIST.search(typed)))


def _is_of_projects(choice: Choice) -> bool:
    """Whether only a project has such a choice: a verdict, or that there is or is no duty to do it."""
    is_held = all(value.endswith(("あり", "なし", "有", "無")) for value in choice.values)
    return is_held or all(column.topic == "evaluation" for column in choice.columns)


def _answer(db: Database, question: ColumnQuestion, last: Turn | None) -> Answer | None:
    held, names = db.snapshot.catalog, column_names(db)
    if same := _same_as(db, question, last):
        return same
    if question.but and not (last and (question.is_of_list or last.listed)):
        return _of_topic(db, question) if question.aggregate != "change" else None
    if not question.but and (of_thing := _of_a_thing(db, question, last)):
        return of_thing
    if question.projects:
        given = _of_another_office(question, single.answer(db, question, question.projects, names))
        return _with_measured(db, question, _with_fields(db, question, given))
    if last and (placed := follow_ups.at_places(question.text, last, held)):
        is_set_side_by_side = len(placed) > 1 and COMPARE.search(question.skeleton)
        asked = replace(question, aggregate="compare" if is_set_side_by_side else "value")
        return single.answer(db, asked, placed, names)
    if last and question.is_of_list and last.listed:
        asked = replace(question, aggregate="list") if question.aggregate == "value" else question
        return _of_topic(db, replace(asked, within=_list_said(last)), held.of_keys(last.listed))
    if last and last.within and _is_of_those_counted(question, last):
        given = _of_topic(db, replace(question, within=last.within_said), held.of_keys(last.within))
        names_others = _PROJECTS.search(question.skeleton) and not all(map(_is_of_projects, question.choices))
        if not names_others or given is None or given.shown:
            return given  # else 図書館の事業 behind another section's are all of them
    if last and _is_of_the_thread(question, last, held):
        return _of_those_shown(db, question, last)
    if last and question.has_pronoun and _is_of_each_listed(question, last):  # その評価は, of トップ3
        return single.answer(db, question, [(entry,) for entry in held.of_keys(last.listed)], names)
    if question.aggregate not in ("value", "change") and not question.has_pronoun:
        given = _of_topic(db, question)
        # What projects cost that speak of a thing is not certain to be its amount: 滞納の総額.
        is_of_thing = _is_loose(question) and not (
            _COST.search(question.text) or _OF_WORK.search(question.text)
        )
        if given is None or not (is_of_thing and question.rest):
            return given
        return replace(given, confidence="unsure") if given.confidence == "sure" else None
    if topic := _topic(question, held, last):
        is_change = question.aggregate == "change"
        asked = replace(question, aggregate="change" if is_change else "value")
        return single.answer(db, asked, topic, names)
    if question.has_pronoun:
        return None
    if question.rest:
        given = _of_indicator(db, question) or _of_name(db, question)
        return _with_fields(db, question, given)
    if question.is_plain or question.is_over_years or question.has_conditions or question.between:
        return several.answer(db, question, held.entries)
    return None


def _of_another_office(question: ColumnQuestion, given: Answer | None) -> Answer | None:
    """The answer about one project, not as sure where it is of none of the offices named beside it."""
    entries = question.projects[0]
    named = {office.name for office in question.offices}
    if given is None or not named or len(question.projects) > 1:
        return given
    if any(named & names_of_office(entry) for entry in entries):
        return given
    told = wording.not_of_office(entries[0], names_of(question.offices))
    return replace(given, parts=(told, *given.parts), confidence="unsure")


def _same_as(db: Database, question: ColumnQuestion, last: Turn | None) -> Answer | None:
    """What is asked of all projects that have a choice in common with one of the thread: 同じ分野の事業は."""
    held, text = db.snapshot.catalog, question.text
    mention = next((each for each in question.asked if f"同じ{each.word}" in text), None)
    groups = question.projects or ((of_key(last.topic, held),) if last and last.topic else ())
    if mention is None or len(groups) != 1 or not groups[0]:
        return None
    entry = groups[0][0]
    columns = [c for c in mention.columns if c.fiscal_year == entry.fiscal_year and c.kind == "choice"]
    said = [row for row in rows(db, columns, [entry]) if not row.cell.state]
    if len(said) != 1:
        return None
    choice = Choice((said[0].column,), (fold(said[0].cell.text),))
    others = tuple(each for each in question.asked if each is not mention)
    how = question.aggregate if others else "count" if COUNT.search(question.skeleton) else "list"
    asked = replace(
        question,
        asked=others,
        aggregate=how,
        choices=(*question.choices, choice),
        projects=(),
        has_pronoun=False,
        rest=tuple(term for term in question.rest if term != "同じ"),
    )
    given = _of_topic(db, asked)
    if given is None or entry.key not in (*given.shown, *given.rest):
        return given
    return replace(given, parts=(given.parts[0], wording.with_itself(entry.name), *given.parts[1:]))


def _of_a_thing(db: Database, question: ColumnQuestion, last: Turn | None) -> Answer | None:
    """The amount of a thing by its indicator, and no column of costs: 寄附の金額, 市債の残高はいくら."""
    is_plain = question.aggregate in ("value", "sum") and not (question.has_conditions or question.years)
    if not (is_plain and _is_loose(question)) or _COST.search(question.text):
        return None
    bare = _ALL_OF_IT.sub("", question.text)  # 水揚高の合計, 融資総額: of the one that is measured all of it
    given = indicators.money_of(db, question.text) or (
        indicators.money_of(db, bare) if question.rest else None
    )
    keys = {entry.key for group in question.projects for entry in group}
    if last and last.topic and not keys:
        keys.add(last.topic)
    return given if given and (not keys or given.shown[0] in keys) else None


def _is_loose(question: ColumnQuestion) -> bool:
    """Whether no column is named, but only an amount: いくら, 金額, 総額."""
    named = [mention for mention in question.asked if mention.columns]
    return bool(named) and all(mention.is_phrase or mention.word in _AMOUNTS for mention in named)


def _list_said(last: Turn) -> str:
    """What the projects of the list are that a thread showed last."""
    is_whole = last.within and {*last.listed} == {*last.within}
    return last.within_said if is_whole else of_list_before(len(last.listed)).text


def _is_of_those_counted(question: ColumnQuestion, last: Turn) -> bool:
    """Whether a follow-up that says of what to no one is of the projects that its thread counted: 拡大は."""
    if question.offices or question.has_pronoun or question.rest or question.by not in ("", "column"):
        return False
    if question.aggregate in ("value", "change") and last.topic:
        return False
    is_of_part = {*last.listed, *last.rest} < {*last.within}  # 拡大の3件, of which the most is asked for
    if last.listed and is_of_part and question.aggregate in _OF_SOME and not question.has_conditions:
        return False
    return not _OF_ALL.search(question.text)


def _is_of_the_thread(question: ColumnQuestion, last: Turn, held: Catalog) -> bool:
    """Whether a sum, the most or a value is asked for of what to no one, where a thread showed projects.

    Not where the thread showed all of a list, nor where 事業 are asked for after a single one of them.
    """
    says_whose = question.offices or question.rest or question.has_conditions or question.by
    if says_whose or question.aggregate not in _OF_SOME or _OF_ALL.search(question.text):
        return False
    if question.has_pronoun:
        return bool(_BUT_IT.match(question.text))
    listed = {*_list_of(last)}
    if any(listed >= {entry.key for entry in entries} for entries in held.by_year.values()):
        return bool(last.topic and question.aggregate == "value")
    is_of_projects = question.aggregate in _EXTREMES and _PROJECTS.search(question.skeleton)
    return bool(listed or (last.topic and not is_of_projects))


def _is_of_each_listed(question: ColumnQuestion, last: Turn) -> bool:
    """Whether a value is asked for with その of a few that were listed, of which none is spoken of."""
    says_whose = question.offices or question.rest or question.has_conditions or question.by
    is_few = last.topic is None and 1 < len(last.listed) <= wording.PAGE
    return question.aggregate == "value" and is_few and not says_whose


def _list_of(last: Turn) -> tuple[Key, ...]:
    """The list that a thread still speaks of: none where it has gone on to a project beside it."""
    return last.listed if last.topic is None or last.topic in last.listed else ()


_DIFFERENCE = re.compile("差(?:額|は|が|$)")


def _of_those_shown(db: Database, question: ColumnQuestion, last: Turn) -> Answer | None:
    """What is asked of the projects that a thread showed: the two told last, the list, or the only one.

    None where these cannot be told, or where the most of a single one is asked for.
    """
    held, names, listed = db.snapshot.catalog, column_names(db), _list_of(last)
    told = tuple(dict.fromkeys(key for key in (last.topic_before, last.topic) if key))
    topic = of_key(last.topic, held) if last.topic else ()
    if question.has_pronoun:  # それ以外で一番高いのは
        left = tuple(key for key in listed if key != last.topic)
        if not (topic and left and topic[0].key in listed) or len(listed) >= listing.MOST:
            return None
        within = wording.of_list_but(len(listed), topic[0].name).text
        return _of_topic(db, replace(question, has_pronoun=False, within=within), held.of_keys(left))
    is_of_both = _TOGETHER.search(question.text) if listed else _ADDED_UP.search(question.text)
    if question.aggregate == "sum" and is_of_both and len(told) == 2 and (not listed or {*told} <= {*listed}):
        within = of_those_told([entry.name for entry in held.of_keys(told)], len(told)).text
        return _of_topic(db, replace(question, within=within), held.of_keys(told))
    if question.aggregate == "sum" and not listed and _TOGETHER.search(question.text):
        return None  # two are added up, of which one was told
    if _DIFFERENCE.search(question.text):  # of two, which a single value is not
        two = listed if len(listed) == 2 else told
        groups = tuple((entry,) for entry in held.of_keys(two))
        asked = replace(question, aggregate="compare")
        return single.answer(db, asked, groups, names) if len(groups) == 2 else None
    if topic and (question.aggregate == "value" or (question.aggregate == "sum" and not listed)):
        return single.answer(db, replace(question, aggregate="value"), (topic,), names)
    if not listed or len(listed) >= listing.MOST:
        return None  # there may be more than are kept
    asked = replace(question, aggregate="list") if question.aggregate == "value" else question
    given = _of_topic(db, replace(asked, within=_list_said(last)), held.of_keys(listed))
    if given is None or not given.shown:
        return None  # of a year that these have no record of
    # Behind a project that was spoken of before the list, that one may be meant.
    is_unclear = given.confidence == "sure" and asked is not question and last.topic_before
    return replace(given, confidence="unsure") if is_unclear else given


def _of_topic(db: Database, question: ColumnQuestion, every: Sequence[Entry] = ()) -> Answer | None:
    """What is asked of all projects (or `every` one of a list), or of those that say what else is said."""
    if question.but:
        return _but_for(db, question, every or db.snapshot.catalog.entries)
    entries, topic = every or db.snapshot.catalog.entries, _topic_words(db, question)
    if len(topic) > 1 and WHICH_MORE.search(question.skeleton):
        return None  # 介護と医療の決算、どっちが多い is of each, and not of what says both
    given = _of_either(db, question, entries, topic) if len(topic) > 1 else None
    if given is None:
        given = _of_words(db, question, entries, topic) if topic else several.answer(db, question, entries)
    return given if every or topic or given is None else _beside_the_theme(db, question, given)


_THEME = re.compile(
    "(?P<loose>▲(?:に(?:関する|関わる|かかわる|関連する|ついての)|関[係連]の?))(?=事務|事業|もの|取)|▲の(?=事業|もの|取)"
)


def _beside_the_theme(db: Database, question: ColumnQuestion, given: Answer) -> Answer:
    """An answer about the projects of a theme that is a choice, with those that only say it.

    Of 〜に関する事業 these are all that say it in name or texts, of 〜の事業 those with it in their name.
    What was asked may be meant of these too, so that it is not sure.
    """
    found, names = _THEME.search(question.skeleton), column_names(db)
    themes = [each for each in question.choices if all(map(is_grouping, each.columns)) and not each.is_denied]
    if found is None or len(themes) != 1 or (found["loose"] is None and COLUMN in question.skeleton):
        return given
    words = [m.word for m in find_names(question.text, names) if m.values == themes[0].values]
    if len(words) != 1:
        return given
    ids = subjects.saying(db, words).ids
    ids -= subjects.beside_their_texts(db, words, ids)
    held = db.snapshot.catalog
    if not found["loose"]:
        ids = frozenset(
            e.id for e in held.entries if e.id in ids and alnum_key(words[0]) in alnum_key(e.name)
        )
    others = tuple(
        each if each is not themes[0] else replace(each, is_denied=True) for each in question.choices
    )
    asked = replace(question, asked=(), aggregate="list", by="", choices=others, among=ids)
    near = several.answer(db, asked, held.entries) if ids else None
    keys = (*near.shown, *near.rest) if near else ()
    if not keys:
        return given
    lines = [(entry, wording.beside(entry)) for entry in held.of_keys(keys)]
    told = wording.beside_the_theme(themes[0].columns, words[0], len(lines), in_name=not found["loose"])
    return replace(
        given, parts=(*given.parts, told, *wording.listed(lines, tells_left=False)), confidence="unsure"
    )


def _of_either(
    db: Database, question: ColumnQuestion, entries: Sequence[Entry], topic: tuple[str, ...]
) -> Answer | None:
    """What is asked of all that two and more words joined by と name, and of each: 砂浜とプールの決算の合計.

    A word that is half of the one name that has it, or that only the others' projects say too, is of that
    project; else of all that say it. What names none is told.
    """
    named = _joined(question.text, topic)
    if len(named) < 2 or question.aggregate not in _OF_ALL_TOGETHER:
        return None
    saying = [subjects.saying(db, words).ids for words in named]
    ids, lacks, each = list[frozenset[int]](), list[str](), list[Answer]()
    for at, words in enumerate(named):
        own, others = saying[at], frozenset[int]().union(*saying[:at], *saying[at + 1 :])
        one = named_by(db.snapshot.catalog, words)
        letters = sum(map(len, words)) / len(one[0].name) if one else 0.0
        by_name = frozenset(entry.id for entry in one)
        is_called_so = bool(one) and (own - by_name <= others or letters >= _OF_ITS_NAME)
        own = (by_name if is_called_so else own) & {entry.id for entry in entries}
        told = wording.in_name(words) if is_called_so else wording.in_records(words)
        given = several.answer(db, replace(question, among=own), entries, told) if own else None
        if given is None or not given.parts:
            lacks.append(" ".join(words))
            continue
        ids.append(own)
        each.append(given if is_called_so else _resting_on(db, question, entries, words, given))
    every = frozenset[int]().union(*ids)
    shown = [said for words in named if (said := " ".join(words)) not in lacks]
    among = replace(question, among=every)
    given = several.answer(db, among, entries, wording.in_either(shown)) if every else None
    if given is None:
        return None
    firsts = [part for one in each if isinstance(part := one.parts[0], Say)]
    notes: list[Part] = [replace(part, look="plain") for part in firsts]
    of_year = {entry.id for entry in entries if given.shown and entry.fiscal_year == given.shown[0][0]}
    both = sum(len(own & of_year) for own in ids) - len(every & of_year)
    notes += [wording.in_both(both)] if both else []
    notes = [wording.in_none(lacks), *notes] if lacks else notes
    is_sure = not lacks and all(one.confidence == "sure" for one in (given, *each))
    sure: Confidence = "sure" if is_sure else "unsure"
    return replace(given, parts=(given.parts[0], *notes, *given.parts[1:]), confidence=sure)


def _joined(text: str, topic: Sequence[str]) -> list[tuple[str, ...]]:
    """The words that と joins, each in full with what stands between its nouns (歩け歩け大会).

    What follows the last behind の is of all of them: 北小と南小の管理費.
    """
    for at, word in enumerate(topic):
        text = text.replace(word, chr(_MARK + at), 1)
    marks = f"[{chr(_MARK)}-{chr(_MARK + len(topic))}]"
    stretch = re.search(f"{_WORD_BEFORE}{marks}.*{marks}", text)
    if stretch is None or _BOTH_AT_ONCE.search(text):
        return []
    *sides, last = _JOINED.split(stretch[0])
    sides, tail = [*sides, last.split("の")[0]], last.split("の")[1:]
    if len(sides) < 2 or any("の" in side or not re.search(marks, side) for side in sides):
        return []

    def as_typed(said: str) -> str:
        return re.sub(marks, lambda mark: topic[ord(mark[0]) - _MARK], said)

    return [tuple(map(as_typed, (side, *tail))) for side in sides]


def _but_for(db: Database, question: ColumnQuestion, every: Sequence[Entry]) -> Answer | None:
    """What is asked of all projects but those left out, which is told: those of an office, name or word.

    Not surely where a word stands in no name, or in what is told of too, or may be a part of each amount
    (補助金を除いた決算); and not at all where no project has it.
    """
    but, plain = question.but, replace(question, but=LeftOut())
    offices = {office.name for office in but.offices}
    left = {entry.id for group in but.projects for entry in group}
    left |= {entry.id for entry in every if offices & names_of_office(entry)}
    saying = {word: subjects.saying(db, (word,)).ids for word in but.words}
    is_sure = not (question.aggregate in _WORKED_OUT and any(map(_PART_OF_COST.search, but.words)))
    for word, ids in saying.items():
        called = {entry.id for entry in every if alnum_key(word) in alnum_key(entry.name)}
        is_sure = is_sure and bool(called)
        if not (called or ids):
            return None
        left |= called or ids
    of_names = [f"「{one_space(group[0].name)}」" for group in but.projects]
    told = wording.but_for([*names_of(but.offices), *of_names, *(f"「{word}」" for word in but.words)])
    within = wording.within(question.within, told)
    others = [entry for entry in every if entry.id not in left]
    given = _of_topic(db, replace(plain, within=within), others) if others else None
    if given is None or given.confidence != "sure":
        return given
    shown = {entry.id for entry in others if entry.key in {*given.shown, *given.rest}}
    is_sure = is_sure and not any(shown & ids for ids in saying.values())
    return given if is_sure else replace(given, confidence="unsure")


def _of_words(
    db: Database, question: ColumnQuestion, entries: Sequence[Entry], topic: tuple[str, ...]
) -> Answer | None:
    """What is asked of the projects that say words: 観光の事業の決算の合計.

    Where none does, of those that say what means the same, which is told. What leaves none is never left
    out of a question.
    """
    said = subjects.saying(db, topic)
    if said.ids:
        told = wording.in_records(topic, said.spelled)
        given = several.answer(db, replace(question, among=said.ids), entries, told)
        is_none = given and given.kind in ("list", "count") and not given.shown
        if given and is_none:
            return replace(given, confidence="unsure")  # there may be some that say it in other words
        return _resting_on(db, question, entries, topic, given) if given else None
    ids, others = subjects.saying_the_same(db, topic)
    if not ids:
        return None
    told = wording.in_other_words(topic, [way for _, way in others])
    given = several.answer(db, replace(question, among=ids), entries, told)
    return replace(given, confidence="unsure") if given else None


def _resting_on(
    db: Database, question: ColumnQuestion, entries: Sequence[Entry], topic: tuple[str, ...], given: Answer
) -> Answer:
    """A figure of the projects that say words, with what that rests on where it is not what they are called.

    Of those that have a word in their office's name or a column alone it is told how many they are, and the
    figure without them. One that only mentions the word is not surely all that a sum is asked of (一般会計).
    """
    if given.kind != "figure" or question.aggregate not in _ADDED:
        return given
    ids = subjects.saying(db, topic).ids
    members = {entry.id: entry for entry in entries if entry.id in ids}
    if len(members) == 1:
        name = alnum_key(next(iter(members.values())).name)
        is_called_so = all(is_named(term, name) for term in map(alnum_key, topic))
        return given if is_called_so else replace(given, confidence="unsure")
    aside = subjects.beside_their_texts(db, topic, members)
    if not aside:
        return given
    note = wording.beside_their_texts(topic, len(aside))
    own: Sequence[Part] = ()
    if question.aggregate in _WORKED_OUT and len(aside) < len(members) and not question.by:
        among = replace(question, among=ids - aside)
        without = several.answer(db, among, entries, wording.say_itself(topic))
        own = without.parts[:1] if without else ()
    return replace(given, parts=(*given.parts[:2], note, *own, *given.parts[2:]))


def _topic_words(db: Database, question: ColumnQuestion) -> tuple[str, ...]:
    """The nouns that a question says besides columns, which the projects meant have in their records.

    One for a column that no list has (職員) is a word as any other beside a column that is asked for.
    """
    of = question.unnamed  # 見回りの, the noun of a verb
    topic = [t for t in question.rest if nouns(t) or _NO_KANA.fullmatch(t) or f"{t}の" in of]
    topic = [term for term in topic if not (is_light(term) or _NO_TOPIC.fullmatch(term))]
    named = {fold(form) for mention in question.asked for form in (mention.word, *_headings(mention))}
    topic = [term for term in topic if fold(term) not in named]
    topic += [mention.word for mention in question.lacking if len(question.lacking) < len(question.asked)]
    return tuple(term for term in topic if not (_CITY.search(term) and subjects.is_own_city(db, term)))


# What stands beside the projects meant and is none of their words: 土木課の事業の中に, 全事業で, 市内の.
_NO_TOPIC = re.compile(
    "[中内上下例全他順表分別各方側]|うち|一部|全(?:体|部|件|事業|庁|市)|[市町村区部課](?:内|全体)|[上下]位|なか"
)


def _headings(mention: Mention) -> Iterable[str]:
    """The headings of the columns meant, without units and years: 決算 of R6決算(千円)."""
    return (bare(fold(column.heading)) for column in mention.columns)


def _topic(question: ColumnQuestion, held: Catalog, last: Turn | None) -> tuple[tuple[Entry, ...], ...]:
    """The project that the thread speaks of, where the question names nothing else."""
    topic, says_whose = last.topic if last else None, question.rest or question.offices
    if topic is None or (says_whose and not question.has_pronoun):
        return ()
    entries = of_key(topic, held)
    return (entries,) if entries else ()


def _of_name(db: Database, question: ColumnQuestion) -> Answer | None:
    """The value of the project that has what else is said in its name; of some of them where several have."""
    if question.is_over_years:
        question = replace(question, aggregate="change")
    request = Request(question.text, "field", terms=question.rest, offices=question.offices)
    subject = subjects.by_words(db, request, question.rest)
    costs = [column for mention in question.asked for column in mention.columns]
    if costs and all(column.topic == "cost" for column in costs):  # 図書館の運営費, of 図書館運営管理事業
        bare_words = tuple(_MONEY_OF.sub("", term) for term in question.rest)
        only = named_by(db.snapshot.catalog, bare_words) if bare_words != question.rest else ()
        if only:
            return single.answer(db, question, (only,), column_names(db))
    wanted = [alnum_key(term) for term in question.rest]
    named = [p for p in subject.projects if all(is_named(term, alnum_key(p.name)) for term in wanted)]
    if not named:
        return None
    found = [of_key(project.key, db.snapshot.catalog) for project in named[:ASKED_BACK]]
    given = single.answer(db, question, found, column_names(db))
    if given is None or subject.is_sure or len(named) == 1:
        return given
    intro = wording.which_project(question.rest, len(named))
    return replace(given, parts=(intro, *given.parts), confidence="unsure")


def _two_named(
    held: Catalog, left: tuple[str, ...], right: tuple[str, ...]
) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
    """The projects that the words on either side of と name, each the only one; () for none or several.

    They may share what stands behind the second (北小と南小の管理) or before the first (会館の運営と整備).
    """
    if not left or not right:
        return (), ()
    whole, part = sorted((left, right), key=lambda words: -len("".join(words)))
    longer = named_by(held, whole) if "".join(part) in "".join(whole) else ()
    if longer and (shorter := named_by(held, part, longer)):  # 新居図書館と図書館
        return (longer, shorter) if whole is left else (shorter, longer)
    if two := named_by(held, right):
        return named_by(held, (*left, *right[1:])) or named_by(held, left), two
    return named_by(held, left), named_by(held, (*left[:-1], *right)) if len(left) > 1 else ()


def _by_unit(db: Database, text: str) -> Answer | None:
    """How many people came or how much was gathered: the one indicator in that unit of the project named.

    What is asked for beside it (お金いくらかかってて、何人入ってる) is told before it.
    """
    counted = indicators.by_unit(text)
    if counted is None or not column_names(db).columns:
        return None
    unit, other = counted
    question = understood(db, other)
    if question and question.asked:
        given = _answer(db, question, None) if _asks(question) else None
        if given is None or given.kind != "field" or len(given.shown) != 1 or given.confidence != "sure":
            return None
        measured = indicators.in_unit(db, given.shown[0], unit)
        return _together(given, measured) if measured else None
    named = named_by(db.snapshot.catalog, terms(asking.core(other))[0])
    newest = max(named, key=lambda entry: entry.fiscal_year, default=None)
    return indicators.in_unit(db, newest.key, unit) if newest else None


def _with_fields(db: Database, question: ColumnQuestion, given: Answer | None) -> Answer | None:
    """The answer about one project, with the texts that are asked for beside the columns: 目的と決算."""
    if given is None or given.kind != "field" or len(given.shown) != 1 or not question.fields:
        return given
    project = projects.get(db, *given.shown[0])
    if project is None:
        return given
    more = fields.of_project(project, question.fields)
    return replace(given, parts=(*more.parts[:-1], *given.parts))


def _of_indicator(db: Database, question: ColumnQuestion) -> Answer | None:
    """The columns asked for and an indicator beside them, which tells the project too: 納税の決算と寄附額."""
    found = indicators.find(db, question.unnamed)
    if not found or question.aggregate != "value":
        return None
    group = of_key(found[0].entry.key, db.snapshot.catalog)
    given = single.answer(db, question, (group,), column_names(db))
    measured = indicators.told(db, question.text, found)
    return _together(given, measured) if given and measured else None


def _with_measured(db: Database, question: ColumnQuestion, given: Answer | None) -> Answer | None:
    """The answer about one project with the indicator that is asked for beside the columns: 決算と寄附額."""
    if given is None or given.kind != "field" or len(given.shown) != 1 or not question.rest:
        return given
    found = indicators.find(db, question.unnamed, of=given.shown[0])
    measured = indicators.told(db, question.text, found) if found else None
    if measured and all(mention.is_phrase for mention in question.asked):  # 助成額はいくら
        return measured
    if measured:
        return _together(given, measured)
    unread = tuple(dict.fromkeys(_MEASURE.findall(question.unnamed)))
    if not unread or (len(question.asked) < 2 and not _WITH_ANOTHER.search(question.text)):
        return given
    # One of several things asked for is not left out silently.
    return replace(given, parts=(*given.parts, wording.not_read(unread)))


def _together(given: Answer, measured: Answer) -> Answer:
    """An answer from columns with one from indicators of the same project behind it."""
    cells = tuple(dict.fromkeys((*given.cells, *measured.cells)))
    return replace(given, parts=(*given.parts[:-1], *measured.parts), cells=cells)


def _of_two(db: Database, text: str, question: ColumnQuestion | None) -> Answer | None:
    """Two projects that a part of their names tells, side by side: 北小と南小の管理費はどっちが高い."""
    is_ranked = question and question.aggregate in _EXTREMES and not _PROJECTS.search(question.skeleton)
    is_of_both = is_ranked or (question and question.aggregate == "value")
    is_asked = COMPARE.search(text) or SAME.search(text) or _EACH.search(text) or is_of_both
    if not is_asked or (question and (question.projects or question.lacking)):
        return None
    if question and len(question.offices) > 1:
        return None
    names = column_names(db)
    asked = question.asked if question else ()
    if not asked or not any(mention.columns for mention in asked):
        return None
    bare = text
    for mention in asked:
        bare = re.sub(re.escape(mention.word), " ", bare, flags=re.IGNORECASE) if mention.end else bare
    held = db.snapshot.catalog
    chosen = {mention.word for mention in find_names(bare, names) if mention.is_value}  # 図書館の映画会
    for joint in AND.finditer(bare):
        left, right = (
            terms(_EACH.sub(" ", RANKS.sub(" ", part)))[0]
            for part in (bare[: joint.start()], bare[joint.end() :])
        )
        one, two = _two_named(held, left, right)
        if not one and (without := tuple(word for word in left if word not in chosen)) != left:
            one, two = _two_named(held, without, right)
        is_one = is_of_both and not COMPARE.search(text) and named_by(held, (*left, *right))
        if is_one and is_one[0].name not in {entry.name for entry in (*one, *two)}:
            continue  # of one whose name has both
        if one and two and one[0].name != two[0].name:
            both = ColumnQuestion(text, "", asked, "compare", projects=(one, two))
            return single.answer(db, both, (one, two), names)
    return None
