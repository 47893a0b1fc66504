"""Front ends: C in, IR out. Nothing of a parser is known beyond this package."""

from lwslint.frontend.clang.library import version as libclang_version
from lwslint.frontend.clang.reader import read_one
from lwslint.frontend.lexing import uses_library
from lwslint.frontend.reading import read
from lwslint.frontend.request import Reading, ReadRequest

__all__ = ["ReadRequest", "Reading", "libclang_version", "read", "read_one", "uses_library"]
