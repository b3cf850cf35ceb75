"""The words that head the columns of published lists, and the patterns behind them. Pure.

A field's words are in order, the surest first. A pattern is asked only for a column that no word fits:
cities put words of their own before and behind (実施計画掲載事業名, 評価対象事務事業名, 細事業コード).
Which of several columns it is, cells decide (`roles`).
"""

from __future__ import annotations

import re

_WORDS = {
    "number": """
        事業番号 事務事業番号 事業no 事務事業no 事業コード 事務事業コード 事業id 事務事業id 予算事業id
        細事業番号 細事業コード 小事業コード 事業整理番号 事務事業整理番号 予算事業番号 予算事業コード
        レビューシート番号 評価シート番号 シート番号 調書番号 整理番号 管理番号 id 番号 no コード""",
    "serial": "通し番号 通番 連番 項番 番号 no 行番号 #",
    "name": """
        事務事業名 事業名 事務事業名称 事業名称 事務事業の名称 事業の名称 事務事業 予算事業名 評価対象事業名
        対象事業名 主要事業名 細事業名 取組事業名 取組名 事業""",
    "fiscal_year": "年度 会計年度 対象年度 事業年度 実施年度 事業実施年度 評価年度 公開年度 作成年度",
    "organization": """
        府省庁 府省庁名 省庁 省庁名 府省 府省名 団体名 自治体名 市町村名 市区町村名 地方公共団体名
        機関名 法人名""",
    "department": """
        部 部名 部局 部局名 担当部 担当部名 担当部局 担当部局名 担当部局庁 部局庁 所管部 所管部名
        所管部局 所管部局名 主管部 主管部局 所属部 所属部名 部等 部等名 部局等 部局等名
        局 局名 部・局 部・局名 担当局 担当局名 所管局 所管局名 所属局""",
    "section": """
        課名 課 担当課 担当課名 所管課 所管課名 担当課室 担当課室名 所管課室 所管課室名
        課室 課室名 課・室 課・室名 室・課 室・課名 課等 課等名 課所 課所名 担当課等 担当課等名 所管課等
        所管課等名 担当課・室 所管課・室 主管課 主管課名 所属課 所属課名 主担当課 室名 担当部課 担当部課名
        所管部課 所管部課名 部課 部課名 部・課 担当部署 担当部署名 所管部署 所管部署名 担当所属
        担当所属名 所属 所属名 実施課 作成課 部署 部署名 担当 所管""",
    "purpose": """
        事業の目的 事業目的 事務事業の目的 事務事業目的 目的 目的・ねらい 事業の目的・ねらい 事業のねらい
        ねらい 狙い""",
    "overview": """
        事業の概要 事業概要 事務事業の概要 事務事業概要 概要 事業の内容 事業内容 事務事業の内容
        事務事業内容 内容 取組内容 実施内容""",
    "outcome": """
        成果 事業の成果 事業成果 成果・実績 実績・成果 取組の成果 取組成果 主な成果 事業の実績
        事業実績 取組実績 実施実績 実績 事業効果 効果""",
}
WORDS = {field: tuple(words.split()) for field, words in _WORDS.items()}
RANKS = {field: {word: rank for rank, word in enumerate(words)} for field, words in WORDS.items()}

_OFFICE = "(?:担当|所管|主管|所属|実施|作成|主務|執行|関係)?"
PATTERNS = {
    "number": re.compile(r"(?:番号|コード|no\.?|№|id)$"),
    "name": re.compile(
        r"(?:事業|取組|取り組み|業務|事務|プロジェクト|施策・事業|プログラム)等?の?(?:名称?|名等|件名|タイトル)$"
        r"|^(?:事業|取組)(?:項目|・?取組)名?$"
    ),
    "fiscal_year": re.compile(r"^(?:データ|集計|決算|予算|計画|当該)?年度$"),
    "department": re.compile(rf"^{_OFFICE}(?:部|局|部局|部門|部・局・区)(?:名称?|等|等名)?$"),
    "section": re.compile(
        rf"^{_OFFICE}(?:課|室|所|係|課所|部署|所属|課かい|グループ|組織|部局課|局課|部課(?:室|等|所))(?:名称?|等|等名)?$"
        r"|^(?:担当|所管|主管)(?:者所属|組織|部門|窓口|部局・課|部・課|部課・?室|課・係)名?$"
    ),
    "purpose": re.compile(r"目的$|ねらい$|^意図|意図$|^目的"),
    "overview": re.compile(
        r"(?:事業|事務|取組|業務|実施|活動|具体的な?)の?(?:概要|内容|説明|詳細)|^手段|^やり方|概要$|^事業説明$"
    ),
    "outcome": re.compile(
        r"(?:事業|取組|実施|活動|主な)の?(?:成果|実績|効果|結果)(?!指標)|^成果(?:の説明|等)$"
    ),
}
# Names of other things than the project of the row, and numbers of others.
OTHER_NAMES = re.compile(
    "関連|関係|旧|前年|統合|補助|国庫|類似|上位|施策名|政策名|基本事業|大事業|中事業|款|項|目名"
)
_OWN = "事業|事務|評価|シート|整理|管理|調書|レビュー|取組|業務|計画"
OWN_NUMBER = re.compile(rf"^(?:\w*(?:{_OWN})\w*)?(?:番号|コード|no\.?|№|id)$")
OTHER_NUMBERS = re.compile(
    "施策|政策|目標|科目|会計|電話|郵便|法人|部|課|係|所属|組織|款|項|節|章|分野|優先|大事業|中事業|団体|自治体"
)
RUNNING = frozenset(["no", "no.", "№", "#", "番号", "連番", "通番", "項番", "通し番号", "行番号"])

# Fields whose one-word headings mean them only at the top, or below a heading for the whole project.
BELOW = frozenset({"number", "name", "outcome", "overview", "purpose", "serial"})
GENERAL = re.compile(
    "^(?:事務)?事業(?:等|名|の?(?:内容|概要|目的|情報|基本情報))?$|^(?:基本|共通)(?:情報|事項|データ)$|^担当|^所管|^評価対象"
    "|^(?:目的|内容|概要)|^対象事業$|^plan|^do"
)
