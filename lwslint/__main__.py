"""`python -m lwslint`."""

import sys

from lwslint.cli import main

if __name__ == "__main__":
    sys.exit(main())
