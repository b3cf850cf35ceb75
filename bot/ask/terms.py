"""The words of a question that say which record is meant. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from store.text.asking import MASK
from store.text.morphology import Token, tokenize, words

# Words that say nothing of which record is meant: those that never make a noun with the next or last one, …
_APART = (
    "教える 知る 見せる 見る 欲しい 下さい 御願い 何 誰 何処 何時 何故 如何 どう どの どんな 就く 言う 其れ"
    " 此れ 何方 今年 今年度 対する 当たる 現在 今 ある 有る 居る 達 書く 載る 出る 分かる 為 もっと つい 結局"
    " 実際 一体 最近 主に 特に 例えば 詳しい 御座る 思う 件 全部 全て 一覧 リスト 無い 挙げる 出て来る"
    " 一緒 話 とこ うち 抑 載っ 載せ 言葉 単語 キーワード 文字 入る 含む 含める 記載 合わせる 合計"
    " 昨年 昨年度 去年 来年 来年度 前年 前年度 今回 毎年 奴 所 みたい 具合 絡み 略 他"
)
# … and those that do (事業法, 登録日, 建物名), but alone or at a noun's end say only that projects are meant.
_BINDING = (
    "事業 事務 プロジェクト 取り組み 取り組む 施策 年度 内容 場合 組む 取る 関する 関係 登録 記録 全体 か所"
    " 系"
)
# At a noun's end these belong to it (研究者, 建物名); alone they say nothing.
_SUFFIXES = frozenset(("者", "人", "数", "名", "様", "方", "物"))
# A kind of office, which alone names none.
_OFFICES = frozenset(("課", "室", "係", "部署"))
_FRAME = frozenset(f"{_APART} {_BINDING}".split())
_STOP = _FRAME | _SUFFIXES | _OFFICES
_LOOSE = frozenset(_APART.split())
# Verbs so general that they only count when nothing else is asked about.
_GENERAL = (
    "行う 実施 使う 向け 対象 関連 為る 遣る 出来る 利用 活用 支援 推進 成る 持つ 進める 受ける 作る"
    " 担当 所管"
)
LIGHT = frozenset(_GENERAL.split())
# What one asks a figure of, though the record may say it in another way (何回開催した -> 4回実施した).
_HAPPENS = (
    "開催 開く 締結 結ぶ 集める 集まる 埋まる 増やす 増える 減る 達する 来る 入る 始まる 終わる 経つ 掛かる"
    " 乗る 訪れる 集う 加わる 届く 寄せる 応じる 出す 参加 応募 申し込む"
)
EVENTS = frozenset(_HAPPENS.split())
# How one has projects, and what one is told of them.
_HAS = (
    "抱える 抱え 込む 受け持ち 引く 担う 手掛ける 手掛け 扱う 扱い 仕切る 仕切り 預かる 回す 面倒 管轄"
    " 主管 所属 数 番号 名称 名前"
)
_HOLDING = frozenset(_HAS.split())
_TAILS = frozenset({"支援", "推進", "向け", "関連"})
_RELATING = frozenset({"向け", "関連"})  # light words that never belong to the noun they stand behind
_KANA_END = re.compile(r"[ぁ-ん]$")
# Loan words typed in hiragana: native words have no such sounds.
_LOAN = re.compile(r"(?<![ぁ-ん])[ぁ-ん]*(?:(?<=[ぁ-ん])ー|[てで]ぃ|[ふうぁ-ん][ぁぃぇぉ])[ぁ-んー]*")
_PARTICLES = frozenset("のはをが")
_CASES = frozenset(("の", "を", "は", "が", "に", "で", "と", "も", "って"))
_COUNTED = re.compile(r"(?<=[一-龥ァ-ヺー])(?<!第)[0-9]+(?:件|人|名|回|社|台|席)(?![一-龥])")  # 提案17件
_SCRIPTS = re.compile(r"(?<=[ァ-ヺー])(?=[一-龥])")
_TO_KATAKANA = {code: code + 0x60 for code in range(ord("ぁ"), ord("ゖ") + 1)}


_AUXILIARY = re.compile(
    r"(?<=[てで])(?:くる|きた|いく|いった|おく|おいた|しまう|しまった)(?![ぁ-ん])"
)  # 出てくる


def terms(topic: str, *, light_words: frozenset[str] = LIGHT) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words of a topic that say which record is meant, adjoining nouns as one; and general verbs.

    A general word that is all there is counts as a term.
    """
    topic = _AUXILIARY.sub("", topic)
    topic = _COUNTED.sub(r" \g<0> ", topic)
    topic = _LOAN.sub(lambda found: _loan_words(found[0]), topic)
    found: list[str] = []
    light: list[str] = []
    for stretch in _stretches(topic, light_words):
        told = _without_frame(stretch)
        named = _without_tail(told, light_words)
        if named:
            found.append(topic[named[0].start : named[-1].end])
        if told[len(named) :]:
            light.append(topic[told[len(named)].start : told[-1].end])
    telling, general = tuple(dict.fromkeys(found)), tuple(dict.fromkeys(light))
    return (telling, general) if telling else (general, ())


def _stretches(topic: str, light_words: frozenset[str]) -> Iterator[list[Token]]:
    """Words that make one noun: nothing between them, no verb but at their end."""
    stretch: list[Token] = []
    tokens = list(tokenize(topic))
    for token, behind, next_one in zip(tokens, _behind(tokens), [*tokens, None][1:], strict=True):
        is_one = _belongs(token) or _is_unknown_name(token, behind)
        is_one = is_one and MASK not in token.word.surface and not _is_adverb(token, next_one)
        if stretch and not (is_one and _adjoins(stretch[-1], token, topic, light_words)):
            yield stretch
            stretch = []
        if is_one:
            stretch.append(token)
    if stretch:
        yield stretch


def _belongs(token: Token) -> bool:
    word = token.word
    is_loose = word.text in _LOOSE or word.surface in _LOOSE
    return not is_loose and (word.content or word.text in _STOP)


def _is_adverb(token: Token, behind: Token | None) -> bool:
    """Whether a word only tells how: わざわざ, 正確に."""
    is_made_one = behind is not None and behind.word.surface == "に" and behind.word.text == "だ"
    return token.word.kind == "副詞" or is_made_one


def _behind(tokens: Sequence[Token]) -> list[Token | None]:
    """For each word the first from it on that is no exclamation."""
    found: list[Token | None] = []
    behind: Token | None = None
    for token in reversed(tokens):
        behind = behind if token.word.kind == "感動詞" else token
        found.append(behind)
    return found[::-1]


def _is_unknown_name(token: Token, behind: Token | None) -> bool:
    """Whether a name that is an exclamation to the dictionary: it has a particle (ほげほげを)."""
    return token.word.kind == "感動詞" and behind is not None and behind.word.surface in _CASES


def _adjoins(last: Token, token: Token, topic: str, light_words: frozenset[str]) -> bool:
    if last.end != token.start or token.word.text in _RELATING:
        return False
    if last.word.noun and token.word.kind == "動詞":
        return False  # a particle was left out: ネット投票やった
    if last.word.text in light_words and not last.word.noun:
        return False
    if last.word.kind == token.word.kind == "感動詞":
        return True
    return last.word.noun or token.word.surface in _SUFFIXES or not _KANA_END.search(topic[: last.end])


def _without_frame(stretch: Sequence[Token]) -> Sequence[Token]:
    """A stretch without 事業, 取り組み … at its end; nothing when it is all such words."""
    if all(token.word.text in _STOP or token.word.surface in _STOP for token in stretch):
        return ()
    last = len(stretch)
    while stretch[last - 1].word.text in _FRAME or stretch[last - 1].word.surface in _FRAME:
        last -= 1
    return stretch[:last]


def _without_tail(stretch: Sequence[Token], light_words: frozenset[str]) -> Sequence[Token]:
    """A stretch without what a project does for the thing named (スタートアップ支援), said in other ways."""
    if all(token.word.text in light_words for token in stretch):
        return ()
    last = len(stretch)
    tails = light_words if light_words >= EVENTS else _TAILS  # ドロップイン利用は何人 asks of ドロップイン
    while stretch[last - 1].word.text in tails:
        last -= 1
    return stretch[:last]


def _loan_words(text: str) -> str:
    """A loan word in katakana, the particles around it left alone."""
    parts = re.split("([のはをが])", text)
    return "".join(part if part in _PARTICLES else in_katakana(part) for part in parts)


def in_katakana(text: str) -> str:
    """Hiragana as katakana."""
    return text.translate(_TO_KATAKANA)


def pieces(found: tuple[str, ...]) -> tuple[str, ...]:
    """The single words of terms (市民参加 -> 市民, 参加)."""
    return tuple(dict.fromkeys(piece for term in found for piece in _pieces(term)))


def _pieces(term: str) -> list[str]:
    tokens = [token for token in tokenize(term) if token.word.kind != "感動詞"]
    words = [t for t in tokens if t.word.content and t.word.surface not in _SUFFIXES]
    return [term[start:end] for _, start, end in words] if tokens else [term]


def by_script(found: tuple[str, ...]) -> tuple[str, ...]:
    """Terms cut where a の may be left out, between katakana and kanji (つくばチャレンジ本走行)."""
    parts = (part for term in found for part in _SCRIPTS.split(term))
    return tuple(dict.fromkeys(part for part in parts if len(part) > 1))


def is_light(word: str) -> bool:
    """Whether a word is too general to say which record is meant."""
    said = [token.word for token in tokenize(word) if token.word.content or token.word.kind == "感動詞"]
    return all(one.text in LIGHT | EVENTS | _STOP for one in said)


def is_of_office(word: str) -> bool:
    """Whether a word beside a section only says that its projects are meant (仕事, 抱えている, 1年)."""
    said = [token.word for token in tokenize(word) if token.word.content]
    return bool(_OF_OFFICE.fullmatch(word)) or all(
        one.text in LIGHT | EVENTS | _STOP | _HOLDING or one.kind == "副詞" for one in said
    )


def names(word: str) -> bool:
    """Whether a word has a noun: the others tell of something in one of many ways (出てくる, 増えた)."""
    return any(token.word.noun for token in tokenize(word))


_OF_OFFICE = re.compile(
    r"仕事|業務|活動|職務|[0-9]+[つ件個本]|(?:この)?[0-9一]+(?:年|か月|ヶ月|カ月)間?|年間|去年|昨年度?|前年度?|今期"
)


# Up to the particle that joins it to the rest, which is not の in the middle of a word.
_RUN = re.compile(r"(?<![ぁ-ん一-龥ァ-ヺー])[ぁ-んー]{3,}?(?=(?:とは|って|[のはがをに])?(?![ぁ-んー]))")


def loan_words_in_katakana(question: str, is_known: Callable[[str], object]) -> str:
    """The question with its loan words in katakana, of which every word (in normal form) `is_known`."""

    def written(run: re.Match[str]) -> str:
        text = in_katakana(run[0])
        found = words(text)
        return text if found and all(is_known(word.text) for word in found) else run[0]

    return _RUN.sub(written, question)
