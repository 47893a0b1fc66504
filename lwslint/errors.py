"""What lwslint raises when it cannot do the job: each message is one line, ready for a person."""

from __future__ import annotations


class LwslintError(Exception):
    """The job cannot be done: says which file or option, and what to do. Ends in exit status 2."""
