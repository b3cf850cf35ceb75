"""Japanese text: characters, words, numbers, years. Pure."""
