"""Lists, Japanese text and SQLite; nothing of Slack or of the clock."""
