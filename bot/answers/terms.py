"""The words of a question that say which record is meant. Pure."""

from __future__ import annotations

import re

from bot.answers.cues import MASK
from store.japanese import tokenize

# Words that say nothing of which record is meant.
_OF_NO_RECORD = (
    "事業 事務 プロジェクト 取り組み 取り組む 施策 件 数 一覧 リスト 全部 全て 教える 知る 見せる 見る 欲しい"
    " 下さい 御願い 何 誰 何処 何時 何故 如何 どう どの どんな 方 就く 言う 其れ 此れ 何方 年度 今年 今年度"
    " 内容 場合 組む 取る 関する 関係 対する 当たる 様 登録 記録 全体 現在 今 ある 有る 居る 達 か所 名 書く"
    " 載る 出る 分かる 為 人 者 もっと つい 結局 実際 一体 最近 主に 特に 例えば 詳しい"
)
_STOP = frozenset(_OF_NO_RECORD.split())
# Verbs so general that they only count when nothing else is asked about.
_GENERAL = (
    "行う 実施 使う 向け 対象 関連 為る 遣る 出来る 利用 活用 支援 推進 成る 持つ 進める 受ける 作る"
    " 担当 所管"
)
LIGHT = frozenset(_GENERAL.split())
# What one asks a figure of, though the record may say it in another way (何回開催した -> 4回実施した).
_HAPPENS = (
    "開催 開く 締結 結ぶ 集める 集まる 埋まる 増やす 増える 減る 達する 来る 入る 始まる 終わる 経つ 掛かる"
)
EVENTS = frozenset(_HAPPENS.split())


# Stop words that belong to the noun they stand behind (研究者), and light ones that never do (高齢者向け).
_SUFFIXES = frozenset({"者", "人"})
_RELATING = frozenset({"向け", "関連"})


def terms(topic: str, *, light_words: frozenset[str] = LIGHT) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words of a topic that say which record is meant, adjoining nouns as one; and general verbs.

    A general word that is all there is counts as a term.
    """
    runs: list[str] = []
    light: list[str] = []
    last = -1
    for word, start, end in tokenize(topic):
        if word.surface in _SUFFIXES and last == start and runs:
            runs[-1] += topic[start:end]
            last = end
            continue
        if not word.content or word.text in _STOP or word.surface in _STOP or MASK in word.surface:
            continue
        if word.text in light_words and (last != start or word.text in _RELATING):
            light.append(topic[start:end])
        elif last == start and not _KANA_END.search(runs[-1]):
            runs[-1] += topic[start:end]
            last = end
        else:
            runs.append(topic[start:end])
            last = end
    found, general = tuple(dict.fromkeys(runs)), tuple(dict.fromkeys(light))
    return (found, general) if found else (general, ())


def pieces(found: tuple[str, ...]) -> tuple[str, ...]:
    """The single words of terms (市民参加 -> 市民, 参加)."""
    words = (
        term[start:end]
        for term in found
        for word, start, end in tokenize(term)
        if word.content and word.surface not in _SUFFIXES
    )
    return tuple(dict.fromkeys(words))


_KANA_END = re.compile(r"[ぁ-ん]$")


def is_light(word: str) -> bool:
    """Whether a word is too general to say which record is meant."""
    return all(token.word.text in LIGHT | EVENTS | _STOP for token in tokenize(word) if token.word.content)
