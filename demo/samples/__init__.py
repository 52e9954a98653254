"""Sample reports: descriptions, the renderer, and the files that it made."""
