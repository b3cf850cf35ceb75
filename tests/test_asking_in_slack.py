"""Questions, follow-ups, summaries, files and feedback over real HTTP with the loopback Slack."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.messages.builders import button
from bot.messages.markup import plain
from bot.playground.slack import Post, Sender, SlackServer
from bot.playground.slack.sender import Reply, buttons
from bot.slack.requests import WAIT, WAIT_TO_WRITE
from tests.running import Served

ADMIN = "U0LISTED"  # in the database, not in a setting


@pytest.fixture(scope="module")
def database(own_list: Path) -> Path:
    with sqlite3.connect(own_list) as db:
        db.execute("INSERT INTO admins VALUES (?, ?, ?)", [ADMIN, "2026-11-23", "test"])
    return own_list


class Patient(Sender):
    """Goes on once something was said: a busy machine says it behind its acknowledgement."""

    def event(self, event: dict[str, Any], **more: Any) -> Reply:
        return self._heard(lambda: super(Patient, self).event(event, **more))

    def press(self, post: Post, label: str, **more: Any) -> Reply:
        return self._heard(lambda: super(Patient, self).press(post, label, **more))

    def command(self, text: str, **more: Any) -> Reply:
        reply = super().command(text, **more)
        self.slack.wait_for(lambda: self.slack.posts[-1].text not in (WAIT, WAIT_TO_WRITE), seconds=60)
        return reply

    def _heard(self, send: Callable[[], Reply]) -> Reply:
        before = self._said()
        reply = send()
        self.slack.wait_for(lambda: self._said() != before, seconds=60)
        return reply

    def _said(self) -> list[tuple[str, str]]:
        return [(post.text, str(post.blocks)) for post in self.slack.posts]


@pytest.fixture
def send(send: Sender, served: Served) -> Sender:
    return Patient(send.slack, served.url)


def said(slack: SlackServer) -> str:
    return plain(vars(slack.posts[-1]))


def last(slack: SlackServer) -> Post:
    return slack.posts[-1]


def test_a_mention_gets_the_answer_in_the_records_words(send: Sender, slack: SlackServer):
    send.mention("ふるさと納税の成果を教えて")
    assert "ポータルサイトを2社追加し" in said(slack)
    assert "事業番号 69" in said(slack)


def test_a_figure_stands_in_bold(send: Sender, slack: SlackServer):
    send.mention("AIオンデマンド乗合タクシーは何人が利用した？")
    bold = [leaf["text"] for leaf in leaves(last(slack).blocks) if leaf.get("style", {}).get("bold")]
    assert bold == ["延べ164人"]


def leaves(node):
    if isinstance(node, list):
        return [leaf for item in node for leaf in leaves(item)]
    if isinstance(node, dict):
        own = [node] if node.get("type") == "text" else []
        return own + [leaf for value in node.values() for leaf in leaves(value)]
    return []


def test_follow_ups_in_a_thread_speak_of_what_it_last_showed(send: Sender, slack: SlackServer):
    send.mention("情報政策課の事業を一覧で", ts="1795400010.000100")
    send.mention("2番目の担当は？", thread_ts="1795400010.000100")
    assert "情報通信ネットワーク運営業務（事業番号 88）の担当課は、情報政策課" in said(slack)
    send.mention("その成果は？", thread_ts="1795400010.000100")
    assert "8月ファイアウォール機器の更新作業実施" in said(slack)
    send.mention("5番目は？", thread_ts="1795400010.000100")
    assert "つくばデジタル・ガバメント推進体制の活用" in said(slack)


def test_this_section_in_a_thread_is_that_of_what_it_last_showed(send: Sender, slack: SlackServer):
    send.mention("スマートシティの推進の目的", ts="1795400010.000200")
    send.mention("この課の事業は何件？", thread_ts="1795400010.000200")
    assert "スマートシティ戦略室の事業は2件です。" in said(slack)
    send.mention("ほげ課の事業は？", thread_ts="1795400010.000200")
    assert "「ほげ課」という部署は、登録されている一覧の担当の欄にありません。" in said(slack)
    send.mention("2番目は？", thread_ts="1795400010.000200")
    assert "事業番号 12" in said(slack)


def test_more_goes_on_with_a_long_list(send: Sender, slack: SlackServer):
    send.mention("企画経営課の事業を一覧で", ts="1795400011.000100")
    assert "19件" in said(slack)
    send.mention("もっと", thread_ts="1795400011.000100")
    assert "大規模事業評価制度手続事務" in said(slack)


def test_a_follow_up_elsewhere_knows_nothing_of_the_thread(send: Sender, slack: SlackServer):
    send.mention("スマートシティの推進の担当課は？", ts="1795400012.000100")
    send.mention("その成果は？", ts="1795400013.000100")
    assert "どの事業についてのお尋ねでしょうか" in said(slack)


def test_an_ambiguous_question_asks_back_with_buttons(send: Sender, slack: SlackServer):
    send.mention("SDGsの目的は？", ts="1795400014.000100")
    assert "どの事業についてでしょうか" in said(slack)
    send.press(last(slack), "59")
    assert "SDGs未来都市事業（事業番号 59）の目的です" in said(slack)


def test_out_of_scope_is_told_kindly_and_nothing_is_guessed(send: Sender, slack: SlackServer):
    send.mention("明日の天気は？")
    assert "登録されている事業からは分かりません" in said(slack)


def test_why_shows_the_match_to_whoever_pressed(send: Sender, slack: SlackServer):
    send.mention("EBPMはどこの課？")
    send.press(last(slack), "なぜこの回答か")
    assert last(slack).ephemeral_to == "U0STAFF"
    assert "この回答の理由です" in said(slack)


def test_why_typed_in_a_thread_shows_the_match_as_the_button_does(send: Sender, slack: SlackServer):
    send.mention("EBPMはどこの課？", ts="1795400020.000100")
    asked = last(slack)
    send.mention("なぜこの答え？", thread_ts="1795400020.000100")
    typed = said(slack)
    send.press(asked, "なぜこの回答か")
    reasons = [line for line in said(slack).splitlines() if "EBPM" in line]
    assert reasons
    assert all(reason.lstrip("・ ") in typed for reason in reasons)


def test_a_thread_is_talked_through_to_the_end(send: Sender, slack: SlackServer):
    thread = "1795400021.000100"
    send.mention("企画経営課の事業を一覧で", ts=thread)
    for question, expected in (
        ("他には？", "続きの9件です"),
        ("他には？", "お見せできるのはここまでです"),
        ("友好都市交流事業の担当は？", "企画経営課"),
        ("その成果は？", "巡回展示等"),
        ("それはいつ？", "平成26年（2014年）10月31日"),
        ("2番目", "つくば市OB人材活動支援事業"),
        ("なぜ", "この回答の理由です"),
        ("ありがとうございました", "どういたしまして"),
    ):
        send.mention(question, thread_ts=thread)
        assert expected in said(slack), question
        assert last(slack).thread_ts == thread


def test_a_summary_by_slash_command_is_private_and_can_be_shared_by_name(send: Sender, slack: SlackServer):
    send.command("まとめ 情報政策課")
    assert last(slack).ephemeral_to == "U0STAFF"
    assert "アカウント数も令和2年度の583件から637件に増加し" in said(slack)
    send.press(last(slack), "チャンネルに共有")
    assert last(slack).ephemeral_to == ""
    assert "<@U0STAFF> さんが共有しました" in json.dumps(last(slack).blocks, ensure_ascii=False)


def test_a_summary_of_an_unknown_name_is_not_that_of_the_last_list(send: Sender, slack: SlackServer):
    send.command("まとめ 情報政策課")
    send.command("まとめ ほげほげ")
    assert "登録されている事業からは分かりません。" in said(slack)
    assert "何をまとめますか。" in said(slack)


def test_a_whole_department_goes_on_behind_a_button_with_no_project_left_out(
    send: Sender, slack: SlackServer, database: Path
):
    send.mention("政策イノベーション部をまとめて")
    seen = said(slack)
    while [b for b in buttons(last(slack).blocks) if b["action_id"].startswith("more")]:
        send.press(last(slack), "続きを見る")
        seen += said(slack)
    with sqlite3.connect(database) as db:
        names = [f"{number} {name}" for number, name in db.execute("SELECT number, name FROM projects")]
    assert [name for name in names if name not in seen] == []


def test_a_channels_section_is_set_by_an_admin_and_never_guessed(send: Sender, slack: SlackServer):
    slack.workspace.add_user(ADMIN, "事務局")
    send.mention("このチャンネルの課をまとめて")
    assert "まだ設定されていません" in said(slack)
    send.command("設定 チャンネル 情報政策課")
    assert "事務局として登録された方だけ" in said(slack)
    send.command("設定 チャンネル 情報政策課", user=ADMIN)
    assert "情報政策課 にしました" in said(slack)
    send.mention("このチャンネルの課をまとめて")
    assert "情報政策課の事業のまとめ（全5件）" in said(slack)
    send.command("まとめ")
    assert "情報政策課の事業のまとめ（全5件）" in said(slack)
    send.command("設定 チャンネル 存在しない課", user=ADMIN)
    assert "一覧にありません" in said(slack)
    send.command("設定 チャンネル なし", user=ADMIN)
    assert "取り消しました" in said(slack)


def test_feedback_is_kept_once_a_person_with_its_question(send: Sender, slack: SlackServer, database: Path):
    send.mention("職員提案制度の目的は？")
    post = last(slack)
    given = next(b for block in post.blocks if block["type"] == "context_actions" for b in block["elements"])
    send.action(post, {"action_id": given["action_id"], **given["positive_button"]})
    send.action(post, {"action_id": given["action_id"], **given["negative_button"]})
    sql = "SELECT question, is_helpful, kind, citations FROM feedback"
    with sqlite3.connect(database) as db:
        expected = [("職員提案制度の目的は？", 0, "field", '["77"]')]
        slack.wait_for(lambda: db.execute(sql).fetchall() == expected, seconds=60)


def test_each_project_that_is_near_in_meaning_is_confirmed_or_denied(
    send: Sender, slack: SlackServer, database: Path
):
    send.mention("貸館")
    post = last(slack)
    pairs = [b for block in post.blocks if block["type"] == "context_actions" for b in block["elements"]]
    assert pairs[0]["positive_button"]["text"]["text"] == "合っている"
    send.action(post, {"action_id": pairs[0]["action_id"], **pairs[0]["positive_button"]})
    send.action(post, {"action_id": pairs[0]["action_id"], **pairs[0]["positive_button"]})
    sql = "SELECT question, is_helpful, kind, citations FROM feedback WHERE kind = 'meaning'"
    with sqlite3.connect(database) as db:
        expected = [("貸館", 1, "meaning", '["2021 104"]')]
        slack.wait_for(lambda: db.execute(sql).fetchall() == expected, seconds=60)


def test_a_result_comes_as_a_spreadsheet_safe_file_in_the_thread(send: Sender, slack: SlackServer):
    send.mention("情報政策課の事業を一覧で", ts="1795400020.000100")
    send.press(last(slack), "CSVで受け取る")
    post = slack.wait_for(lambda: last(slack) if last(slack).files else None, seconds=60)
    assert post.thread_ts == "1795400020.000100"
    content = bytes(post.files[0]["content"])
    assert content.startswith(b"\xef\xbb\xbf")
    assert len(content.decode("utf-8-sig").splitlines()) == 6


def test_a_file_of_a_private_answer_goes_to_a_direct_message(send: Sender, slack: SlackServer):
    send.command("まとめ 情報政策課")
    send.press(last(slack), "CSVで受け取る")
    post = slack.wait_for(lambda: last(slack) if last(slack).files else None, seconds=60)
    assert post.channel == "D0STAFF"


def test_the_link_to_an_answer_is_its_permalink(send: Sender, slack: SlackServer):
    send.mention("EBPMはどこの課？")
    answered = last(slack)
    send.action(answered, button("リンク", action="permalink", value="link"))  # of an earlier version
    assert last(slack).ephemeral_to == "U0STAFF"
    assert f"/archives/{answered.channel}/p{answered.ts.replace('.', '')}" in said(slack)
