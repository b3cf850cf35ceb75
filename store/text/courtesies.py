"""How people speak to a bot: thanks, greetings, calls for help; formal words and those of Kansai. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Literal

from store.text import lazily
from store.text.asking import HOW_MANY, LEADS_TO, WORK, core, without_thought
from store.text.morphology import Token, tokenize, words
from store.text.normalize import nfkc

Courtesy = Literal["thanks", "greeting", "nod", "complaint", "help", "opinion"]

LONGEST = 200  # characters: what is longer says more than that

_END = r"(?:です|でした|ます|ました)?(?:か|ね|よ|な|わ|だ|だね|だよ|のう|ねえ)*"
# Matched without ー and punctuation, so that ありがとー and どーも are there too.
_PHRASES: dict[Courtesy, str] = {
    "thanks": r"(?:どうも|本当に|ほんとに|まことに|誠に|大変|いつも|早速|さっそく|とても|すごく)*"
    r"(?:ありがと(?:う|さん|ね)?(?:ござい(?:ます|ました)?)?|有難う(?:ござい(?:ます|ました)?)?|有り難う(?:ござい(?:ます|ました)?)?"
    r"|サンキュ|thanks?(?:you)?|thx|あざっ?す|あざます|感謝(?:し(?:ます|ています|ております))?|助か(?:り(?:ます|ました)?|った|る)"
    r"|(?:お礼|御礼)(?:を?申し上げます|します)?|恐縮|(?:参考|勉強)にな(?:り(?:ます|ました)|った|る))",
    "greeting": r"こんにち[はわ]|こんち[はわ]|こんばん[はわ]|おはよう?(?:ござい(?:ます|ました)?)?"
    r"|はじめまして|初めまして|やあ|どうも|どもど?も?"
    r"|ハロ|ヘイ|hello|hi|hey|もしもし|(?:お疲れ|おつかれ|乙|おつ)(?:様|さま|さん)?|ご苦労(?:様|さま|さん)?|お?元気|調子はどう"
    r"|よろしく(?:お願い(?:し|いたし|致し)?)?|お願い(?:し|いたし|致し)|(?:いつも)?(?:大変)?お世話(?:様|さま|になって(?:おり|い)?|になり)"
    r"|(?:お?久しぶり|ご無沙汰(?:して(?:おり|い))?)|失礼(?:し|いたし|致し)",
    "nod": r"(?:すご|すば|素晴|面白|おもしろ|嬉し|うれし)(?:らし)?い|凄い|さすが|便利|完璧|最高|いい(?:ね)?"
    r"|ナイス|グッド(?:ジョブ)?|グッジョブ|ばっちり|バッチリ"
    r"|good|nice|great|ok|おk|おけ|オッケ|なるほど|へえ|ふん|そう(?:なん|か)?|(?:了解|りょうかい|り|承知|かしこまり)(?:し|いたし|致し)?"
    r"|(?:わか|分か|解)(?:り|った)|はい|うん|いいえ|いえ|大丈夫|結構|解決(?:し(?:た)?)?|(?:お手数|ご面倒|ご迷惑)を?(?:お?(?:かけ|掛け)(?:し|いたし|致し))"
    r"|おやすみ(?:なさい)?|さようなら|さよなら|では|じゃあ?|また(?:ね|明日|今度)?|お先に|バイバイ|ごめん(?:なさい)?|すみません|すいません|申し訳(?:ない|ありません|ございません)",
}
# What is said of an answer that was no good.
_COMPLAINT = lazily(
    r"(?:(?:この|その|今の|さっきの|前の)?(?:検索)?(?:結果|答え|回答|返事|返答|情報|内容|説明|これ|それ|ボット|bot"
    r"|(?:聞き|訊き|知り|探し|欲し|求め)[ぁ-ん]{1,5}?(?:の|もの|こと|答え|回答|情報)(?:は(?:それ|これ))?)?(?:は|が|って|もの?|とは?)?"
    r"(?:全然|ぜんぜん|全く|まったく|ちょっと|少し|なんか|何か|明らかに|本当に|ほんと(?:に)?|マジで|まじで|もう|やっぱり)?"
    r"(?:間違(?:い|って(?:い?る|い?ます))|まちが(?:い|って(?:い?る|い?ます))|誤(?:り|って(?:い?る|い?ます))|(?:違|ちが)(?:う|い?ます|った|って(?:い?る|い?ます))"
    r"|(?:正し|正確)(?:くない|ではない|じゃない|くありません|ではありません)|おかし(?:い|くない)|変|嘘|うそ|でたらめ|デタラメ|的外れ|見当違い"
    r"|(?:使え|つかえ|役に立た|役立た|話になら|分かって|わかって|答えになって|求めて|欲しかったのは|聞いて)(?:い?)?(?:ない|ません|ず)|役立たず"
    r"|(?:意味|訳|わけ)が?(?:分から|わから)(?:ない|ん|ません)|駄目|だめ|ダメ|馬鹿|ばか|バカ|阿呆|あほ|アホ|ぽんこつ|ポンコツ|くそ|クソ|ひど(?:い|すぎる)|酷い"
    r"|最悪|最低|がっかり|残念|いまいち|イマイチ|つまらない|嫌い|ふざけ(?:るな|ないで)|不正確|しょうもない|うざい|ムカつく|不満"
    r"|(?:あれ|そう|そこ|ここ|そっち|そういう(?:こと|意味|話))?(?:じゃ|では)(?:ない|なくて?|ありません))"
    rf"{_END}(?:じゃ?ん|やん|けど|んだけど|し|ぞ|ぜ|やつ|奴)*)+"
)
_ORDER: tuple[Courtesy, ...] = ("thanks", "greeting", "nod")
_ANY = "|".join(f"(?:{_PHRASES[kind]}){_END}" for kind in _ORDER)
_WHOLE = lazily(f"(?:{_ANY})+")
_FOR_SOMETHING = lazily(f".{{1,14}}(?<!の)(?:{_PHRASES['thanks']}){_END}")  # 教えてくれてありがとう
_KINDS = {kind: lazily(f"(?:{_PHRASES[kind]}){_END}") for kind in _ORDER}

_HELP = lazily(
    r"(?:[?？]|(?:何|なに)が?でき(?:る|ます)か?|どんなことができ(?:る|ます)か?"
    r"|(?:あなた|君|きみ|お前)の(?:お?名前|正体)(?:は|って)?(?:何|なに)?"
    r"|(?:あなた|君|きみ|この?(?:bot|ボット|アプリ)|ボット|bot|これ)(?:は|って)?"
    r"(?:何|なに|誰|だれ|何者|(?:何|なに)が?でき(?:る|ます)))(?:の|です|を|は|が|について)?"
)
# Matched as the phrases are. A plea alone asks for what the bot can do, not for projects that help someone.
_PLEA = lazily(
    r"(?:誰か|だれか|どうか|お願い|ちょっと|少し|本当に|とても|すごく|もう|全然|よく|何も)*"
    r"(?:(?:(?:助|たす)けて|手伝って|(?:ヘルプ|help)(?:ミ|me)?|sos)"
    r"(?:ください|下さい|くれ(?:ませんか|ますか|ない|る)?|ほしい|欲しい|もらえ(?:ますか|る)|いただけますか|え)?"
    r"|(?:困|こま)(?:った|って(?:いる|る|い?ます)|りました)(?:こと(?:になった|になりました))?"
    r"|(?:どう|何を|なにを)(?:したら|すれば)(?:いい|良い|よい)(?:の|ん)?(?:か(?:全然)?(?:分か|わか)(?:らない|りません))?"
    rf"|(?:分か|わか)(?:らない|りません)){_END}"
)
# In normal form. A call for help is made of these alone: what is asked for, or asking and how it is done.
_GUIDE_WORDS = (
    "使い方 聞き方 尋ね方 ヘルプ help マニュアル 説明書 機能 コマンド 例 質問例 手引き ガイド 自己紹介"
)
_ASKING_WORDS = "聞く 訊く 尋ねる 質問 検索 調べる 探す 問う 問い合わせる 話し掛ける 答える"
_BESIDE_WORDS = (
    "教える 知る 見る 見せる 表示 分かる 初めて ある 下さい ボット bot 貴方 君 jigyo ジギョウ アプリ 私 me"
    " 欲しい 困る 行く 良い 御座る 一覧 出す 遣る 出来る ロボット 説明 願う 御願い 此処 慣れる 利く 為る 言う"
    " 無い 種類 内容 簡単"
)
_GUIDES = frozenset(_GUIDE_WORDS.split())
_THINGS = frozenset(("マニュアル", "説明書", "手引き", "ガイド", "例", "機能"))  # that projects have too
_ASKING = frozenset(_ASKING_WORDS.split())
_USING = frozenset(("使う", "使用", "利用", "操作", "入力", "打つ"))
_HOW = frozenset(("方", "仕方", "方法", "遣り方", "如何", "どう", "例"))
_WHAT = frozenset(("何", "どんな", "如何なる", "事", "こと"))
_BESIDE = frozenset(_BESIDE_WORDS.split())
_HELP_WORDS = _GUIDES | _ASKING | _USING | _HOW | _WHAT | _BESIDE
_HIRAGANA = "[ぁ-ん]"
# A call for help without hiragana has the stem of one of these words: 手引 is 手引き.
_STEMS = sorted({re.split(_HIRAGANA, word)[0] for word in _GUIDES | _ASKING | _USING})
_MAY_BE_HELP = lazily(f"{_HIRAGANA}|何|{'|'.join(_STEMS)}")
_PAST = lazily("(?<!か)[ただ](?:こと|の|ん)?は?$")

# Asked for what a bot thinks; records say what was done, not what is good.
_OPINION = lazily(
    r"(?:どう|何を)(?:思(?:う|い|われ|って)|感じ(?:る|ま)|考え(?:る|ま))|と思(?:う|い|われ|って)[ぁ-ん]{0,6}[?？。！!]*$"
    r"|(?:お|オ)(?:すす|スス)め|お勧め|お薦め|(?:あなた|君|きみ|bot|ボット)の(?:ご?意見|考え|感想|好み|気持ち)"
    r"|好きな|好き(?:です)?か|嫌いな"
)


def may_call_for_help(text: str) -> bool:
    """Whether a text has anything that calls for help have, as a whole or in part (検索, 方法)."""
    return bool(_MAY_BE_HELP.search(nfkc(text).lower()))


def may_be_of_projects(question: str) -> bool:
    """Whether a call for help is one word for what projects have too: 手引きは, asked where one was shown."""
    used = {word.text for word in words(core(question) or question)}
    return len(used) == 1 and used <= _THINGS


def courtesy(question: str) -> Courtesy | None:
    """Which of them a text is as a whole, None when it asks something of the records."""
    said = "".join(c for c in question.lower() if c.isalnum() and c != "ー")
    if len(said) > LONGEST:
        return None
    if _WHOLE.fullmatch(said) or _FOR_SOMETHING.fullmatch(said):
        return next(kind for kind in _ORDER if _KINDS[kind].search(said))
    if _COMPLAINT.fullmatch(said):
        return "complaint"
    if _PLEA.fullmatch(said) or _calls_for_help(question):
        return "help"
    return "opinion" if _OPINION.search(without_thought(question)) else None


def _calls_for_help(question: str) -> bool:
    asked = core(question)
    if any(_HELP.fullmatch(text) for text in (question.strip(), asked)):
        return True
    if not may_call_for_help(question):
        return False
    used = {word.text for word in words(asked or question)} | _small_words(asked)
    if not used or not used <= _HELP_WORDS or _PAST.search(asked):
        return False
    how, what, asks, uses = (bool(used & kind) for kind in (_HOW, _WHAT, _ASKING, _USING))
    return bool(
        used & _GUIDES
        or (asks and (how or what or len(used & _ASKING) > 1))
        or (uses and (how or "初めて" in used))
        or ((uses or asks) and "分かる" in used)
        or ((how or asks) and "良い" in used)
        or (what and "出来る" in used)
    )


def _small_words(text: str) -> set[str]:
    """Words that ask, which carry no meaning of their own: 何, どう."""
    return {word for word in ("何", "どう", "どんな") if word in text}


_IN_KANJI = (
    (lazily("何故"), "なぜ"), (lazily("何時(?![間代点])"), "いつ"), (lazily("幾つ"), "いくつ"),
    (lazily("何処"), "どこ"), (lazily("如何に(?:して)?"), "どうやって"), (lazily("何の為に?"), "何のために"),
)  # fmt: skip


# What is formal and what the same is in plain words; none can stand in a name.
_PLAIN_WORDS = (
    (lazily(r"なにゆえ(?:に|か)?"), "なぜ"),
    (lazily(r"(?:(?<=[たるいだ]ん)|(?<![^\s、。はがのてをも]))なんで(?!も|す|しょ|し[たょ])"), "なぜ"),
    (lazily(r"いかなる"), "どのような"),
    (lazily(r"いかほど"), "どのくらい"),
    (lazily(r"どなた"), "誰"),
    (lazily(r"いずれの(?=分野|課|室|部|事業|年度|団体|自治体|都市|学校)"), "どの"),
    (lazily(r"所掌(?=事業|し|する)"), "担当"),
    (lazily(r"見直(?=し[たてま]|さ)"), "見直し"),  # two verbs to the dictionary, of which one only asks
    (lazily(r"見直す"), "見直しする"),
    (lazily(r"(?<=て)おります(?=[一-龥])"), "いる"),
    (lazily(r"(?<=て)おりました(?=[一-龥])"), "いた"),
    (lazily(r"(?<=[課室部局係]の)(?:持ち分|受け?持ち|分)(?=[、をはがでも]|$|全部|一覧|ひと)"), "事業"),
    (
        lazily(r"(?<=て)(?:いただ|頂)くこと(?:は|が|も)?(?:でき(?:ます|る)|可能)(?:です|でしょう)?か?"),
        "ください",
    ),
    (lazily(r"(?:を|、)?(?:頼|たの)(?:む|みます|んだ)(?:よ|わ|で|ぞ)?(?=[?？。!！\s]*$)"), "をお願いします"),
    (
        lazily(
            r"[、,](?:金額|決算額?|予算額?|番号|課名|担当課?|名前)(?:つき|付き|入り|込み)で(?=[。?？!！\s]|$)"
        ),
        "",
    ),
    (lazily(r"うちの(?:課|室|部|係|部署)[(（](?P<office>[^()（）]{2,20}[課室部係])[)）]"), r"\g<office>"),
    (
        lazily(r"(?<=[るただ])[(（][^()（）]{1,8}[るただ][)）](?=事業|もの|やつ)"),
        "",
    ),  # 結んでいる(結んだ)事業
    (
        lazily(
            r"(?:が|を)(?:ほしい|欲しい|知りたい|見たい|出して(?:ほしい|欲しい))と(?:の|いう)(?:依頼|要望|照会|問い合わせ|話|連絡|指示)"
            r"(?:が|を)[^。、]{1,10}(?=[。\s]|$)"
        ),
        "を教えてください",
    ),
    (lazily(r"正式な(?:組織|団体|会社|法人|事業者)?名称?(?!前)"), "正式名称"),
    (lazily(r"(?<=[数額率名日先者度値称])(?:だけ|のみ)(?=(?:教え|お?知らせ|お願い))"), "を"),
    (lazily(r"(?<=[一-龥])も(?:併せて|あわせて)(?=(?:教え|お?知らせ|お願い))"), "を"),
    (
        lazily(
            r"が(?:出てきま?せ?ん|出てこない|思い出せ(?:ない|ません))(?:のですが|んですが|んです|のです)?(?=[。\s]|$)"
        ),
        "は何ですか",
    ),
    (
        lazily(
            r"(?P<body>企業|会社|事業者|団体|法人|大学|学校|組織|機関|自治体)の(?:正式な?)?(?:名称|名前|名)を、?(?:正確に)?"
            r"お?(?:教え|知らせ|願い)[ぁ-ん]*(?=[。\s]|$)"
        ),
        r"\g<body>はどこですか",
    ),
    (lazily(r"どこかの(?:欄|項目|列)に(?:でも)?(?=「)"), ""),
    (
        lazily(
            r"(?P<word>[^、。\s「」をはがに]{1,12}|「[^」]{1,12}」)と(?P<of>名前|名称|事業名)に(?:ある|入る)"
        ),
        r"\g<of>に\g<word>が入る",
    ),
    (
        lazily(r"(?P<of>名前|名称|事業名)に(?P<word>[^、。\s「」をはがに]{1,12})とある"),
        r"\g<of>に\g<word>が入る",
    ),
    (
        lazily(
            r"(?:(?<=事業)|(?<=もの)|(?<=やつ))を?[、,]?(?:(?:事業)?(?:番号|名称|名前|事業名|担当課?)[と・、]?){1,3}(?:だけ)?で"
            r"(?=[。!！\s]|$)"
        ),
        "を全部教えてください",
    ),
    (lazily(r"なさ(?:る|います)"), "する"),
    (lazily(r"なさ(?:った|いました)"), "した"),
    (lazily(r"(?<=[で件つ個名人回])ござい(?=ま[すし])"), "あり"),
    (lazily(r"であり(?:ます|ました)か(?=[?？。\s]*$)"), "ですか"),
    (
        lazily(
            r"[をのは]?[おご](?:示し|聞かせ|知らせ|教示|列挙|回答|説明|提示)を?(?:願います|願いたい|ください|下さい)"
            r"|を?(?:お伺い|お尋ね)(?:いた)?します|を?承知(?:いた)?したく存じます"
        ),
        "を教えてください",
    ),
    (lazily(r"(?<=[課室部係])ほか何"), "ほかに何"),
    (
        lazily(r"(?:(?<=事業)|(?<=やつ)|(?<=もの))[、はが]?どれか(?=教え|お?(?:聞|訊)[かき]|知り)"),
        "、どれとどれか",
    ),
    (lazily(r"(?<=[課室部局係])(?:では|じゃ)ない(?:ほかの)?(?:部署|課|室|ところ|とこ)の(?=事業)"), "以外の"),
    (
        lazily(
            r"(?:(?<=」)|(?<=[A-Za-zァ-ヺー])|(?<=[一-龥]{2})(?<![育建立捨当企慌仕見手果]))"
            r"て(?=(?:入|付|つ|書|載|出|言)[っいてくる])"
        ),
        "と",
    ),
    (lazily(rf"(?<=[字語葉」])の(?=(?:入る|付く|つく|出てくる|載る)(?:{WORK}|もの|やつ|の))"), "が"),
    (lazily(r"(?<=[っいしてで]て)(?:る|ある|いる)ん(?=[、,\s]|何|なん|どれ|いくつ)"), "いるの"),
    (lazily(r"(?<=[A-Za-z0-9一-龥ァ-ヺー」])[とのが](?:名前?|名称)の付く"), "が名前に付く"),
    (
        lazily(
            r"(?:(?<=名前に)|(?<=名称に)|(?<=事業名に))(?P<word>[^、。のはがを」]{1,12}|「[^」]{1,12}」)の(?=[入付つ])"
        ),
        r"\g<word>が",
    ),
    (
        lazily(r"(?<=[業み策])[をは、]?(?:事業)?番号の?(?:若い|小さい|早い)?順[にで](?:並べて?|$)?"),
        "をすべて",
    ),
    (lazily(r"のべ(?=で?何)"), "延べ"),
)

_LAST = r"(?=[?？。!！\s]*$)"  # nothing more is asked
_BEHIND = r"(?=$|[のんかなねやよはがをもとけ?？。!！、\s一-龥]|って|もの|やつ|とこ|さかい)"  # a verb
_OF_NO = r"(?=$|[のかなでけ?？。!！、\s]|んの|ん[?？。]|もの|やつ|とこ|事業|課)"  # what is denied
_NOUN = r"(?:(?<=[」』A-Za-z0-9ァ-ヺー])|(?<=[一-龥]{2}))"
_ASKED = r"(?:何|なに|なん|どこ|どっ|どの|どれ|どう|どち|どん|いつ|いく|誰|だれ|なぜ|[0-9])"
# A verb or adjective that ん makes a noun of (やったん, あるん, 多いん), as far as letters tell it.
_CLAUSE = (
    r"(?:(?<=[っいしけえれめせべきぎじびてねげちりへ]た)|(?<=[一-龥]た)|(?<=[んい]だ)|(?<=[あいくすてとえれけめげ]る)"
    r"|(?<=[多高低良短長早遅な]い)|(?<=大きい))"
)
# Of a verb before はる by its last letter: the end of it that was done, and that is.
_ENDS = {
    "か": ("いた", "く"), "さ": ("した", "す"), "た": ("った", "つ"), "な": ("んだ", "ぬ"),
    "ま": ("んだ", "む"), "ら": ("った", "る"), "わ": ("った", "う"), "が": ("いだ", "ぐ"),
    "ば": ("んだ", "ぶ"), "き": ("いた", "く"), "ち": ("った", "つ"), "み": ("んだ", "む"),
    "り": ("った", "る"), "い": ("った", "う"), "し": ("した", "す"),
}  # fmt: skip


def _without_respect(found: re.Match[str]) -> str:
    """A verb without the はる of Kansai's respect: 来はった is 来た, 書かはる 書く, 使ってはる 使っている."""
    verb, is_now = found["verb"], found["past"] == "る"
    if verb[-1] in "てで":
        return verb + ("いた", "いる")[is_now]
    if verb == "し":
        return ("した", "する")[is_now]
    if verb[0] == "行":
        return ("行った", "行く")[is_now]
    ends = _ENDS.get(verb[-1])
    return verb[:-1] + ends[is_now] if ends else verb + "たる"[is_now]


# The speech of regions and the same in plain words, after what grammars tell of it; in this order, and each
# where its sign stands. Letters before and behind keep it out of names, and what stands in 「」 is left.
_SPOKEN: tuple[tuple[str, str, str | Callable[[re.Match[str]], str]], ...] = (
    # What opens, and what says that another was meant.
    ("ほ", r"^(?:ほなら?|ほんなら|ほんだら|ほしたら|ほいたら|ほんで|ほいで)[、\s]*(?=.)", "では、"),
    ("せや", r"^せや(?:けど|から|さかい|し|な|ねん)?[、。\s]*(?=.)", ""),
    ("んだば", r"^んだば[、\s]*(?=.)", "では、"),
    ("したっけ", r"^したっけ[、\s]+(?=.)", "では、"),
    ("ちゃう", r"^(?:いや[、\s]*)?(?:ちゃう(?:ねん|で|わ|て)?[、。\s]*)+(?=.)", "違う、"),
    ("ちゃう", rf"(?<=[のん一-龥ァ-ヺー])と?ちゃう(?:のん?|ん)?か?{_LAST}", "ではないですか"),
    ("や", r"(?<=[一-龥ァ-ヺーちられのん])や(?:なくて|のうて)", "じゃなくて"),
    ("やない", r"(?<=[一-龥ァ-ヺーちられのん])やない(?=[でのほ方])", "じゃない"),
    # What is asked.
    ("なんぼ", rf"なんぼ(?=ある|あり|あった|です|(?:なん|なの|や)?{_LAST})", "いくつ"),
    ("なんぼ", r"なんぼ(?=で?(?:かか|払|支払))", "いくら"),
    ("なんぼ", r"なんぼ(?:ほど|ぐらい|くらい)?", "どのくらい"),
    ("どん", r"どん(?:くらい|ぐらい|だけ)", "どのくらい"),
    ("べん", r"(?:なん|何)べん", "何回"),
    ("何遍", r"何遍", "何回"),
    ("どっから", r"どっから", "どこから"),
    ("ど", r"どない(?:して|やって)(?![るたはん]|い[るた])|(?<![ぁ-んー])どやって", "どうやって"),
    ("どない", r"どない(?=な[もや事風])", "どん"),
    ("ど", r"(?:どない|どげん|どがん)(?=な|し|や|です|に|[?？。\s]|$)", "どう"),
    ("なじょ", r"(?<![ぁ-んー])なじょ(?:して|に)(?=[一-龥や])", "どうやって"),
    ("なして", r"(?:^|(?<=[、。\s]))なして(?=[^いるお])", "なぜ"),
    ("ば", r"(?:何|なん)ば(?=し[よとて]|[作使買][っうい])", "何を"),
    ("どこさ", r"どこさ(?=行|い[くっ])", "どこへ"),
    ("なんなん", rf"(?:なん|何)なん{_LAST}", "何ですか"),
    ("何で", rf"(?<=かった)[のん]は何で{_LAST}", "のはなぜ"),
    ("ようけ", r"ようけ(?=[、\sあやしお]|[一-龥])", "多く"),
    ("ぎょうさん", r"ぎょうさん", "多く"),
    ("えらい", r"(?<=[、\sがはも人])えらい(?=[減増多]|少な)", "すごく"),
    # What is begged for: 教えてもろてええ, 出してくれへん, 見せてんか.
    ("くれ", rf"くれ(?:へん|ひん|ん)(?:の?か[ねないのう]*|の|やろか)?{_LAST}", "くれますか"),
    (
        "もろ",
        rf"(?<=て)もろ(?:ても?)(?:ええ|いい|かまへん)(?:の?ん?(?:です)?か|かな|やろか)?{_LAST}",
        "ください",
    ),
    ("て", rf"(?<=[えせし]て)(?:え[なや]|[ーぇ]や|んか|や){_LAST}", "ください"),
    ("ええ", r"(?<=[てがはも])ええ(?=$|[かんのなで?？。\s])|ええ(?=やつ|もん|案|感じ)", "いい"),
    # Verbs in う, and respect: 使うて, もろた, やらはった, 使うてはる.
    ("うて", r"(?<=[使言買思会合払伝習追食吸洗願補賄扱従迷誘拾])うて", "って"),
    ("うた", r"(?<=[使言買会払伝習補扱拾])うた(?=[らりんのやとよ?？。、\s]|$)", "った"),
    ("う", r"(?<=[てと])[いゆ]う(?=て[たる])", "言っ"),
    ("ゆう", r"(?<=[とうて])ゆう(?=[のこ]|[一-龥])", "いう"),
    ("もろ", r"(?:(?<=[てでにをは、\s一-龥])|^)もろ(?=[てた](?:[るんのらとや?？。、\s一-龥]|$))", "もらっ"),
    ("思", r"思(?=[てた])", "思っ"),
    ("うた", rf"(?<=[っんいしえけれめせき][てで])(?:しも|も)うた{_BEHIND}", "しまった"),
    ("しもた", rf"(?<=[てで])しもた{_BEHIND}", "しまった"),
    ("は", rf"(?P<verb>[^\sは][てで])は(?P<past>った|る){_BEHIND}", _without_respect),
    ("はん", rf"(?<=[てで])はん(?:の|ねん|{_LAST})", "いるの"),
    (
        "は",
        r"(?P<verb>行[かき]|(?<![一-龥])し|(?:[一-龥]|(?<![ぁ-ん])[やな])ら|[来見出着]"
        rf"|[一-龥](?:[かさわえけせめべれげり]|(?<=[立待持])ち|(?<=[読住込進組頼])み))や?は(?P<past>った|る){_BEHIND}",
        _without_respect,
    ),
    # What goes on: してん, しとる, やっとった, しちょる, しとん; しよっと of Kyushu.
    ("て", rf"(?<=[一-龥ぁ-んァ-ヺー][しっえけめれ])てん(?:の|ねん|{_LAST})", "ているの"),
    ("でん", r"(?<=ん)でん(?=[のねや?？。\s]|$)", "でいる"),
    ("る", rf"(?:(?<=[しえれ来])|(?<=[^乗奪]っ))(?:と|ちょ)る{_BEHIND}", "ている"),
    ("った", rf"(?:(?<=[しえれ来])|(?<=[^乗奪]っ))(?:と|ちょ)った{_BEHIND}", "ていた"),
    ("とん", rf"(?:(?<=[しえれ来])|(?<=[^乗奪]っ))とん(?:の|ねん|{_LAST})", "ているの"),
    ("し", rf"(?<=[がをうの何])し(?:とっと|よっと|よると?|よん)の?{_LAST}", "しているの"),
    ("お", rf"(?<=[て人名])お(?=(?:る|った){_BEHIND})", "い"),
    # What is denied: 書かへん, でけへん, できまへん, 足りひん, せんかった.
    ("せんかった", r"(?:(?<=[一-龥ァ-ヺー]{2})|(?<=[りをはもが\s、]))せんかった", "しなかった"),
    ("んかった", r"(?<=[かさたなまらわがばせ])んかった", "なかった"),
    ("まへん", rf"まへん{_OF_NO}", "ません"),
    ("へん", r"(?:せえ|しや)へん(?=かった)", "しな"),
    ("へん", rf"(?:せえ|しや)へん{_OF_NO}", "しない"),
    ("でけ", r"でけへん", "できへん"),
    ("あらへん", r"あらへん(?=かった)", "な"),
    ("あらへん", rf"あらへん{_OF_NO}", "ない"),
    ("へんかった", r"(?<=て)(?:い|え)?へんかった", "いなかった"),
    ("へん", rf"(?<=て)(?:い|え)?へん{_OF_NO}", "いない"),
    ("んかった", r"(?<=[かさたまらわばがきけせえれめねべげ])へんかった", "なかった"),
    (
        "へん",
        rf"(?:(?<=[一-龥][かさたまわばがら])|(?<=[わかおやなま]ら)|(?<=[きけせえれめねべげ]))へん{_OF_NO}",
        "ない",
    ),
    ("ひん", r"(?:(?<=でき)|(?<=[一-龥][きりみ])|(?<=[見来]))ひん(?=かった)", "な"),
    ("ひん", rf"(?:(?<=でき)|(?<=[一-龥][きりみ])|(?<=[見来]))ひん{_OF_NO}", "ない"),
    ("らん", rf"(?<=[分わ]か)らん{_OF_NO}", "らない"),
    ("いっこも", r"いっこも", "一つも"),
    ("ない", r"(?:(?<=少な)|(?<=小さ)|(?<=[多高低早遅]))ない(?=[?？でのか]|$)", "くない"),
    # Verbs without ら: 見れる.
    ("れ", r"(?<=[見来])れ(?=る|ます|た[のんい?？]|な[いか])", "られ"),
    # て that quotes, and that names what is spoken of: 「…」て書いてある, 講座て何回, 提案て、.
    ("て", rf"{_NOUN}て(?=入って|入る|入った|付い|つい|書[いか]|載[っる]|呼[んば]|名[のが])", "と"),
    (
        "て",
        rf"{_NOUN}(?<![出見来得着似育立建捨当充])て(?=、|何|なん|どこ|いつ|誰|だれ|どん|どう|どの)",
        "は",
    ),
    ("て", r"(?<=[人件回円個名台%])て(?=[一-龥、])", "は"),
    ("て出て", r"(?<=[一-龥ァ-ヺー])て出て(?=く)", "が出て"),
    # ん in the place of の, and what ends: やったん何月, あるんやろ, どこやっけ.
    ("んやった", rf"んやった(?=よね|っけ|かな|{_LAST})", "んでした"),
    ("んやん", r"んやん(?:な|ね|か)?(?=[?？。!！、\s]|$)", "んですよね"),
    ("んや", rf"んや(?:な|ね)?{_LAST}", "んですか"),
    ("やっけ", rf"やっけ{_LAST}", "だっけ"),
    ("やった", rf"(?<=どこ|だれ)やった(?:ん|の)?{_LAST}|(?<=誰)やった(?:ん|の)?{_LAST}", "でしたか"),
    ("やろ", rf"やろ(?:う?か|う|な|ね)?{_LAST}", "でしょうか"),
    ("やん", r"(?<=[たるいん])やん(?:な|ね|か)?(?=[?？。!！、\s]|$)", "よね"),
    ("ねん", rf"(?:(?<=ん)|(?<=る)|(?<=た)|(?<=や))ねん{_LAST}", ""),
    ("や", r"(?<=[んの一-龥ァ-ヺー])や(?=から|さかい|のに)", "だ"),
    ("やったら", r"(?<=[一-龥ァ-ヺー])やったら(?=、)", "だと"),
    ("さかい", r"(?<=[るたいだ])さかい(?=[、。\s]|$)", "から"),
    ("だべ", rf"だべ(?:か|さ|な)?{_LAST}", "でしょうか"),
    ("じゃろ", rf"じゃろ(?:う?か|う)?{_LAST}", "でしょうか"),
    (
        "と",
        r"((?:何|なん|どこ|だれ|誰|いつ|いく|どれ|どう)[^。?？]{0,30}(?:ある|おる|いる|た))と(?=[?？]\s*$)",
        r"\1の",
    ),
    ("ん", rf"{_CLAUSE}ん(?=は|が|を|も|、|{_ASKED}|全部|ぜんぶ|すべて|[?？。\s]*$)", "の"),
    ("ん", rf"(?<=[一-龥][うくぐすつぬぶむ])ん{_LAST}", "の"),
    (
        "なん",
        rf"(?:(?<=[一-龥ァ-ヺー0-9こ])|(?<=いつ)|(?<=だれ)|(?<=どれ)|(?<=どっち)|(?<=から)|(?<=まで))なん{_LAST}",
        "なの",
    ),
    # Who is spoken of with courtesy: 調査員さんら, 産業課さん.
    (
        "さん",
        r"(?:(?<=[員者手課室部局体社])|(?<=センター)|(?<=知事)|(?<=市長)|(?<=課長))さん(?:ら|たち)?(?=[、のはがをにでとも])",
        "",
    ),
    ("人ら", r"(?<=[の\s])人ら(?=[、のはがをにも])", "人"),
    ("抜い", r"(?<=だけ)を?抜い(?=て)", "抜き出し"),
)


_LONGEST_SAID = 400  # characters: what is longer is a passage, and its words are as they are written


@lru_cache(maxsize=256)
def in_plain_words(text: str) -> str:
    """A question (in one line) in plain words, where it has formal ones, or such as are said in Kansai.

    何故, 何時, 幾つ are read as なぜ, いつ, いくつ, でございますか and お示し願います as ですか and
    を教えてください, なんぼ, せんかった, やらはったん as どのくらい, しなかった, やったの.
    """
    is_short = len(text) <= _LONGEST_SAID
    text = as_spoken(text) if is_short else text
    for pattern, plain in (*_IN_KANJI, *_PLAIN_WORDS) if is_short else _IN_KANJI:
        text = pattern.sub(plain, text)
    return _set_asked_plainly(text) if is_short else text


_IN_QUOTES = lazily("「[^「」]*」")
_EMPTY_QUOTES = lazily("「」")
_SPEECH = tuple((sign, lazily(pattern), plain) for sign, pattern, plain in _SPOKEN)


def as_spoken(text: str) -> str:
    """A text in plain words for what regions speak; what it quotes is as the records write it, and stays."""
    quoted, said = _IN_QUOTES.findall(text), _IN_QUOTES.sub("「」", text)
    for sign, pattern, plain in _SPEECH:
        said = pattern.sub(plain, said) if sign in said else said
    return _EMPTY_QUOTES.sub(lambda _: quoted.pop(0) if quoted else "", said)


# The noun that a list is asked of, which something is said of before: 表彰に触れている事業, 付いてるやつ.
_THING_ASKED = lazily(rf"(?<=[^、。?\s])(?:{WORK}|やつ|もの)(?![一-龥](?<![全一何残件名番漏]))")
# What chooses no set before it (その事業, どの事業, 2番目の事業), and what asks already.
_ONE_OF_THEM = lazily(
    r"(?:[そこあど]の|どんな|こういう|そういう|(?:何|なん|他|ほか|外|別|残り|目|者|方|ほう|それ|これ|同じ(?:課|室|部署?))の|同じ|以外の|あれば)$"
)
_ASKS_ELSE = lazily(
    r"(?:何|なに|どこ|誰|だれ)(?!か[^らの])|いつ(?!も)|いくら|いくつ|どう|どの|どれ|どちら|どっち|なぜ|[?？]"
)
# All of them are asked for, or how many; so does a plea (把握しておきたい, 拾っといて, ご提示ください).
_WHICH_ASKED = lazily(r"(?:どれと)*どれ(?!くらい|ぐらい|だけ|ほど|も|か)|(?:何|なに)と(?:何|なに)")
_COUNTED = lazily(
    rf"(?:{HOW_MANY}|どのくらい|どれくらい|どれだけ)(?![かも])|(?<=の)(?:件数|数)(?=[をはがだ]|$)"
)
_PLEA_AT_END = lazily(
    r"(?:(?<=て)(?!い(?:る|た(?!だ)|ます|ません|ない)|お[らり]|ある|あり|る|た|ない|ん)[ぁ-ん]{0,16}"
    r"|て(?:欲しい|頂[ぁ-ん]+|下さ[ぁ-ん]+)[ぁ-ん]*"
    r"|(?:ください|下さい|くださ[ぁ-ん]+|お?願い[ぁ-ん]*|たい[ぁ-ん]*))[ーw笑]*$"
)
_SENTENCE = lazily(
    r"[^。?？!！]+?(?:[。?？!！][。?？!！\s]*|(?:(?<=[すせん]か)|(?<=ください)|(?<=ほしい)|(?<=欲しい))、|$)"
)
# Nouns that say how a list is given, and nothing of what is in it.
_GIVES = (
    "全部 全て 一通り 通り 一 全体 合計 計 何 幾 件 数 件数 個 本 一覧 リスト 表 箇条書き 残らず 漏れ 事 為"
    " 積もり よう 複数 皆 一応 今 現在 結局 該当"
)
# What only says that there are such, how many there seem to be, and that one counts or asks.
_IS_THERE = (
    "有る 御座る 居る おる 成る 為る 持つ 抱える 当たる 当て嵌まる 多い 少ない 見る 見受ける 受ける 存じる"
    " 思う 知る 分かる どれ 数える 教える 頂く 下さる 呉れる 貰う おく 上げる 並べる 助かる 伺う 聞く 言う"
    " 申す 良い 欲しい 無い 見える 留まる 目 様 御 成り 願う 見せる 示す"
)
_SAYS_NO_MORE = frozenset(f"{_GIVES} {_IS_THERE}".split())
_TELLS_OF_ONE = lazily("教え|おしえ|説明|詳し|くわし|見せ|知り|聞き|について|比べ|比較|要約|まとめると|[0-9]")
# Summed up, and not brought together to be shown (まとめて出して).
_SUMMED = lazily(
    r"まとめ(?=て?(?:もら|貰|もろ|くれ|くだ|下さ|いただ|頂|ほし|欲し|みて|おい|お願い|[よねをか。?？\s]|$))"
    r"|要約|概況|サマリ|総括|ダイジェスト|振り返|ふりかえ|全体像|解説|分析|短く|簡[潔単]|ざっ(?!と?(?:並べ|出し|挙げ|あげ|見せ))"
)
_IS_LEFT_OUT = lazily("以外|除|のうち|の中|だけでな|(?<!くれ)(?<!もらえ)(?<!いただけ)(?<!頂け)ない[^か]")


def _set_asked_plainly(text: str) -> str:
    """A question for a list with no more behind its noun than that it asks for all of them, or how many.

    表彰に触れている事業をすべて把握しておきたい is 表彰に触れている事業を全部. What stands behind the noun
    says something of the projects where it has a noun of its own: 事業で講座を開いた, 事業を所管する課.
    """
    for found in _THING_ASKED.finditer(text):
        head, behind = text[: found.start()], text[found.end() :]
        if head.count("「") != head.count("」") or _ONE_OF_THEM.search(head) or _ASKS_ELSE.search(head):
            continue
        if cue := _only_asks(behind):
            return f"{head}{found[0]}{cue}"
    return text


def _only_asks(behind: str) -> str:
    """For what a text asks by all that it says behind the noun of its set: how many, or all; else ''."""
    sentences = _SENTENCE.findall(_WHY_ASKED.sub("", behind))
    asked = [at for at, each in enumerate(sentences) if _WHICH_ASKED.search(each) or _COUNTED.search(each)]
    ended = [each.rstrip(_SIGNS_AT_END) for each in sentences]
    pleas = [at for at, each in enumerate(ended) if _PLEA_AT_END.search(each) or _ALL_AT_END.search(each)]
    ends = max([*asked[-1:], *pleas[:1]], default=-1) + 1
    if not ends or _IS_LEFT_OUT.search(behind) or _SUMMED.search(behind):
        return ""
    said, aside = "".join(sentences[:ends]), "".join(sentences[ends:])
    if aside and (_ASKS_ELSE.search(aside) or not _TRAILS.search(aside)):
        return ""
    is_counted, which = bool(_COUNTED.search(said)), bool(_WHICH_ASKED.search(said))
    is_object = bool(_OBJECT.match(behind)) and not (is_counted and "を" not in behind[:1])
    if _ASKS_ELSE.search(_WHICH_ASKED.sub("", _COUNTED.sub("", said)).rstrip(" ?？")):
        return ""
    if not (is_counted or which) and _TELLS_OF_ONE.search(said) and not _ALL_SAID.search(said):
        return ""
    if not all(_says_no_more(token, is_object=is_object) for token in _told(said)):
        return ""
    return "は何件ありますか" if is_counted else "を全部教えてください"


_WHY_ASKED = lazily("(?<=。)[^。、?？]{1,40}?(?:から|ので|んで|ため)、")  # 枠で見るから、該当ぜんぶ
_ALL_AT_END = lazily("該当(?:全部|ぜんぶ|すべて|全て)$")
_OBJECT = lazily("を|だけ|のみ|[、,\\s]")
_ALL_SAID = lazily("全部|ぜんぶ|すべて|全て|ひと(?:通|とお)り|一通り|残らず|漏れなく|もれなく")
# What trails behind a plea tells why one asks: 特集組もか思てて, 議員に聞かれてて.
_TRAILS = lazily(
    r"(?:[てで]|ので|んで|から|し|けれ?ど|まして|もので|(?:です|ます|まし?た)[よね]*|[いきしちみりえけせてねべめれ]たい(?:です)?"
    r"|の(?:確認|検討|整理|準備|参考|照会|回答|答弁|資料|説明)(?:用|のため)?(?:です)?)[。、.…!！\s]*$"
)


_SIGNS_AT_END = " 。?？!！、…〜~ー"


def _told(text: str) -> list[tuple[Token, Token | None]]:
    """The words of a text that say something, each with what stands behind it."""
    tokens = list(tokenize(text))
    behind = [*tokens[1:], None]
    return [
        (token, after)
        for token, after in zip(tokens, behind, strict=True)
        if token.word.kind
        not in ("助詞", "助動詞", "補助記号", "空白", "接頭辞", "接尾辞", "副詞", "感動詞", "接続詞")
    ]


def _says_no_more(told: tuple[Token, Token | None], *, is_object: bool) -> bool:
    """Whether a word behind the noun of a set says nothing of the projects.

    What is to be done with a list (把握して, ご提示ください) is the asker's or the bot's.
    """
    word, after = told[0].word, told[1].word if told[1] else None
    if word.text in _SAYS_NO_MORE:
        return True
    if not is_object:
        return False
    if word.noun:
        return after is not None and (after.kind in ("動詞", "助動詞") or after.text in ("御願い", "願う"))
    return after is not None and not after.noun


# What chooses projects beyond doubt: a word in 「」 said to stand somewhere, and the name of an office.
_QUOTE = lazily("「(?P<word>[^「」]{1,20})」")
_IS_SAID = lazily(
    r"^(?:を|も|は|が|の)?(?:と|って|て|という|っていう)?の?(?:言葉|文言|語句?|文字|単語|表記|記載|言及|話|名)|^[^「」。]{0,16}?"
    r"(?:書[いか]|載[っせら]|出て|入[っりるら]|含[まみむん]|触れ|付[いくきか]|見当たら|登場|とある|があ[るり]|のあ[るり])"
)
_IN_FIELD = "目的|概要|成果|事務事業名|事業名|名称|名前"
_FIELD_BEFORE = lazily(
    rf"(?P<field>{_IN_FIELD})(?:の?欄|の?ところ|[のん]とこ|の中)?[にでへがの、]*(?:は|も)?$"
)
_FIELD_BEHIND = lazily(rf"^[^「」。]{{0,12}}?(?P<field>{_IN_FIELD})(?:の?欄|の?ところ|[のん]とこ|の中)?に")
_DENIED = lazily(
    r"^[^「」、。]{0,16}?(?:な(?:い|かった|し)|無[いし]|ません(?!か)|見当たら)[^、。]{0,4}?(?:事業|もの|やつ|の)"
)
_OFFICE_LEFT_OUT = lazily(r"^(?:さん)?(?:の(?:事業|もの|分))?(?:以外|を?除|は除|じゃな|ではな|でな)")
_SET_ASKED = lazily(rf"{WORK}|やつ|もの|担当分|どれ|件数|{HOW_MANY}|のは?[?？]|の(?:を|が|全部|ぜんぶ)")
_FOR_THE = lazily(r"^[^、。]{1,14}の(?:関係|件|都合|資料|準備|ため)(?:で|に|上)?、")
_SAYS_WHERE = (
    "事業 事務 課 室 部 係 部署 課室 担当 所管 分 受け持ち 受け持つ 言葉 語 語句"
    " 文言 文字 単語 表記 記載 記す 欄 番号 名 名称 書く 載る 載せる 入る 入り"
    " 入れる 出る 出て来る 含む 付く 触れる 言及 登場 見当たる 除く 以外 両方 何方"
    " 何れ 物 奴 遣る 行う 抱える 提示 教示 把握 確認 列挙 回答 紹介 拾う 抜く 探す"
    " 洗い出す ピックアップ 抽出 纏める 又は 其の 何処 所 中 内 気 挙げる 出す"
    " 知らせる 為さる 頼む お知らせ 表示 為 内訳 事務事業 うち 達 方 来る 除外 漏れる"
    " お疲れ様 恐れる 致す 調べ とこ つく 就く 御疲れ様 もん"
)
_ONLY_CHOOSES = _SAYS_NO_MORE | frozenset(_SAYS_WHERE.split())
_SAYS_NOTHING_KINDS = (
    "助詞",
    "助動詞",
    "補助記号",
    "空白",
    "接頭辞",
    "接尾辞",
    "副詞",
    "感動詞",
    "接続詞",
    "連体詞",
)


def by_its_anchors(text: str, offices: Sequence[tuple[int, int, str]]) -> str:
    """A question (in NFKC) for a set in plain words, by all that chooses it; '' where more may do so.

    `offices` are the places of the offices that it names, and their names. Whatever the way it is asked in,
    概要んとこに「委託」て書いてるの、どの事業ですかー is 概要に「委託」と書いてある事業を全部教えてください.
    """
    quotes = list(_QUOTE.finditer(text))
    is_set = _SET_ASKED.search(text) and not _SUMMED.search(text) and len(text) <= _LONGEST_SAID
    if not is_set or not (quotes or offices):
        return ""
    scope = [name for _, end, name in offices if not _OFFICE_LEFT_OUT.match(text[end:])]
    but = [name for _, end, name in offices if _OFFICE_LEFT_OUT.match(text[end:])]
    scope = [name for name in dict.fromkeys(scope) if name not in but]
    if len(scope) > 1 or len(set(but)) > 1 or (scope and but) or not _all_said(text, quotes, offices):
        return ""
    of = f"{scope[0]}の事業で、" if scope else f"{but[0]}以外で、" if but else ""
    tail = "事業は何件ですか" if _COUNTED.search(text) else "事業を全部教えてください"
    if not quotes:
        return f"{scope[0]}の{tail}" if scope else f"{but[0]}以外の{tail}"
    said = _said_of_quotes(text, quotes)
    return f"{of}{said}{tail}" if said else ""


_JOINS_QUOTES = lazily("[もとかや・、]|とも|または|もしくは|あるいは|かつ|、?(?:または|かつ)、?")


def _said_of_quotes(text: str, quotes: Sequence[re.Match[str]]) -> str:
    """That one or two words in 「」 are written or not, and in which field; '' where that is not clear."""
    behind = text[quotes[-1].end() :]
    of_both = re.sub("^(?:も|と)?の?(?:両方|どちらも?|いずれか)", "", behind) if len(quotes) > 1 else behind
    if len(quotes) > 2 or not _IS_SAID.search(of_both):
        return ""
    named = re.findall(_IN_FIELD, _QUOTE.sub("", text))
    if len(named) > 1:
        return ""  # 概要か成果にある; of the other it may ask too
    field = _FIELD_BEFORE.search(text[: quotes[0].start()]) or _FIELD_BEHIND.search(behind)
    name = field["field"] if field else ""
    is_name = name.endswith(("名", "名称", "名前"))
    where = "名前に" if is_name else f"{name}に" if name else ""
    words = [f"「{each['word']}」" for each in quotes]
    is_denied = bool(_DENIED.match(behind))
    if len(words) == 1:
        verb = "入って" if is_name else "書いて"
        return f"{where}{words[0]}と{verb}{'ない' if is_denied else 'いる' if is_name else 'ある'}"
    between = text[quotes[0].end() : quotes[1].start()]
    if is_denied or is_name or not _JOINS_QUOTES.fullmatch(between):
        return ""  # 概要に「補助」とあって成果に「増加」
    is_either = re.search("か|または|もしくは|あるいは", between) or re.match(
        "(?:の)?(?:どちら|どっち|いずれ)か", behind
    )
    joint = "か" if is_either else "と" if re.search("も|と|かつ|・|、|や", between) else ""
    return f"{where}{joint.join(words)}{'の両方' if joint == 'と' else ''}が書いてある" if joint else ""


def _all_said(text: str, quotes: Sequence[re.Match[str]], offices: Sequence[tuple[int, int, str]]) -> bool:
    """Whether nothing else chooses projects where these stand or a set is asked for; asides are left out."""
    masked = text
    for held, spans in (
        (_QUOTED, [each.span() for each in quotes]),
        (_HELD, [(a, b) for a, b, _ in offices]),
    ):
        for start, end in spans:
            masked = f"{masked[:start]}{held * (end - start)}{masked[end:]}"
    for sentence in _ENDS_OF_SAID.split(masked):
        part = _FOR_THE.sub("", sentence)
        leads = [found.end() for found in LEADS_TO.finditer(part)]
        first = found.start() if (found := _ANCHOR.search(part)) else -1
        starts = max([0, *(at for at in leads if first < 0 or at <= first)])
        if _IS_SAID.search(part[:starts]) or _OF_OFFICES.search(sentence):
            return False  # 雪と書いてあるけど; 課はいくつ
        part = part[starts:]
        if first < 0 and not _SET_ASKED.search(part):
            if _ASKS_ELSE.search(part):
                return False
            continue
        part = re.sub(
            rf"(?:{_IN_FIELD})(?:の?欄|の?ところ|[のん]とこ|の中)?", "、", part.replace(_HELD, "、")
        )
        rest = _COUNTED.sub("", _WHICH_ASKED.sub("", part))
        rest = re.sub(rf"どの{WORK}|どの欄|どこか|いずれかの?|何個か|どれ|どちら", "", rest)
        if _ASKS_ELSE.search(rest.rstrip(" ?？")) or not _only_chooses(part):
            return False
    return True


_HELD, _QUOTED = "\ue010", "\ue011"  # in the place of an office, and of a word in 「」
_ANCHOR = lazily(f"[{_HELD}{_QUOTED}]+")
# Offices are asked for, or chosen by a word of their names, or one has nothing to do.
_OF_OFFICES = lazily(
    r"(?:課|室|部署|係)(?:が|は|って|の)?(?:いくつ|何|なん|どれ|どこ|数|一覧)|(?:入る|付く|つく|ある|含む)(?:課|室|部)"
    rf"|{_HELD}(?:さん)?(?:が|の|で)[^。、]{{0,10}}(?:な(?:い(?!か)|く)|ません(?!か))"
)
_ENDS_OF_SAID = lazily(r"[。?？!！…\n]+|\.{3,}")


def _only_chooses(part: str) -> bool:
    words_said = (token.word for token in tokenize(part) if token.word.kind not in _SAYS_NOTHING_KINDS)
    return all(word.text in _ONLY_CHOOSES or not word.content for word in words_said)
