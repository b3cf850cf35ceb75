"""Settings from the environment (and `.env`), each with where to get it. Secrets never print themselves."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

WHERE_TO_GET = {
    "SLACK_BOT_TOKEN": "Slack のアプリ設定 › OAuth & Permissions › Bot User OAuth Token (xoxb-…)",
    "SLACK_SIGNING_SECRET": "Slack のアプリ設定 › Basic Information › Signing Secret (32 桁の 16 進数)",
    "SLACK_APP_TOKEN": "Slack のアプリ設定 › Basic Information › App-Level Tokens (xapp-…)",
    "JIGYO_DB": "データベースのファイル名 (既定は jigyo.db)",
    "PORT": "待ち受けるポート番号 (1〜65535、既定は 3000)",
}


class SettingsError(Exception):
    """A setting is missing or malformed; the message names it and where to get it, in one line."""


class Settings(BaseSettings):
    """What the environment says. Field names in lower case; the variables are in `WHERE_TO_GET`."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", extra="ignore", hide_input_in_errors=True
    )

    slack_bot_token: SecretStr | None = Field(None, pattern=r"^xoxb-\S+$")
    slack_signing_secret: SecretStr | None = Field(None, pattern=r"^[0-9a-fA-F]{32}$")
    slack_app_token: SecretStr | None = Field(None, pattern=r"^xapp-\S+$")
    slack_api_url: str = "https://slack.com/api/"  # a loopback Slack in tests and demos
    jigyo_db: Path = Path("jigyo.db")
    port: int = Field(3000, ge=1, le=65535)


def read_settings() -> Settings:
    """Read and check the settings. Raises SettingsError naming the variable, never its value."""
    try:
        return Settings()
    except ValidationError as error:
        names = sorted({str(problem["loc"][0]).upper() for problem in error.errors()})
        lines = "、".join(
            f"{name} — {WHERE_TO_GET.get(name, '値の形式を確かめてください')}" for name in names
        )
        raise SettingsError(f"設定の形式が正しくありません: {lines}") from None
