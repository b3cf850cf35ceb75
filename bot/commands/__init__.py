"""One module a group of subcommands; `bot.cli` gathers them."""
