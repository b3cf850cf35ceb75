"""CHECKS: what a sentence must show to be claimed; what is denied, and conditions on wording. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from bot.ask.lexing import LIFETIME
from bot.ask.matching import (
    ITEM_NOUN,
    NEUTRAL,
    OF_ALL,
    VERBAL,
    Reach,
    bag,
    counts_other,
    denials,
    denied,
    lacking,
    listed_beside,
    only_in_remark,
)
from bot.ask.quantities import (
    BEFORE,
    DATE,
    DURATION,
    EXCEPTION,
    JOINED,
    MONEY,
    NOUN,
    NOUN_PHRASE,
    PART_OF,
    PEOPLE,
    PERCENT,
    THINGS,
    bare_figure,
    closeness,
    figures,
    figures_asked_apart,
    fitting,
    is_amount,
    is_of_role,
    label_of,
    levels_changed,
    role_in,
    unit_named,
    whole_of,
    year_of,
)
from bot.ask.quantities import Asked as Figure
from bot.ask.quantities import Figure as Value
from bot.ask.terms import is_light, names, others, pieces, terms
from store.text import lazily
from store.text.asking import (
    DENIES,
    QUESTION,
    Said,
    asks_whether,
    without_frame,
)  # fmt: skip
from store.text.display import clauses
from store.text.morphology import tokenize
from store.text.normalize import is_kana, nfkc, one_space, width_fold
from store.text.numbers import WRITTEN, without_years, years_mentioned

_PER = lazily("[0-9０-９]|(?:当|あ)たり|につき|ずつ")
_OF_DAY = lazily("月.*日")


def clause_of(said: Said) -> tuple[str, ...]:
    """The words of a condition that is a clause (機器の更新をした): records say it in many ways."""
    tokens = list(tokenize(said.word))
    is_clause = any(t.word.kind in ("動詞", "助動詞") or t.word.surface == "の" for t in tokens)
    years = years_mentioned(said.word) if is_clause else ()
    return pieces(terms(without_years(said.word, years))[0]) if is_clause else ()


def holds(said: Said, text: str) -> bool:
    """Whether a text has the word letter for letter; says the clause in its words; or has such a value."""
    if said.is_value:
        return bool(values_of(said, text))
    if said.at:
        folded, word = width_fold(text), width_fold(said.word)
        return folded.endswith(word) if said.at == "end" else folded.startswith(word)
    if not said.clause:
        folded = width_fold(text)
        return any(width_fold(word) in folded for word in said.words)
    return not lacking(said.clause, text, "") and set(denied(said.word)) <= set(denied(text))


def values_of(said: Said, text: str) -> list[Value]:
    """The figures of a text that are of the kind of value that the word names; 1人1台 counts nobody."""
    unit = unit_named(said.word)
    return [
        figure
        for figure in figures(text)
        if figure.unit == unit and not _PER.match(text, figure.end)
        if unit != DATE or _OF_DAY.search(figure.text)
    ]


_GAP = r"(?:ら|たち|等|など|級)*(?:[（(][^（()）]*[）)])?(?:ら|たち|等|など)*"
# How nouns end that name people, bodies or places: records name them by what they are, seldom by a name.
_AGENT = (
    r"(?:[者員人長会省庁局府院部課室社団生区市町村県国館園]|大学|機構|研究所|センター|団体|企業|市民|知事|法人|組合"
    r"|学校|中等|学園|機関|委員|顧問|世帯|家庭|教員|議員|事業所|メンバー|パートナーズ?|スタッフ"
    r"|ボランティア|NPO|アカデミー|コンソーシアム|層)"
)
_PLACE = (
    rf"(?:{_AGENT}|場|所|ページ|HP|サイト|会議室|会場|ホール|庁舎|窓口|都内|市内|県内|国内|駅|公園"
    r"|オンライン|SNS|誌|版)"
)
_SORT = "(?:どういった|どういう|どんな|どのような)"
_SORT_OF = f"{_SORT}(?:(?:立場|方面|クラス)の)?(?:人(?![数口権])|方(?![法向針])|者|顔ぶれ|面々|メンバー)"
_WHO = f"(?:誰|だれ|どなた|{_SORT_OF}(?:たち|々)?)"
_WHERE = "(?:どこ|何処|どちら|どの(?:会社|企業|団体|大学|機関|国|学校|課|部署))"
_KIND_OF_BODY = lazily("会社|企業|大学|国|学校")  # どの大学と wants one in the sentence
_EITHER = f"(?:{_WHO}|{_WHERE})"
CLEARLY = 0.25  # by how much a figure is nearer to what is counted than any other
_WAY = "(?:方法|手段|形|やり方|ふう|風|枠組み)"


@dataclass(frozen=True, slots=True)
class Role:
    """A role that a question asks for: how the question says so, and what a sentence that has it shows."""

    name: str
    asked: re.Pattern[str]
    shown: re.Pattern[str]


def _role(name: str, asked: str, shown: str) -> Role:
    return Role(name, lazily(asked), lazily(shown))


ROLES: tuple[Role, ...] = (
    _role(
        "誰と",
        rf"{_EITHER}(?:ら|たち)?(?:と|の協力|が協力)|相手(?:先)?(?:は|って|が|\s)?{_EITHER}",
        rf"{_AGENT}{_GAP}(?:と(?!も|して)|や|、|の協力|との|協力)",
    ),
    _role(
        "誰に",
        rf"{_EITHER}(?:に|へ|宛|あて|向け|対象)",
        rf"{_AGENT}{_GAP}(?:に|へ|宛|向け|を対象)|[内外]向け",
    ),
    _role("誰から", rf"{_EITHER}(?:から|より)", rf"{_AGENT}{_GAP}(?:から|より|による|の提言|の意見)"),
    _role("どこで", rf"{_WHERE}で(?!す(?!る))", rf"{_PLACE}{_GAP}(?:で|にて|において|に|へ|上)"),
    _role(
        "誰が",
        rf"{_WHO}|{_WHERE}(?:が|は|の|なの|です|で|だ|や|か|$|[?？])",
        rf"{_AGENT}{_GAP}(?:が|は|により|による|によって|において|で|から|を|と|に|の|、|[（()）]|$)",
    ),
    _role(
        "どうやって",
        rf"どうやって|どのように|{_SORT}{_WAY}|何(?:で|を使って|を通して)"
        r"|どう(?:開|集|調|選|決|進|伝|知らせ|確か|届|運)|[うくすつぬぶむるぐ]には(?:どう|何を|$|[?？])",
        r"(?<![者会員長課部市県国士])(?:により|によって|による)|を通じ|を通し|を活用|を用い|を使|形式|方式|方法|にて|経て|書面|郵送|オンライン"
        r"|WEB|Web|電子|[一-龥ァ-ヺーA-Za-z0-9）」]で(?!き|あ|は|も)|では、[^。、]{2,20}を(?:実施|行[いっう])",
    ),
    _role(
        "なぜ",
        "なぜ|何故|どうして(?![るたいん])|なんで|どういう(?:わけ|訳|事情)|(?:理由|原因|要因)(?:は|が|を|って|$|[?？])",
        "ため|により|によって|による|影響|ことから|ので|から、|を受け|に伴|結果|理由|原因|要因",
    ),
)
"""In this order; the first that a question has is what it asks for."""


_OF_SOMEBODY = ("誰と", "誰に", "誰から", "誰が")


def role_of(question: str) -> Role | None:
    """The role that a question (in NFKC) asks for."""
    return next((role for role in ROLES if role.asked.search(question)), None)


_NO_NUMBER = ("誰と", "誰に", "誰から", "どこで", "どうやって", "なぜ")


def wants_no_number(question: str) -> bool:
    """Whether a question (in NFKC) asks for a role that no number of an indicator has (誰が, なぜ)."""
    asked = role_of(question)
    return bool(asked and (asked.name in _NO_NUMBER or lazily(_WHO).search(question)))


# What came of a thing, and what came instead: 減少 answers 増えましたか too, 書面で 開催されましたか.
_CAME = (
    ("増える 増加 増やす 伸びる 上昇 増", "減る 減少 減らす 低下 横這い 減 落ち込む"),
    ("達成 達する 到達 上回る 超える 届く", "留まる 下回る 未達 未達成"),
    ("開催 開く 実施 行う 遣る", "中止 延期 見送る 取り止める 書面 休止 代える"),
)
CAME: tuple[frozenset[str], ...] = tuple(frozenset(" ".join(each).split()) for each in _CAME)
"""Rows of words in normal form of which one answers another, or takes it back."""
_WHETHER = lazily(r"(?:ました|でした|[っいしれえきびちりみ]た|[んい]だ)(?:の|ん(?:です)?)?か?[?？。]*$")


def came_of(question: str) -> frozenset[str]:
    """The words that answer whether something came about (増えましたか), none for another question."""
    asked = one_space(question)
    if QUESTIONED.search(asked) or not _WHETHER.search(asked):
        return frozenset()
    last = next((t.word for t in reversed(list(tokenize(asked))) if t.word.content), None)
    return next((row for row in CAME if last and last.text in row), frozenset())


QUESTIONED = lazily(f"(?:{QUESTION})(?!も|か)")
_LAST_YEAR = lazily("[昨去]年|前年(?!比)")
_RELATIVE_YEAR = lazily("再来年度?|来年度?|翌年度|次年度|来月|今後の(?:予定|計画|見通し)|将来の(?:予定|計画)")
# 昨年度 may well be the year of the list.
_YEAR_BEFORE = lazily("前の?年度?(?!比)|[一1]年前")
_OTHER_YEAR = lazily(rf"[前昨去]年|前回|{WRITTEN}年")
# The end of a verb that tells what happened or does not: 減った, 増えましたか, できていない, 止まったのは.
_HAPPENED = lazily(
    r"(?:(?<=[っいしじちせけげてべめれえきぎびみりん])[ただ]|な(?:い|かった)|ません(?:でした)?)(?=の|ん|こと|理由|原因|要因|わけ|訳|で[すしは]|か|ね|よ|って|[?？。、,\s]|$)"
    r"|(?<!〓)(?<!事業)の(?=理由|原因|要因)"
)
_COUNTER = lazily("何(?P<counter>[一-龥]{1,2})(?=[はがをにでものと?。]|です|ある|あり|いる|い?ます|$)")
_OTHER_PLACE = lazily(
    r"(?P<place>(?!何)[一-龥ヶァ-ヺー]{1,6}?(?:(?<!都)市|[区町村県])|東京都|京都府|大阪府|北海道)の〓"
)


@dataclass(frozen=True)
class Claim:
    """A question, and the sentences by which it would be answered.

    `name` is that of their project, `heading` the name with what else stands above every sentence of it (its
    office); `words` are those of the question that must be shown, none where others have looked after that.
    `masked` is the question with the project's name as 〓. `figure` is the figure that sentences are to give,
    of the words `counted`, where only words tell. `unsaid` are words of a follow-up that its project
    does not say, or of what others do; `is_any`: it asks of the other one, and nothing tells which,
    `is_named`: of a project by its name, or its thread's. A set is claimed `of_set`, its `members` by a
    sentence each. `told` are the figures that an answer says, each with its sentence, `nouns` those of the
    question, which say what the figures are of; `before` is what the sentences go on from, `subject` how
    their project's texts begin that say what it is.
    """

    question: str
    name: str
    sentences: tuple[str, ...]
    words: tuple[str, ...] = ()
    heading: str = ""
    masked: str = ""
    figure: Figure | None = None
    counted: tuple[str, ...] = ()
    unsaid: tuple[str, ...] = ()
    is_any: bool = False
    is_named: bool = False
    of_set: bool = False
    members: tuple[str, ...] = ()
    told: tuple[tuple[str, Value], ...] = ()
    nouns: tuple[str, ...] = ()
    before: str = ""
    subject: str = ""

    @cached_property
    def reaches(self) -> tuple[Reach, ...]:
        """What is said of the figures claimed: those told, else those nearest to the words."""
        if self.told or self.figure is None:
            return tuple(Reach(text, value) for text, value in self.told)
        among = [(text, fitting(text, self.figure, self.counted)) for text in self.sentences]
        near = [(closeness(text, f, fit, self.counted), text, f) for text, fit in among for f in fit]
        best = max((score for score, _, _ in near), default=0.0)
        return tuple(Reach(text, one) for score, text, one in near if score == best)

    def twins(self, of: Reach) -> list[Reach]:
        """Where a sentence says a figure twice (報告2件を受け、報告2件を表彰した), either is meant."""
        same = (of.text, of.value.text)
        return [each for each in self.reaches if each is not of and (each.text, each.value.text) == same]

    @property
    def text(self) -> str:
        """All that may bear the claim out."""
        return one_space("\n".join((self.name, *self.sentences)))


Lacks = tuple[str, ...]
"""The words of a question that a check does not find in what it was shown; some checks look for no word."""
Check = Callable[[Claim], Lacks | None]


def polarity(claim: Claim) -> Lacks | None:
    """A denied word must be denied in the sentence too: 4件を採択 does not tell how many were 不採択."""
    if claim.of_set:
        asked = denied(without_frame(one_space(claim.question)))
        are_shown = asked and claim.members
        said = set(asked).intersection(*map(denied, claim.members)) if are_shown else set[str]()
    else:
        asked = denied(claim.question)
        said = {word for sentence in claim.sentences for word in denied(sentence)} if asked else set()
    return tuple(word for word in asked if word not in said) or None


def undone(claim: Claim) -> Lacks | None:
    """What a question says was done is not told by a clause that says that it was not (実施できなかったが).

    The clause is meant that has most of the nouns that the project's name has not. Whether, why and how it
    went it may tell.
    """
    question = one_space(claim.question)
    if not _says_done(question) or denied(question) or asks_whether(question) or role_of(question):
        return None
    nouns = (token.word for token in tokenize(question) if token.word.noun)
    own = {token.word.text for token in tokenize(one_space(claim.name))}
    asked = {word.text for word in nouns if not is_light(word.text)} - own
    for text in map(one_space, claim.members if claim.of_set else claim.sentences):
        parts = [text[start:end] for start, end in clauses(text)]
        said = [(len(asked & {token.word.text for token in tokenize(part)}), part) for part in parts]
        (most, part), *others_ = sorted(said, reverse=True) or [(0, "")]
        is_first = most > (others_[0][0] if others_ else 0)
        if is_first and (words := _ends_denied(part)):
            return tuple(words)
    return None


def _says_done(text: str) -> bool:
    """Whether a text says of something that it was done: 実施したのは, 交流できたイベント."""
    pairs_of = pairwise(token.word for token in tokenize(text))
    return any(b.text == "た" and a.kind in (*VERBAL, "助動詞") and a.text not in DENIES for a, b in pairs_of)


def _ends_denied(clause: str) -> list[str]:
    """What the last predicate of a clause denies: 実施 of イベントは実施できなかったが."""
    behind = (
        each for each in denials(clause) if not any(t.word.content for t in tokenize(clause[each.end :]))
    )
    return [each.word for each in behind]


def relative_year(claim: Claim) -> Lacks | None:
    """来年度の予定 and 前の年の申請 are not in a record of this year unless the record says so."""
    question = one_space(claim.question)
    if (found := _RELATIVE_YEAR.search(question)) and found[0] not in claim.text:
        return (found[0],)
    found = _YEAR_BEFORE.search(question)
    if found is None and (last := _LAST_YEAR.search(question)):
        before = [value for text, value in claim.told if levels_changed(text, figures(text))]
        is_of_now = any(role_in(text, value) != BEFORE for text, value in claim.told if value in before)
        return (last[0],) if is_of_now else None
    return (found[0],) if found and not _OTHER_YEAR.search(claim.text) else None


def lifetime(claim: Claim) -> Lacks | None:
    """今年度で終わる事業 are those that end; that something in a record ended tells of no project."""
    found = LIFETIME.search(one_space(claim.question)) if claim.of_set else None
    return (found[0],) if found else None


def place(claim: Claim) -> Lacks | None:
    """大阪市の〓 asks of another city's; the project's name or office must have the place."""
    found = _OTHER_PLACE.search(claim.masked)
    return (found["place"],) if found and found["place"] not in claim.heading else None


def why_it_happened(question: str) -> Role | None:
    """The role of a question (in NFKC) for the reason of what happened, or did not; None for any other."""
    role = role_of(question)
    return role if role and role.name == "なぜ" and _HAPPENED.search(question) else None


def reason(claim: Claim) -> Lacks | None:
    """Why something happened is told by a sentence that has it and a cause; a purpose is no reason."""
    question = one_space(claim.question)
    role = why_it_happened(question)
    if role is None:
        return None
    verbs = [t.word.text for t in tokenize(question) if t.word.kind == "動詞" and t.word.content]
    is_plan_asked = _PLAN_ASKED.search(question)
    for sentence in claim.sentences:
        if _IS_PLANNED.search(sentence) and not is_plan_asked:
            continue  # 改正が予定されている is no reason for what was 改正された
        said = {t.word.text for t in tokenize(one_space(sentence))}
        if role.shown.search(sentence) and (not verbs or any(said & {v, *others(v)} for v in verbs)):
            return None
    return ()


def words(claim: Claim) -> Lacks | None:
    """Every word that the question says must be in the sentence, or in its project's name and office."""
    asked = role_of(claim.question)
    by = asked.asked.search(claim.question) if asked else None
    is_asked = [bool(by and word in by[0]) and not _KIND_OF_BODY.fullmatch(word) for word in claim.words]
    wanted = [word for word, is_of_role in zip(claim.words, is_asked, strict=True) if not is_of_role]
    wanted = [word for word in wanted if word != named_as_kind(claim)]
    return tuple(lacking(wanted, "\n".join(claim.sentences), claim.heading or claim.name)) or None


# How the names end of what a question asks for by its kind: 並木中等 and 茗溪学園 are 学校.
_NAMED_SO = {
    "学校": "小学校 中学校 高校 高等学校 中等 学園 学院 大学 高専",
    "自治体": "(?<![都各])市 区 町 村",
    "会議": "検討会 懇談会 協議会 審議会 委員会 部会 サミット フォーラム",
    "大学": "大学 大学院 短大",
    "会社": "会社 銀行 商事 保険",
    "企業": "会社 銀行 商事 保険",
    "病院": "病院 クリニック 医院 診療所 医療センター",
    "医療機関": "病院 クリニック 医院 診療所 医療センター",
    "研究機関": "研究所 研究機構 研究センター 研究院 大学 大学院",
    "団体": "協会 連合会 組合 財団 法人 連盟 協議会 実行委員会",
    "施設": "センター 会館 ホール 公民館 図書館 体育館",
}


def named_as_kind(claim: Claim) -> str:
    """The kind that a question asks for, where a clause with its other words has a name of it; '' else."""
    asked = (
        re.search(rf"{w}(?:名|の名前)?(?:[はでがをにと?？]|って|$)", claim.question) for w in claim.words
    )
    kind = next(
        (w for w, is_asked in zip(claim.words, asked, strict=True) if w in _NAMED_SO and is_asked), ""
    )
    rest = [word for word in claim.words if word != kind]
    named = rf"{NOUN}(?:{'|'.join(_NAMED_SO[kind].split())})(?!{NOUN})" if kind and rest else "(?!)"
    parts = (text[start:end] for text in claim.sentences for start, end in clauses(text))
    shown = any(re.search(named, part) and not lacking(rest, part, "") for part in parts)
    return kind if shown else ""


_DOER = lazily(rf"(?P<who>{NOUN}{{2,}})が(?P<does>[一-龥]{{2}})(?:し|する|でき|され)(?!ません|な[いか])")


def says_who_does(question: str, text: str, *, is_strict: bool = False) -> bool:
    """Whether a text that names who does something in a question (有識者が参加する) says it of them.

    「有識者検討会へ市長が参加し」 does not, nor 加入自治体 with 有識者の講演. Where it is not strict a
    text may leave out who it is.
    """
    found = _DOER.search(one_space(question))
    if found is None or found["who"] not in text:
        return found is None or not (is_strict and lacking((found["who"],), text, ""))
    who, does = found["who"], found["does"]
    if re.search(rf"{does}[^、。]{{0,4}}{re.escape(who)}", text):
        return True  # 参加した市民
    behind = (
        text[text.rfind(who, 0, text.rfind(does)) + len(who) :] if does in text else text.partition(who)[2]
    )
    between = behind.partition(does)[0]
    return not (lacking((does,), behind, "") or re.search(rf"{NOUN}が(?!、)", between))


def doer(claim: Claim) -> Lacks | None:
    """Who a question says did something did it in a sentence too: 市長が参加した of 市長に報告し is none."""
    question = one_space(claim.question)
    found = _DOER.search(question)
    found = found if found and _WHAT_THEY_DID_IT_TO.match(question, found.end()) else None
    named = [text for text in claim.sentences if found and found["who"] in text]
    is_said = claim.of_set or not named or any(says_who_does(claim.question, text) for text in named)
    return None if found is None or is_said else (found["does"],)


# 参加した会議は, and no 参加する機会をつくる事業の目的は.
_WHAT_THEY_DID_IT_TO = lazily(rf"(?:た|て(?:い)?る|る)?{NOUN}{{2,}}(?:は|って|[?？]|$)")


def summed(claim: Claim) -> Lacks | None:
    """A sum that is asked for (3つの合計は, 発行総額) is told by a sentence that says one."""
    found = _SUM_ASKED.search(one_space(claim.question))
    is_told = claim.of_set or not claim.sentences or any(map(_SUM_SAID.search, claim.sentences))
    return (found[0],) if found and not is_told else None


_SUM_ASKED = lazily("合計額?|総額|総計|^(?:合|あ)わせて(?=何)")
_SUM_SAID = lazily("合計|総[額計数]|合わせて|延べ|のべ|[計全](?=[0-9０-９約])")


def role(claim: Claim) -> Lacks | None:
    """誰が wants somebody, どこと somebody to do it with, どうやって a way; 何室 (and 室) a number of 室."""
    if claim.words and (found := _COUNTER.search(one_space(claim.question))):
        counted = lazily(rf"[0-9０-９]{re.escape(found['counter'])}")
        return None if any(map(counted.search, claim.sentences)) else (found[0], found["counter"])
    asked = role_of(claim.question) if claim.words else None
    if asked is None:
        return None
    # センターの管理は誰がする: the センター that the question names is nobody who does it.
    by = asked.asked.search(claim.question)
    kinds = [word for word in claim.words if (by and word in by[0]) or _KIND_OF_BODY.fullmatch(word)]
    own = [word for word in claim.words if asked.name in _OF_SOMEBODY and word not in kinds]
    named = lazily("|".join(map(re.escape, own)) or "(?!)")
    others = [named.sub("〓", sentence) for sentence in claim.sentences]
    is_of_kind = _names_one_of_kind(claim)
    is_shown = any(map(asked.shown.search, others)) if is_of_kind is None else is_of_kind
    return None if is_shown or named_as_kind(claim) else (asked.name,)


_OF_KIND = "|".join((*_NAMED_SO, "小学校", "中学校", "高校", "地区", "公民館", "図書館"))
_WHICH_OF_KIND = lazily(
    rf"(?P<kind>{_OF_KIND})(?:は|って|が|、)?(?:どこ|何処|どちら)(?!の[課室部])|(?:どこの|どの|どちらの)(?P<of>{_OF_KIND})"
)


def _names_one_of_kind(claim: Claim) -> bool | None:
    """Whether a sentence has a name of the kind asked for (中学校はどこ); None where no such kind is."""
    found = _WHICH_OF_KIND.search(one_space(claim.question))
    kind = (found["kind"] or found["of"]) if found else ""
    text = "\n".join(claim.sentences)
    if not kind or kind not in f"{text}{claim.heading}":
        return None
    own = () if kind == "自治体" else (kind,)  # 各自治体 is none by name
    ends = "|".join((*own, *_NAMED_SO.get(kind, "").split()))
    names = re.findall(rf"[一-龥々ァ-ヺーA-Za-zＡ-Ｚａ-ｚ]+(?:{ends})", text)
    return any(name not in claim.heading and name not in claim.question for name in names)


def figure(claim: Claim) -> Lacks | None:
    """Of a figure that only the words tell there is one, or one by far the nearest to what is counted."""
    if claim.figure is None or claim.told:
        return None
    fit = {text: fitting(text, claim.figure, claim.counted) for text in claim.sentences}
    near = [closeness(text, one, fit[text], claim.counted) for text in fit for one in fit[text]]
    first, *others = sorted(near, reverse=True) or [0.0]
    is_one = len(near) == 1 or (near and first >= JOINED and first - others[0] >= CLEARLY)
    return None if is_one else ()


def counted(claim: Claim) -> Lacks | None:
    """A figure counts what is asked for, not another noun that stands nearer to it, nor one kind of it."""
    if claim.figure is None:
        return _given_of_another(claim)
    for of in claim.reaches:
        if other := counts_other(of.text, of.value, claim.figure, claim.nouns) or _other_counted(of, claim):
            return (other,)
    return None


def _given_of_another(claim: Claim) -> Lacks | None:
    """A figure that the question gives itself, where the sentence has it of another thing, or has another.

    イベントに来た人は900人ですか, of which the 900 count others too; 首長会議 年3回？ of 幹事会議を年3回開催.
    """
    asked = nfkc(claim.question)
    given = {bare_figure(value.text): value for value in figures(asked) if is_amount(value)}
    every = [(text, value) for text in claim.sentences for value in figures(text)] if given else []
    alike = [(text, value) for text, value in every if bare_figure(value.text) in given]
    nouns = [term for term in terms(asked)[0] if names(term) and not term.isdigit()] if alike else []
    for text, value in alike:
        sisters = (_sister(noun, text[: value.start], claim) for noun in nouns if noun not in text)
        if word := only_in_remark(claim.question, text, value) or next(filter(None, sisters), ""):
            return (word,)
    if alike and not any(_is_nearest(value, text, nouns) for text, value in alike):
        return (alike[0][1].text,)
    units = {value.unit for _, value in every}
    if (
        claim.sentences
        and not alike
        and (others_ := [v.text for v in given.values() if v.unit in units or asks_whether(asked)])
    ):
        return (others_[0],)
    return None


def _is_nearest(value: Value, text: str, nouns: Sequence[str]) -> bool:
    """Whether no other figure in its unit is nearer to nouns: 17件 of 提案17件のうち6件を採択 to 採択."""
    among = [other for other in figures(text) if other.unit == value.unit]
    near = [closeness(text, other, among, nouns) for other in among]
    return max(near) - closeness(text, value, among, nouns) < PART_OF / 2


_OBJECT = lazily(rf"({NOUN}+)(?:（[^（）]*）)?を(?:約|計|年|全)?$")
_SIDE_BY_SIDE = lazily(rf"({NOUN}+)・({NOUN}+)")


def _other_counted(of: Reach, claim: Claim) -> str:
    """What a figure of a sentence counts beside what the question names: its sister, its kind, its object."""
    said = [noun for noun in claim.nouns if noun in of.text]
    if any(noun in f"{of.label}{_before_it(of)}" for noun in said):
        return ""
    if other := _towards(of, claim) or _of_another(of, claim):
        return other
    for noun in claim.nouns:
        if noun not in of.text and (sister := _sister(noun, of.before, claim)):
            return sister
    done = _object_of(of)
    is_apart = said and not any(noun in of.clause for noun in said)
    is_other = done and not any(word in claim.question for word in pieces((done,)))
    return done if is_apart and is_other else ""


def _before_it(of: Reach) -> str:
    """What a figure is of that another became: アカウント数 of アカウント数も令和2年度の583件から637件に."""
    was = next((f for f in of.others if f.end < of.value.start and role_in(of.text, f) == BEFORE), None)
    found = _BECAME_SO.search(of.text[: was.start]) if was else None
    return found[1] if found else ""


_BECAME_SO = lazily(rf"({NOUN}+)[はもが](?:前年度|{WRITTEN}年度)の$")


def _object_of(of: Reach) -> str:
    """What was done so often or so many times by a figure: 2回の会議, 会議を2回; '' for people and none."""
    before, behind = _OBJECT.search(of.before), NOUN_PHRASE.match(of.behind)
    if behind and behind[0].startswith("の") and of.unit not in (*_NO_TIMES, PEOPLE):
        return behind[1]
    return before[1] if before else ""


_TOPIC = lazily(rf"(?:[「『]([^「」『』]+)[」』]|({NOUN}+))(?:に|で|へ|について)?は")


def _of_another(of: Reach, claim: Claim) -> str:
    """The topic of a sentence that a question does not name, where it says nothing of what is asked of."""
    found = _TOPIC.search(of.before)
    topic = (found[1] or found[2]) if found else ""
    said = claim.question + claim.heading
    is_other = topic and not any(part in said for part in pieces((topic,)))
    nouns = [noun for noun in claim.nouns if noun not in claim.counted] if is_other else []
    return topic if lacking(nouns, of.text, claim.heading) else ""


_TOWARDS = lazily(
    rf"([^、。：:]*)(?:への|に対する|に関する|についての)({NOUN}+)[（(：:はがも]?(?:約|延べ|計)?$"
)


def _towards(of: Reach, claim: Claim) -> str:
    """What a quantity is said to be of (市政への満足度), where that has no other noun of the question."""
    found = _TOWARDS.search(of.before)
    own = [noun for noun in claim.nouns if found and noun not in found[2]]
    return found[1] if found and own and len(lacking(own, found[0], "")) == len(own) else ""


def _sister(noun: str, before: str, claim: Claim) -> str:
    """A noun with the same head before a figure (幹事会議 of 首長会議), or the other of two in a heading."""
    parts = pieces((noun,))
    if len(parts) > 2 and len(parts[-1]) == 1:
        parts = (*parts[:-2], parts[-2] + parts[-1])  # 審議会
    above = "" if noun in claim.heading else claim.heading
    is_other = not any(part in before + above for part in parts[:-1])
    if is_other and len(parts) > 1 and len(parts[-1]) > 1 and noun.endswith(parts[-1]):
        for found in re.finditer(rf"{NOUN}{{2,}}?{re.escape(parts[-1])}(?!{NOUN})", before[-30:]):
            if found[0] not in claim.question and noun not in found[0]:
                return found[0]
    for one, two in _SIDE_BY_SIDE.findall(claim.heading):
        for its, others_ in ((one, two), (two, one)):
            words = [word for word in pieces((others_,)) if len(word) > 1 and word in before]
            if noun in its and noun not in others_ and words and not any(w in claim.question for w in words):
                return words[0]
    return ""


_IS_ALL = lazily("(?:は?[?？。]|は?$|です|でし|だ|か|い[るま]|あ[るり])")


_NO_TIMES = (DATE, DURATION, PERCENT, MONEY)
_NO_THINGS = (*_NO_TIMES, "回")


_DONE = lazily("(?:した|され(?:た|て)|ました|でした|[っん][ただ])(?:の|か|こと|[?？。]|$)|たのは")
_PLAN = lazily("(?:見込み?|予定)(?:で|と|だ|。|$)")
_PLAN_ASKED = lazily("見込|予定|計画|方針")
_IS_PLANNED = lazily("(?:予定|見込み?|検討)(?:され|して|し|で|と|だ|である|中)?[^、。]{0,6}[。]?$")


def taken_in(claim: Claim, of: Reach) -> Lacks | None:
    """What a question has a figure take in (オンライン参加も含めて) its sentence says to be in it."""
    found = _TAKES_IN.search(one_space(claim.question))
    is_said = found and _TAKEN_IN.search(of.text) and not lacking(pieces((found[1],)), of.text, "")
    return (found[1],) if found and not is_said else None


_TAKES_IN = lazily(rf"({NOUN}{{2,}})(?:まで|分)?(?:も|を)?(?:含(?:め|み|んだ|む)|込み|入れて)")
_TAKEN_IN = lazily("含|込|合わせ|合計|加え")


def body(claim: Claim, of: Reach) -> Lacks | None:
    """What a sentence has only in the name of a body (女性 of 更生保護女性会) is not said of its figure."""
    for noun in filter(_ARE_PEOPLE.search, claim.nouns):
        every = [text[0] for text in lazily(rf"{NOUN}*{re.escape(noun)}{NOUN}*").finditer(of.text)]
        in_bodies = [each for each in every if each != noun and _IS_BODY.search(each)]
        is_asked = any(each in claim.question for each in in_bodies) or _IS_BODY.search(noun)
        if every and in_bodies == every and not is_asked and lacking((noun,), "", claim.heading):
            return (noun,)
    return None


_ARE_PEOPLE, _IS_BODY = lazily("[性者人年童徒子も民員生]$"), lazily("(?:会|組合|連盟|連合)$")


def planned(claim: Claim) -> Lacks | None:
    """What is only expected did not happen: 指定見込み is no 指定された."""
    question = one_space(claim.question)
    if claim.figure is None or not _DONE.search(question) or _PLAN_ASKED.search(question):
        return None
    return () if any(_PLAN.search(of.behind) for of in claim.reaches) else None


_OF_A_YEAR = lazily("[一1]?年間?|毎年|今|現在")


def said_of_it(claim: Claim) -> Lacks | None:
    """What a figure is of is said with it: what is counted with all its words (女性研究者), and all else."""
    if not claim.told:
        is_asked = claim.words and claim.figure
        return (tuple(_numbers_unsaid(claim)) or None) if is_asked else None
    lacks = [noun for noun in claim.counted if _lacks_part(noun, claim)]
    lacks += [noun for noun in claim.nouns if _is_of_another(noun, claim)]
    return tuple(dict.fromkeys((*lacks, *_numbers_unsaid(claim)))) or None


_NAMES_PLACE = lazily("(?:.(?<!都)市|.[町村県]|東京都|京都府|大阪府|北海道)$")


def _is_of_another(noun: str, claim: Claim) -> bool:
    """Whether a noun that a sentence has not may be of another thing of the record, or of none.

    83% of 満足度 may be of anything beside 電子申請; 2社 of ポータルサイト are of the ふるさと納税 by which
    the record begins, unless that is one of several there (標識や街灯など). Where and how long something was
    is for its sentence to say.
    """
    said = "\n".join(claim.sentences)
    words = [word for word in pieces((noun,)) if len(word) > (2 if is_kana(word) else 1)]  # のべ
    is_listed = re.search(rf"{re.escape(noun)}(?:[、や・]|及び|および|並びに|など|等)", claim.subject)
    if len(words) > 1 and is_listed and noun not in f"{said}{claim.heading}":
        return True  # スポーツ協会 of 「スポーツ協会、スポーツ少年団等への助成」, whose 会員 are of any
    if is_light(noun) or not lacking(words, said, claim.heading) or bag(said).sounds(noun):
        return False
    if figures(noun) or _NAMES_PLACE.search(noun):
        return True
    if not lacking(words, claim.before, claim.heading):
        return False
    asked = claim.figure
    quantity = claim.counted if asked and asked.span[0] == asked.span[1] else ()
    units = "".join(value.text for _, value in claim.told)
    beside = [n for n in claim.nouns if not (n == noun or n in quantity or n in units or is_light(n))]
    is_beside = any(not lacking((each,), said, "") for each in beside)
    named = _as_far_as(noun, claim.question, claim.subject)
    is_subject = not lacking(words, claim.subject, claim.heading) and not listed_beside(named, claim.subject)
    return not (is_beside and is_subject)


def _as_far_as(noun: str, question: str, text: str) -> str:
    """A noun with what follows it in a question, as far as a text has it: 汐風バス of 汐風."""
    start = question.find(noun)
    ends = range(len(question), start + len(noun), -1) if start >= 0 else ()
    return next((question[start:end] for end in ends if question[start:end] in text), noun)


def _numbers_unsaid(claim: Claim) -> list[str]:
    """The amounts of a question (17件のうち, 3年間で) that a sentence has not; one to be confirmed aside."""
    asked = claim.figure
    to_confirm = asked.given if asked and asked.is_confirmation else ()
    given = [f for f in figures(nfkc(claim.question)) if f.unit != DATE and f.text not in to_confirm]
    said = {(_NOT_DIGITS.sub("", nfkc(f.text)), f.unit) for text in claim.sentences for f in figures(text)}
    above = nfkc(claim.heading)
    return [
        f.text for f in given if (_NOT_DIGITS.sub("", f.text), f.unit) not in said and f.text not in above
    ]


_NOT_DIGITS = lazily("[^0-9.十百千万億兆/]")


def _lacks_part(noun: str, claim: Claim) -> bool:
    words = [word for word in pieces((noun,)) if len(word) > 1 and not is_light(word)]
    words = [word for word in words if not _OF_A_YEAR.fullmatch(word)]
    return bool(lacking(words, "\n".join(claim.sentences), claim.heading))


_TOGETHER = "(?:包括|基本)?(?:協力|連携|協働|共同|合同|共催|提携|一緒|ともに|共に|協定|契約|覚書)"
TOGETHER = lazily(_TOGETHER)
_AGREED = rf"(?:{_TOGETHER}|締結|結[びんぶ]|交わ[しす])"
_WITH_WHOM = lazily(rf"({NOUN}+(?:(?:や|と|、|・|及び){NOUN}+)*)(?:等|など)?と(?:の|は|も)?{_AGREED}")
_EACH_OF_THEM = lazily("や|と|、|・|及び")


def _partners(text: str) -> list[str]:
    """With whom a text says that something was done or agreed: each of 大学や企業と連携し."""
    return [whom for found in _WITH_WHOM.finditer(text) for whom in _EACH_OF_THEM.split(found[1])]


def other_one(claim: Claim) -> Lacks | None:
    """What a question asks of the one that is not named (荒川区じゃない方) is of no project in particular."""
    return () if claim.is_any else None


def thread(claim: Claim) -> Lacks | None:
    """A figure of a thing that its project does not say is of another one."""
    return claim.unsaid or None


def _of_each(check: Callable[[Claim, Reach], Lacks | None]) -> Check:
    """A check of what is said of every figure that is claimed."""
    return lambda claim: next(
        (lacks for each in claim.reaches if (lacks := check(claim, each)) is not None), None
    )


def figure_role(claim: Claim, of: Reach) -> Lacks | None:
    """A change is no level, a target not what was reached, a part not the whole, a start no end."""
    asked = claim.figure
    return () if asked and not is_of_role(of.text, of.value, asked) else None


def partner(claim: Claim, of: Reach) -> Lacks | None:
    """With whom a question says that something was done (潮見市との協定は何件), the sentence says too."""
    above = f"{claim.heading}\n{of.text}"
    with_whom = _partners(above)
    return (
        tuple(
            whom
            for whom in _partners(one_space(claim.question))
            if not _MAY_BE_ANY.fullmatch(whom)
            and not (any(one.endswith(whom) for one in with_whom) if len(whom) == 1 else whom in above)
        )
        or None
    )


_MAY_BE_ANY = lazily("民間|(?:民間)?企業|会社|法人|団体|業者|事業者|相手|先方|どこ|誰か?|何.{0,4}")


def each_figure(claim: Claim) -> Lacks | None:
    """Of several figures asked for (何件応募があって何件採択された, それぞれ何名) one is no answer."""
    question = without_frame(one_space(claim.question))
    parts = len(figures_asked_apart(question)) or 2 * ("それぞれ" in question)
    values = {value.text for _, value in claim.told}
    told = {(text, f.start) for text, _ in claim.told for f in figures(text) if f.text in values}
    is_some = any(
        f.unit == of.unit not in (DATE, DURATION)  # いくつ and どれくらい ask for no unit
        and (of.text, f.start) not in told
        and (len(values) > 1 or _is_alike(of.text, of.value, f, claim.question))
        for of in claim.reaches
        for f in (*of.bracket, *of.row, *(of.others if _OF_NO_NOUN.search(question) else ()))
    )
    return () if (claim.told and len(told) < parts) or is_some else None


_OF_NO_NOUN = lazily(
    "の(?:人数|件数|回数|数)は?[?？]?$"
)  # the 4名 or the 5名 of 保有者（4名）に対し、経営者5名


def _is_alike(text: str, told: Value, other: Value, question: str) -> bool:
    """Whether two figures of a list are of the same words of a question, each by what stands before it.

    4つの基本目標と2つの横断的目標 are by what they count.
    """
    heads = [lazily(rf"の({NOUN}{{2,}})").match(text, each.end) for each in (told, other)]
    if heads[0] and heads[1] and heads[0][1][-2:] == heads[1][1][-2:]:
        return not any(head and head[1] in question for head in heads)
    own, its = (
        {
            word
            for word in _WORDS.findall(_ITEM.sub("", _HEADS_LIST.sub("", text[: each.start])))
            if word in question
        }
        for each in (told, other)
    )
    return own == its


_HEADS_LIST = lazily(
    "^(?:「[^」]*」|【[^】]*】|[^、。：:]{1,20}[：:])"
)  # it is of every item: 「共用席」指定3席、自由4席
_WORDS, _ITEM = lazily("[一-龥]{2}|[ァ-ヺー]{2,}"), lazily(".*[0-9、①-⑳（）()]")


def year_of_figure(claim: Claim, of: Reach) -> Lacks | None:
    """A year asked for by a figure is that of the figure: 583件は何年度."""
    given = {f.text for f in figures(nfkc(claim.question)) if f.unit != DATE} if of.unit == DATE else ()
    of_given = [f for f in figures(of.text) if f.text in given]
    return tuple(f.text for f in of_given if of.value.text not in year_of(of.text, f)) or None


def each_of_two(claim: Claim) -> Lacks | None:
    """Two things asked of at once (AとBの更新は何月) have a figure each, or one that is said of both."""
    every = _TWO_ASKED.finditer(one_space(claim.question)) if claim.reaches else ()
    found = next((each for each in every if f"{each[1]}{each['and']}{each['two']}" not in claim.name), None)
    told = {(of.text, of.value) for of in claim.reaches}
    for noun in (found[1], found["two"]) if found else ():
        own = {of.text for of in claim.reaches if not lacking((noun,), of.said, "")}
        labelled = {
            (text, f)
            for text in own
            for f in figures(text)
            if is_amount(f) and label_of(text, f).endswith(noun)
        }
        if not own or (labelled and labelled.isdisjoint(told)):
            return (noun,)
    return None


# Not 大学と連携した.
_TWO_ASKED = lazily(
    rf"({NOUN}{{2,}})(?P<and>と|や|及び|および|・)(?!{_TOGETHER})(?P<two>{NOUN}{{2,}})(?:は|って|の|を|が)"
)


def sum_of(claim: Claim, of: Reach) -> Lacks | None:
    """AとBは合わせて何園 wants a clause that says that it is a sum."""
    both = _SUM_OF.search(one_space(claim.question))
    return (both["one"], both["two"]) if both and not _IS_SUM.search(of.clause) else None


_SUM_OF = lazily(
    "(?P<one>[一-龥ァ-ヺーぁ-ん]{2,10}?)と(?P<two>[一-龥ァ-ヺーぁ-ん]{2,10}?)[はをの]*(?:合わせ|あわせ|合計|全部)"
)
_IS_SUM = lazily("合わせ|あわせ|計|全[0-9０-９]|及び|および")


def apart(claim: Claim, of: Reach) -> Lacks | None:
    """What a question asks of stands with its figure: before it in its clause, behind it, or above both.

    What only another clause says (70代の利用者が最も多く、164人が利用し), a bracket or a remark (72回（殆どが
    オンライン）) is no more than near to the figure. A word of the project's name is of all that it says.
    """
    own = "、".join(each.said for each in (of, *claim.twins(of)))
    for noun in () if of.unit == DATE else claim.nouns:
        is_elsewhere = noun in of.text and noun not in own and not is_light(noun)
        if is_elsewhere and lacking((noun,), "", claim.heading) and lacking((noun,), own, claim.heading):
            return (noun,)
    return None


def bound(claim: Claim, of: Reach) -> Lacks | None:
    """From whom, where or who (市民からの提案, 園にいる講師, 返還した人) is said in the figure's sentence."""
    question = one_space(claim.question)
    named = tuple(found["noun"] for found in _BOUND_TO.finditer(question))
    if unsaid := lacking(named, of.text, claim.heading):
        return tuple(unsaid[:1])
    for found in _WHO_DO.finditer(question) if of.unit == PEOPLE else ():
        word = found["done"] or found["being"]
        is_about = found["being"] and re.search(rf"{re.escape(word)}{_ABOUT}", of.said)
        if is_about or lacking((word,), of.said, ""):
            return (word,)
    return None


_BOUND_TO = lazily(
    rf"(?P<noun>{NOUN}{{2,}})(?:から(?:の|あった|寄せ|出)|への|にいる|にある|に通う|在住の)(?!何)"
)
_WHO_DO = lazily(
    r"(?P<done>[一-龥]{2})(?:した|している|する|された|中の)(?:人|方|者)(?![一-龥])"
    r"|(?P<being>[^のはがを、\s]{2,})の(?:人|方)(?=[はがの]|って)"
)
# What is done about those who are something: they themselves are not counted.
_ABOUT = "(?:に(?:関|つい|係|対)|への|(?:の|等の)?(?:支援|対策|予防|相談))"


def all_of_them(claim: Claim, of: Reach) -> Lacks | None:
    """How many there are of a noun (農家は何戸, 電子申請の手続は何件) is no figure of some of them.

    Nor of a kind of it, where it is asked for alone. A noun that the project is called by is of all that it
    tells, but for what was done to some; of a project or office that is named (緑地課の苗木) it is what that
    tells; one that the sentence has with the same words before it (遠足の児童) is that of the sentence.
    """
    asked = claim.figure
    found = _how_many_are(asked, claim.nouns) if asked else None
    if asked is None or found is None or not _IS_ALL.match(asked.question[asked.span[1] :]):
        return None
    which, noun = found
    acts_as = re.match(rf"{_WHO_ACT_AS}{re.escape(noun)}{_AS}", of.behind)
    # 不登校の児童生徒 are 不登校児童生徒25人.
    is_whole = not which or all(part in f"{of.label}{of.chain}" for part in pieces((which,)))
    if of.unit in _ARE_SOMETHING and is_whole and not (acts_as or _CALLED_BY_DEED.search(noun)):
        about = of.unit == PEOPLE and re.search(rf"{re.escape(noun)}{_ABOUT}", of.said)
        is_of_it = claim.is_named and of.unit == PEOPLE  # 祭りの職員 are those who took part
        if about or (deed := "" if is_of_it else of.happened_to(noun)):
            return (noun, about[0] if about else deed)
    names_it = which and not OF_ALL.search(which) and not lacking(pieces((which,)), "", claim.heading)
    is_its_own = acts_as or names_it or "/" in of.value.text or (which and f"{which}{noun}" in of.text)
    is_plain = of.unit not in (DATE, DURATION) and role_in(of.text, of.value) != EXCEPTION
    if is_plain and not which and (kind := of.kind_of(noun, claim.question + claim.heading)):
        return (kind,)
    if of.unit not in _NO_THINGS and not is_its_own and not of.does(noun):
        some = [of.some_of(noun, which)] + [each.some_of(noun, which) for each in claim.twins(of)]
        said = [next((w for w in each if w and w not in asked.question), "") for each in some]
        if all(said):
            return (noun, said[0])
    if of.unit not in _ALIVE or which or acts_as:
        return None
    if not lacking((noun,), "", claim.heading):
        other = re.match(f"の({NOUN}{{2,}})", of.behind)
        return (noun,) if other and not other[1].endswith(noun) else None  # 103人の参列者 of 戦没者
    *first, last = pieces((noun,)) or (noun,)
    name = re.escape("".join(first) if first and last in NEUTRAL else noun)  # 見学 of 見学利用
    alone = rf"{_NO_KIND_OF}{name}(?:[(（]|(?:・{NOUN}+)?{_UP_TO_ITS_FIGURE})$"
    is_all = re.search(alone, of.before) or re.match(rf"の?{name}(?!{NOUN})", of.behind)
    return None if is_all else (noun,)


def _how_many_are(asked: Figure, nouns: Sequence[str]) -> tuple[str, str] | None:
    """Which and what a question asks the number of there is: 市内の and 農家 of 市内の農家は何戸."""
    before = _IS_OF.sub("", asked.question[: asked.span[0]][-_LONGEST_NOUN:])
    found = _HOW_MANY_ARE.match(before)
    ends = [found["noun"] if found else "", *(noun for noun in nouns if before.endswith(noun))]
    noun = max(ends, key=len)  # ひきこもり, and 担い手 of 手
    return (before.removesuffix(noun), noun) if noun else None


_LONGEST_NOUN = 60  # characters, with what stands before it
_ALIVE = (PEOPLE, *"戸頭匹羽")
_ARE_SOMETHING = (*_ALIVE, "団体", "自治体", "社", "校", "世帯", "か所", THINGS)
# 利用者 and 受講者 are those who did; 高齢者 and 研究者 are that whatever they do.
_CALLED_BY_DEED = lazily("(?<!高齢)(?<!障害)(?<!研究)(?<!経営)(?<!保護)(?<!事業)(?<!若)(?<!労働)者$")
_IS_OF = lazily(r"(?:の?(?:人数|総?数)|(?<=者)数)?(?:は|って|が|の|、|\s)*(?:全部で|全体で)?$")
_NO_KIND_OF = f"(?:(?<!{NOUN})|(?<=[0-9][人名件回]))(?<![たるいの])"
_WHO_ACT_AS, _AS = f"^(?:の{NOUN}+)?[がをは]", "(?:として|に)"
_UP_TO_ITS_FIGURE = "(?:は|が|を|に|数|数は)?(?:、|延べ|計|約|全)*"
_HOW_MANY_ARE = lazily(rf".*?(?P<noun>{ITEM_NOUN})$")


def of_more(claim: Claim, of: Reach) -> Lacks | None:
    """A figure of AとB is not A's where it says neither: 幼稚園・学校訪問 has no 幼稚園の訪問回数."""
    owners = [n for n in claim.nouns if re.search(f"{re.escape(n)}[のはをへでにがも]", claim.question)]
    for one, two in _SIDE_BY_SIDE.findall(claim.name):
        first, second = ([n for n in owners if each(n)] for each in (one.endswith, two.startswith))
        said = any(part in of.text for part in pieces((*first, *second)) if len(part) > 1)
        if bool(first) != bool(second) and not said:
            return (*first, *second)
    return None


def some_of_them(claim: Claim, of: Reach) -> Lacks | None:
    """A figure of some is none of all: 「このうち3件」, one of two for 全部で.

    A part is asked for by what it is a part of: 来室 of 「このうち来室件数が30件」.
    """
    nouns = [noun for noun in claim.nouns if names(noun) and not is_light(noun)]
    part = of.part_of
    if part is not None and not any(noun in part or noun in of.rest for noun in nouns):
        return tuple(nouns[-1:])
    is_one = of.row and _ALL_TOGETHER.search(claim.question) and not _IS_SUM.search(of.text)
    return tuple(nouns[-1:]) if is_one else None


_ALL_TOGETHER = lazily("全部で|合計|全体で|総数")


def clause(claim: Claim, of: Reach) -> Lacks | None:
    """What the question says was done is said of the figure told, and not right behind another one.

    15頭を導入し、飼養数は290頭 has no 290頭 that were 導入, 提案17件のうち6件を採択 no 17 that were 採択, and
    令和3年度以降の予算 no day of 公表.
    """
    done = [found["done"] for found in _DOES.finditer(one_space(claim.question))]
    date_of = _DATE_OF.match(of.behind) if of.unit == DATE and done else None
    is_of_other = date_of and not any(word in claim.question for word in pieces((date_of[1],)))
    if is_of_other and not any(word in of.text for word in done):
        return tuple(done)
    parts = [f for f in of.others if whole_of(of.text, f, figures(of.text)) == of.value]
    own = of.text[of.value.clause[0] : min((f.start for f in parts), default=of.value.clause[1])]
    elsewhere = (f for f in of.others if f in parts or f.clause != of.value.clause)
    behind = [of.text[f.end : f.clause[1]][:_RIGHT_BEHIND] for f in elsewhere]
    return tuple(word for word in done if word not in own and any(word in each for each in behind)) or None


_DOES = lazily(r"(?P<done>[一-龥]{2})(?:を?(?:した|する|して|しま|しよ|され))")
_DATE_OF = lazily(rf"(?:以降|以前|末)?の({NOUN}{{2,}})")
_RIGHT_BEHIND = 10  # characters behind a figure in which its verb begins: 20人の生徒から応募があり


def compound(claim: Claim) -> Lacks | None:
    """A figure is of the whole noun asked for: 空き店舗 is no 店舗."""
    if claim.figure is None:
        return None
    said = "\n".join(text for text, _ in claim.told) or "\n".join(claim.sentences)
    every = (
        _BEFORE_NOUN.search(claim.question[: at.start()])
        for n in claim.nouns
        for at in re.finditer(re.escape(n), claim.question)
    )
    return tuple(lacking([found[0] for found in every if found], said, claim.name)) or None


# A verb that makes one noun with what stands behind it: 空き店舗, 貸し会議室.
_BEFORE_NOUN = lazily("(?<![一-龥ぁ-ん])[一-龥][きぎしちにびみりいけげせてねべめれえ]$")


CHECKS: tuple[tuple[str, Check], ...] = (
    ("other one", other_one),
    ("thread", thread),
    ("words", words),
    ("doer", doer),
    ("sum told", summed),
    ("role", role),
    ("figure", figure),
    ("figure's role", _of_each(figure_role)),
    ("counted", counted),
    ("compound", compound),
    ("each figure", each_figure),
    ("partner", _of_each(partner)),
    ("year of it", _of_each(year_of_figure)),
    ("each of two", each_of_two),
    ("sum", _of_each(sum_of)),
    ("part", _of_each(apart)),
    ("bound", _of_each(bound)),
    ("all of them", _of_each(all_of_them)),
    ("of more", _of_each(of_more)),
    ("some of them", _of_each(some_of_them)),
    ("clause", _of_each(clause)),
    ("taken in", _of_each(taken_in)),
    ("body", _of_each(body)),
    ("planned", planned),
    ("said of it", said_of_it),
    ("polarity", polarity),
    ("undone", undone),
    ("relative year", relative_year),
    ("lifetime", lifetime),
    ("place", place),
    ("reason", reason),
)
"""In this order; every one must hold."""


def passes(claim: Claim) -> bool:
    """Whether every check holds; after the first that does not nothing more is looked at."""
    return all(check(claim) is None for _, check in CHECKS)


def failed(claim: Claim) -> Sequence[tuple[str, Lacks]]:
    """The checks that do not hold, with what is not shown."""
    return [(name, lacks) for name, check in CHECKS if (lacks := check(claim)) is not None]
