"""Verbs and the nouns of Chinese origin that say the same: 開く and 開催, 渡す and 提出. Pure.

People ask in the one, records are written in the other, and neither synonyms of the dictionary nor word
vectors bring the two together.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

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
話し合う 協議 議論 意見交換 懇談
決める 決定 選定 策定 設定
選ぶ 選定 選出 選考 選抜 採択 選任
作る 作成 策定 制作 構築 開発 整備 設置 作り
建てる 建設 建築 整備
直す 修繕 改修 修正 補修 改善
変える 変更 改正 改善 更新 見直す
替える 更新 交換 変更
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
