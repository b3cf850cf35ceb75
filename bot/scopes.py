"""The bot scopes asked for in manifest.json, each with its reason."""

from __future__ import annotations

BOT_SCOPES = {
    "app_mentions:read": "チャンネルでメンションされたときに、その発言を読んで答えるため",
    "chat:write": "メンションやダイレクトメッセージに答え、締切のお知らせを送るため",
    "commands": "/jigyo とメッセージのショートカットを使えるようにするため",
    "im:history": "ボットへのダイレクトメッセージを読んで答えるため",
}
