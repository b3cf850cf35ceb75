"""The edge to Slack: the app, its server, what comes in and what it looks like."""
