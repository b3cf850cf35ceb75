"""What a search found, or did not, in words: for a terminal, for Slack and for answers. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from store.records import (
    FIELD_LABELS,
    Explanation,
    Hit,
    Listed,
    MatchType,
    Query,
    Reading,
    ScoreParts,
    SearchResult,
    SharedWords,
    Suggestion,
    TermMatch,
    Trace,
)
from store.search.query import filters_in, unfinished_filter
from store.text.asking import EXCEPT
from store.text.display import display
from store.text.morphology import words
from store.text.numbers import fiscal_year_name, parse_fiscal_year

_IN_SHORT: Mapping[MatchType, str] = {
    MatchType.EXACT: "同じ語",
    MatchType.SPELLING: "読み・表記ちがい",
    MatchType.SYNONYM: "同義語",
    MatchType.ABBREVIATION: "略語",
    MatchType.PART: "語の一部",
    MatchType.EDIT: "近い綴り",
}
_IN_FULL: Mapping[MatchType, str] = {
    MatchType.EXACT: "「{}」という言葉",
    MatchType.SPELLING: "「{}」と読みが同じか、書き方の違う言葉",
    MatchType.SYNONYM: "「{}」と同じ意味の言葉",
    MatchType.ABBREVIATION: "「{}」と略される言葉",
    MatchType.PART: "「{}」を含む言葉",
    MatchType.EDIT: "「{}」とつづりの近い言葉",
}
_LISTED = {
    "number": "事業番号が一致",
    "number range": "事業番号が範囲内",
    "filters": "絞り込みの条件に一致",
}
STRATEGIES: Mapping[str, str] = {
    "asking words as words": "尋ねる言葉も探す言葉とみて",
    "year as words": "年度も名前の一部とみて",
    "numbers": "事業番号",
    "number range": "事業番号の範囲",
    "filters": "絞り込みだけの一覧",
    "section and terms": "担当課で絞り、ほかの言葉で",
    "section in short": "担当課の略称",
    "near sentences": "ほぼ同じ文",
    "all terms": "すべての言葉",
    "column words": "一覧のほかの列の言葉で",
    "mark": "(株) などの記号",
    "joined terms": "言葉をつなげて",
    "proximity": "語の部分どうしが近くにあるもの",
    "number beside words": "事業番号と言葉",
    "most terms": "言葉の多く",
    "best match": "文に近いもの",
    "numbers alone": "事業番号だけ",
    "other years": "ほかの年度",
    "did you mean": "もしかして",
    "related": "関連する言葉",
    "meaning": "意味の近い事業",
    "part": "言葉の一部",
}
"""What each strategy of search looks for, by its name."""

EXPANDERS: Mapping[str, str] = {
    "exact": "そのまま",
    "thesaurus": "同義語辞書",
    "city synonyms": "登録した同義語",
    "equivalents": "標準の言い換え",
    "letter by letter": "文字の並び",
    "name by sound": "名前の音",
    "segments": "表記・読みの区切り",
    "romanised segments": "ローマ字・長音の区切り",
    "part of a word": "語の一部",
    "abbreviation": "略語",
    "English": "英語の音",
    "half in kana": "交ぜ書き",
    "respelled": "書き直し",
}
"""How each expander reads a term, by its name."""

PHRASES = 5  # readings of a term that the trace writes out

SMALL_WORDS = "言い回し"  # what is alike where no telling word is


def count(result: SearchResult) -> str:
    """How many answers there are, as people read it: 1,234件, 500件以上."""
    return f"{result.total:,}件{'以上' if result.at_least else ''}"


def in_detail(why: Sequence[Explanation]) -> list[str]:
    """A line for each explanation, with rarities and the score: for whoever tunes or doubts the order."""
    return [_detailed(each) for each in why]


def in_plain_words(why: Sequence[Explanation]) -> str:
    """Where each term was found, in a sentence each, without figures; else how the hit came to be listed."""
    told = [_sentence(each) for each in why if isinstance(each, TermMatch)]
    return "／".join(told or [_detailed(each) for each in why])


def how_found(trace: Trace) -> list[str]:
    """The strategies tried, in order, with what each found, and what every term was taken to mean."""
    tried = (f"  {STRATEGIES[each.strategy]}: {_outcome(each.found)}" for each in trace.attempts)
    read = (
        f"  「{term.term}」: {'／'.join(map(_reading, term.readings)) or '記録にない言葉です'}"
        for term in trace.terms
    )
    return ["探し方", *tried, *(["言葉の読み取り", *read] if trace.terms else [])]


def _outcome(found: int | None) -> str:
    return "対象外" if found is None else f"{found:,}件"


def _reading(reading: Reading) -> str:
    more = "…" if len(reading.phrases) > PHRASES else ""
    phrases = "、".join(phrase.replace(" ", "+") for phrase in reading.phrases[:PHRASES])
    return f"{EXPANDERS[reading.expander]}（{phrases}{more}）{reading.projects:,}件以内"


def shared_words(why: Sequence[Explanation]) -> Iterator[str]:
    """The words that a similar project shares with the one it is like."""
    for each in why:
        if isinstance(each, SharedWords):
            yield from each.words or (SMALL_WORDS,)


def _detailed(each: Explanation) -> str:
    match each:
        case TermMatch(term, fields, rarity, said):
            kinds = {field: f"言い換え「{words}」" for field, words in said.items()}
            where = "、".join(
                f"{FIELD_LABELS[field]}（{kinds.get(field, _IN_SHORT[how])}）" for field, how in fields
            )
            return f"「{term}」: {where or '見当たりません'}、珍しさ {rarity:.2f}"
        case ScoreParts(name_share, text_rank, score):
            share = f"事務事業名に占める割合 {name_share:.0%}、文中の出現 {text_rank:.0%}"
            return f"{share}、得点 {score:.3f}"
        case Listed(by):
            return _LISTED[by]
        case SharedWords(words):
            return f"共通する言葉: {'、'.join(words or (SMALL_WORDS,))}"


def _sentence(each: TermMatch) -> str:
    """「PC」を言い換えた「パソコン」が概要、「PC」を含む言葉が成果にあります."""
    fields: dict[str, list[str]] = {}
    for field, how in each.fields:
        words = each.said.get(field)
        what = f"「{each.term}」を言い換えた「{words}」" if words else _IN_FULL[how].format(each.term)
        fields.setdefault(what, []).append(FIELD_LABELS[field])
    said = "、".join(f"{what}が{'・'.join(where)}" for what, where in fields.items())
    return f"{said}にあります" if said else f"「{each.term}」は、この事業の記録から確かめられませんでした"


QUERY_SHOWN = 60  # characters of the query repeated in the answer
YEAR_SHOWN = 2021  # in examples where no list is loaded
YEARS_NAMED = 3  # one by one; of more the first and the last

_EXCEPT = re.compile(rf"(?<![^\s`])([^\s`]+?)\s?{EXCEPT}の?(?:事務)?(?:事業)?(?!\S)")
_AFTER = {
    "section": "課の名前を続けてください（例: `課:企画課`）。その課の事業が並びます",
    "department": "部の名前を続けてください（例: `部:総務部`）。その部の事業が並びます",
    "year": "年度を続けてください（例: `年度:令和3年度`）。その年度の事業が並びます",
    "number": "事業番号を続けてください（例: `番号:11`）",
}
_NUMBER_HINTS = (
    "番号が分からないときは、事業の名前や、内容を表すことばでお探しください。",
    "`課:` に続けて担当課の名前を入力すると、その課の事業と番号が並びます。",
)
_QUESTIONS = "「（事業名）の成果は？」「（課名）の事業は何件？」のような質問にもお答えします。"


def sorry_line(result: SearchResult) -> str:
    """The line that nothing was found, and which number, office or year it is that does not exist."""
    query = result.query
    if (numbers := numbers_typed(query)) and not result.unknown:
        return f"事業番号 {typed('、'.join(numbers))} の事業は登録されていません。"
    if excludes_only(query):
        return "除くことばだけでは、事業をお探しできません。"
    if (label := unfinished_filter(query.text)[0]) and not _asks(query):
        return f"「{label}:」のあとに、何も入力されていません。"
    asked = typed(query.text)
    return f"「{asked}」に当てはまる事業は見つかりませんでした。{_unknown_line(result)}"


def shown_line(result: SearchResult) -> str:
    """How many were found, and how many of them are shown."""
    return f"{count(result)}のうち{len(result.hits)}件を表示しています。"


def suggestion_line(near: Suggestion) -> str:
    """What may have been meant, and the project that has it; the sentence that is near in meaning."""
    told = f"「{near.sentence}」" if near.sentence else ""
    return f"もしかして: {near.text}（事業番号 {near.number}）{told}"


def near_in_meaning_line(result: SearchResult) -> str:
    """The line that the words led to no project and that those shown are near in meaning."""
    return f"「{typed(result.query.text)}」の言葉では見つかりませんでした。意味の近い事業です。"


def hints(result: SearchResult) -> tuple[str, ...]:
    """How to ask better; what can be typed as it stands is in backquotes."""
    query = result.query
    if excludes_only(query):
        way = typed(f"{_any_of_a_year(result)} {' '.join(query.text.replace('`', '').split())}")
        return (f"探すことばや、課・年度の絞り込みに添えてください（例: `{way}`）。",)
    label, kind = unfinished_filter(query.text)
    if label and not _asks(query):
        return (f"`{label}:` に、{_AFTER[kind]}。",)
    if numbers_typed(query):
        return _NUMBER_HINTS
    if any(year not in result.listed for year in query.fiscal_years):
        return (_year_hint(result.listed),)
    return (*filter(None, (excluding_hint(result),)), *_on_words(query))


def in_quotes(hint: str) -> str:
    """A hint for a terminal: 「」 for the backquotes."""
    return re.sub("`([^`]*)` ?", r"「\1」", hint)


def question_hints(result: SearchResult) -> tuple[str, ...]:
    """The hint that questions are answered too, where words were looked for."""
    query = result.query
    words = query.terms or query.alternatives or query.phrases
    return (_QUESTIONS,) if words and not numbers_typed(query) else ()


def excluding_hint(result: SearchResult) -> str:
    """How to leave out what 以外 and the like were typed for; '' when they were not."""
    text = result.query.text
    if not (unwanted := tuple(dict.fromkeys(_EXCEPT.findall(text)))):
        return ""
    rest = " ".join(_EXCEPT.sub(" ", text).replace("`", "").split())
    if not rest or any(word in rest for word in unwanted):  # what is left out is not looked for
        rest = _any_of_a_year(result)
    way = typed(" ".join([rest, *(f"-{word}" for word in unwanted)]))
    named = typed("」「".join(unwanted))
    return f"「{named}」のない事業を探すには、除くことばの前に - を付けてください（例: `{way}`）。"


def exclusion_missed(result: SearchResult) -> str:
    """How to leave out what 以外 was typed for, where it was looked for as a word; '' when it was not."""
    return excluding_hint(result) if result.hits and result.hits[0].missing else ""


def words_for_numbers(result: SearchResult) -> str:
    """The line that hits only say the digits which no project has as its number; '' when that is not so."""
    numbers = numbers_typed(result.query)
    if not numbers or result.query.numbers or not result.hits or "number" in result.hits[0].matched:
        return ""
    said = "".join(f"「{number}」" for number in numbers)
    told = f"事業番号 {typed('、'.join(numbers))} の事業は登録されていません。"
    return f"{told}{said}と書かれている事業をお見せします。"


def numbers_typed(query: Query) -> tuple[str, ...]:
    """The numbers of projects that are all that was asked for; none where something is left out."""
    words = (*query.terms, *query.phrases, *query.alternatives)
    if query.excluded:
        return ()
    if query.numbers:
        return () if words else query.numbers
    return query.terms if query.terms == words and all(map(str.isdecimal, query.terms)) else ()


def excludes_only(query: Query) -> bool:
    """Whether nothing was typed but what is not wanted."""
    return bool(query.excluded) and not _asks(query)


def years_named(years: Sequence[int]) -> str:
    """令和2年度・令和3年度; of many the first and the last."""
    if len(years) <= YEARS_NAMED:
        return "・".join(map(fiscal_year_name, sorted(years)))
    return f"{fiscal_year_name(min(years))}〜{fiscal_year_name(max(years))}"


def typed(text: str) -> str:
    """A query as it is repeated to the person."""
    return text if len(text) <= QUERY_SHOWN else text[: QUERY_SHOWN - 1] + "…"


def _asks(query: Query) -> bool:
    """Whether there is anything to look for."""
    words = (*query.terms, *query.alternatives, *query.phrases, *query.numbers)
    return bool(words or query.sections or query.departments or query.fiscal_years)


def _unknown_line(result: SearchResult) -> str:
    """Which office or year in a filter does not exist, and which years do; '' when all do."""
    years = [name for name in result.unknown if parse_fiscal_year(name)]
    names = "、".join(f"「{typed(name)}」" for name in result.unknown if name not in years)
    told = f"{names}は登録されていません。" if names else ""
    told += "".join(
        f"「{typed(year)}」は年度として読み取れませんでした。" for year in _unreadable(result.query)
    )
    if not years:
        return told
    listed = f"登録されているのは、{years_named(result.listed)}です。" if result.listed else ""
    return f"{told}{'・'.join(years)}の一覧は登録されていません。{listed}"


def _unreadable(query: Query) -> list[str]:
    """What was typed for a year and is none."""
    if -1 not in query.fiscal_years:
        return []
    values = (value for *_, kind, value in filters_in(query.text) if kind == "year")
    return [value for value in values if parse_fiscal_year(value) is None]


def _any_of_a_year(result: SearchResult) -> str:
    """A filter that has projects, whatever words are left out."""
    years = result.listed or [hit.project.fiscal_year for hit in result.hits]
    return f"年度:{fiscal_year_name(max(years, default=YEAR_SHOWN))}"


def _year_hint(listed: Sequence[int]) -> str:
    year = max(listed, default=YEAR_SHOWN)
    return f"年度は、`年度:{fiscal_year_name(year)}`、`年度:{year}` のように入力できます。"


def _on_words(query: Query) -> tuple[str, ...]:
    words = (*query.terms, *query.alternatives, *query.phrases)
    if not words:
        return ("事業の名前や、内容を表すことばでもお探しいただけます。",)
    fewer = ("ことばを減らすと、見つかりやすくなります。",) if len(words) > 1 else ()
    return (
        "短いことばや、別の言い方でお試しください（例: 「起業したい人」→「起業」）。",
        "事業番号や、`課:` に続けて担当課の名前でも探せます。",
        *fewer,
    )


_ASKED = (
    r"何[一-龥]{0,2}|なに|なん[一-龥]|誰|だれ|どこ|何処|いつ|いくら|いくつ"
    r"|どれ(?:くらい|だけ)?|どう|どんな|なぜ|どの"
)
_PLEASE = r"お願い(?:し|いたし|致し)ます|(?:教え|おしえ|見せ|調べ|探し)て(?:ください|下さい)?|ください|下さい"
_ASKING = re.compile(rf"{_ASKED}|{_PLEASE}|の件")
_FIELDS = "・".join(FIELD_LABELS.values())


def told_missing(lost: Iterable[str], text: str) -> list[str]:
    """Of the words that no hit has those worth telling, as typed in `text`.

    Left out are those that only ask (何, 教えて), name a field of every record (成果), or hold the sentence.
    """
    surfaces = {word.text: word.surface for word in reversed(words(text))}
    asking = "".join(_ASKING.findall(text))
    shown = [word if word in text else surfaces.get(word, word) for word in lost]
    typed = set(text.split())
    told = [word for word in dict.fromkeys(shown) if not _only_asks(word, asking, typed)]
    return _together(told, text)


def _only_asks(word: str, asking: str, typed: Collection[str]) -> bool:
    if word in asking or word in _FIELDS:
        return True
    return word not in typed and not any(part.noun for part in words(word))


def _together(told: Iterable[str], text: str) -> list[str]:
    """The words with those as one that stand side by side: 達成率."""
    joined: list[str] = []
    for word in told:
        if joined and joined[-1] + word in text:
            joined[-1] += word
        else:
            joined.append(word)
    return joined


def missing_line(result: SearchResult) -> str:
    """What no hit of the page has, said once; '' when nothing is missing that was looked for."""
    if instead := words_for_numbers(result):
        return instead
    hits = result.hits
    lost = [word for word in (hits[0].missing if hits else ()) if all(word in hit.missing for hit in hits)]
    lost = told_missing(lost, result.query.text) if lost else []
    words = "".join(f"「{word}」" for word in lost)
    if words and hits[0].matched == ("number",):
        return f"{words}に当てはまるものはありません。"
    return f"{words}も含むものは見つからず、ほかのことばで探しました。" if words else ""


def hit_line(hit: Hit) -> str:
    """One hit as a line of text."""
    project = hit.project
    section = f"（{project.section}）" if project.section else ""
    return f"・{project.number} {one_line(project.name)}{section}"


def one_line(text: str) -> str:
    """A cell's cleaned text on one line."""
    return display(text).replace("\n", " ")
