"""What reads C in this Python, for people who ask."""

from __future__ import annotations

from lwslint.errors import LwslintError


def check_there(frontend: str) -> None:
    """Makes sure that the front end that was named can read.

    Raises:
        LwslintError: "clang" was named, and libclang cannot be loaded; says how to read all the same.
    """
    if frontend != "clang":
        return
    try:
        parser(frontend)
    except LwslintError as error:
        raise LwslintError(f"--frontend clang: {error}; --frontend pycparser needs none") from None


def parser(frontend: str = "auto") -> str:
    """Name and version of what reads C for `ReadRequest.frontend`: `libclang 18.1.1`, `pycparser 2.22`.

    Raises:
        LwslintError: "clang" was named, and libclang cannot be loaded.
    """
    if frontend != "pycparser":
        from lwslint.frontend.clang import library

        try:
            return f"libclang {library.version()[0]}"
        except LwslintError:
            if frontend == "clang":
                raise
    import pycparser

    return f"pycparser {pycparser.__version__}"
