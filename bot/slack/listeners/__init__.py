"""One module a surface of Slack; `bot.slack.app` registers them."""
