"""What a search has to say of itself in Japanese: how much it found, and why. Pure.

One wording for the terminal, Slack and answers: `store` gives values only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from store.records import (
    FIELD_LABELS,
    Explanation,
    Listed,
    MatchType,
    ScoreParts,
    SearchResult,
    SharedWords,
    TermMatch,
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


def shared_words(why: Sequence[Explanation]) -> Iterator[str]:
    """The words that a similar project shares with the one it is like."""
    for each in why:
        if isinstance(each, SharedWords):
            yield from each.words or (SMALL_WORDS,)


def _detailed(each: Explanation) -> str:
    match each:
        case TermMatch(term, fields, rarity):
            where = "、".join(f"{FIELD_LABELS[field]}（{_IN_SHORT[how]}）" for field, how in fields)
            return f"「{term}」: {where or '見当たりません'}、珍しさ {rarity:.2f}"
        case ScoreParts(name_share, text_rank, score):
            share = f"事務事業名に占める割合 {name_share:.0%}、文中の出現 {text_rank:.0%}"
            return f"{share}、得点 {score:.3f}"
        case Listed(by):
            return _LISTED[by]
        case SharedWords(words):
            return f"共通する言葉: {'、'.join(words or (SMALL_WORDS,))}"


def _sentence(each: TermMatch) -> str:
    """「PC」と同じ意味の言葉が概要、「PC」を含む言葉が成果にあります."""
    fields: dict[MatchType, list[str]] = {}
    for field, how in each.fields:
        fields.setdefault(how, []).append(FIELD_LABELS[field])
    said = "、".join(
        f"{_IN_FULL[how].format(each.term)}が{'・'.join(where)}" for how, where in fields.items()
    )
    return f"{said}にあります" if said else f"「{each.term}」はこの事業の記録にありません"
