"""Who may do what: one table, from which the code decides, the docs are written and the tests are made. Pure.

`python -m bot.permissions` prints docs/permissions.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal

Role = Literal["chief", "deputy", "member", "director", "secretariat", "staff", "guest", "stranger", "app"]
Standing = Literal["staff", "guest", "stranger", "app"]
Way = Literal["command", "button", "modal", "shortcut", "view"]

ROLES: dict[Role, str] = {
    "chief": "課長", "deputy": "代理", "member": "課員", "director": "部長", "secretariat": "事務局",
    "staff": "職員", "guest": "ゲスト", "stranger": "組織外", "app": "アプリ",
}  # fmt: skip
"""Every role, and what it is called. The last four are what one is to the workspace, one of them each."""

SECRETARIAT: frozenset[Role] = frozenset(("secretariat",))
SECTION: frozenset[Role] = SECRETARIAT | {"chief", "deputy", "member"}
MEMBERS: frozenset[Role] = SECTION | {"director", "staff"}
EVERYONE: frozenset[Role] = MEMBERS | {"guest", "stranger"}  # an app is never answered: two would not stop


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that people do in Slack, and who may.

    `changes` what is kept of sheets, deadlines or channels: who asks must be known for certain. `own`: those
    of a section do it for the sheets of their own section. `inside`: it tells how far sheets are, which a
    setting may open to guests and strangers.
    """

    way: Way
    name: str
    label: str
    who: frozenset[Role]
    changes: bool = False
    own: bool = False
    inside: bool = False

    @property
    def key(self) -> str:
        """The way and the name: `command report`."""
        return f"{self.way} {self.name}"


def _open(way: Way, **labels: str) -> Iterator[Rule]:
    """What anybody may do: it shows what the city has published."""
    for name, label in labels.items():
        yield Rule(way, name, label, EVERYONE)


RULES: tuple[Rule, ...] = (
    *_open(
        "command", usage="使い方", search="ことばで探す", question="質問、まとめ", talk="あいさつなど",
        similar="似ている事業",
    ),
    Rule("command", "deadline", "締切を見る", MEMBERS, inside=True),
    Rule("command", "set_deadline", "締切 設定・取消", SECRETARIAT, changes=True),
    Rule("command", "report", "提出", SECTION, changes=True, own=True),
    Rule("command", "send_back", "差戻し", SECRETARIAT, changes=True),
    Rule("command", "extend", "延長の申請", SECTION, changes=True, own=True),
    Rule("command", "decide_extension", "延長 承認・却下", SECRETARIAT, changes=True),
    Rule("command", "progress", "進捗", MEMBERS, inside=True),
    Rule("command", "settings", "チャンネルの担当課を見る", EVERYONE),
    Rule("command", "set_channel", "設定 チャンネル", SECRETARIAT, changes=True),
    Rule("command", "contacts", "設定 担当 を見る", MEMBERS, inside=True),
    Rule("command", "set_contacts", "設定 担当", SECRETARIAT | {"chief", "deputy"}, changes=True, own=True),
    Rule("command", "absence", "休暇", MEMBERS, changes=True),
    Rule("command", "absence_of", "休暇（ほかの方の）", SECRETARIAT, changes=True),
    Rule("command", "send_now", "督促", SECRETARIAT, changes=True),
    Rule("command", "undo", "取消", SECTION, changes=True, own=True),
    Rule("command", "history", "履歴", MEMBERS, inside=True),
    *_open(
        "button", more="続きを見る", turn="前へ・次へ", search="もしかして", detail="詳細",
        share="共有（検索）", similar="似ている事業", usage="使い方を見る", ask_more="もっと",
        ask_of="聞き返された事業", why="なぜこの回答か", share_answer="共有（回答）",
        feedback="役に立った・合っている・違う", csv="CSVで受け取る", chart="グラフで見る",
        permalink="リンク", filters="条件を付けて探す", home_search="ホームで探す", home_again="最近のお尋ね",
        home_detail="ホームの詳細", home_usage="ホームの使い方",
    ),
    Rule("button", "deadline_confirm", "設定する", SECRETARIAT, changes=True),
    Rule("button", "deadline_cancel", "やめる", SECRETARIAT, changes=True),
    Rule("button", "reminder_submit", "提出済にする", SECTION, changes=True, own=True),
    Rule("button", "reminder_extend", "延長を申請", SECTION, changes=True, own=True),
    Rule("button", "reminder_snooze", "明日また", SECTION, changes=True, own=True),
    Rule("button", "reminder_later", "ほかの時に", SECTION, changes=True, own=True),
    Rule("button", "sheets_undo", "取り消す", SECTION, changes=True, own=True),
    Rule("button", "extension_approve", "承認する", SECRETARIAT, changes=True),
    Rule("button", "extension_deny", "却下する", SECRETARIAT, changes=True),
    *_open("modal", filtered="条件を付けて探す"),
    Rule("modal", "deadline_form", "締切の設定", SECRETARIAT, changes=True),
    Rule("modal", "deadline_sure", "締切の設定の確認", SECRETARIAT, changes=True),
    Rule("modal", "sheets_submit_form", "評価シートの提出", SECTION, changes=True, own=True),
    Rule("modal", "sheets_extend_form", "延長の申請", SECTION, changes=True, own=True),
    *_open("shortcut", related_projects="関連する事業を探す"),
    *_open("view", home="ホーム", agent="エージェントの画面"),
    Rule("view", "home_sheets", "ホームの「自分の課」", MEMBERS, inside=True),
)  # fmt: skip

_BY_KEY = {rule.key: rule for rule in RULES}


def rule(way: Way, name: str) -> Rule:
    """The rule for what is done that way. Raises KeyError where nobody said who may do it."""
    return _BY_KEY[f"{way} {name}"]


def may(rule: Rule, roles: Collection[Role], *, is_open: bool = False) -> bool:
    """Whether somebody with these roles may; `is_open`: progress is for guests and strangers too."""
    who = rule.who | {"guest", "stranger"} if rule.inside and is_open else rule.who
    return not who.isdisjoint(roles)


def markdown() -> str:
    """The table as docs/permissions.md shows it."""
    lines = [_INTRODUCTION, f"| | | {' | '.join(ROLES.values())} |", "|---|---" + "|:-:" * len(ROLES) + "|"]
    for each in RULES:
        marks = (_mark(each, role) for role in ROLES)
        lines.append(f"| {_WAYS[each.way]} | {each.label} | {' | '.join(marks)} |")
    return "\n".join(lines) + "\n"


def _mark(rule: Rule, role: Role) -> str:
    if role not in rule.who:
        return "△" if rule.inside and role in ("guest", "stranger") else "–"
    return "課" if rule.own and role != "secretariat" else "○"


_WAYS: dict[Way, str] = {
    "command": "Typed",
    "button": "Pressed",
    "modal": "Filled in",
    "shortcut": "Shortcut",
    "view": "Shown",
}
_INTRODUCTION = """\
# Who may do what

Written by `python -m bot.permissions` from the table in `bot/permissions.py`, from which the bot decides;
a test holds every line against a running bot.

○ may; 課 may for the sheets of their own section; △ may if `JIGYO_PROGRESS_FOR=everyone`; – may not.

- 課長, 代理, 課員 and 部長 are those registered for a section (`jigyo sections import`), 事務局 those of
  `JIGYO_ADMINS` and of `jigyo deadlines admins`; each of them only while Slack says that they are members
  of this workspace.
- 職員 are the other members of the workspace. ゲスト are Slack's guests. 組織外 come in by Slack Connect or
  from another workspace, by the request or by Slack's word. アプリ are other apps, which are never answered.
- Who somebody is, is judged by the request's workspace and user and by Slack's `users.info`, which is asked
  again after 12 hours. Where it can't be asked, a change is refused; to look, what was last known counts, and
  who was never asked about is what the request says.
- In a channel shared with another organisation a mention is told nothing of sheets and changes none of them;
  `/jigyo` answers whoever asks alone. Reminders and digests don't go there: before each post Slack is asked
  whether others read the channel, and the next recipient gets them.
"""

if __name__ == "__main__":
    print(markdown(), end="")


BOT_SCOPES = {
    "app_mentions:read": "チャンネルでメンションされたときに、その発言を読んで答えるため",
    "assistant:write": "エージェントの画面に質問の例と「調べています」を表示するため",
    "channels:history": "締切のお知らせが届いたかどうかを、公開チャンネルの履歴で確かめるため",
    "channels:read": "お知らせを送る公開チャンネルを、組織の外の方も読んでいないか確かめるため",
    "chat:write": "メンションやダイレクトメッセージに答え、締切のお知らせを送るため",
    "commands": "/jigyo とメッセージのショートカットを使えるようにするため",
    "files:write": "検索結果の CSV と、進捗のグラフをスレッドに添付するため",
    "groups:history": "締切のお知らせが届いたかどうかを、非公開チャンネルの履歴で確かめるため",
    "groups:read": "お知らせを送る非公開チャンネルを、組織の外の方も読んでいないか確かめるため",
    "im:history": "ボットへのダイレクトメッセージを読んで答え、お知らせが届いたか確かめるため",
    "im:write": "課長や事務局にダイレクトメッセージでお知らせするため",
    "users:read": "お知らせする相手が在籍しているかを確かめるため",
}
