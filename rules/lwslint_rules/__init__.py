"""The built-in rules of lwslint: one file each, with its page beside it. They see `lwslint.api` alone."""
