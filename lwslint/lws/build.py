"""Makes the data that `Knowledge` and the model headers load.

    python -m lwslint.lws.build [--history FILE] [--headers CHECKOUT]

Three steps, each from what is in the tree or on the command line to what is in the tree:

1. `--history FILE` reduces an API history (which release declares which name) to `data/history.json`.
2. `--headers CHECKOUT` reads the public headers at each release tag of a git checkout of libwebsockets
   with clang's JSON dump of the syntax tree, and writes the declarations to `data/declarations.json`.
3. Always: compiles these and what is kept by hand (`data/effects.toml`, `data/members.toml`,
   `data/names.toml`, `data/reasons.toml`) to the JSON files that are loaded at run time.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from lwslint.errors import LwslintError
from lwslint.lws.build_history import reduced
from lwslint.lws.build_knowledge import compiled

DATA = Path(__file__).parent / "data"


def main(arguments: list[str]) -> int:
    """Runs the steps that `arguments` ask for; 0, or 2 with one line on stderr."""
    parser = argparse.ArgumentParser(prog="python -m lwslint.lws.build", description=__doc__.split("\n")[0])
    parser.add_argument("--history", type=Path, metavar="FILE", help="API history to reduce")
    parser.add_argument("--headers", type=Path, metavar="CHECKOUT", help="git checkout of libwebsockets")
    chosen = parser.parse_args(arguments)
    try:
        if chosen.history:
            (DATA / "history.json").write_bytes(reduced(chosen.history.read_bytes()))
        if chosen.headers:
            from lwslint.lws.build_declarations import declarations

            (DATA / "declarations.json").write_bytes(declarations(chosen.headers))
        for name, content in compiled(DATA).items():
            (DATA / name).write_bytes(content)
    except (OSError, LwslintError) as error:
        print(f"lwslint.lws.build: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
