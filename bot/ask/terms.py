"""The words of a question that say which record is meant, and what records write for them. Pure.

People ask by verbs and broad words (開く, 子ども向け), records are written in nouns of Chinese origin and
narrow ones (開催, 児童); neither synonyms of the dictionary nor word vectors bring the two together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache

from store.text import lazily
from store.text.asking import MASK
from store.text.morphology import Token, Word, tokenize, units, words

# Words that say nothing of which record is meant: those that never make a noun with the next or last one, …
_APART = (
    "教える 知る 見せる 見る 欲しい 下さい 御願い 何 誰 何処 何時 何故 如何 どう どの どんな 就く 言う 其れ"
    " 此れ 何方 今年 今年度 対する 当たる 現在 今 ある 有る 居る 達 書く 載る 出る 分かる 為 もっと つい 結局"
    " 実際 一体 最近 主に 特に 例えば 詳しい 御座る 思う 件 全部 全て 一覧 リスト 無い 挙げる 出て来る"
    " 一緒 話 とこ うち 抑 載っ 載せ 言葉 単語 キーワード 文字 入る 含む 含める 記載 合わせる 合計"
    " 昨年 昨年度 去年 来年 来年度 前年 前年度 今回 毎年 奴 所 みたい 具合 絡み 略 他 ほど 程 よう 様"
    " 為さる いらっしゃる いま 旨 こと 其々 各々"
)
# … and those that do (事業法, 登録日, 建物名), but alone or at a noun's end say only that projects are meant.
_BINDING = (
    "事業 事務 プロジェクト 取り組み 取り組む 施策 年度 内容 場合 組む 取る 関する 関係 登録 記録 全体 か所"
    " 系"
)
# At a noun's end these belong to it (研究者, 建物名); alone they say nothing.
_SUFFIXES = frozenset(("者", "人", "数", "名", "様", "方", "物"))
# Alone they name nothing: kinds of offices, and the city whose records they are.
_ALONE = frozenset(("課", "室", "係", "部署", "市"))
# Behind a verb these only make it a noun or a plan: 上げているわけ, 作る予定.
_FORMAL = frozenset(("こと", "事", "訳", "時", "際", "予定", "積もり", "筈", "物"))
_FRAME = frozenset(f"{_APART} {_BINDING}".split())
_STOP = _FRAME | _SUFFIXES | _ALONE
_LOOSE = frozenset(_APART.split())
# Verbs so general that they only count when nothing else is asked about.
_GENERAL = (
    "行う 実施 使う 向け 対象 関連 為る 遣る 出来る 利用 活用 支援 推進 成る 持つ 進める 受ける 作る"
    " 担当 所管 行く"
)
LIGHT = frozenset(_GENERAL.split())
# Verbs that only bear the noun beside them (賞をあげる, 協定を結ぶ) and words for anybody: of a set
# of projects they tell nothing that its nouns do not.
_BEARS = (
    "出す 出し 入れる 入れ 上げる あげる あげ 貰う 呉れる 掛ける 取る 結ぶ 交わす 組む 関わる 付ける 置く"
    " 打つ 立てる 図る 設ける 与える 得る 送る 渡す 流す 流し 頂く 携わる 加わる むす むすぶ"
    " 目指す 貢献 努める 資する 狙う 余所 所為 御陰 人 皆 自分 感じ 差す 世間 世の中"
)
BEARING = frozenset(_BEARS.split())
# Light verbs that tell which way a thing goes, or for whom it is done: who gives a grant is not who gets it.
DIRECTED = frozenset(["出す", "出し", "貰う", "頂く", "受ける", "与える", "送る", "渡す", "払う", "支援"])
# What a topic has, of which its sentences seldom speak by that word (コロナの影響: 感染症のため中止した).
_RELATES = "影響 効果 対応 動き 動向 現状 課題 変化 様子 話題"
RELATIONS = frozenset(_RELATES.split())
# Verbs for having to do with what is named (有識者の講演を聞いた): where they are unsaid, nothing is missed.
_WEAK = "聞く 聴く 見る 扱う 絡む 触れる 合わせる 通す 交える 頑張る"
WEAK = frozenset(_WEAK.split())
# What one asks a figure of, though the record may say it in another way (何回開催した -> 4回実施した).
_HAPPENS = (
    "開催 開く 締結 結ぶ 集める 集まる 埋まる 増やす 増える 減る 達する 来る 入る 始まる 終わる 経つ 掛かる"
    " 乗る 訪れる 集う 加わる 届く 寄せる 応じる 出す 参加 応募 申し込む"
)
EVENTS = frozenset(_HAPPENS.split())
# That a project is carried out, which all of a list are: 令和3年度に実施した事業は何件.
_CARRIES_OUT = frozenset(["実施", "行う", "行く", "遣る", "為る", "執行", "取り組む"])
# How one has projects, and what one is told of them.
_HAS = (
    "抱える 抱え 込む 受け持ち 持ち 引く 担う 手掛ける 手掛け 扱う 扱い 仕切る 仕切り 預かる 回す 面倒 管轄"
    " 主管 所属 数 番号 名称 名前"
)
_HOLDING = frozenset(_HAS.split())
_TAILS = frozenset({"支援", "推進", "向け", "関連"})
_RELATING = frozenset({"向け", "関連"})  # light words that never belong to the noun they stand behind
# Loan words typed in hiragana: native words have no such sounds.
_LOAN = lazily(r"(?<![ぁ-ん])[ぁ-ん]*(?:(?<=[ぁ-ん])ー|[てで]ぃ|[ふうぁ-ん][ぁぃぇぉ])[ぁ-んー]*")
_PARTICLES = frozenset("のはをが")
_VERBS = frozenset(("動詞", "助動詞"))
_CASES = frozenset(("の", "を", "は", "が", "に", "で", "と", "も", "って"))
_COUNTED = lazily(r"(?<=[一-龥ァ-ヺー])(?<!第)[0-9]+(?:件|人|名|回|社|台|席)(?![一-龥])")  # 提案17件
_SCRIPTS = lazily(r"(?<=[ァ-ヺー])(?=[一-龥])|(?<=[一-龥]{2})(?=[ァ-ヺ]{2})")
_TO_KATAKANA = {code: code + 0x60 for code in range(ord("ぁ"), ord("ゖ") + 1)}


_AUXILIARY = lazily(
    r"(?<=[てで])(?:くる|きた|いく|いった|おく|おいた|しまう|しまった)(?:(?![ぁ-ん])|(?=[のん]))"
    r"|(?<=[てで])(?:くれ(?:る|た|ない)|くださ(?:る|った|い)|いただ(?:く|いた)|頂(?:く|いた)|もら(?:う|った))"
    r"|(?<=まで)(?:行|い)っ(?=[たて])|[一-龥]{2,4}的に|のこと$"
)  # 出てくる, 協力してくださった; マッチングまでいった; 最終的に


# 調査員さん; behind an office, which is masked: 企画経営課さんは.
_HONORIFIC = re.compile(
    r"(?:(?<=[一-龥])(?:さん|さま)(?:たち|達)?|(?<!\S)(?:さん|さま))(?=[がのにをはとへもやで、\s]|向け|から|$)"
)


@lru_cache(maxsize=64)
def terms(topic: str, *, light_words: frozenset[str] = LIGHT) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words of a topic that say which record is meant, adjoining nouns as one; and general verbs.

    A general word that is all there is counts as a term.
    """
    topic = _HONORIFIC.sub("", _AUXILIARY.sub("", topic))
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
    joined = _in_compounds(topic)
    places = zip([None, *tokens], tokens, _behind(tokens), [*tokens, None][1:], strict=False)
    for before, token, behind, next_one in places:
        is_one = (
            (_belongs(token) or token.start in joined) and not _is_formal(before, token)
        ) or _is_unknown_name(token, behind)
        is_one |= bool(stretch) and _makes_place(stretch[-1], token)
        is_one = is_one and MASK not in token.word.surface and not _is_adverb(token, next_one)
        if stretch and not (is_one and _adjoins(stretch[-1], token, topic, light_words)):
            yield stretch
            stretch = []
        if is_one:
            stretch.append(token)
    if stretch:
        yield stretch


def _in_compounds(topic: str) -> set[int]:
    """Where the first verbs of compound ones begin: 見守り is one word, of which 見 is none."""
    found, at = set[int](), 0
    for unit in units(topic):
        if len(unit.words) > 1 and all(word.kind == "動詞" for word in unit.words):
            found.add(at)
        at += sum(unit.lengths)
    return found


def _belongs(token: Token) -> bool:
    word = token.word
    is_loose = word.text in _LOOSE or word.surface in _LOOSE
    return not is_loose and (word.content or word.text in _STOP)


def _is_formal(before: Token | None, token: Token) -> bool:
    """Whether a word only makes the verb before it a noun or a plan: 作る予定."""
    is_of_verb = before is not None and before.end == token.start and before.word.kind in _VERBS
    return is_of_verb and token.word.text in _FORMAL


def _makes_place(last: Token, token: Token) -> bool:
    """Whether a suffix makes something else of a noun: 事業所 and 研究所 are places."""
    is_of_noun = last.word.text in _FRAME or (last.word.noun and token.word.surface == "所")
    return last.end == token.start and token.word.kind == "接尾辞" and is_of_noun


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
    if last.word.noun and token.word.kind in ("動詞", "形容詞"):
        return False  # a particle was left out: ネット投票やった, 回数多い
    if last.word.kind == token.word.kind and last.word.kind in ("感動詞", "動詞"):
        return True  # 入れ替えた is one verb
    if last.word.text in light_words and not last.word.noun:
        return False
    return last.word.noun or token.word.surface in _SUFFIXES or not "ぁ" <= topic[last.end - 1] <= "ん"


def compound_verb(parts: Sequence[Word]) -> str:
    """The normal form of one verb made of several (入れ替える), '' where they are something else."""
    is_verb = all(part.kind == "動詞" for part in parts)
    return "".join([part.surface for part in parts[:-1]]) + parts[-1].text if is_verb else ""


def _without_frame(stretch: Sequence[Token]) -> Sequence[Token]:
    """A stretch without 事業, 取り組み … at its end; nothing when it is all such words."""
    if all(token.word.text in _STOP or token.word.surface in _STOP for token in stretch):
        return ()
    if len(stretch) > 1 and compound_verb([token.word for token in stretch]) in _others():
        return stretch  # 受け入れた says more than 入れた
    last = len(stretch)
    while stretch[last - 1].word.text in _FRAME or stretch[last - 1].word.surface in _FRAME:
        if last > 1 and _makes_place(stretch[last - 2], stretch[last - 1]):
            break
        last -= 1
    return stretch[:last]


def _without_tail(stretch: Sequence[Token], light_words: frozenset[str]) -> Sequence[Token]:
    """A stretch without what a project does for the thing named (スタートアップ支援), said in other ways."""
    if len(stretch) > 1 and compound_verb([token.word for token in stretch]) in _others():
        return stretch  # 受け入れた says more than 入れた
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


@lru_cache(maxsize=512)
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


@lru_cache(maxsize=512)
def is_light(word: str) -> bool:
    """Whether a word is too general to say which record is meant."""
    said = [token.word for token in tokenize(word) if token.word.content or token.word.kind == "感動詞"]
    return all(one.text in LIGHT | EVENTS | _STOP for one in said)


def is_weak(word: str) -> bool:
    """Whether a verb tells of the nouns beside it no more than that they have to do with each other."""
    return all(token.word.text in WEAK | BEARING | LIGHT for token in tokenize(word) if token.word.content)


def is_of_office(word: str) -> bool:
    """Whether a word beside a section only says that its projects are meant (仕事, 抱えている, 1年)."""
    said = [token.word for token in tokenize(word) if token.word.content]
    return bool(_OF_OFFICE.fullmatch(word)) or all(
        one.text in LIGHT | _STOP | _HOLDING or one.kind == "副詞" for one in said
    )


def carries_out(word: str) -> bool:
    """Whether a verb says of a project only that it is carried out."""
    said = [token.word.text for token in tokenize(word) if token.word.content]
    return bool(said) and _CARRIES_OUT.issuperset(said)


@lru_cache(maxsize=512)
def names(word: str) -> bool:
    """Whether a word has a noun: the others tell of something in one of many ways (出てくる, 増えた)."""
    return any(token.word.noun for token in tokenize(word))


_OF_OFFICE = lazily(
    r"仕事|業務|活動|職務|[0-9]+[つ件個本]|(?:この)?[0-9一]+(?:年|か月|ヶ月|カ月)間?|年間|去年|昨年度?|前年度?|今期"
)


# Up to the particle that joins it to the rest, which is not の in the middle of a word.
_RUN = lazily(r"(?<![ぁ-ん一-龥ァ-ヺー])[ぁ-んー]{3,}?(?=(?:とは|って|[のはがをに])?(?![ぁ-んー]))")


def loan_words_in_katakana(question: str, is_known: Callable[[str], object]) -> str:
    """The question with its loan words in katakana, of which every word (in normal form) `is_known`."""

    def written(run: re.Match[str]) -> str:
        text = in_katakana(run[0])
        found = words(text)
        return text if found and all(is_known(word.text) for word in found) else run[0]

    return _RUN.sub(written, question)


# A group a line, in the normal form of the dictionary: the verb that one says, and what is written for it.
# A word may be of several groups. Opposites (増える, 減る) never share one.
_GROUPS = """
開く 開催 開会 実施 開講
行う 実施 開催 執行 遣る
集める 募集 収集 回収 募る 集約 公募
集まる 参集 参加 集う
渡す 手渡す 提出 交付 授与 手渡し
出す 提出 発出 発行 公表
送る 送付 郵送 発送 配布 派遣 送信
配る 配布 配付 配達
伝える 周知 伝達 広報 発信 通知 説明
知らせる 周知 通知 広報 公表 発信
載せる 掲載 記載
見せる 公開 展示 公表
話す 講演 説明 対話
聞く 聴取 聴く ヒアリング 照会
聴く 聴取 聞く
見る 閲覧 視察
書く 記入 記載 執筆
確かめる 確認 検証 点検
纏める 集約 整理 集計 取りまとめ
分ける 分類 区分 分割
加える 追加 加算
足す 追加
移す 移転 移管 移行
招く 招待 招聘
催す 開催 実施
授ける 授与
拵える 作成 制作
捌く 処理 対応
運ぶ 運搬 輸送 搬送
戻す 返却 返還 返送
戻る 返却 返送 回収
話し合う 協議 議論 意見交換 懇談
決める 決定 選定 策定 設定
選ぶ 選定 選出 選考 選抜 採択 選任
作る 作成 策定 制作 構築 開発 整備 設置 作り
建てる 建設 建築 整備
直す 修繕 改修 修正 補修 改善
変える 変更 改正 改善 更新 見直す
替える 更新 交換 変更
替え 更新 交換 変更
取り替える 更新 交換
切り替える 変更 移行 更新
入れ替える 更新 交換 入替
入れ替え 更新 交換 入替
緩める 緩和
延びる 延期 延長
後押し 支援 応援 補助
手助け 支援 援助 補助
面倒 支援 世話
迎える 受け入れる 受入 招待
貸す 貸し出し 貸出 貸与 貸付
使い道 使途 活用
育つ 成長 育成
新しい 更新 新設 新規
始める 開始 着手 導入 新設
始まる 開始 開始する スタート
終わる 終了 完了
止める 中止 停止 廃止
続ける 継続
結ぶ 締結 提携
組む 連携 提携 協力 共同
手伝う 協力 支援 補助
助ける 支援 援助 補助 救済
支える 支援 補助
応援 支援
教える 講義 指導 説明
学ぶ 学習 研修 受講
調べる 調査 点検 検証 把握
測る 測定 計測
使う 使用 利用 活用
借りる 賃借 利用
買う 購入 調達
売る 販売 売却
払う 支払い 支出 負担 支払う
貰う 受領 受給 獲得
受け取る 受領 受給
受ける 受診 受講 受賞 受け付ける
増える 増加 拡大 追加 増やす
増やす 増加 拡大 追加 増員 増設
減る 減少 縮小 低下 減らす
落ち込む 減少 低下
減らす 削減 縮減 低減 減少
広がる 拡大 普及
広める 普及 啓発 拡大 周知
進む 進捗 進展
進める 推進 促進
加わる 参加 加入 入会 加盟
入る 加入 入会 参加
来る 来場 来館 来訪 訪れる 参加 受け入れる
訪れる 訪問 来訪 来館 来場 視察
呼ぶ 招待 招聘 招致 呼び込む
受け入れる 受入 受け入れ
乗る 乗車 利用
答える 回答
頼む 依頼 委託 要望 要請
願う 願い 要望 要請 依頼
願い 要望 要請 依頼
申し込む 申込 申請 応募
返る 回答 返送 返信 回収
流す 周知 配信 発信
入れる 導入 設置
動く 稼働 運用
動かす 稼働 運用
稼働 運用
激減 減少
急増 増加
関わる 参加 参画 協力 関与
求める 要望 要求 募集
任せる 委託 委任
褒める 表彰
認める 認定 承認 認可
守る 保護 保全 遵守
防ぐ 防止 予防
育てる 育成 養成
植える 植栽 植樹
捨てる 廃棄 処分
泊まる 宿泊
歩く 歩行
走る 走行
置く 設置 配置
繋ぐ 接続 連携
繋がる 連携 交流 提携
比べる 比較
示す 提示 公表 明示
集計 集計する
達する 達成
叶える 実現 達成
起こる 発生
分かる 判明 把握 確認
"""


@lru_cache(maxsize=1)
def _others() -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for line in _GROUPS.split("\n"):
        head, *written = line.split() or [""]
        for word in written:
            found.setdefault(head, set()).add(word)
            found.setdefault(word, set()).add(head)
    return {word: frozenset(same) for word, same in found.items()}


def others(word: str) -> frozenset[str]:
    """What a verb in its normal form is written as (開催, 実施 of 開く); of what is written, the verbs."""
    return _others().get(word, frozenset())


def written_for(word: str) -> frozenset[str]:
    """What is written for a verb, or for the noun that is made of it: 作成 and 策定 for 作り."""
    verbs = {word, f"{word}る", word[:-1] + _OF_STEM.get(word[-1:], "")} & _others().keys()
    return frozenset().union(*map(others, verbs))


_OF_STEM = dict(zip("いきぎしちにびみり", "うくぐすつぬぶむる", strict=True))


# Broader words, `:`, what records say; written from what departments of a city do, group by group.
_FIELDS = """
子ども 子供 こども 児童 子: 児童 生徒 小学生 中学生 高校生 小学校 中学校 幼児 乳幼児 保育
子ども 子供 こども 児童 子: 保育所 保育園 幼稚園 学童 青少年 少年 子育て 次世代育成 次代を担う 若い世代
子育て 育児: 保育 保育所 保育園 幼稚園 児童 乳幼児 妊婦 妊娠 出産 母子 学童 こども園 児童手当
若者 若い人 青年: 若年 若手 若い世代 青少年 学生 大学生 高校生
学生: 大学生 大学院生 高校生 生徒 中学生
高齢者 お年寄り 老人 シルバー 年配: シニア 高齢 介護 老人 敬老 認知症 シルバー 70代 現役引退
障害 障害者 障がい 障がい者: 障がい バリアフリー ユニバーサルデザイン 手話
障害 障害者 障がい 障がい者: 点字 車椅子 福祉 合理的配慮 当事者団体
外国人 外国: 外国人 多言語 国際交流 留学生 多文化共生 通訳 在留
女性: 女性 男女共同参画 ジェンダー 母親 婦人
福祉: 介護 障害 生活保護 民生委員 高齢 児童 住民福祉
健康 医療: 医療 健康 健診 検診 予防接種 ワクチン 保健 病院 感染症 疾病 介護
コロナ 感染症 新型コロナ 新型コロナウイルス: コロナ 新型コロナウイルス コロナ禍
コロナ 感染症 新型コロナ 新型コロナウイルス: 感染症 感染拡大 緊急事態宣言 ワクチン
防災 災害 防犯 安全: 防災 災害 被災 避難 減災 消防 地震 水害 ハザードマップ 防犯 交通安全
環境 エコ: 環境 省エネ 再生可能エネルギー 脱炭素 低炭素 温室効果ガス
環境 エコ: 気候変動 緑化 自然 リサイクル 食品ロス 持続可能
ごみ ゴミ 廃棄物: 廃棄物 食品ロス リサイクル 資源化 分別 清掃 不法投棄 フードドライブ
脱炭素 温暖化: 低炭素 脱炭素 温室効果ガス 再生可能エネルギー 水素 省エネ ゼロカーボン
食 食べ物 食品: 食品 食育 給食 農産物 特産品 食品ロス
教育 学校: 学校 教育 学習 学園 中等 授業 教員 生徒 児童 中学校 小学校 高校 大学
学び 勉強 講座: 講座 セミナー 研修 学習会 勉強会 講演 講習 学習
文化 芸術: 文化財 芸術 音楽 美術 図書館 博物館 伝統
スポーツ 運動: スポーツ オリンピック パラリンピック 体育 競技 マラソン 聖火リレー
観光 魅力発信: 観光 誘客 宿泊 特産品 返礼品 魅力発信 シティプロモーション
農業 農: 農業 農地 農産物 畜産 林業 漁業 農家
産業 経済 商工: 産業 企業 商店街 経済 起業 創業 スタートアップ 中小企業 ビジネス
起業 創業 スタートアップ ベンチャー: 起業 創業 スタートアップ 起業家 新規事業 コワーキング
雇用 仕事 就職 働く: 雇用 就労 就職 労働 テレワーク 働き方 人材
研究 科学 技術: 研究 科学 技術 実証実験 イノベーション 先端技術 研究者
ロボット AI 先端技術: ロボット AI 人工知能 IoT ドローン 自動運転 先端技術 近未来技術
交通 移動 乗り物 モビリティ: 交通 バス タクシー 鉄道 モビリティ MaaS 自転車 道路 自動運転 乗合 走行
自動運転: 自動運転 自律走行 次世代モビリティ 搭乗型 走行 モビリティ
道路 インフラ: 道路 県道 橋梁 下水道 水道 河川 公園 舗装
住宅 住まい: 住宅 空き家 移住 定住 市営住宅
移住 人口: 移住 定住 人口減少 転入 人口推計
まちづくり 地域: まちづくり 地域活性化 地方創生 コミュニティ 自治会
選挙: 選挙 投票 公約 有権者
議会: 議会 議員 市議会
市民参加 市民の声 意見: 市民参加 パブリックコメント 意見募集 意見交換
市民参加 市民の声 意見: 懇談会 アンケート 意識調査 ワークショップ 無作為抽出
アイデア 提案: 提案 アイデア 意見募集 公募 ワークショップ
アンケート 調査: アンケート 意識調査 統計調査 ヒアリング 調査票
統計 データ: 統計 データ オープンデータ 人口推計 調査票
会議 話し合い: 会議 協議会 懇談会 審議会 委員会 検討会
イベント 催し: イベント セミナー フォーラム 展示 抽選会 大会 キャンペーン シンポジウム 講演 ワークショップ
表彰 賞 ほめる: 表彰 奨励賞 受賞 授与 顕彰
お金 金 資金 財源: 寄附 寄附金 補助金 交付金 助成 財源 資金 融資 費用補助 クラウドファンディング
補助金 助成 補助: 補助金 交付金 助成金 費用補助 奨励金
寄附 寄付 募金: 寄附 寄附金 寄付 ふるさと納税 返礼品
税 税金: 納税 課税 税収 市税 ふるさと納税
予算 財政: 予算 財政 財源 決算 交付金
契約 委託: 契約 委託 入札 調達 指定管理
施設 建物 公共施設: 施設 センター プラザ 庁舎 会議室 指定管理者
民間 企業 会社: 民間企業 民間事業者 企業 株式会社 官民連携 PPP PFI
大学 研究機関: 大学 研究機関 研究所 産学官
連携 協力: 連携 協定 協力 共同 提携
自治体 他市 市町村 他の自治体: 他自治体 基礎自治体 市町村 友好都市 業務核都市 首長 自治体
国 県 国や県: 内閣府 国土交通省 総務省 警察庁 知事 茨城県 県政 要望
国際 海外 外国: 海外 国外 国際 外国人 G7 グローバル 姉妹都市 選手団
交流: 交流 友好都市 姉妹都市 交歓 受け入れ
協定: 協定 包括連携 提携
デジタル DX IT 電子化: デジタル 電子申請 電子化 オンライン システム
デジタル DX IT 電子化: チャットツール 情報化 AI RPA クラウド
ペーパーレス 紙 脱紙: 電子化 電子申請 電子決裁 デジタル化 ペーパーレス オンライン申請
セキュリティ 情報保護: ファイアウォール 脆弱性 無害化 情報セキュリティ 暗号 秘匿性 Web閲覧制御
パソコン 機器 機械 システム: 機器 パソコン サーバ ネットワーク機器 システム プリンタ 仮想化
アプリ スマホ: アプリ スマホアプリ ポータル スマートフォン
マイナンバー: 番号制度 番号法 マイナンバー 個人番号
広報 PR 情報発信: 広報 PR 周知 ホームページ SNS 動画 発信 公表
職員 人事: 職員研修 職員提案 意識改革 人材育成 研修
人材育成: 人材育成 研修 育成 講座 次代を担う
業務改善 効率化: 業務改善 効率化 改善 見直し 標準化
評価 検証: 評価 モニタリング 検証 第三者評価 進捗管理
計画 ビジョン: 計画 構想 プラン ビジョン 指針 ロードマップ 方針
特区 規制緩和: 特区 規制緩和 スーパーシティ
実験 実証: 実証実験 実証 トライアル モニター
"""

_ENDING = lazily("(?<=..)[化系的]$")


@lru_cache(maxsize=1)
def _by_word() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for line in _FIELDS.strip().split("\n"):
        broader, said = line.split(":")
        for word in broader.split():
            found[_key(word)] = tuple(dict.fromkeys((*found.get(_key(word), ()), *said.split())))
    return found


def _key(word: str) -> str:
    told = _HONORED.sub("", word)  # 年寄り is what is left of お年寄り where it stands in a question
    return " ".join(each.text for each in words(told)) or told


_HONORED = lazily("^[おご](?=[一-龥])")


def narrower(word: str) -> tuple[str, ...]:
    """What records say of a broader word, none where it is none."""
    return _by_word().get(_key(word)) or _by_word().get(_key(_ENDING.sub("", word)), ())
