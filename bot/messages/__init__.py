"""What leaves for Slack: Block Kit's pieces, markup, limits, and the one gate."""
