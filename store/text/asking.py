"""The words by which a question shows what it wants, apart from what it is about. Pure.

Questions are read in NFKC with the names of records replaced by 〓 (`MASK`): a cue inside a name is no cue.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal, NamedTuple

from store.text import lazily
from store.text.morphology import Token, Word, tokenize
from store.text.normalize import is_kana, katakana, one_space

MASK = "〓"
# Behind what is not meant; 農振除外 and 取り除く are things that are done.
EXCEPT = (
    r"(?:以外|を?(?<!取り)(?<!取)除(?:く|い[たて]?|外(?:する|し[たて]))"
    r"|を(?:抜|省|外|はず)(?:く|す|[いし][たて])|(?:抜|ぬ)き(?=[のでだ]))"
)
HOW_MANY = r"(?:何件|なん[件個]|なん(?:けん|こ)|いくつ|幾つ|何個|何本|何事業)"
MOST = r"(?:一番|いちばん|1番|最も|もっとも)"
AMOUNT = r"(?:多|少な|大き|小さ|高|低|長|短|早|遅|古|新し|安)"  # stems by which two are set side by side
WORK = r"(?:事務事業|事業|プロジェクト|取り?組み?|施策)"

_SHOW = (
    r"(?:教え|おしえ|知らせ|見せ|みせ|示し|出し|だし|調べ|説明し|(?<!の)答え|表示し|挙げ|あげ|列挙し|探し"
    r"|まとめ)"
)
# It asks whether what is told before it is so: 〜との説明がありました。裏付けはありますか.
_BORNE_OUT = r"\s*(?:その)?(?:裏付け|裏づけ|根拠|確証)[はが]?(?:ある|あり|取れ|とれ)(?:ます|る)?[かの]?"
_POLITE = lazily(
    rf"(?:(?:を|は|が|って)?{_SHOW}て?(?:ください|下さい|ほしい|欲しい|くれ(?:る|ますか|ない)?"
    r"|もらえ(?:る|ます|ますか)?|(?:いただ|頂)(?:けますか|きたい)|もらいたい|ちょうだい|頂戴|みて|よ|ね)?"
    rf"|(?:を|は|が|って)?{_SHOW}(?:られたい|よう?)"
    rf"|(?:を|は|が|って)?{_SHOW}て(?:いただけ|頂け|もらえ|くださ|くれ)[ぁ-ん]{{0,3}}(?:助か|嬉し|うれし|幸い|ありがた|有り?難)[ぁ-ん]*"
    r"|(?:を|は)?(?:一言|ひとこと)で(?:言うと|いうと)?"
    r"|でいらっしゃいますか?|(?:だけ|のみ)?(?:ちょうだい|頂戴)|(?:(?<=だけ)|(?<=のみ))で(?:いい|良い|よい|結構|大丈夫)"
    r"|(?:を|の|も)?(?:(?:併|あわ)せて)?ご?(?:教示|列挙|提示|紹介|回答)(?:を)?(?:願い(?:たい|ます)|ください|下さい)"
    r"|(?:を|も)?(?:(?:お?伺|うかが|聞い|確認し?)(?:って|し)?て?も?(?:よろし|よ|い)い(?:です|でしょう)か|(?:確認|聞か)させて(?:ください|下さい|ほしい))"
    r"|(?:を|も)?念の(?:ため|為)に?"
    r"|(?:を|が)?(?:知りたい|聞きたい|見たい|確認したい|お願い(?:でき(?:ます)?|(?:し|いたし|申し上げ)ます)?|ください|下さい|欲しい|頂戴)"
    r"|(?:を|は|、)?(?:(?:事業)?(?:番号|名前?|名称)(?:だけ|のみ)?で|箇条書きで|ずら(?:っと|り(?:と)?))"
    r"|(?:(?:と|って)(?:聞い(?:た|て(?:い|お)?(?:る|ます|り?ます))|聞きました|伺い?(?:いました|って(?:い|お)?(?:る|り?ます)))"
    r"(?:のです|んです)?(?:が|けれ?ど)?、?)?(?:(?:って|は|の[はが])?(?:本当|ほんとう?|事実)"
    r"|(?:で|に)?間違い(?:は|)?(?:ない|あり(?:ませ)?ん))(?:です|でしょう)?"
    rf"|(?:、?(?:との|という)(?:説明|話|報告|指摘)[がを][^。、]{{1,10}})?[。、]{_BORNE_OUT}"
    r"|(?:の|ん)?ですが|んだけど|けれ?ど|でしょうか?|ですか?|でしたか?|(?:ござい|あり|い)?ます(?:か|よね)?|あり$|のか|かな|かしら|っけ|なの|なん|あんの|(?<!も)の(?=[?？。\s]*$)|か|ね|よ"
    r")$"
)
_SIGNS = frozenset("?？!！。、.…~〜ー")

QUESTION = (
    r"何[一-龥]{0,2}|なに|なん[一-龥]|誰|だれ|どこ|何処|いつ|いくら|いくつ"
    r"|どれ(?:くらい|だけ)?|どっち|どちら|どう|どんな|なぜ|どの"
)
ASKING_WORD = lazily(QUESTION)
_INTERROGATIVE = lazily(rf"(?:{QUESTION})(?!で?も|か)")  # 何か and 誰でも ask for nothing
_TELLS = lazily(r"(?:まし?た|ません|ない|てい?(?:る|ます)|まい|った|れた)(?:よ|ね|の|です|んです)*[。!]*$")
PLEASE = r"お願い(?:し|いたし|致し)ます|(?:教え|おしえ|見せ|調べ|探し)て(?:ください|下さい)?|ください|下さい"
_ENDS_ASKING = lazily(
    rf"(?:[?？]|は|です|ます|ました|ますか|ですか|でしょうか|とは|って|{PLEASE}|{QUESTION})[?？。!！\s]*$"
)
_ALL = lazily(
    "(?:全|すべての|全ての)?(?:事務事業|事業|課|室|部署?)?の?(?:一覧表?|リスト|全部)|全(?:事務)?事業"
)
# 月1だよね, 聞いたが本当か, 作るんでしたっけ: particles at the end ask whether what is said is so.
_MAY_END_ASKING = lazily(r"[かねのけな][?？。!！\s]*$")  # よ alone tells
_ASKING_PARTICLES = frozenset(("か", "よ", "ね", "の", "け", "な"))
_SAYS = frozenset(("動詞", "助動詞", "形容詞"))

SUMMARY = lazily(
    r"(?<!とり)(?<!取り)(?<!取)まとめ(?!られ|て(?:いる|い?た))|要約|概況|サマリー?|総括|ダイジェスト|振り返|ふりかえ|全体像|ざっと|ざっくり"
)
# What many records may tell of, each in its way: コロナの影響, 物価高の影響は.
OF_A_TOPIC = lazily("[^はがをにで、。?？\\s]{1,20}の(?:影響|動向|現状)(?:は|って|について)?")
LENGTH = lazily(r"(?:[0-9一二三]+(?:行|文字|字|分)|一言|ひとこと)(?:程度|くらい|以内)?(?:で|に)?")
_OPENING = lazily(
    r"^(?:すみません|すいません|恐れ入りますが|お疲れ様です|お疲れさまです|こんにちは|ちょっと|あの|えっと|ねえ|では|じゃあ|ところで"
    r"|(?:分かり|わかり|了解し|承知し)ました[。、!！\s]+|了解です[。、!！\s]+|(?:はい|なるほど)[。、!！\s]+"
    r"|ありがとう(?:ござい(?:ます|ました))?[。、!！\s]+|(?:次[はに]|それと|あとは?)、?(?=.{3})"
    r"|もし可能なら|できれば|[、。,!！\s])+"
)
# What courtesy puts before a question in a sentence of its own: お忙しいところ恐れ入ります。
_EXCUSE = (
    r"(?:(?:お忙しい|ご?多忙|お手数|ご面倒|突然|急|夜分(?:遅く)?|朝早く|度々|たびたび|何度も|初めて|不躾|お休み)"
    r"(?:の|な|の?ご?(?:連絡|質問|お尋ね))?(?:ところ|中|こと)?(?:を|で|に|から)?"
    r"(?:お?(?:かけ|掛け)して?|(?:かけ|掛け)て)?(?:大変|誠に|まことに|本当に)?、?)*"
    r"(?:恐れ入り(?:ます)?|恐縮(?:です)?|申し訳(?:ない|あり(?:ません)?|ござい(?:ません)?)(?:です)?"
    r"|失礼(?:し|いたし|致し)ます|すみません|すいません|ごめんなさい)(?:けれども|けれど|けど|が)?"
)
_SALUTE = (
    r"(?:いつも)?(?:大変)?お世話(?:になって(?:おり|い)ます|になります|様です|さまです)"
    r"|(?:はじめ|初め)まして|おはようございます|こんにち[はわ]|こんばん[はわ]|お疲れ(?:様|さま)です|ご苦労(?:様|さま)です"
    r"|(?:初めて)?(?:ご?質問|お尋ね|ご?連絡|お聞き)(?:させていただき|させて頂き|いたし|致し|し)ます"
    r"|[^。、!?\s]{1,20}と申します"
    r"|[^。、!?\s]{1,16}[課室部局係所]の(?P<asker>[一-龥々ぁ-んァ-ヶー]{1,8})です"
)
_ROLES = frozenset(("職員", "担当", "者", "課長", "室長", "部長", "係長", "補佐", "主査", "主任", "主事"))
_PREFACE = lazily(rf"^(?:(?:{_EXCUSE}|{_SALUTE})[。、!\s]+)+(?=.)")
VERSUS = r"\s(?:vs|VS|対)\.?\s"
COMPARE = lazily(
    r"(?:を|の|で|は|って|と)?(?:比べ|くらべ|比較|対比|並べて?|(?<!間)違い|(?<!ま)ちがい|相違|どう違|どこが違|何が違|(?:どっち|どちら)(?:の事業)?が|(?:同じ|いっしょ|一緒)(?=[か?？]|$|です|なの))"
    r"|(?:(?<=事業数)|(?<=事業の数))の?(?:差|開き)(?=[はをが?？]|$)"
    rf"|{VERSUS}"
)
_MORE = rf"{AMOUNT}[いくか]?|先|後"
# 件数どっち asks which has more of them.
WHICH = lazily(
    rf"(?:{_MORE})[^。?？]{{0,30}}?(?:のは?|方は?|ほうは?|は)?(?:どっち|どちら)"
    rf"|(?:どっち|どちら)(?!の(?:課|部署|担当)(?:が(?:担当|や|所管)|$))[^。?？]{{0,10}}?(?:{_MORE})"
    rf"|(?:{_MORE})な?(?:の|方|ほう)は$|(?:先|後)に[^。?？]{{0,14}}のは?$|(?<=[数額率])(?:が|は)?(?:どっち|どちら)(?:が|の方)?$"
)
# What adds up figures that were told one by one.
TOGETHER = lazily("合わせて|あわせて|足して|足すと|合計で|両方で|[2二](?:つ|事業)で")
THE_ONE = "最も"  # in the cue of a question for one of all, not of two
# Of all projects the one that has most of something: 参加者が最も多い事業は, 一番応募が多かったのは.
THE_MOST = lazily(
    rf"{MOST}(?P<of>[^。、?]{{1,12}}が)?(?P<way>{AMOUNT})(?:い|かった)(?:の(?=[はがっ]|$)|{WORK}|もの|やつ)"
)
# The same without 最も, of what is counted: 採択件数が多いのは, 応募者数が少ない事業は.
THE_MOST_COUNTED = lazily(
    rf"(?<=[数額率量])[がの](?P<way>{AMOUNT})い(?:の|もの|やつ|{WORK})(?:は|って)?(?:どれ|どこ|(?:どの|何の){WORK})?$"
)
CHANGES = lazily(
    r"(?:前|昨)年度?(?:と|から|との|に比べ)|何が変わ|変更点|変更箇所|変わった(?:点|ところ|こと)|どう変わ|年度間?の?(?:差|変化)"
)
_IN_LIST = r"(?:(?:この|その|登録の)?(?:一覧|リスト|記録)(?:の中|内)?(?:に|で|には|では)?[、,]?)?"
COUNT = lazily(
    rf"{WORK}(?:は|って|が|を|も|の数は?|数は?|の件数は?)?[、,\s]*{_IN_LIST}(?:全部で|ぜんぶで|全体で|合計で?|合わせて|あわせて|今|現在|いま|結局(?:のところ)?|いったい|一体)?"
    rf"(?:{HOW_MANY}|どのくらい|どれくらい|どれだけ)"
    rf"|何事業|(?:関係|関連|系|がらみ|絡み)(?:の?もの)?(?:は|って)?[、,\s]*(?:何件|いくつ|何個)|^{_IN_LIST}(?:全部で|ぜんぶで|全体で|合計で?)(?:何件|いくつ)(?:ある|あり|登録.*|[の載](?:っ|せ).*)?$"
    rf"|{HOW_MANY}の?{WORK}|{WORK}[の、は]?(?:総数|件数|数)(?=[はをがっ]|だけ|のみ|$)"
)
HERE_ASKED = "\ue000"  # where the words stood by which a list is asked for
# A number of projects to be confirmed: 企画経営課は20件だよね, 事業は50件で合ってますか.
COUNT_GIVEN = lazily(
    rf"(?:{WORK}|{MASK})(?:の?(?:件数|数))?(?:は|って)(?:全部で|ぜんぶで|全体で|合計で?|今|現在)?"
    r"(?P<given>[0-9]{1,4}(?:件|個|事業)(?:だ|(?:で|に)[^、。]{0,8})?)$"
)
# How one asks for projects whose records say something: the words say nothing of what that is.
_A_THING = (
    rf"(?:事務)?事業|{WORK}|もの|やつ|とこ(?:ろ)?|{HERE_ASKED}"
    rf"|の(?=[はがをも全ぜ{HERE_ASKED}]|すべて|どれ|何|\s|$)"
)
_NOTED = (
    r"(?:(?:書(?:い|か(?:れ)?)|載(?:っ|せ(?:られ)?)|のっ|記(?:し|され|載(?:し|され)?)|触れ(?:られ)?|ふれ|言及(?:し|され)?|登場し"
    r"|出|入っ|含(?:ん|まれ)|うたっ|謳(?:っ|われ)|掲げ(?:られ)?|[挙上]が(?:っ|り)|述べ(?:られ)?)(?:て|で)?(?:い|あ)?(?:る|った|た)?"
    r"|の?(?:言及|記載|記述)[のが]あ(?:る|った)|書いた|載る|記す|出(?:て)?[く来]る|触れる|言及する|登場する"
    r"|掲げる|含む|含まれる|絡(?:む|ん(?:で|だ))(?:い?る)?|(?:関わ|かかわ)(?:る|って(?:い?る)?)|扱う|扱って(?:い?る)?)"
)
MENTIONED = lazily(
    r"(?:(?:っていう|という|といった|って感じの|みたいな|の)?(?:話題?|名前?|名称|言葉|単語|文字|文言|語|記述|記載|言及|件|旨|こと|やつ|もの)(?=[がはをにもの、\s出載書記触言登]))?"
    r"(?:のこと|について|に関して)?(?:(?P<told>(?:って|という)(?:の|こと)[がは])|と|って|が|に|を|も|は)?(?P<field>(?:成果|概要|目的)(?:欄|の欄|の?ところ|のとこ|の中)?[にで])?"
    rf"[\s、]*(?:{_NOTED}|(?(told)あ(?:る|った)|(?!)))(?={_A_THING})"
)
_WHICH_AT_END = (  # どれになりますか, どれ見せたらいい
    rf"(?:どれ(?!くらい|ぐらい|だけ|ほど|も)|どの{WORK})"
    r"[^。?、はがをに]{0,3}(?:に?な[るりん][^。?、]{0,6}|見せ[^。?、]{0,8})?$"
)
# What stands before it or beside it: where it is looked for, how much of it, and which of them.
LIST_FRAME = lazily(
    r"(?:記載|記録|一覧|リスト|資料|この中)の(?:中|うち)(?:で|に|から)|(?<![一-龥])(?:中|内|の間)に(?=[^はがを]{2})"
    r"|どれとどれ(?:とどれ)*|どれどれ|(?:漏れ|もれ)なく|(?:残|のこ)らず"
    r"|(?:数え|かぞえ)(?:ます|る)と|何[月日](?:ごろ|頃)?に|(?<!\S)年度(?:中|内)に|(?<![^〓\s])の(?:中|うち|なか)(?:で|から)|(?:って|という|っていう)(?:感じ|よう|ふう)の(?:こと)?|(?:なに|何)か(?=[^らのを])"
    r"|(?:を|が)(?:主な)?(?:目的|狙い|ねらい)(?:と|に)(?:する|し(?:て(?:い)?(?:る|た)|た))|(?:って|という|っていう)(?:目的|狙い)の"
    r"|(?:と|って|が)?(?:思(?:う|われる)|考えられる)(?=(?:事務)?事業)"
    r"|[はが]?(?:一つ|ひとつ|1つ|1件)(?:だけ)?(?:で|じゃ)は?な(?:い|く)(?:はず)?だ?"
    r"|(?:[二三四五2-5]つ|[2-5]件|(?:いく|幾)つか|複数)(?:くらい|ぐらい|ほど)?(?:あ(?:る|り|った)[^。、?]{0,8})?(?=[。、?\s]|$)"
    rf"|[^、。はがをの\s{MASK}「」]{{1,8}}(?<!だけ)(?<!のみ)(?<!ばかり)(?:じゃ|では)なくて?、?(?=[^、。?]{{2}})|うちの(?:部|市|役所)(?:だと|では?|なら)|{_WHICH_AT_END}"
)
# What stands behind the words by which a list is asked for: してもらえますか, 並べて, でいただけますか.
_GIVE = "(?:もらえ|(?:ほ|欲)しい|くれ|(?:いただ|頂)(?:け|きたい)|ください)"
LIST_TAIL = lazily(
    rf"[\s、,をにで]*(?:(?:{_SHOW}|並べ|ならべ|洗い出し|し)て?{_GIVE}*|{_GIVE}+)(?:ます|る|ない)?か?$"
)
# How many records say something: ワークショップって書いてあるの何個.
COUNT_NOTED = lazily(
    rf"{_NOTED}(?P<asks>(?:の|もの|やつ|とこ(?:ろ)?)(?:は|って|が)?[、,\s]*{_IN_LIST}(?:全部で|ぜんぶで|全体で|合計で?)?{HOW_MANY})"
)
COUNT_OF_OFFICE = lazily(rf"{HOW_MANY}|件数|事業数")
LIST = lazily(
    r"一覧|リスト(?:アップ|化)?|(?:一|ひと)(?:通|とお)り|列挙|(?:並|なら)べて?|洗い出|全部|すべて|全て|ぜんぶ|みんな(?!で)|漏れなく|もれなく|残らず|のこらず|どれとどれ|どのような事業が|なにがあ|何があ|(?:何|なに)と(?:何|なに)(?![をでに])"
    rf"|(?:どんな|どの|どういった|どういう|どのような|何の|なんの|他の|ほかの){WORK}(?:が|を|で(?!す|しょ)|に)?"
    rf"|(?:の|もの|やつ|{WORK})(?:は|って)?[、,\s]*(?={_WHICH_AT_END})"
    rf"|(?:もの|やつ|{WORK})(?:は|って)?[、,\s]+(?=[^はがをに]{{0,24}}{_WHICH_AT_END})"
    r"|(?<=[うくすつむるぐぶたい])(?:やつ|もの|とこ)(?:は|って|が)?(?:ある|あり)?$"
    r"|(?:(?<=[一-龥ァ-ヺー])(?:系|がらみ|絡み)|(?<=[^はがをのにで、\s])(?<!^誰)(?<!^だれ)(?<!は誰)(?<!はだれ)向け)(?:の?(?:もの|やつ))?(?:は|って|には)?(?:何|なに|どれ)?(?:が|は)?(?:ある|あり)?$"
    r"|(?:関連|関係)(?:の?もの|するもの)?(?:は|って|には)?[、,\s]*(?:何|なに|どれ)?(?:が|は)?(?:ある|あり)?$"
    rf"|(?<![0-9０-９]){WORK}(?:は|って|が|を|には|で)?、?(?:何|なに|どれ|どこ|どんなもの|(?:他|ほか)に(?:も|は)?)?"
    r"(?:が|は)?(?:ある|あり|あった(?:はず|ろう)?|いる|あれば|ない)?$"
)
TELL = lazily(r"(?:に?ついて|に関して|のこと(?:を|について)?|の話)$")
TOLD = lazily(r"教え|おしえ|知りた|聞きた|説明し")
_BY_PRONOUN = (
    r"誰|だれ|どなた|どこ|何処|なぜ|なんで(?!も)|どの(?![くぐ程])"
    r"|どう(?:やっ|し|す|使)|どうすれば|どうしたら|何(?!と?か)|なに|どれ|どちら|いつ"
)
ASKS_BY_PRONOUN = lazily(_BY_PRONOUN)
ASKS = lazily(rf"{_BY_PRONOUN}|(?:理由|原因|要因)(?:は|が|を|って|$)")

# How a text goes on with what was shown: もっと, 2番目, その事業, なぜ.
MORE = lazily(
    r"もっと(?:見る|見せて|知りたい|ある|教えて|詳しく)?|続き(?:は|を.*)?|つづき|(?:他|ほか|外)(?:に|は|には|にも)?(?:も|は)?(?:何が)?(?:ある|あります|あり)?|次(?:の\d+件|のページ|へ|は)?"
    r"|残り(?:は|も|を.*)?|more|next"
)
_DIGIT = "[0-9]{1,3}|[一二三四五六七八九]"
ORDINAL = lazily(
    rf"(?:(?P<back>(?:最後|後ろ|うしろ|下|末尾)から)(?P<m>{_DIGIT})(?:番目|番め|つ目|つめ|件目|個目|つ(?=は|の|を))(?:の事業|のもの|のやつ)?"
    rf"|(?:最初|はじめ|初め|上|先頭|頭|トップ)(?:から)?の?(?P<k>{_DIGIT})(?:つ|件|事業|個)(?!目|め)(?:の事業)?"
    r"|(?P<next>その(?:一つ|1つ|ひとつ)?(?:次|あと|後ろ)(?!回|年))(?:の事業|のもの|のやつ)?"
    r"|(?P<previous>(?:その(?:一つ|1つ|ひとつ)?|一つ|1つ|ひとつ)(?:前|手前)(?!回|年|に|の年)|前(?=のは))(?:の事業|のもの|のやつ)?"
    rf"|(?:上から)?(?P<n>{_DIGIT})(?:番目|番め|つ目|つめ|件目|個目|つ(?=は|を|って|$)|(?<=[1一])つ(?=だけ)|番(?=[のはがをもと、\s]|だけ|って|$))(?:の事業|のもの|のやつ|のプロジェクト)?"
    r"|(?P<first>最初|先頭|一番上|いちばん上|トップ|前者)(?:の方)?(?:の事業|のもの|のやつ)?"
    r"|(?P<second>後者)(?:の方)?(?:の事業|のもの|のやつ)?|(?P<last>(?:一番)?最後|一番下|いちばん下)(?:の事業|のもの|のやつ)?)(?!に[^つ])"
)
PRONOUN = lazily(
    r"(?:その|この|あの|上の|さっきの|先ほどの|前の|今の|同じ)(?:事業|プロジェクト|取り?組み?|施策|やつ|件|もの)?|(?:それ|これ|あれ)(?!ぞれ|ら|とも)"
)
EACH = lazily(r"(?:それぞれ|各々|おのおの|それら|これら)(?:の事業)?の?(?=.)")

_YES_OR_NO = lazily(
    r"(?:ない|です|でした|ます|ました|た|る|の|でしょう|よね)か?[?？]$|(?:です|ます|した)か。?$"
)
_ASKS_WHAT = lazily("何|なに|なん|いつ|どこ|誰|だれ|どの|どれ|いくら|いくつ|どう|なぜ|どんな|どちら|いか")
_NOUN_ALONE = lazily("[^はがをのにで、。?？]{2,12}は[?？]?")


def points_at(text: str) -> str:
    """The word by which a text points at what was shown (それ); その懇談会 may be another's."""
    points = PRONOUN.match(one_space(text).lstrip("、 "))
    return "" if points is None or points[0].endswith(("の", "同じ")) else points[0]


def asks_whether(text: str) -> bool:
    """Whether a text asks if something is so (支援もあるのですか), and not what, who or when."""
    return bool(_YES_OR_NO.search(text.strip())) and not _ASKS_WHAT.search(text)


def is_noun_alone(text: str) -> bool:
    """Whether a text is a noun and は: 応募は？."""
    return bool(_NOUN_ALONE.fullmatch(text.strip()))


OF_LIST = lazily(r"(?:(?:その|この|上の|前の)(?:うち|中)(?:で|から|の)?|(?:この|その)中に)、?")
# Of the list some, all but some, or it and more: 企画経営課のだけ, 87以外は何件, 情報政策課も含めて何件.
PART_OF_LIST = lazily(
    rf"(?P<which>[^、。はが?]{{1,30}}?)(?:の(?:もの|やつ|{WORK})?)?"
    rf"(?:(?P<only>だけ|のみ)|(?P<but>{EXCEPT})(?:の(?:もの|やつ|{WORK}))?"
    r"|(?P<also>[もを]?(?:(?:含め|(?:合|あ)わせ|加え|入れ)(?:たら|て|ると?)|足(?:したら|して|すと?))))"
    rf"(?:は|で|だと|なら|と|を|が)?[、,]?(?:全部で|ぜんぶで|合計で?)?(?:{HOW_MANY}|どれ)?(?:に?なる|に?なり|ある|あり)?"
)
# All that was counted with what was shown: それ以外は, これらの他の事業は.
THE_OTHERS = lazily(
    rf"(?:(?:それ|これ)ら?(?:以外|の(?:他|ほか)))(?:の(?:もの|やつ|{WORK}))?(?:は|って|を)?(?:何|どれ|どんなもの)?"
)
# Offices alone behind a list: 土木課のは, 土木課は何件, 土木課と都市政策課では.
ITS_OFFICE = lazily(
    rf"{MASK}(?:[とや、・]{MASK})*(?:の(?:もの|やつ)?|だと|なら|では|って)?は?(?:、?(?P<count>{HOW_MANY}))?"
)
WHOLE_LIST = lazily(
    r"(?:(?:これ|それ)ら?(?:を|の)?)?(?:全部|すべて|全て)?(?:を)?(?:一覧|リスト)(?:で|に(?:して)?|を)?"
)
NUMBER_OF_LIST = lazily(rf"(?:件数|事業の?数|数)(?:だけ|のみ)?(?:は|を|で)?(?:{HOW_MANY})?")
WHICH_ASKED = lazily(
    r"(?:どの|何の|なんの|何という|なんていう)(?:事業|プロジェクト)(?:の(?:こと|話))?|(?:どれ|何)のこと"
)
# Of what is done and not of the answer: なんでそんなことするの.
_WHY_DONE = (
    r"(?:なぜ|なんで|何で|どうして)(?:そんな|こんな|そう|こう|それ|これ)"
    r"(?:こと|事|もの|ん|の)?を?[しすや][ぁ-ん]*"
)
WHY_DONE = lazily(_WHY_DONE)
WHY_ASKED = lazily(
    rf"(?!{_WHY_DONE}$)"
    r"(?:なぜ|なんで|何で|どうして)(?:(?:この|その|そう|こう)?(?:答え|回答|返事|結果)?"
    r"[にとが]?(?:な(?:の|ん|る|った|り)[ぁ-ん]*)?(?:です|だ|で(?:しょう?|た)|か|の|ね|よ|っけ)*)?"
    r"|(?:この|その)?(?:答え|回答|返事)の(?:理由|根拠)(?:は|を|って)?(?:何|なに)?"
)
# What takes the last answer back before it says what is meant: 違う、防災の方.
CORRECTS = lazily(
    r"(?:いや|いえ|いいえ|ううん|すみません|ごめん(?:なさい)?)?[、,。\s]*"
    r"(?:(?:違う|違います|ちがう|ちがいます)(?:んだけど|よ|の)?(?:[、,。\s]+|(?=[そこ][っちれう]))"
    r"|(?:そう|それ|そっち|そちら|これ)?(?:じゃ|では)な(?:くて?[、,。\s]*|い(?:んだけど|よ|の)?[、,。\s]+)){1,2}"
    r"(?:(?:すみません|すいません|ごめん(?:なさい)?)[、,。\s]+)?(?=.)"
)
ONE_OF = lazily(
    r"(?P<which>[^、。はがをどこ]{1,20}?)(?:の(?:方|ほう|やつ|事業)|やつ|だけ|のみ)"
    r"(?=[はがをのもに、]|って|だ|詳し|くわし|教え|$)"
)
# The other one: 「講座」じゃない方の目的は.
NOT_THE_ONE = lazily(
    r"(?P<which>[^、。はがを]{1,20}?)(?:じゃ|では?)ない(?:の)?(?:方|ほう)(?:の事業|のやつ)?"
    r"(?=[はがをのもに、]|って|だ|詳し|くわし|教え|$)"
)
BARE_NUMBER = lazily(r"(?P<which>[0-9]{1,4})(?:番)?(?=は$|だけ|は?詳し)")
SIMILAR = lazily(
    r"(?:これ|それ|この事業|その事業)?(?:と|に)?(?:似(?:たような|た(?:目的|内容|趣旨)の|た|てる|ている)|類似(?:の|した|する)?)"
    r"(?:事業|もの|やつ|取り?組み?)?(?:は|って|も|が|、)?(?:他|ほか)?(?:にも?)?(?:ある|あり|どれ|何|ございます|ござい)?"
)
IN_FULL = lazily(
    r"(?:もっと|もう少し|もうちょっと)?(?:詳しく|くわしく|具体的に|詳細(?:を|は)?)|もっと(?:知りたい|教えて)"
)
BOTH = lazily(r"(?:両方|両者|ふたつ|二つ|2つ|それぞれ|双方)(?:とも)?(?:を|の)?")
YEAR_BEFORE = lazily(r"(?:その)?(?:前|昨|去)の?年度?|去年|昨年度?|前年度?|一年前|1年前")
_ALL_BUT = lazily(
    rf"[^\s、。?]{{1,30}}?{EXCEPT}(?:の(?:もの|やつ|{WORK}))?(?:だ?と|なら|で)"
)  # 財政課を除くと
_GOES_ON = lazily(
    "|".join(
        f"(?:{each.pattern})"
        for each in (_ALL_BUT, MORE, WHY_ASKED, WHICH_ASKED, WHOLE_LIST, SIMILAR, IN_FULL)
    )
)
_BEGINS = lazily("|".join(f"(?:{each.pattern})" for each in (OF_LIST, CORRECTS, BOTH, BARE_NUMBER)))

OFFICE = r"(?:担当課|課室|課|室|部署|部局|部(?!数)|府省庁|省庁)"  # 部数 are copies
_HOLDS = r"(?:(?:持|も)っ|抱え|受け持っ|担っ|(?:担当|所管)し)て(?:い)?る|持つ|抱える|(?:担当|所管)する"
_OF_OFFICES = (
    rf"(?:担当)?{OFFICE}(?:名|の名前)?|(?:事務)?事業(?:の?件?数)?|{MOST}|{HOW_MANY}の?|{_HOLDS}|多くの?|多い|少ない|順"
    r"|どの|どこの?|どれ(?:だけ)?|どんな|どういう|何の?|何課|何部|件数|数|一覧表?|リスト|それぞれ|別|ごと|毎|各|全部|全体"
    r"|すべて|全て|登録されている|ずつ|ある|あり|って|[はがをのにでもと、,\s]"
)
_THERE_IS = (
    r"(?:は|って|が|には|の数は)?(?:全部で|全体で)?(?:いくつ|何個|何がある|どこがある|どれだけ|ある|あり)"
)
# Which offices there are, and how many projects each has: どんな課がある, 事業が一番多い課は, 課ごとの件数.
OFFICES = lazily(
    rf"(?=.*(?:{OFFICE}(?!の{WORK})|(?:それぞれの|各){OFFICE}))(?=.*{OFFICE}(?:名|の名前)?(?:の?(?:一覧|リスト|数)|{_THERE_IS}|別|ごと|毎)"
    rf"|(?:どんな|どういう|いくつの?|何個の?|各){OFFICE}|それぞれの{OFFICE}(?=.*(?:何件|いくつ|数))|何[課部](?:ある|が(?:何件|いくつ))"
    rf"|(?=.*(?:事業|件数)).*(?:多い|少ない|(?:{MOST}|多く).*(?:{_HOLDS})))(?:{_OF_OFFICES})+"
)
# Which sections a department has, its name masked; or which belong to none: 部局外の課はどこ.
OFFICES_WITHIN = lazily(
    rf"(?P<of>{MASK}|(?:どの)?部局?(?:外|(?:に|で)も?(?:属|所属)?(?:さ|し(?:て(?:い)?)?)?ない))"
    r"(?:の(?:中の|下の)?|に(?:は|ある|(?:所属|属)する)?|が持つ|って|は|で)?[、,]?(?:どんな|どういう|いくつの?|何個の?|全)?"
    r"(?:担当課|課室?|室|部署|係|所属)(?:名|の?名前|の?数)?(?:の?(?:一覧表?|リスト))?(?:を|は|って|が|に)?[、,]?"
    r"(?:全部で|全体で)?(?:いくつ|何個|何がある|何課|どこがある|どこ|どれ|どんな(?:の|もの)が?|何|全部|ある|あり)*"
)

_ENDS = "(?![物値版書額率者量表費点品])"  # 目的物 and 成果物 are things, not fields
_ASKED_FOR = "(?!を(?![教おご知示見説まと簡詳聞確お願抜出拝]|$))"  # どのような内容を求めた asks for no field
_FIELDS = {
    "department": r"担当部局?(?![署門])"
    r"|(?:どこの|どの|何|なに)(?:部(?![署分門])|(?:省庁|省|庁)(?![にへとか]))|部名|部局|府省庁",
    "section": r"担当(?:課室?|部署|部門|室|局|者|窓口)?(?![すしな]|(?![何誰])[一-龥])"
    r"|所管(?:課|部署)?(?![すし])|主管課?"
    rf"|(?:どこの|どの|どちらの|何|なに)(?:課|部署|担当)(?:の{WORK}(?=$)|が(?:やって|担当して|して))?|(?:どこの|どの|どちらの|(?<!室[はがの])何)室"
    r"|担当し(?:て|た)[ぁ-ん]*(?:課|部署|室|ところ)|課室?名|室名|部署名?|(?:誰|だれ|どこ|どの課|何課)が(?:担当|所管|や|実施|行|運営|作|つく|進め|推進|主催|し(?:て|た))[ぁ-ん]*"
    r"|(?:誰|だれ|どこ|どの課|何課)が(?=.{1,20}(?:担当|所管|や(?:って|る)|実施|運営))"
    r"|(?:誰|だれ|どこ)(?:の(?:担当|仕事|所管)|が$)|問い?合わ?せ先?|照会先|(?<=[のは])窓口(?=は|を|$)|課(?=は|って|を教)"
    r"|(?<=[ただるの])(?:課|室|部署)$|(?<=[ただるの])課室(?=は|が|を|って|$)|(?:やって|担当して|進めて|行って|取り組んで|実施して)い?る(?:ところ|課|部署|の)は?(?:どこ|誰|だれ)$"
    r"|(?:担当|所管|実施|運営|主催|調達|や|行|作|出|進|始)(?:し|っ|め)(?:て|た)[ぁ-ん]*のは(?:どこ|誰|だれ)$",
    "purpose": rf"何を(?:目的|狙い)に(?=、?どん|、?何)|(?:(?<!多)目的|狙い|ねらい|趣旨|目標|意義|理由){_ENDS}"
    r"|なぜ|どうして|(?:何|なん|なに)のため(?:に|の)?(?:事業)?|(?:何|なに)を(?:目指|めざ|狙|ねら)[ぁ-ん]*"
    r"|(?:目指|めざ|狙|ねら)[しすっうわお](?:て(?:い)?[るた]|た|れて(?:い)?る)?(?:もの|こと|ところ|の)(?=は|って|とは|が|を|$)",
    "outcome": rf"(?:成果|効果|結果|実績){_ENDS}|どうな(?:った|って|りまし)[ぁ-ん]*"
    r"|どう(?:だった|でし(?:た|ょう))|どんなことを(?:した|しま|やった|やりま|行った|行いま)[ぁ-ん]*"
    r"|何(?:を|が|か)?(?:し(?:てい?)?(?:た|まし)|やってい?(?:た|まし)|やった|やりまし|でき|出来|達成|得られ)[ぁ-ん]*"
    r"|(?:何|なに)を(?=[^はがの、。]{1,8}[ただ]の?$)[^はがの、。]+|進捗(?!率)|実施状況|進み具合|(?<=の)状況(?=は|を|って|$)|(?:やった|した|できた|取り組んだ|実施した)(?:こと|内容)|どこまで(?:進|でき)[ぁ-ん]*|うまくいっ[ぁ-ん]*|(?:なに|何)した",
    "overview": rf"(?:概要|内容){_ENDS}{_ASKED_FOR}"
    rf"|どんな(?:{WORK}|こと|もの|制度|仕組み|感じ|活動(?:内容)?(?=$|[はをで]))"
    rf"|どう(?:いう|いった)(?:{WORK}|こと|もの|制度|仕組み|感じ|内容|活動|$)"
    rf"|(?:とは|(?<![や作行使])(?<!を.)(?<![にくとう]な)って)(?:何|なに|なん)?(?=$|で|だ(?!れ))|(?:は|って)(?:何|なに)$|(?:何|なん)の{WORK}(?=$|で)"
    rf"|(?:何|なに)を?(?:する|して|やって|やる|行う|行って)(?:[いまのたる]|ん)*(?:{WORK}$)?"
    r"|(?<=の)(?:手順|流れ|やり方|進め方|方法)(?=は|を|って|$)|詳細|詳しく|くわしく|説明|仕組み|中身{_ASKED_FOR}|具体的に?",
    "number": r"(?<!電話)(?<!口座)(?<!暗証)(?<!郵便)(?:事業|通し)?番号(?=は|を|が|って|も|だけ|のみ|$)"
    r"|何番目?(?=$|で)",
    "name": r"正式名称|(?<![一-龥ァ-ヺー])名称|事業名|正式な名前|(?<![一-龥ァ-ヺー])名前(?=(?:だけ|のみ)$)",
    "fiscal_year": r"何年度の?(?:事業|もの|一覧|データ|記録)?(?=$|で|か)|対象年度|(?<=の)年度(?=は|$)",
}
FIELD = lazily("|".join(f"(?P<{name}>{pattern})" for name, pattern in _FIELDS.items()))
_IN_DETAIL = lazily(
    "[をもはが、,]*(?:もっと|もう少し|もうちょっと|少し)?(?:詳しく|くわしく|詳細に?|具体的に)"
)
_COPULA = lazily(r"(?:とは|って|は)(?:何|なに|なん)?")
_JOINED = lazily(r"(?:や|と|、|・|及び|および|,|と、)*|[はがのって]{1,2}")


@dataclass(frozen=True, slots=True)
class FieldCue:
    """The fields a question asks for, in order, and the stretch of it that says so."""

    fields: tuple[str, ...]
    span: tuple[int, int]


_HOW_MUCH = r"(?:どのくらい|どれくらい|どれぐらい|どの程度|どれほど|いくら|いくつ)"
_TWICE = lazily(
    rf"(?P<noun>(?:期間|時期)(?=は?(?:{_HOW_MUCH}|いつ|何\S{{1,3}})$)|(?:金額|総額|費用|額)(?=は?(?:{_HOW_MUCH}|何.?円)$)"
    rf"|(?:頻度|割合|比率|率|度)(?=は?(?:{_HOW_MUCH}|何(?:[%％回]|パーセント))$)|数(?=は?(?:{_HOW_MUCH}|何\S{{1,3}})$))は?\S+$"
)
_LONGEST_TAIL = 60  # characters
# A character that no courtesy behind a cue has; they have 願, 欲, 頂 and 下 of お願い, 欲しい, 頂き, 下さい.
_NO_COURTESY = lazily(r"[^ぁ-んー?？!！。、\s願欲頂下]|[願頂](?![ぁ-ん])|欲(?!し[ぁ-ん])|下(?!さ[ぁ-ん])")
# Courtesies have hiragana in them, but for 頂戴 and for signs.
_MAY_BE_POLITE = lazily(rf"[ぁ-ん]|^[、。,!！\s]|(?:頂戴|[{''.join(sorted(_SIGNS))}\s])$")


@lru_cache(maxsize=256)
def core(question: str) -> str:
    """The question without courtesies and punctuation at its ends (すみません, を教えて, でしょうか)."""
    if not _MAY_BE_POLITE.search(question):
        return question
    question = _OPENING.sub("", question).strip()
    end = _before_signs(question, len(question))
    # Only the end is looked at, and nothing is copied: a thousand ますか are taken off one by one.
    while found := _POLITE.search(question, max(0, end - _LONGEST_TAIL), end):
        end = _before_signs(question, found.start())
    return _TWICE.sub(r"\g<noun>", question[:end].lstrip())  # 申請件数は何件 asks no more than 申請件数は


def _before_signs(text: str, end: int) -> int:
    """Where the punctuation and white space begins that stands before `end`."""
    while end and (text[end - 1] in _SIGNS or text[end - 1].isspace()):
        if text[end - 1] == "ー" and end > 1 and "ァ" <= text[end - 2] <= "ヺ":
            break  # of a word in katakana: スマートシテー
        end -= 1
    return end


def without_preface(question: str) -> str:
    """A question without the courtesies that stand before it in sentences of their own."""
    found = _PREFACE.match(question)
    if not found or (found["asker"] and not _is_person(found["asker"])):
        return question
    return question[found.end() :]


_ANOTHER_MATTER = lazily(
    r"^(?:[えあ]っと、?|あの、?|すみません(?:が)?、?)?(?:(?:ちょっと)?(?:お?話|話題)(?:は|が)?(?:変わ|かわ|変え|飛[びん]|とび|とん)[ぁ-ん]{1,8}?(?:が|けど|けれども?|て)?"
    r"|(?:全然|まったく|全く)?別(?:件|の(?:話|件|こと))(?:なん|な|で|です)[ぁ-ん]{0,5})[、。,\s]+(?=.)"
)


def without_turn(question: str) -> str:
    """A question without the words that turn to another matter (話は変わりますが、), else as it is."""
    return _ANOTHER_MATTER.sub("", question, count=1)


def _is_person(name: str) -> bool:
    """Whether 企画経営課の田中です tells who asks; 企画経営課のロボットです tells what is asked about."""
    return all(token.word.kind == "人名" or token.word.surface in _ROLES for token in tokenize(name))


_REMARK = lazily(
    r"(?<=[。?？!！])\s*(?:[^。、]{0,8}(?:複数|いくつか|何件か|(?:一つ|ひとつ|1つ|1件)(?:だけ)?(?:で|じゃ)は?な)[^。?？]*)$"
    r"|(?<=[?？])\s*(?:それぞれ)?(?:何[件個]|いくつ)ずつ(?:です|なん)?か?[?？]*$"  # of 事業の数どっちが多い？
)


# Where a clause ends that tells something before one asks: 〜と聞いたのですが、, 〜がありまして、
LEADS_TO = lazily(
    r"(?:です|でした|ます|ました|ません)(?:が|けれ?ども?|けど)、?|(?:だ|た|る|い)(?:が、|けれ?ども?、?|けど、?)"
    r"|(?:です|ます|だ|た|る|い)し、|(?:まして|よ?ね|のよ|だもの|なもんで)、"
    # Why or what for one asks: 説明したく、, ページを作るんで、, 伺いますので、, 記事書きたいんやけど、
    r"|(?:た|欲し|ほし)く(?:て|思い(?:まし)?て?)?、|[うくすつぬむるぐぶい](?:んで|もん(?:やから|で)|(?:ん|の)(?:や|だ|です)(?:けれ?ど|けど|から))、"
    r"|(?:です|ます|たい)(?:ので|から)、"
    r"|(?:聞か|訊か|問わ|尋ねら|頼ま|言わ|求めら)れ(?:た(?:ので|んで|もので|から)|て(?:い(?:て|まして)|おりまして|まして)?)、"
)
_ENDS_OF_TALK = lazily(r"[。?？!！\n]|\(笑\)|…+|\.{3,}")


# That what is wanted was said already: 決算を知りたいです。図書館事業です.
_ASKED_FIRST = lazily(
    rf"(?:(?:知りた|聞きた|見た)い|教えて(?:欲しい|ほしい)?|(?<!させて)(?:{PLEASE}))(?:の|ん)?(?:です|だ)?(?:が|けど)?[。!！\n]"
)


def parted(text: str) -> tuple[str, str]:
    """What a text (in NFKC) tells before it asks, and what it asks: 動画を見ました。何回開いたんですか.

    The first is empty where all of it asks, or where what stands before asks too (甲ですか？ それとも乙？).
    """
    if (chosen := condition(text)) and (len(chosen.parts) != 1 or _joined(text)):
        return "", text  # 〜と書いてあるけど〜と書いてない事業
    ends = [found.end() for found in _ENDS_OF_TALK.finditer(text)]
    spans = [span for span in itertools.pairwise((0, *ends, len(text))) if text[slice(*span)].strip(" 、")]
    asking_ones = [span for span in spans if asks(text[slice(*span)], in_talk=True)]
    if not asking_ones:
        return "", text
    start, end = asking_ones[-1]
    if _OR.match(text, start) or _IS_BORNE_OUT.match(text, start):
        return "", text
    leads = (start, *(start + found.end() for found in LEADS_TO.finditer(text[start:end])))
    for at in reversed(leads):
        before = text[:at]
        asks_too = any(pattern.search(before) for pattern in (_INTERROGATIVE, _ASKED_FIRST, _OPEN_QUESTION))
        is_told = core(before) and not asks_too
        if is_told and asks(text[at:end], in_talk=True):
            return text[:at], text[at:]
    return "", text


_OPEN_QUESTION = lazily("は[?？]")  # 地区の人口は？ 進捗率は？
_IS_BORNE_OUT = lazily(_BORNE_OUT)
_OR = lazily(r"[\s、]*(?:それとも|あるいは|または|もしくは)")
_THERE = lazily("(?:あそこ|そこ|そちら|あちら|そっち|あっち)(?=[のはでにって、])")
_IN_QUOTES = lazily("[「『“][^」』”]{1,20}[」』”]")


def of_what_was_told(asked: str, told: str, office: str) -> str:
    """What is asked, with what it leaves out of what was told: the `office` of あそこ, a word in 「」."""
    asked = _THERE.sub(office, asked, count=1) if office else asked
    quoted = _IN_QUOTES.findall(told)
    is_left_out = len(quoted) == 1 and not _IN_QUOTES.search(asked) and MENTIONED.search(asked)
    return f"{quoted[0]}が{asked.lstrip(' 、')}" if is_left_out else asked


# What one only thinks, behind what one asks: 今何社でしたっけ、増えたと思うけど; 何やってるの、忙しそう.
_THOUGHT = lazily(
    r"(?:(?<=っけ)|(?<=[かねな])|(?<=[。?？!！]))[、,。?？\s]*[^。?？]{0,40}?"
    r"(?:(?:思(?:う|い|った|って)|気が[しす]|はず|覚え|忘れ)[ぁ-ん]{0,6}?)(?:けど|けれども?|が|のに)[、。…\s]*$"
    r"|(?<=[のかね])、[^、。?？]{1,10}(?:そう|みたい)(?:だ|です)?[ねな]?$"
    r"|(?<=[。?？])\s*[^。?？]{1,40}?(?:と思(?:う|い|って)(?:ます|ました|います)?|はず(?:です)?|気がします?)[よね]*[。…\s]*$"
)


def without_thought(text: str) -> str:
    """A question without what its asker only thinks or forgot, said behind it; all of it where that asks."""
    found = _THOUGHT.search(text)
    if found is None or _INTERROGATIVE.search(found[0]) or not _INTERROGATIVE.search(text[: found.start()]):
        return text
    return text[: found.start()]


def without_frame(text: str) -> str:
    """A question for a list without what says nothing of the projects: 漏れなく denies nothing."""
    return LIST_FRAME.sub(" ", without_remark(text))


def without_remark(text: str) -> str:
    """A question without the remark behind it: 複数あるはず, 前の市は郵送でした."""
    text = without_thought(_REMARK.sub("", text))
    # Sentences are taken off the end one by one, and nothing is copied or looked through again.
    starts, end = [found.end() for found in _END_OF_SENTENCE.finditer(text)], len(text)
    while True:
        told_until = end - text.endswith("\n", 0, end)
        while told_until and text[told_until - 1] in "。!！":
            told_until -= 1
        while starts and starts[-1] > told_until:
            starts.pop()
        if not starts or starts[-1] == told_until:
            break
        sentence = text[starts[-1] : end]
        is_of_asker = _OF_THE_ASKER.search(sentence) and not _RESTRICTS.search(sentence)
        if _INTERROGATIVE.search(sentence) or not (is_of_asker or _ONLY_TELLS.search(sentence)):
            break
        end = starts[-1]
    asked = text[:end]
    is_question = asks(asked, in_talk=True) or _ENDS_IN_NOUN_ASKED.search(asked)
    return asked if len(asked) < len(text) and is_question else text


# 利用が落ちた理由。 asks for that, where what stands behind is only told.
_ENDS_IN_NOUN_ASKED = lazily(
    "(?:理由|目的|成果|概要|担当課?|件数|人数|回数|時期|場所|方法|相手|金額)[。!！]*$"
)


_END_OF_SENTENCE = lazily("[。?？!！]")
_ONLY_TELLS = lazily(
    r"(?:でした|まし?た|ません|ない|った|てい?(?:る|ます)|ので|んで|から|けれ?ど|のに|(?:困|助か)り?ます?)[よね]*[。!！]*$"
    r"|(?:添え|書き添え|付け|つけ)て(?:ください|下さい|ほしい|欲しい|くれ)[ぁ-ん]*[。!！]*$"
)


# For what or how the asker wants it: 答弁の割振りのため。, 数字だけで結構です。, 20弱だったかと。
_OF_THE_ASKER = lazily(
    r"(?:ため|そう(?:で|です)?|との(?:こと|話)(?:で|です)?|(?:し|き|り|ち|み|べ|え|い)たい(?:です|ので)?|の(?:確認|検討|整理|準備|参考|照会|回答|答弁|資料)(?:用|です)?|かと|結構です|で(?:可|OK|十分(?:です)?)"
    r"|(?:一文|一行|一言|ひとこと)で|と?(?:の)?(?:発言|主張|指摘)|簡潔に|手短に|お願い(?:いた)?します|(?:のです|んです|です|ます)(?:が|けど))[。!！]*$"
)
# What says of which figure it is asked: オンライン参加込みの数字で可, マッチングではなく相談の方で.
_RESTRICTS = lazily(
    r"込|除|以外|のみ|な(?:い|く)(?!そう)|の(?:方|ほう)|うち|年|月|限|と比|だけ(?!で?(?:結構|可|OK|十分|至急|お願い|、))"
)

How = Literal["saying", "not saying", "except"]
Joint = Literal["all", "any"]


@dataclass(frozen=True, slots=True)
class Said:
    """What one condition is on: `word`, or one of `or_words`, stands in one of `fields`, or in none of them.

    Of `section` and `department` it stands in the name of the office; no fields are a project's own texts.
    `clause` are the words of one that no record has letter for letter.
    """

    how: How
    word: str
    fields: tuple[str, ...] = ()
    or_words: tuple[str, ...] = ()
    is_value: bool = False  # 人数, 件数, 金額: figures of that kind are meant, not the word
    at: Literal["", "start", "end"] = ""  # the field begins or ends with it
    clause: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """The word and those that will do as well."""
        return (self.word, *self.or_words)


@dataclass(frozen=True, slots=True)
class Condition:
    """Conditions on the wording of projects, or what is left out of them; no parts where they are not read.

    `joint`: whether all of the `parts` are to hold or any of them. `scope` is what the question says before
    them (whose projects), `but` whose it leaves out, `rest` what it says after them: whether they are counted
    or listed.
    """

    parts: tuple[Said, ...]
    rest: str
    scope: str = ""
    but: str = ""
    joint: Joint = "all"

    @property
    def is_counted(self) -> bool:
        """Whether only how many there are is asked for."""
        return self.rest == "数" or bool(COUNT_OF_OFFICE.search(self.rest))


_THING = rf"(?:{WORK}|もの|やつ)"
_FIELD_NAMES = {
    "目的": "purpose", "概要": "overview", "成果": "outcome",
    "名前": "name", "事業名": "name", "名称": "name", "事務事業名": "name",
}  # fmt: skip
_NAME = "|".join(_FIELD_NAMES)
_FIELDS_NAMED = rf"(?P<field>(?:{_NAME})(?:[やとか・、](?:{_NAME}))*)(?:の(?:中|欄|ところ|とこ)|欄)?"
# What is called a word stands before these; the verbs say where it stands, or that it does not.
_CALLED = (
    r"(?:(?:という|って(?:いう)?)(?:言葉|ことば|文字|字|語句?|単語|文言)?"
    r"|の(?:言葉|文字|字(?![一-龥])|語句?(?![一-龥])|ことば|名前|話|こと))?"
)
_PARTICLE = r"(?:(?:のこと)?(?:と|って|が|に|を|について))?は?も?"
_STANDS = (
    r"(?:の?(?:記載|記述|言及)[のが](?:あ(?:る|った|ります))?|(?<=[葉語字言話][がの])(?:あ(?:る|った|ります))?|(?<=[」』][とが])(?:あ(?:る|った|ります))|(?<=[」』]が)(?=な[いか])"
    r"|(?:書(?:い|か)|かい(?=て)|載(?:っ|せ|ら)|のっ(?=て)|記載(?:さ|し)?|記(?:さ|し)|触れ|ふれ|出|含ま|含|入(?:っ|ら)?|はい(?:っ|ら)|登場し?"
    r"|言及(?:さ|し)?|[挙上]が|述べ|付(?=[いかくけ])|つ|掲げ|うたっ|冠し)(?:れ|い|か|く|る|む)?(?:て|で)?(?:くる|こ|き)?[いあ]?(?:る|った|た|ります|ます)?)"
)
_NOT = r"(?:ない|なかった|ません|ませんでした|ていない)"
_MAY_STAND = lazily(
    "[書載触出含入場及付つ掲う冠記挙上述]|はい|のっ|かい|ふれ|[葉語字言話][がの][あな]|[」』]とあ|[」』]が[あな]"
)
_SAYING = lazily(
    rf"(?P<word>[^。?]{{1,40}}?){_CALLED}{_PARTICLE}(?:どこか[にで]も?)?{_STANDS}(?P<not>{_NOT})?"
    rf"(?:(?P<of>(?!担当|所管)[^。?、「」のはがを]{{1,20}}[課室部局所係])の)?"
    rf"(?P<rest>(?:{_THING}|の(?!に)[^?]|(?:担当)?(?:課|室|部署|部)の{WORK}).*)"
)
# In a few nouns: 名称に「手続」何件, 事業名「国際」入り, 概要に「委託」なし.
_IN_NOUNS = lazily(
    rf"{_FIELDS_NAMED}(?:に|で|:)?\s*[のが]?(?P<word>「[^「」]+」)\s*[がをとの]?\s*"
    r"(?:(?P<not>[無な]し|[無な]い|入ってない)|(?P<stands>入り|[あ有]り|入ってる|含む|付き))?"
    rf"(?:の?{_THING})?は?\s*(?P<rest>{HOW_MANY}|件数|数|どれ|一覧|リスト|全部|ぜんぶ|すべて|全て)?[?。\s]*$"
)
# 名称が「事務」の二文字で終わる事業, 事業名の頭に「国」が付くもの: at which end of its name the word is.
_AT_AN_END = lazily(
    r"(?:事務事業名|事業名|名前|名称)(?:の(?P<end>最後|末尾|お?[尻しり]り?|終わり|頭|先頭|冒頭|最初))?[がはにの、]*(?:最後|末尾)?[がはに、]*"
    r"(?P<word>「[^「」]{1,20}」|[^「」、。はがをに]{1,12}?)(?:という|って)?の?(?:[一二三四五2-5]文字|字|語|言葉|文字)?"
    r"(?:(?P<by>で(?:終わ|おわ|締ま|締め)|(?:で|から)(?:始|はじ)|[がで]?付)[一-龥ぁ-ん]{0,6}?|(?(end)の|(?!)))"
    rf"(?P<rest>(?:{_THING}|の(?!に)|ん(?=何|なん)).*)"
)
# 財政課の事業以外, 図書館関係の事業を除く
_WORK_LEFT_OUT = rf"[」』]?(?:の{_THING}|(?:関係|関連|(?:の|(?<=[{MASK}◎▲]))分)(?:の{_THING})?)?[」』]?"
_BEHIND_LEFT_OUT = lazily(rf"{_WORK_LEFT_OUT}(?P<cue>{EXCEPT})")
_BESIDES = "(?<![そこあ])の(?:ほか|他)(?=[にでの])"
_LEFT_OUT = lazily(rf"{_WORK_LEFT_OUT}(?P<cue>{EXCEPT}|{_BESIDES})(?:の|で|と|に|、)?")
_JOINS_LEFT_OUT = frozenset(("と", "や", "・", "及び", "および", "並びに", "か"))
_OTHERS = lazily(
    rf"^(?P<word>[^。?、「」]{{1,24}}「[^「」]{{1,40}}」|(?:[^。?、]{{1,20}}[課室部]で[、,]?)?[^。?、]{{1,20}}?)(?:{EXCEPT}|ではない|じゃない)"
    rf"(?:の|が(?:(?:担当|所管|実施)(?:の|する|し(?:て(?:い)?)?(?:る|た))|やって(?:い)?る))?(?P<rest>(?:{_THING}|方|ほう).*)"
)
# 企画経営課以外で、成果に「コロナ」とある事業, 名前に「事務」とある事業のうち市民課以外: the others alone.
_BUT_FOR = lazily(
    rf"^(?P<but>[^「」。?、]{{1,24}}?)(?:{EXCEPT}(?:の(?:事業|課)?)?(?:の中)?[でには、,]+|を?除(?:いて|き))"
)
_BUT_FOR_AMONG = lazily(rf"のうち(?:で|から)?[、,]?(?P<but>[^「」。?、]{{1,24}}?)(?:さん)?{EXCEPT}")
_AMONG = lazily(
    rf"(?:のうち(?:で|から)?|^{_THING}(?:の中)?で)[、,]?"
    rf"(?!(?:{HOW_MANY}|どの{_THING}|どれ|全部|一覧|リスト|[ぁ-ん、,])*[?。]?$)"
)
_NAME_OF_IT = lazily("(?:お|(?:事務)?事業のお?)(?:名前|名称)|(?:事業の)?(?:タイトル|題名|表題)(?=[にが])")
# 講座でもワークショップでもない事業: what is none of several.
_NEITHER = lazily(
    rf"^(?:(?P<scope>[^「」。?]{{1,24}}?)(?:の事業(?:の中|のうち)?|のうち|の中)(?:で|から|に)?は?[、,]?)?"
    rf"(?P<each>(?:(?!{QUESTION})[^。?、のはがを]{{1,20}}?でも[、,]?){{2,4}})な(?:い|く(?:て)?|かった)(?P<rest>(?:{_THING}|の(?=[はがをもっ?]|$)).*)"
)
_INSIDE_FIELD = lazily(rf"(?:^|(?<=[、,の\s])|(?<=事業で)){_FIELDS_NAMED}(?:に|で|へ)は?(?P<word>.+)$")
_BEFORE_FIELD = lazily(rf"^(?P<word>.+?){_CALLED}(?:と|って|が|を|は|も){_FIELDS_NAMED}(?:に|で|へ)?は?$")
# How it stands there: 「…」と正直に書いてある.
_MANNER = lazily(rf"(?<=[」とがを])(?:と|って)?(?!{_NAME}|どこか)[一-龥ぁ-ん]{{2,4}}に(?=書|載|記載|触れ)")
_OF_QUOTED = lazily("(?<=」)の$")  # 「特区」の付く事業
_WHEREVER = lazily(
    "^(?:どこか|(?:記載|記録|本文|文章?|資料|一覧|リスト|データ)(?:の?(?:中|内|どこか))?)(?:に|で|の中で)?(?:でも)?[、,]?$"
)
_QUOTED = lazily("「(?P<word>[^「」]+)」$")
# What is named as an example chooses nothing: 友好都市とか姉妹都市とか, of no office.
_SUCH_AS = lazily("^(?!.*[課室部局係所])(?=.*(?:とか|やら|など|なんか)).*$")
_IN_OFFICE = lazily(
    r"^(?P<scope>[^「」、,]{1,24}[課室部局所係])(?:の中で?|の事業(?:の中)?で|で|のうち)[、,]?(?P<word>.+)$"
)
# What names a kind of value, and no word unless it is called one: 人数が書かれている, 「人数」という言葉.
_KINDS_OF_VALUE = lazily("人数|件数|回数|金額|割合|日付")
_NAMED_SO = lazily("」?(?:と|って)(?:名前に)?(?:付|つ)(?:く|い|か)")  # 推進と付く事業
_QUOTED_SO = lazily("[がの」]?(?:と|って)?(?:名前に)?(?:付|つ)(?:く|い|か)")  # 「推進」が付く事業
# What each project has a field or a column of, whatever the list: 担当課が書かれていない, 決算額の記載がない.
_OF_CELLS = lazily(
    r"(?:担当|所管|主管)(?:課|室|部|部署|部局|者)?名?|部署名?|課名|(?:目的|概要|成果|内容|効果|結果|実績|目標|課題|指標|評価|判定|方向性"
    r"|達成率|(?:当初|補正|最終)?予算|決算|(?:総)?事業費|人件費|財源|根拠法令|対象|期間|(?:事業)?番号|(?:事務)?(?:事業)?名)(?:額|値|欄|結果|名|年度)?"
)
_AS_WORD = lazily("という|って(?:いう)?[言文字語単]|の(?:言葉|文字|字|語|ことば)")
_AT_ALL = lazily("(?:一言|一度|一切|全く|まったく)$")
_BEFORE_AT_ALL = lazily(rf"{_CALLED}(?:と|って|が|は|も|に|を|について)*(?:一言|一度|一切|全く|まったく)$")
_OF_OFFICES_NAMED = lazily(rf"(?:担当)?(?P<kind>課|室|部署|部)の{WORK}")


def left_out_behind(text: str, end: int) -> int:
    """Where the cue ends that leaves out what ends at a place (財政課以外, 縮小の事業を除く), or 0."""
    found = _BEHIND_LEFT_OUT.match(text, end)
    return found.end("cue") if found else 0


class LeftOut(NamedTuple):
    """Where the `parts` stand that are left out, joined by と; where the `cue` ends, and what joins it."""

    parts: tuple[tuple[int, int], ...]
    cue: int
    end: int


def left_out(text: str) -> tuple[LeftOut, ...]:
    """What a text leaves out, in its order: both of 環境部と産業部以外; no parts where it cannot be told."""
    cues = list(_LEFT_OUT.finditer(text))
    tokens = list(tokenize(text)) if cues else []
    found = []
    for cue in cues:
        parts: list[tuple[int, int]] = []
        before = [token for token in tokens if token.end <= cue.start()]
        while run := _names_at_end(before):
            parts.insert(0, (run[0].start, run[-1].end))
            del before[-len(run) :]
            if not before or before[-1].word.surface not in _JOINS_LEFT_OUT:
                break
            before.pop()
        is_told = before and parts and before[-1].end == parts[0][0] and before[-1].word.kind in _SAYS
        if is_told or any(re.fullmatch(WORK, text[slice(*part)]) for part in parts):
            parts = []  # 一番高い事業以外
        found.append(LeftOut(tuple(parts), cue.end("cue"), cue.end()))
    return tuple(found)


def _names_at_end(tokens: Sequence[Token]) -> list[Token]:
    """The words at the end of a text's tokens that are one name: 新居|小|学校, 幼稚|園, a sign."""
    run = list(itertools.takewhile(_may_be_of_name, reversed(tokens)))[::-1]
    return run if any(token.word.kind != "接頭辞" for token in run) else []


def _may_be_of_name(token: Token) -> bool:
    kind, surface = token.word.kind, token.word.surface
    is_sign = surface in f"{MASK}◎◇■▲●"
    is_noun = token.word.noun and surface not in ("うち", "なか", "ほか")
    return is_noun or is_sign or (kind in _OF_NAMES and not _KANA_ALONE.fullmatch(surface))


_OF_NAMES = frozenset(("接頭辞", "接尾辞", "記号", "形状詞", "副詞"))
_KANA_ALONE = lazily("[ぁ-ん]+")


DENIES = frozenset(("ない", "ず", "ぬ", "まい"))  # auxiliaries, in normal form
HELPERS = frozenset(("為る", "居る", "おる", "来る", "成る"))  # verbs that say no more than that it is so
NOT_ONLY = frozenset(("だけ", "のみ", "ばかり", "しか"))  # だけでなく denies nothing
# What stands between a noun and what denies it and says no more; and what an office has to do.
_DONE = rf"{WORK}|取り組む|物|奴"
_NO_MORE = lazily(rf"{_DONE}|訳|方|以[上下内]|未満")
_TO_DO = lazily(rf"{_DONE}|仕事|業務|担当|所管|主管|管轄|所属|受け持ち|実施|行う|遣る")
_CARRIES_OUT = lazily("実施|行う|遣る")
_SOMETHING_DONE = lazily(_DONE)
# Signs that も joins to the one before: of ▲も▲も…ない what denies the last denies each.
_BOTH = r"[」』]?(?:■|評価|判定|以?[上下内]|未?満)?[でとに]?も"
_EACH_OF_BOTH = lazily(rf"(?:{_BOTH}[、,\s]*[「『]?(?:■が?)?[{MASK}◎◇■▲●](?={_BOTH}))+")


@lru_cache(maxsize=2_048)
def denied_behind(text: str, at: int, *, of_office: bool = False) -> tuple[int, int]:
    """Where that stands which denies the noun that ends at a place: 縮小と評価されて|ない|.

    (0, 0) for none. The first predicate behind the noun is meant, which may begin before the place; another
    noun in between is of the predicate (判定され) or says no more (の事業で). An office is denied only as the
    one that has a thing to do. 縮小の事業はない asks or tells whether there are any, and denies no 縮小.
    """
    if joined := _EACH_OF_BOTH.match(text, at):
        at = joined.end()
    if text.startswith("▲■", at - 1):  # 縮小評価も
        at += 1
    tokens = [token for token in tokenize(text) if token.end > at]
    signs = "".join(map(_sign_of, tokens))
    found = _NOT_SO.match(signs) or _NOT_DONE.match(signs)
    last = found.end() - 1 if found else 0
    subject = len(signs[:last].rstrip("PT")) - 1
    is_of_all = 0 <= subject < last - 1 and _SOMETHING_DONE.fullmatch(tokens[subject].word.text)
    if is_of_all and tokens[last].word.text == "無い":
        return 0, 0
    no_more = _TO_DO if of_office else _NO_MORE
    for index, token in enumerate(tokens[:last]):
        word = token.word
        if signs[index] not in "NV" or token.start < at or word.surface == "■":
            continue
        is_own = not of_office and (signs[index + 1] in "HN" or word.kind in ("動詞", "形容詞"))
        is_undone = of_office and _CARRIES_OUT.fullmatch(word.text) and signs[last + 1 : last + 2] == "H"
        says_no_more = bool(no_more.fullmatch(word.text))
        is_object = not of_office and signs[index + 1] == "P" and says_no_more  # の事業をしていない課
        if is_undone or is_object or not (is_own or says_no_more):
            return 0, 0
    return (tokens[last].start, tokens[last].end) if found else (0, 0)


# Tokens as letters: C the copula, E ある, X what denies, H a helper of a verb, T て and は behind one, P any
# other particle, N a noun, V another verb.
_NOT_SO = lazily("[PTNHV]{0,8}CT*(?:X|EH*X)")
_NOT_DONE = lazily("(?:P[PT]*N{1,3}(?=P))?[PT]*(?:N{1,3}[PT]X|N{0,3}[VH][HT]*X)")


def _sign_of(token: Token) -> str:
    word = token.word
    if word.text == "無い" or (word.kind == "助動詞" and word.text in DENIES):
        return "X"
    if word.surface in ("で", "じゃ"):
        return "C"
    if word.surface in NOT_ONLY:
        return "O"
    if word.text in ("有る", "御座る"):
        return "E"
    if word.kind == "助動詞" or word.text in HELPERS:
        return "H"
    if word.kind in ("助詞", "副詞") or word.surface in "「」『』" or word.surface == "いう":
        return "T" if word.surface in ("て", "は", "も") else "P"
    if word.noun or word.kind == "接尾辞" or word.surface == "■":
        return "N"
    return "V" if word.kind in ("動詞", "形容詞") and word.text != "出来る" else "O"


@lru_cache(maxsize=64)
def condition(question: str) -> Condition | None:
    """The conditions by which a question chooses projects (コロナと書いてない事業は何件), if it has any.

    That they have a word is one only where a field is named, the word is quoted or there are several
    conditions: else it is a search. Several of which one denies are read all, or none is (no parts).
    """
    text = _NAME_OF_IT.sub("事業名", _MANNER.sub("と", one_space(question)))
    if (others := _BUT_FOR.match(text)) and (of_others := condition(text[others.end() :])):
        is_office = any(part.how == "except" for part in of_others.parts)
        return None if is_office else replace(of_others, but=others["but"])
    return _joined(text) or _single(text)


def _single(text: str, *, is_one_of_several: bool = False) -> Condition | None:
    if found := _IN_NOUNS.search(text):
        return _of_nouns(found)
    if (found := _AT_AN_END.search(text)) and (at := _which_end(found)):
        said = Said("saying", found["word"].strip("「」"), ("name",), at=at)
        return Condition((said,), found["rest"], text[: found.start()].strip("、で "))
    of_wording = None
    if _MAY_STAND.search(text) and (found := _SAYING.search(text)):
        of_wording = _of_wording(found, is_one_of_several=is_one_of_several)
    if (
        of_wording
        and not any(part.fields for part in of_wording.parts)
        and _ASKS_WHETHER_ALONE.fullmatch(of_wording.rest)
    ):
        return None  # けが人は出なかったのか asks of what happened, and for no projects
    if of_wording:
        if among := _BUT_FOR_AMONG.search(of_wording.rest):
            return replace(of_wording, but=among["but"])
        return None if _AMONG.search(of_wording.rest) else of_wording
    if found := _NEITHER.match(text):
        first, *more = (word.strip("「」『』、, ") for word in re.split("でも[、,]?", found["each"])[:-1])
        scope = found["scope"] or ""
        if all(each.endswith(("課", "室", "部", "局", "所", "係")) for each in (first, *more)):
            return Condition((Said("except", "と".join((first, *more))),), found["rest"], scope)
        return Condition((Said("not saying", first, or_words=tuple(more)),), found["rest"], scope)
    if (found := _of_no_office(text)) or (found := _OTHERS.search(text)):
        of_office = _IN_OFFICE.match(found["word"])
        scope, word = (of_office["scope"], of_office["word"]) if of_office else ("", found["word"])
        if _AMONG.search(found["rest"]) or (not of_office and found["rest"].startswith(("方", "ほう"))):
            return None  # 企画課以外の事業で友好都市を扱うのは; of those that a thread showed
        return Condition((Said("except", word.strip("「」『』")),), found["rest"], scope)
    return None


def _which_end(found: re.Match[str]) -> Literal["", "start", "end"]:
    if found["by"] and found["by"][-1] != "付":
        return "end" if found["by"][1] in "終お締" else "start"
    return "" if not found["end"] else "start" if found["end"] in ("頭", "先頭", "冒頭", "最初") else "end"


_ASKS_WHETHER_ALONE = lazily(r"の?(?:でしょうか|だろうか|ですか|か|かな|かね|よね|ね)?[。?？]*")
# The verbs and nouns by which a word is said to stand in a record; and what else says so behind と.
_SAYS_SO = lazily("[書載記触出含入付掲冠]|ふれ|のっ|うた|謳|登場|言及|はい[っる]")
_NOUNS_OF_SAYING = frozenset(("記載", "記述", "言及", "登場", "掲載"))
_IS_OR_NOT = frozenset(("有る", "無い"))
_RUNS_ON = frozenset((*HELPERS, *_IS_OR_NOT, "れる", "てる", "てある"))
_OR_ELSE = "または|又は|あるいは|もしくは"
_AND_SO = "かつ|なおかつ|しかも|でも|ただし|それでいて|そして"
# What joins a condition to the next: が, けど, て (of the verb itself), か, かつ, の事業で, もののうち.
_JOINT_BEHIND = lazily(
    rf"(?:(?P<among>(?:(?P<of>[^。?、「」のはがを]{{1,20}}[課室部局所係])の)?(?:{_THING}|の)(?:(?:の?(?:うち|中|なか)|から)(?:で|から)?"
    rf"|(?:だ|です|な(?:の|ん)だ?)(?:が|けれ?ども?)|で))"
    rf"|(?P<or>か(?:[、,]?(?:{_OR_ELSE}))?|[、,]?(?:{_OR_ELSE}))"
    rf"|(?P<and>(?:(?:の|ん)(?:だ|です))?(?:が|けれ?ども?)|し|のに|ものの|一方で?|とともに|[、,]?(?:{_AND_SO})))?[、,]?(?:{_AND_SO})?[、,]?"
)
_ENDS_IN_TE = lazily("^(?:て|で|なく|無く|あり|有り|おり|入り|なし|無し)$|(?:含み|ず)$")
# What may stand behind the last of several conditions: whose projects are meant, and no other matter.
_ONLY_ASKED = lazily(
    rf"(?:(?P<of>[^。?、「」のはがを]{{1,20}}[課室部局所係])(?:の|が(?:担当|所管|実施)(?:する|し(?:て(?:い)?)?(?:る|た))))?"
    rf"(?P<rest>(?:{_THING}(?=[^一-龥]|[何全件数一]|$)|の(?=[はがをもっ?]|$)).*)"
)
_IS_WRITTEN = ("書いてある", "書いてない")
_AS_VERBS = {"入": ("入っている", "入っていない"), "付": ("付く", "付かない"), "冠": ("付く", "付かない")}


class _Predicate(NamedTuple):
    """Where one says that a word stands or not, and what joins it to the next, if anything does."""

    start: int
    end: int
    after: int  # where the next begins
    how: str  # the same, at the end of a question
    joint: Joint | None
    of: str  # the office of オンラインと書いてある企画経営課の事業で

    @property
    def is_denied(self) -> bool:
        """Whether the word is said not to stand."""
        return self.how.endswith("ない")


def _predicates(text: str) -> list[_Predicate]:
    tokens, found, at = list(tokenize(text)), list[_Predicate](), 1
    while at < len(tokens):
        first, word = at, tokens[at].word
        at += 1
        is_noun = word.surface in _NOUNS_OF_SAYING
        is_there = word.text in _IS_OR_NOT and _BEHIND_WORD.search(text, 0, tokens[first].start)
        if not (is_noun or is_there or (word.kind == "動詞" and _SAYS_SO.match(word.surface))):
            continue
        if at < len(tokens) and tokens[at].word.text == "たい":
            continue  # 記事に書きたい: it is the asker who writes
        while at < len(tokens) and _runs_on(tokens[at].word, is_noun=is_noun):
            at += 1
        while at - first > 1 and tokens[at - 1].word.surface in ("は", "も", "が", "の"):
            at -= 1
        last = tokens[at - 1]
        verb = ("記載がある", "記載がない") if is_noun else _AS_VERBS.get(word.surface[0], _IS_WRITTEN)
        is_denied = any(each.word.text in (*DENIES, "無い") for each in tokens[first:at])
        behind = _JOINT_BEHIND.match(text, last.end)
        assert behind is not None  # noqa: S101 - it matches nothing too
        is_and = behind["among"] or behind["and"] or _ENDS_IN_TE.search(last.word.surface)
        joint: Joint | None = "any" if behind["or"] else "all" if is_and or behind[0] else None
        found.append(
            _Predicate(
                tokens[first].start, last.end, behind.end(), verb[is_denied], joint, behind["of"] or ""
            )
        )
    return found


# Where ある and ない say that a word stands: behind と, and behind 「」が, という言葉が.
_BEHIND_WORD = lazily(
    r"(?:(?:と|って)[はも]?|(?:[」』]|(?:言葉|ことば|文字|語句?|単語|記載|記述|言及))[はがもの]+)$"
)


def _runs_on(word: Word, *, is_noun: bool) -> bool:
    is_particle = word.surface in ("て", "で", "は", "も") or (is_noun and word.surface in ("が", "の"))
    return is_particle or word.kind == "助動詞" or word.text in _RUNS_ON


# 申請が出ていないのに支援が入った is of what was done; these are of what is written.
_OF_WORDING = lazily(
    rf"書[いか]|載[っせ]|記[載述しさ]|触れ|言及|登場|含[みまむん]|出て[くき]|[「』]|と[はも]?[あな]|{_NAME}"
)


def _joined(text: str) -> Condition | None:
    """Conditions that are joined (〜とあるが〜とない); no parts where one that denies is not read.

    A field that one names holds for those behind it that name none.
    """
    said, ends = _predicates(text), len(text.rstrip(" 、,?。"))
    joined = [each for each in said if each.joint and each.after < ends]
    if not joined or not _OF_WORDING.search(text):
        return None
    unread = Condition((), text) if len(said) > 1 and any(each.is_denied for each in said) else None
    starts = [0, *(each.after for each in joined)]
    first = [f"{text[at : each.start]}{each.how}事業" for at, each in zip(starts, joined, strict=False)]
    rest, at_end = text[starts[-1] :], said[-1]
    if at_end is not joined[-1]:
        rest = f"{text[starts[-1] : at_end.start]}{at_end.how}{text[at_end.end :]}"
    read = [_single(each, is_one_of_several=True) for each in (*first, rest)]
    scopes, but = [each.of for each in joined], ""
    if read[-1] is None:
        behind = _ONLY_ASKED.match(rest)
        read[-1] = Condition((), behind["rest"], behind["of"] or "") if behind else None
    elif read[-1].parts and read[-1].parts[0].how == "except":  # 〜と書いてあって企画経営課以外の事業
        but = read[-1].parts[0].word.removesuffix("さん")
    every = [each for each in read if each]
    parts, fields = list[Said](), tuple[str, ...]()
    for part in itertools.chain.from_iterable(each.parts for each in every):
        fields = part.fields or fields
        parts += [] if part.how == "except" else [replace(part, fields=fields)]
    scopes = [*dict.fromkeys(filter(None, (*scopes, *(each.scope for each in every))))]
    joints = {*(each.joint for each in joined), *(each.joint for each in every if len(each.parts) > 1)}
    is_read = len(every) == len(read) and all(each.parts and not each.but for each in every[:-1])
    is_clear = len(joints) == 1 and len(scopes) < 2 and not (but and "any" in joints)
    if not (is_read and is_clear) or any(part.how == "except" for each in every[:-1] for part in each.parts):
        return unread
    joint: Joint = "any" if "any" in joints else "all"
    return Condition(tuple(parts), every[-1].rest, "".join(scopes), but or every[-1].but, joint)


_OFFICE = lazily(r"^[^。?、「」]{1,24}?[課室部局所係](?=[のがはでじに])")
_OF_OTHERS = rf"た?(?:(?:課|室|部署?)の?)?(?P<rest>(?:{_THING}|の(?=[はがをもっ?]|$)).*)"


def _of_no_office(text: str) -> re.Match[str] | None:
    """The office that a text says to have nothing to do: 水道課が担当していない事業, 水道課でない課の事業."""
    office = _OFFICE.match(text)
    _, end = denied_behind(text, office.end(), of_office=True) if office else (0, 0)
    if not office or not end:
        return None
    denial = f".{{{end - office.end()}}}"
    return re.match(f"(?P<word>{re.escape(office[0])}){denial}{_OF_OTHERS}", text)


def _of_nouns(found: re.Match[str]) -> Condition | None:
    if not (found["not"] or found["stands"] or found["rest"]):
        return None
    how: How = "not saying" if found["not"] else "saying"
    scope = found.string[: found.start()].strip()
    said = Said(how, found["word"].strip("「」"), _fields_of(found))
    return Condition((said,), found["rest"] or "", scope)


def _fields_of(found: re.Match[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_FIELD_NAMES[name] for name in re.findall(_NAME, found["field"])))


def _of_wording(found: re.Match[str], *, is_one_of_several: bool) -> Condition | None:
    said, scope, fields, is_denied = found["word"], "", tuple[str, ...](), bool(found["not"])
    behind = found.string[found.end("word") :]
    inside = _INSIDE_FIELD.search(said) or _BEFORE_FIELD.match(said)
    if inside:
        fields, scope, said = _fields_of(inside), said[: inside.start()].strip(), inside["word"]
    if not scope and (of_office := _IN_OFFICE.match(said)):
        scope, said = of_office["scope"], of_office["word"]
    said = _BEFORE_AT_ALL.sub("", said) if (at_all := _AT_ALL.search(said)) else _OF_QUOTED.sub("", said)
    several = None if at_all else _several(said, behind, is_denied=is_denied)
    if several and several.joint == "unclear":
        return Condition((), found["rest"])
    if is_denied and not several and "「" not in said and (_goes_on(said) or _SUCH.search(said)):
        return Condition((), found["rest"])  # 開催していて「雪」と書いていない: of two matters; 雪や雨の
    words = several.words if several else (said,)
    is_quoted = bool(_QUOTED.search(words[0]))
    if not several and (quoted := _QUOTED.search(said)):
        scope, words = f"{scope}{said[: quoted.start()]}", (quoted["word"],)
    words = tuple(word.strip("「」『』、 ") for word in words)
    scope = _SUCH_AS.sub("", _WHEREVER.sub("", scope))
    named_so = _QUOTED_SO if is_quoted else _NAMED_SO
    if not inside and named_so.match(behind):
        inside, fields = found, ("name",)
    is_word = is_quoted or _AS_WORD.match(behind)
    may_name_cells = not (inside or is_word or behind.startswith("と"))
    names_cells = may_name_cells and all(map(_OF_CELLS.fullmatch, words))
    names_cells = names_cells or (words[0] in _FIELD_NAMES and not is_quoted)
    is_condition = inside or is_denied or is_quoted or is_one_of_several or several
    if not all(words) or not is_condition or names_cells:
        return None  # 成果が書かれていない is of a field that is empty, not of the word
    if of_offices := _OF_OFFICES_NAMED.match(found["rest"]):
        if fields not in ((), ("name",)):
            return None
        fields = ("department",) if of_offices["kind"] == "部" else ("section",)
    if found["of"]:
        if scope:
            return None
        scope = found["of"]
    how: How = "not saying" if is_denied else "saying"
    # None of several, or one of several, is one condition; all of several, or not all, are as many.
    is_one = not several or (several.joint == "any") != is_denied
    each = [(words[0], words[1:])] if is_one else [(word, ()) for word in words]
    values = {word: not is_word and bool(_KINDS_OF_VALUE.fullmatch(word)) for word in words}
    parts = tuple(Said(how, first, fields, more, is_value=values[first]) for first, more in each)
    return Condition(parts, found["rest"], scope, joint="any" if is_denied and not is_one else "all")


_SUCH = lazily("(?<=[一-龥ァ-ヺーA-Za-z0-9])(?:や|とか)(?=[一-龥ァ-ヺーA-Za-z0-9])")


def _goes_on(said: str) -> bool:
    """Whether what should be a word has a predicate with another behind it: 水道課が担当していて雪."""
    behind = itertools.pairwise(each.word for each in tokenize(said))
    return any(
        one.kind in _SAYS and two.surface in ("て", "で", "が", "けど", "けれど", "し") for one, two in behind
    )


_ALSO = lazily(rf"{_CALLED}(?:と|って|が|に|を)?は?も")
_ALSO_ALL = lazily("と?も")
_EITHER = r"(?:どちらか|どっちか|いずれか|どれか)(?:一方|片方|1つ|一つ)?"
_EVERY = r"両方とも|双方とも|どちらも|どっちも|いずれも|両者とも|どれも"
# Of several words any, or all: AとBのどちらか, AとBの両方, AとBがどちらも.
_HOW_MANY_OF = lazily(
    rf"^(?P<words>.+?)(?:のうち|の|が|、|,)?(?:(?P<any>{_EITHER})|(?P<all>{_EVERY})|(?P<both>両方|双方|両者)"
    rf"|(?P<one>(?:片方|一方|{_EITHER})だけ))$"
)
# What joins words: these even where nothing else tells that there are several, and the others in quotes.
_JOINS = {"も": "も", "とも": "も", "か": "か", "かつ": "と"}
_JOINS_TOLD = {**_JOINS, "や": "か", "と": "と", "及び": "と", "および": "と", "、": "と", "・": "と"}
_IN_QUOTES_EACH = lazily(r"「[^「」]+」(?:[^「」]{1,4}「[^「」]+」)+")


class _Several(NamedTuple):
    """Several words of one condition, and how many of them stand or do not."""

    words: tuple[str, ...]
    joint: Literal["all", "any", "unclear"]


def _several(said: str, behind: str, *, is_denied: bool) -> _Several | None:
    """The words of one condition where it has several: 雪も雨も, 「雪」か「雨」, 雪と雨のどちらか.

    It is unclear whether 雪か雨と書いていない is neither, and 雪と雨の両方が書いていない not both.
    """
    # The particle of どちらも is that of 書いてない too.
    told = _HOW_MANY_OF.match(f"{said}{also[0]}") if (also := _ALSO_ALL.match(behind)) else None
    told = told or _HOW_MANY_OF.match(said)
    text = told["words"] if told else said
    words, by = _each_of(text, behind, is_told=bool(told))
    if len(words) < 2:
        return None
    if told:
        is_clear = not (told["one"] or (told["both"] and is_denied))
        return _Several(words, "unclear" if not is_clear else "any" if told["any"] else "all")
    if by == "も":
        return _Several(words, "all")
    if by == "か":
        return _Several(words, "unclear" if is_denied else "any")
    return _Several(words, "unclear" if is_denied else "all")


_WHETHER = lazily("[るただい]$")  # 何月に行ったか成果に書いてある: of what is written, and no alternative


def _each_of(said: str, behind: str, *, is_told: bool) -> tuple[tuple[str, ...], str]:
    """The words that are joined, and by what: コロナとも「オンライン」とも, 「雪」か「雨」, 雪または雨.

    も is behind the last of them too. と and や join what is quoted, or `is_told` to be several.
    """
    said = re.sub(rf"(?<=.)[、,]?(?:{_OR_ELSE})(?=.)", "か", said)
    joins = _JOINS_TOLD if is_told or _IN_QUOTES_EACH.fullmatch(said) else _JOINS
    if is_also := _ALSO.match(behind) and "も" in said:
        joins = {"も": "も", "とも": "も"}
    cuts = [
        token
        for token in list(tokenize(said))[1:]
        if token.word.surface in joins and not token.word.noun and token.end < len(said)
        and not (token.word.surface == "か" and _WHETHER.search(said, 0, token.start))
        and said.count("「", 0, token.start) == said.count("」", 0, token.start)
    ]  # fmt: skip
    by = {joins[cut.word.surface] for cut in cuts}
    if len(by) != 1 or (by == {"も"} and not (is_told or is_also)):
        return (said,), ""
    starts = [0, *(cut.end for cut in cuts)]
    ends = [*(cut.start for cut in cuts), len(said)]
    parts = (said[start:end].strip("、, ") for start, end in zip(starts, ends, strict=True))
    if by == {"も"}:
        parts = (re.sub(f"[」』]?{_CALLED}(?:と|って|が|に)?$", "", part).lstrip("「『") for part in parts)
    every = tuple(parts)
    return (every, by.pop()) if all(every) else ((said,), "")


def untailed(text: str) -> str:
    """A text without the courtesies behind a cue that was taken out (…てもらえますか)."""
    text, end = core(text), 0
    for found in _NO_COURTESY.finditer(text):
        end = found.end()
    return text[:end]


def field_cue(text: str) -> FieldCue | None:
    """The last field named in `text` and those joined to it (目的と成果); earlier ones are of the topic."""
    found = list(FIELD.finditer(text))
    if not found:
        return None
    between = text[found[-2].end() : found[-1].start()] if len(found) > 1 else ""
    only_ends = len(found) > 1 and _COPULA.fullmatch(found[-1][0]) and not between
    if only_ends or (len(found) > 1 and _IN_DETAIL.fullmatch(between + found[-1][0])):
        found.pop()  # 目的は何: 何 only ends the question, as does もう少し詳しく
    chain = [found[-1]]
    for earlier in reversed(found[:-1]):
        if not _JOINED.fullmatch(text[earlier.end() : chain[0].start()]):
            break
        chain.insert(0, earlier)
    fields = tuple(dict.fromkeys(match.lastgroup for match in chain if match.lastgroup))
    return FieldCue(fields, (chain[0].start(), chain[-1].end()))


def goes_on(text: str, asked: str) -> bool:
    """Whether a text (in NFKC; `asked` is its core) may go on with what was shown: 2番目, なぜ."""
    begins = _BEGINS.match(asked) or ORDINAL.match(asked) or ONE_OF.match(asked) or PRONOUN.match(text)
    return bool(_GOES_ON.fullmatch(asked) or begins or YEAR_BEFORE.match(asked))


def is_alone(asked: str) -> bool:
    """Whether a text's core only goes on, and says nothing where nothing was shown: もっと, 2番目, なぜ."""
    return any(pattern.fullmatch(asked) for pattern in (MORE, WHY_ASKED, WHICH_ASKED, ORDINAL))


def is_more(question: str) -> bool:
    """Whether もっと, ほかには is all that is said."""
    return bool(MORE.fullmatch(core(one_space(question))))


class Subject(NamedTuple):
    """What a text asks of, '' where it asks of all; `certain` where it asks for sure (？, 教えて, 何件)."""

    text: str
    certain: bool


_LONGEST_ASKED = 200  # characters: what is longer is a passage
_WHAT = r"(?:何|なに|なん|どこ|どちら|誰|だれ|どう)?"
_NOTHING_MORE = lazily(rf"(?:は|って|を|が|も|の)?{_WHAT}(?:になり|であり)?$")
_LEFT_OF_COUNT = lazily(r"(?:が|は)?(?:ある|あり|登録|残って|載って|し)?[ぁ-ん]{0,6}$")
_WORK_AT_END = lazily(
    rf"(?:(?:(?<![一-龥])全(?:て|ての)?|すべての?)?(?:{WORK}の?(?:を|は|で)?)|(?<![一-龥])全)$"
)
_POINTER = lazily(
    r"(?:(?:この|その|あの|同じ|こちらの|どの|ほかの|他の|別の|当)(?:担当)?|担当|所管)?(?:課|室|部|係|部署)"
    r"|[そこあど](?:れ|の事業|こ)"
)
# What joins the thing asked about to what is asked of it.
_JOINT = lazily(r"(?:における|に関する|についての|について|に関して|[のはをがで])[\s、]*$")
_ABOUT = lazily(
    r"(?:の件|のこと|に?ついて|に関して|の話|のうち|(?:の|みたいな|っぽい)(?:やつ|感じ)|(?:みたいな|っぽい)(?:の|もの))$"
)
_FOR_SURE = lazily(
    rf"(?:{COUNT.pattern})|(?:一覧表?|リスト)$|(?<=[うくすつむるぐぶただいな])やつ$"
)  # 街にするやつ
_PLEA = lazily("教え|おしえ|知りた|聞きた|お願い|ください|下さい|探し|さがし")
_SIGNS_AT_END = lazily(r"[\s?？。!！]+$")


def subject_of(text: str) -> Subject | None:
    """What is left of a text without the words by which it asks; None where it asks in none of these ways.

    パブコメの担当課は？ asks of パブコメ, 企画経営課の事業は何件？ of 企画経営課, 事業一覧を見せて of all.
    """
    if len(text) > _LONGEST_ASKED:
        return None
    typed = one_space(text)
    bare, asked = _SIGNS_AT_END.sub("", typed), core(without_preface(typed))
    left = _without_what_is_asked(asked)
    if left is None:
        told = _ABOUT.sub("", asked)
        is_plea = told not in ("", bare) and (told != asked or _PLEA.search(typed))
        return Subject(told, certain=True) if is_plea and not _POINTER.fullmatch(told) else None
    certain = asked != bare or typed.endswith(("?", "は")) or bool(_FOR_SURE.search(asked))
    rest = _JOINT.sub("", left)
    if _POINTER.fullmatch(rest) or not (certain or not left or rest != left):
        return None
    return Subject(rest.strip(), certain)


def _without_what_is_asked(asked: str) -> str | None:
    """A text without the field, the count or the list that is asked for at its end; None without one."""
    if (cue := _last_cue(asked)) and _NOTHING_MORE.fullmatch(asked, cue[1]):
        return asked[: cue[0]]
    for pattern in (COUNT, SUMMARY, LIST):
        for found in pattern.finditer(asked):
            if _NOTHING_MORE.fullmatch(asked, found.end()) or _LEFT_OF_COUNT.fullmatch(asked, found.end()):
                return _WORK_AT_END.sub("", asked[: found.start()])
    return None


def _last_cue(asked: str) -> tuple[int, int] | None:
    """Where the fields asked for stand; 課 is none at the end of a name (企画経営課は何をしている)."""
    cue = field_cue(asked)
    if cue is None:
        return None
    start, end = cue.span
    if start and asked[start] == "課" and asked[start - 1] not in "のは":
        later = field_cue(asked[start + 1 :])
        return (start + 1 + later.span[0], end) if later else None
    return cue.span


def asks(text: str, *, in_talk: bool) -> bool:
    """Whether a text asks, by its end or a word; `in_talk` by any interrogative (いくら, どっち)."""
    asks_by_word = ASKS.search(text) or (in_talk and _INTERROGATIVE.search(text))
    return bool(asks_by_word) or ends_asking(text)


def tells(text: str) -> bool:
    """Whether a sentence tells what happened or fails (印刷できません) and asks nothing."""
    return bool(_TELLS.search(text)) and not ASKS.search(text) and not ends_with_particle(text)


def ends_asking(text: str) -> bool:
    """Whether a text ends as questions and courtesies do, and names seldom; or asks for all there is."""
    return bool(_ENDS_ASKING.search(text) or _ALL.fullmatch(text.strip())) or ends_with_particle(text)


def ends_with_particle(text: str) -> bool:
    """Whether a statement ends with a particle that asks: 本当か does, not まちづくりね, きかくけいえいか."""
    if not _MAY_END_ASKING.search(text):
        return False
    ends = [token.word for token in tokenize(text) if token.word.kind not in ("補助記号", "空白")]
    asked = ""
    while ends and ends[-1].kind == "助詞" and ends[-1].text in _ASKING_PARTICLES:
        asked = ends.pop().text
    is_word_in_kana = is_kana(katakana(one_space(text)))
    return bool(asked and ends) and (ends[-1].kind in _SAYS or (asked == "か" and not is_word_in_kana))
