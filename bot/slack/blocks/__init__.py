"""Search results, projects, help and App Home as Block Kit. Pure."""
