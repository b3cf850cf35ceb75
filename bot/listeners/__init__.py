"""One module a surface of Slack; `bot.app` registers them."""
