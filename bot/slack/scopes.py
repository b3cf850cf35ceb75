"""The bot scopes asked for in manifest.json, each with its reason."""

from __future__ import annotations

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
