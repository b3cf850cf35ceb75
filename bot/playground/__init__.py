"""The bot in a workspace that is not Slack's: a page on loopback, the real app, a loopback Slack."""
