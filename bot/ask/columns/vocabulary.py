"""What people call the columns of a list, and the words by which they ask for sums, extremes and so on. Pure.

A table of everyday words stands here and nowhere else. What a list's own headings say goes before it: 評価 is
first of all the column 行政評価 or 総合評価 that has the word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from store.columns.values import Basis, Kind, Topic
from store.text import asking, lazily

_NUMERIC: tuple[Kind, ...] = ("amount", "count", "number", "rate")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What an everyday word asks for.

    Columns of `topic`, if there is one; of one of `bases`, where there are any; of `kinds` if any of them is;
    and with `heading` in the heading. A column of another basis never answers for one that is `strict`: it is
    offered under its own name.
    """

    topic: Topic = ""
    bases: tuple[Basis, ...] = ()
    kinds: tuple[Kind, ...] = ()
    heading: str = ""
    strict: bool = False
    beside: Basis = ""  # strict in a list that has columns of this basis: 目標 of one that has 実績 alone


_MONEY = Meaning("cost", (), _NUMERIC)
_TABLE: tuple[tuple[str, Meaning], ...] = (
    # Money that is planned, voted, asked for, spent: these are never one another.
    ("予算 予算額 年間予算", Meaning("cost", ("budget",), _NUMERIC, strict=True)),
    ("当初予算 当初予算額 当初", Meaning("cost", ("budget_initial",), _NUMERIC, strict=True)),
    ("補正予算 補正予算額 補正 補正額", Meaning("cost", ("budget_supplementary",), _NUMERIC, strict=True)),
    ("決算 決算額 決算金額", Meaning("cost", ("settlement",), _NUMERIC, strict=True)),
    ("執行 執行額 執行済額 支出額 支出済額", Meaning("cost", ("execution",), _NUMERIC, strict=True)),
    (
        "決算見込 決算見込額 決算見込み 決算見込み額",
        Meaning("cost", ("forecast",), _NUMERIC, "決算", strict=True),
    ),
    (
        "執行見込 執行見込額 執行見込み 執行見込み額 支出見込 支出見込額",
        Meaning("cost", ("forecast",), _NUMERIC, "執行|支出", strict=True),
    ),
    ("予算見込 予算見込額 予算見込み", Meaning("cost", ("forecast",), _NUMERIC, "予算", strict=True)),
    ("見込 見込み 見込額 見込み額", Meaning(bases=("forecast",), kinds=_NUMERIC)),
    ("予算要求 予算要求額 要求額 概算要求", Meaning("cost", ("request",), _NUMERIC, strict=True)),
    # Money whatever it is.
    ("お金 おかね 金 金額 費用 経費 コスト 事業費 総事業費 事業経費", _MONEY),
    ("かかった費用 値段 資金 規模 事業規模", _MONEY),
    ("人件費", Meaning("cost", (), _NUMERIC, heading="人件費", strict=True)),
    ("財源 財源内訳", Meaning("cost", heading="財源|国庫|県支出|地方債", strict=True)),
    # People who work for it.
    ("職員 職員数 人員 人員数 人手 人工 従事者 従事者数 従事職員", Meaning("staff", strict=True)),
    ("マンパワー スタッフ 担当者数 体制", Meaning("staff", strict=True)),
    # How it was judged.
    (
        "評価 評価結果 判定 判定結果 判断 ランク 評定 評点 総合評価",
        Meaning("evaluation", kinds=("choice",), strict=True),
    ),
    (
        "方向性 今後の方向 今後の方向性 今後 方針 今後の方針 今後の対応 見直し",
        Meaning("evaluation", kinds=("choice",), heading="方向|今後|方針|対応|見直し|評価"),
    ),
    # What is measured.
    ("指標 KPI kpi 数値目標 成果指標 活動指標 アウトプット アウトカム", Meaning("indicator", strict=True)),
    ("目標", Meaning(bases=("target",), beside="actual")),
    ("目標値 計画値", Meaning(bases=("target",), strict=True)),
    ("実績 実績値", Meaning(bases=("actual",))),
    ("達成率 達成度", Meaning(kinds=("rate", "number", "choice"), heading="達成", strict=True)),
    # Why it is done, where it belongs, since when.
    ("根拠 根拠法令 法令 法律 条例 法的根拠 根拠法", Meaning("law")),
    ("法定義務 義務", Meaning("law", heading="義務|法定")),
    ("施策 政策 上位施策 政策体系 総合計画", Meaning("policy")),
    ("開始年度 開始年 開始時期 事業開始", Meaning(heading="開始|始期")),
    ("終了年度 終了年 終了時期 終了予定", Meaning(heading="終了|終期")),
)
EVERYDAY = {word: meaning for words, meaning in _TABLE for word in words.split()}

_NOT_EACH = "(?<![0-9一][一-龥])(?<!世帯)(?<!あたり)(?<!当たり)"  # 1冊いくら is a price
# Said of a project with no noun for the column (いくらかかった, 何人で, いつから).
PHRASES: tuple[tuple[re.Pattern[str], str], ...] = (
    (lazily(r"いくら(?:ぐらい|くらい)?(?:で|に|の)?(?:かか|使|つか|支出|出)[ぁ-ん]*"), "お金"),
    (lazily(r"(?:どのくらい|どれくらい)(?:お金|費用)?が?(?:かか|使)[ぁ-ん]*"), "お金"),
    # Money that is not named: 管理費で一番高いのは, 管理費の合計は. The words themselves ask for the most.
    (  # not of what a column or a number is said to be: 評価が一番高い, 利用率が一番高い
        lazily(
            "(?<![数率点量価額][がはの])(?<!割合[がはの])(?<!(?<!年)度[がはの])(?<![ 〓][がは])"
            "(?=(?:一番|いちばん|最も|もっとも)(?:高い|安い|高額|お金))"
        ),
        "お金",
    ),
    (lazily("(?<=[費料代])(?=の(?:合計|総額|平均))"), "お金"),
    # A sum of the project's money, and not of what is paid or lent: 支給総額, 融資額の総額.
    (
        lazily(
            "(?<!額)(?<!額の)(?:(?<![一-龥々])|(?<=[費料代])|(?<=事業))(?=(?:平均|合計|総|最高|最低)金?額)"
        ),
        "お金",
    ),
    (lazily(rf"いくらの事業|{_NOT_EACH}いくら(?:です|でし|なの|か|だ(?=[。?？]|$)|$|[?？。])"), "お金"),
    (lazily(r"何人(?:体制|で(?:や|行|担当|実施|運営|従事)[ぁ-ん]*|が?従事[ぁ-ん]*)"), "職員数"),
    (lazily("(?<=[〓降前])(?:に|で|をもって|限りで)?(?:終わる|終える|終了|完了)"), "終了年度"),
    (lazily("(?<=[〓降前])(?:に|から)?(?:始ま[るっ]|始める|開始|スタート)"), "開始年度"),
    (lazily(r"いつ(?:から)?(?:始ま|はじま|開始)[ぁ-ん]*|いつから"), "開始年度"),
    (lazily(r"いつ(?:まで)?(?:終わ|おわ|終了)[ぁ-ん]*|いつまで"), "終了年度"),
)  # fmt: skip

# ------------------------------------------------------------------------------------------ what is asked
MOST_WORDS = (
    "多い|多く|大きい|大きく|大きな|高い|高く|高額|多かった|高かった|大きかった|多額"
    "|でかい|でかく|でかかった|(?:使っ|つかっ|かけ|かかっ)(?:ている|てる|た)|かかる"
)
LEAST_WORDS = "少ない|少なく|小さい|小さく|小さな|低い|低く|安い|少額|少なかった|低かった|小さかった"
LEAST_WORDS += (
    "|(?:使っ|つかっ|かけ|かかっ)て(?:い)?(?:ない|なかった)|(?:使わ|つかわ|かけ|かから)(?:ない|なかった)"
)
_SUPER = f"{asking.MOST}|最"
MOST = lazily(
    rf"(?:{_SUPER})[^。?]{{0,14}}?(?:{MOST_WORDS})|最大|最高|最多|(?<!\d)1位|一位|首位|トップ(?!\s?\d)|ナンバーワン|No\.?1(?!\d)"
)
LEAST = lazily(rf"(?:{_SUPER})[^。?]{{0,14}}?(?:{LEAST_WORDS})|最小|最低|最少|最下位")
IN_ORDER = lazily(rf"(?P<most>{MOST_WORDS}|降)順|(?P<least>{LEAST_WORDS}|昇)順|(?P<rank>ランキング)")
ANY_MOST = lazily(
    rf"(?:{MOST_WORDS})(?=[^一-龥]*(?:事業|課|部|もの|やつ|の(?:は|を|が)|ところ|順|$|[?？]|[0-9]))"
)
ANY_LEAST = lazily(
    rf"(?:{LEAST_WORDS})(?=[^一-龥]*(?:事業|課|部|もの|やつ|の(?:は|を|が)|ところ|順|$|[?？]|[0-9]))"
)
TOP = lazily(
    r"(?:トップ|TOP|top|Top|上位|ベスト|best)\s?(?P<most>\d{1,3})(?:件|つ|事業|位|個)?|(?:ワースト|下位|worst)\s?(?P<least>\d{1,3})(?:件|つ|事業|位|個)?"
)
HOW_MANY_SHOWN = lazily(
    r"(?<![\d.,])(?P<n>\d{1,3}|[一二三四五六七八九十])(?:件|つ|個|事業|位まで|本)(?!以上|以下|未満|目|あたり|当たり)"
)
FROM_TOP = lazily(
    r"(?P<end>上|下)から(?:順に)?、?\s?(?P<n>\d{1,3}|[一二三四五六七八九十])(?:つ|件|個|位|事業|番目?まで)?(?!番)"
)
_PLACE_IN_ORDER = r"(?<![\d一-龥])(?P<{}>\d{{1,2}}|[一二三四五六七八九十])(?:番目|番め|番(?=に)|位)"
NTH = lazily(  # of a rank: 2番目に決算が多い, 決算が下から3番目の事業
    rf"{_PLACE_IN_ORDER.format('n')}に?[^。?]{{0,14}}?(?:{MOST_WORDS}|(?P<least>{LEAST_WORDS}))"
    rf"|(?:(?P<top>上)|下)から、?{_PLACE_IN_ORDER.format('k')}"
)
SUM = lazily(
    r"合計|総額|総計|総和|トータル|合算|全部で|ぜんぶで|すべてで|あわせて|合わせて|足す|足し(?:上げ|あげ|合わせ|あわせ)?(?:た(?:ら)?|る|ると)?|集計|総(?=■)|全体の(?=■)|(?<=■)の?総計"
)
MEAN = lazily(r"平均|(?:1|一)(?:事業|件|本)(?:あたり|当たり|当り)")
MEDIAN = lazily(r"中央値|メジアン")
SHARE = lazily(
    r"割合|比率|何\s?(?:%|パーセント|割)|占め|シェア|構成比|(?:%|パーセント)(?:は|です|を占|$|[?？])"
)
COUNT = lazily(
    rf"{asking.HOW_MANY}(?:分(?![一-龥]))?|件数|事業数|(?:事業|もの)の?数|数(?=は|を教|って|$|[?？])"
)
COMPARE = lazily(
    r"比べ|くらべ|比較|対比|違い|違う|ちがい|(?:どっち|どちら)(?:の?(?:ほう|方))?(?:が上)?|差(?=は|を|って|$|[?？])|何[人件回円冊台本]差|(?<=\s)(?:vs|対)(?=\s)"
)
# Of two that are named, whether they are the same or one is more.
SAME = lazily("同じ|同額|等し|(?<![一-龥])一緒|より(?:も|は)?(?:多|少な|高|低|大き|小さ)")
# What only says that two things are compared, or put in order; and what stands between the two.
RANKS = lazily(
    "一番|最も|最[大高多小低少]|多い|少ない|高い|低い|安い|大きい|小さい|多く|(?:どっち|どちら)(?:が上)?|比べ|比較|違[いう]|差|かか[るっ]|いくら[ぁ-ん]*"
    "|同じ|同額"
)
AND = lazily("と|、|か(?=[一-龥ァ-ヴa-z])")
WHICH_MORE = lazily(r"どっち|どちら")
CHANGE = lazily(
    r"推移|変化|変わ|変更|増え|減っ|増減|増加|減少|伸び|(?:前|昨)年(?:度)?(?:と|から|より|比|との|に比べ)|(?:去年|昨年|前の年)(?:度)?(?:と|から|より|との|に比べ)"
    r"|年度?(?:ごと|別|毎)|経年|過去"
)  # fmt: skip
BY_OFFICE = lazily(
    r"(?P<section>(?:各|担当|所管|全)?課(?:室)?|部署|担当(?:部署)?|所管)(?:ごと|別|毎)|各課|課単位"
    r"|(?P<department>(?:各|担当)?部(?:局|門)?|局)(?:ごと|別|毎)|各部(?:局)?"
    r"|(?P<organization>(?:府)?省庁|組織|団体)(?:ごと|別|毎)|各省庁"
)  # fmt: skip
BY_COLUMN = lazily(
    r"■(?:の値|の結果|結果|の?有無|の?区分|の?種類)?(?:ごと|別|毎|の内訳|内訳|の分布|の内わけ|の構成)|内訳"
    "|^■の?(?:総数|数|種類)(?=は|って|を|が|$|[?？])"
)
WHICH_OFFICE = lazily(
    r"(?P<section>(?:どの|どこの|何)課|課(?=は|って|を|$|[?？]))|(?P<department>(?:どの|どこの|何)(?:部局?)|部局?(?=は|って|を|$|[?？]))"
    r"|(?P<organization>(?:どの|どこの|何)(?:府?省庁?)|府?省庁(?=は|って|を|$|[?？]))|(?P<any>部署(?=は|って|を|$|[?？])|どこ)"
)  # fmt: skip
WHERE = lazily("どこ(?!の?(?:課|部|室|局|担当))")  # of an office, or of the only things that are called so
WHICH_GROUP = lazily("(?<=[いたな])■(?=って|[はをが?？。]|$)|(?<=どの)■")  # 決算が一番高い分野は
# What is taken out of a question before the rest of it is looked for in names.
ONLY_ASKING = (
    NTH, MOST, LEAST, IN_ORDER, TOP, FROM_TOP, HOW_MANY_SHOWN, SUM, MEAN, MEDIAN, SHARE, COUNT, COMPARE,
    CHANGE, BY_OFFICE, BY_COLUMN, ANY_MOST, ANY_LEAST,
)  # fmt: skip
# How much is used, which asks for no rank: どれくらい使ってる.
HOW_MUCH_USED = lazily(
    r"(?:いくら|ど[のれ](?:くらい|ぐらい|だけ|ほど))(?:ぐらい|くらい)?[をがは]?(?:かか|使|つか|かけ)[ぁ-ん]*"
)
SPENT = lazily("(?:かかった|かかる|使った|つかった)(?=■)")  # of money, no rank either: かかったお金
JOINT = lazily("及び|並びに|又は")  # between names, with letters as a name has them
OVER = (
    r"以上|超え?の?|を?超え|を?上回|より(?:も)?(?:多|大き?|高)い?|を?オーバー"
    r"|[にも](?:達|届)|[にもを]?(?:満た(?=[さな])|届(?=か|いて(?:い)?な)|達し(?=な|て(?:い)?な)|[い行](?=って(?:い)?な|かな))"
)
UNDER = r"以下|未満|を?下回|より(?:も)?(?:少な?|小さ?|低|安)い?|以内|まで"
_BEFORE = r"■?(?:が|は|の|も|で|を|:|：)?\s?●\s?"
BOUND = lazily(rf"{_BEFORE}(?P<over>{OVER})|{_BEFORE}(?P<under>{UNDER})|■\s?(?P<sign>>=|<=|≧|≦|>|<|=)\s?●")
BETWEEN = lazily(r"■?(?:が|は|の|も|で|:)?\s?●\s?(?:以上|から|[~〜～-])、?\s?●(?:以下|未満|まで|の間)?")
# Just so much, of a column that stands right before it: 決算額が820千円の事業.
EXACTLY = lazily(
    r"■(?:額|値)?(?:が|は|も|で|:)?\s?●(?:ちょうど|ぴったり|きっかり|丁度)?(?:の|である|だった|であった|となっ|になっ|(?=(?:で|じゃ)は?な))"
)
ABOUT = lazily(r"■?(?:が|は|の|も|で|:)?\s?約?●\s?(?:くらい|ぐらい|程度|前後|ほど)")
# 決算が予算を上回った, 実績が目標を下回る, 予算より決算が多い
EXCEEDS = lazily(
    r"■(?:額|値)?(?:が|は)(?:◇の?)?■(?:額|値)?(?:を|に)(?:(?P<more>上回|超え|超過)|(?P<less>下回|達してい?な|届かな|満たな))[ぁ-ん]*"
    r"|■(?:額|値)?より(?:も)?(?:◇の?)?■(?:額|値)?(?:の方|のほう)?が(?:(?P<second>多|大き|高)|(?P<first>少な|小さ|低))[ぁ-ん]*"
    r"|■(?:額|値)?(?:の方|のほう)?(?:が|は)(?:◇の?)?■(?:額|値)?より(?:も)?(?:(?P<third>多|大き|高)|(?P<fourth>少な|小さ|低))[ぁ-ん]*"
)
NEAR = 0.2  # of an amount that 〜くらい may be off
DENIAL_OF_ITS_OWN = lazily("(?<![少異])な|無|未")  # of conditions that hold where something is not: 届かない
GIVEN = lazily("(?:と|に|って)[はも]?$|▲$")  # behind a choice, before the column whose cells are to be it
BEFORE_ITS_COLUMN = lazily(
    "(?:[」』])?(?:という|に(?:関する|関わる|かかわる)|って(?:いう)?|との|と[はも]?|の)?"
)
BETWEEN_CHOICES = lazily(r"[」』]?(?:でも|と|や|か|・|、|または|及び|および|もしくは)[「『]?")
IN_TERMS_OF = lazily("で(?:いう|言う|いえ|言え|見る|みる)(?:と|ば)$")  # 施策でいうと防災
BETWEEN_COLUMN_AND_CHOICE = "がはでのに:：=も \u3000「『＝"

# What may stand at a column's name and is none of it (決算額, 評価結果), and what may go before or behind it.
TAILS = ("金額", "額", "値", "結果", "欄", "列", "数", "年度", "状況")
CUES_BESIDE = lazily(
    "一番|いちばん|最も|もっとも|最大|最小|最高|最低|最多|最少|上位|下位|トップ|ベスト|ワースト|ランキング|合計|総額|総計|総和|平均|中央値"
    "|割合|比率|全体|全部|全て|全事業|総数|件数|事業数|推移|前年度比|前年比|前年度|前年|昨年度|昨年|去年|今年度|本年度|変化|増減|比較|一覧|内訳|集計|別|毎|何件|何割|何円"
    "|以上|以下|以外|未満|超|順|事業|担当課|各課|各部|課別|部別|違|差|高|低|多|少|大|小|教|知|年度|込|別に|ゼロ"
)  # fmt: skip

# Projects that have what a column of あり and なし is about.
HELD = lazily(
    "■(?:の|で[^■▲●。、?？]{0,24}?(?:なきゃ|なけれ|ねば|義務|定め|決ま)[^■▲●。、?？]{0,16}?)(?=事務事業|事業)"
)

# What a cell is, or how it stands to the others or to the year before.
_IS = r"■(?:の?(?:値|金額|額|記載|記入))?(?:が|は|の)?"
TRAITS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "above mean",
        lazily(rf"{_IS}平均(?:値|額)?(?:以上|より(?:も)?(?:多|高|大|上)|を?(?:上回|超え))[ぁ-ん]*"),
    ),
    ("below mean", lazily(rf"{_IS}平均(?:値|額)?(?:以下|未満|より(?:も)?(?:少|低|小|下)|を?下回)[ぁ-ん]*")),
    (
        "grew",
        lazily(
            rf"{_IS}[^■●▲〓?？]{{0,10}}?(?:増え|増加し|増額|伸び|上がっ|上昇し|増し|増やした)[ぁ-ん]*(?=の?(?:事業|もの|$|[?？]|は))"
        ),
    ),
    (
        "fell",
        lazily(
            rf"{_IS}[^■●▲〓?？]{{0,10}}?(?:減っ|減少し|減額|下がっ|低下し|減らした)[ぁ-ん]*(?=の?(?:事業|もの|$|[?？]|は))"
        ),
    ),
    ("changed", lazily(rf"{_IS}[^■●▲〓?？]{{0,10}}?(?:変わっ|変更|変化し)[ぁ-ん]*(?=の?(?:事業|もの))")),
    (
        "empty",
        lazily(
            rf"{_IS}(?:空欄|未記入|空白|未設定|(?:な|無)(?:い|かった)|なし(?=の)"
            r"|(?:され|書かれ|書い|載っ|入っ|記[入載]され|記[入載]し)てい?ない)(?:の|である)?(?=事業|もの|の|で|じゃ)"
        ),
    ),
    (
        "filled",
        lazily(rf"{_IS}(?:ある|あった|されている|入っている|書かれている|設定されている)(?=事業|もの)"),
    ),
    ("zero", lazily(rf"{_IS}(?:0|ゼロ|零)(?:円|人|件)?(?:の|である|に|だ|な|で|じゃ)")),
    ("negative", lazily(rf"{_IS}(?:マイナス|負|△)")),
)
# 令和7年度に終わる事業, 終了年度が令和8年度以降の事業
IN_YEAR = lazily(
    r"◇(?P<before>以降|以前|まで)?(?:に|で|をもって|限りで|から)?■(?:する|した|た|予定)*の?(?=[^■◇]{0,12}(?:事業|もの)|$|[?？])"
    r"|■(?:が|は|:)◇(?P<behind>以降|以前|まで)?(?:の|に|で|である)*(?=事業|もの|$|[?？])"
)
# 評価がAからCに変わった
FROM_TO = lazily(
    r"■(?:の?(?:値|結果))?(?:が|は|の|を)?\s?[「『]?(?P<was>[^■●〓◇◎?？、。\s]{1,15}?)[」』]?から、?[「『]?(?P<now>[^■●〓◇◎?？、。\s]{1,15}?)[」』]?(?:に|へ|と)(?:変|な|見直|引き?[上下]げ|上が|下が|上げ|下げ|移|転)"
    r"[ぁ-ん更化]*(?=の?(?:事業|もの|$|[?？]|は|[0-9]))"
)
