"""What a question word wants of a sentence (誰が, どこと, なぜ), and whether one shows it. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

_GAP = r"(?:ら|たち|等|など|級)*(?:[（(][^（()）]*[）)])?(?:ら|たち|等|など)*"
# How nouns end that name people, bodies or places: records name them by what they are, seldom by a name.
_AGENT = (
    r"(?:[者員人長会省庁局府院部課室社団生区市町村県国館園]|大学|機構|研究所|センター|団体|企業|市民|知事|法人|組合"
    r"|学校|中等|学園|機関|委員|顧問|世帯|家庭|教員|議員|事業所|メンバー|パートナーズ?|スタッフ"
    r"|ボランティア|NPO|層)"
)
_PLACE = (
    rf"(?:{_AGENT}|場|所|ページ|HP|サイト|会議室|会場|ホール|庁舎|窓口|都内|市内|県内|国内|駅|公園"
    r"|オンライン|SNS|誌|版)"
)
_WHO = "(?:誰|だれ|どなた)"
_WHERE = "(?:どこ|何処|どちら|どの(?:会社|企業|団体|大学|機関|国|学校|課|部署))"
_EITHER = f"(?:{_WHO}|{_WHERE})"
_WAY = "(?:方法|手段|形|やり方|ふう|風)"


@dataclass(frozen=True, slots=True)
class Role:
    """A role that a question asks for: how the question says so, and what a sentence that has it shows."""

    name: str
    asked: re.Pattern[str]
    shown: re.Pattern[str]


def _role(name: str, asked: str, shown: str) -> Role:
    return Role(name, re.compile(asked), re.compile(shown))


ROLES: tuple[Role, ...] = (
    _role(
        "誰と",
        rf"{_EITHER}(?:ら|たち)?(?:と|の協力|が協力)",
        rf"{_AGENT}{_GAP}(?:と(?!も|して)|や|、|の協力|との|協力)",
    ),
    _role(
        "誰に",
        rf"{_EITHER}(?:に|へ|宛|あて|向け|対象)",
        rf"{_AGENT}{_GAP}(?:に|へ|宛|向け|を対象)|[内外]向け",
    ),
    _role("誰から", rf"{_EITHER}(?:から|より)", rf"{_AGENT}{_GAP}(?:から|より|による|の提言|の意見)"),
    _role("どこで", rf"{_WHERE}で(?!す)", rf"{_PLACE}{_GAP}(?:で|にて|において|に|へ|上)"),
    _role(
        "誰が",
        rf"{_WHO}|{_WHERE}(?:が|は|の|なの|です|で|$|[?？])",
        rf"{_AGENT}{_GAP}(?:が|は|により|による|によって|において|で|から|を|と|に|の|、|（|\(|$)",
    ),
    _role(
        "どうやって",
        rf"どうやって|どのように|(?:どんな|どういう){_WAY}|何(?:で|を使って|を通して)"
        r"|どう(?:開|集|調|選|決|進|伝|知らせ|確か|届|運)",
        r"により|によって|による|を通じ|を通し|を活用|を用い|を使|形式|方式|方法|にて|経て|書面|郵送|オンライン"
        r"|WEB|Web|電子|[一-龥ァ-ヺーA-Za-z0-9）」]で(?!き|あ|は|も)",
    ),
    _role(
        "なぜ",
        "なぜ|何故|どうして|なんで|(?:理由|原因|要因)(?:は|が|を|って|$|[?？])",
        "ため|により|によって|による|影響|ことから|ので|から、|を受け|に伴|結果|理由|原因|要因",
    ),
)
"""In this order; the first that a question has is what it asks for."""


def role_of(question: str) -> Role | None:
    """The role that a question (in NFKC) asks for."""
    return next((role for role in ROLES if role.asked.search(question)), None)
