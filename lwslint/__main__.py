"""`python -m lwslint`."""

import os
import sys

if __name__ == "__main__":
    if not sys.flags.safe_path and sys.path[:1] == [os.getcwd()]:  # noqa: PTH109 - what is imported by now counts
        del sys.path[
            0
        ]  # nothing is imported from the code under analysis, nor are rule packages looked for there

    from lwslint.process import program

    program()
