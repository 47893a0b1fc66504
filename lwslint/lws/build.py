"""Makes the data that `Knowledge` and the model headers load, in the folder `data`.

    python -m lwslint.lws.build [CHECKOUT]

CHECKOUT is a git checkout of libwebsockets with the tags of its releases. With it the public headers at each
of these tags are read, twice:

1. their text, whatever the build configuration (`build_scan`, `build_history`): which release declares which
   function, member, flag and callback reason, and how, is written to `history.json`;
2. as clang sees them in a full build on Linux, which needs `clang` (`build_declarations`): all declarations,
   printed afresh for the model headers, are written to `declarations.json`.

Of the headers only names, types, numbers and prototypes are kept; no other file of the checkout is read.
With it or without, these two and what is kept by hand are then compiled to the JSON files that are loaded
at run time. By hand are kept `effects.toml` (what functions do), `members.toml` (what becomes of what they
point at, what zero means), `reasons.toml` (callback reasons) and `names.toml` (successors, threads, needs).
Same input, same bytes: a test holds the committed files against the committed inputs.

A new release of the library: fetch its tag, run this with the checkout, look at the difference in
`history.json`, and say in the tables what is new, with the place in the library's source that says so.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from lwslint.errors import LwslintError
from lwslint.lws.build_knowledge import compiled

DATA = Path(__file__).parent / "data"


def main(arguments: list[str]) -> int:
    """Reads the checkout that `arguments` name, and compiles; 0, or 2 with one line on stderr."""
    summary, _, rest = (__doc__ or "").partition("\n\n")
    parser = argparse.ArgumentParser(
        prog="python -m lwslint.lws.build",
        description=summary,
        epilog=rest,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "checkout", nargs="?", type=Path, metavar="CHECKOUT", help="checkout of libwebsockets"
    )
    parser.add_argument("--data", type=Path, default=DATA, metavar="DIR", help="the folder, if another")
    chosen = parser.parse_args(arguments)
    try:
        if chosen.checkout:
            _read(chosen.checkout, chosen.data)
        for name, content in compiled(chosen.data).items():
            (chosen.data / name).write_bytes(content)
    except (OSError, LwslintError) as error:
        print(f"lwslint.lws.build: {error}", file=sys.stderr)
        return 2
    return 0


def _read(checkout: Path, data: Path) -> None:
    """Writes what the headers of a checkout declare."""
    from lwslint.lws.build_declarations import declarations
    from lwslint.lws.build_history import history, release_tags

    tags = release_tags(checkout)
    (data / "history.json").write_bytes(history(checkout, tags))
    (data / "declarations.json").write_bytes(declarations(checkout, tags))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
