"""The lists for other assistants, over the Model Context Protocol: read only, with citations."""
