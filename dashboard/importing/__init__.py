"""From an export to a new build: read as text, check, set aside, publish at once or not at all."""
