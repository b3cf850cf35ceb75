"""What was not found and why, and how to ask better, as lines of text. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from store.records import Query, SearchResult
from store.search.query import filters_in, unfinished_filter
from store.text.fiscal_years import parse_fiscal_year
from store.text.wareki import fiscal_year_name

QUERY_SHOWN = 60  # characters of the query repeated in the answer
YEAR_SHOWN = 2021  # in examples where no list is loaded
YEARS_NAMED = 3  # one by one; of more the first and the last

_EXCEPT = re.compile(r"(?<![^\s`])([^\s`]+?)\s?(?:以外|を除く|を除い[たて])の?(?:事務)?(?:事業)?(?!\S)")
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
    """That nothing was found, and which number, office or year it is that does not exist."""
    query = result.query
    if (numbers := numbers_typed(query)) and not result.unknown:
        return f"事業番号 {typed('、'.join(numbers))} の事業は登録されていません。"
    if excludes_only(query):
        return "除くことばだけでは、事業をお探しできません。"
    if (label := unfinished_filter(query.text)[0]) and not _asks(query):
        return f"「{label}:」のあとに、何も入力されていません。"
    asked = typed(query.text)
    return f"「{asked}」に当てはまる事業は見つかりませんでした。{_unknown_line(result)}"


def near_in_meaning_line(result: SearchResult) -> str:
    """That no project has the words, and that those shown are near in meaning."""
    return f"「{typed(result.query.text)}」は一覧にありません。意味の近い事業です。"


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
    """That questions are answered too, where words were looked for."""
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
    """That the hits only say the digits which no project has as its number; '' when that is not so."""
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
