"""The wording of a search result in Japanese: how much was found, and why. Pure.

One wording for the terminal, Slack and answers: `store` gives values only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from store.records import (
    FIELD_LABELS,
    Explanation,
    Listed,
    MatchType,
    Reading,
    ScoreParts,
    SearchResult,
    SharedWords,
    TermMatch,
    Trace,
)

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
    "joined terms": "言葉をつなげて",
    "proximity": "語の部分どうしが近くにあるもの",
    "number beside words": "事業番号と言葉",
    "most terms": "言葉の多く",
    "best match": "文に近いもの",
    "numbers alone": "事業番号だけ",
    "other years": "ほかの年度",
    "with asking words": "尋ねる言葉も含めて",
    "did you mean": "もしかして",
    "most words": "長い言葉の部分の多く",
    "meaning": "意味の近い事業",
}
"""What each strategy of search looks for, by its name."""

EXPANDERS: Mapping[str, str] = {
    "exact": "そのまま",
    "thesaurus": "同義語辞書",
    "city synonyms": "登録した同義語",
    "equivalents": "標準の言い換え",
    "rare word as abbreviation": "略語（少ない語）",
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
    return f"{said}にあります" if said else f"「{each.term}」はこの事業の記録にありません"
