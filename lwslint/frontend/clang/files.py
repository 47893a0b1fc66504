"""Which files of a unit are the program's own, and their numbers."""

from __future__ import annotations

import os
from pathlib import Path

from lwslint.frontend import headers
from lwslint.frontend.clang.library import Location, load

_FOREIGN = ("/usr/include/", "/usr/local/include/", "/usr/lib/", "/lwslint-")


class Files:
    """The program's own files, numbered as they turn up; `names` is what becomes `Unit.files`."""

    def __init__(self, shown: str, path: str, directory: str, library: str) -> None:
        """`shown` and `path` are the unit's file; `library` is the real libwebsockets.h in use, if any."""
        self.names = [shown]
        self._numbers = {path: 0}
        self._directory = directory
        self._library = str(Path(library).parent) if library else ""

    def number(self, name: str, location: Location) -> int:
        """The number of a file, -1 if it is the system's or the library's own."""
        path = os.path.normpath(os.path.join(self._directory, name))  # noqa: PTH118
        if path not in self._numbers:
            self._numbers[path] = -1 if self._is_foreign(path, location) else len(self.names)
            if self._numbers[path] > 0:
                self.names.append(_shown(path))
        return self._numbers[path]

    def _is_foreign(self, path: str, location: Location) -> bool:
        return bool(load().clang_Location_isInSystemHeader(location)) or self.is_foreign_path(path)

    def is_foreign_path(self, path: str) -> bool:
        """Whether a file is the system's or the library's own by its place."""
        if path.startswith(_FOREIGN):
            return True
        return bool(self._library) and self._is_of_library(path)

    def _is_of_library(self, path: str) -> bool:
        folder = self._library
        own = (f"{folder}/{headers.LIBRARY_HEADER}", f"{folder}/lws_config.h")
        return path in own or path.startswith(f"{folder}/libwebsockets/") or path.endswith("/lws_config.h")


def _shown(path: str) -> str:
    """A path as a person would type it: relative where the file is below the working directory."""
    here = os.getcwd()  # noqa: PTH109
    return os.path.relpath(path, here) if path.startswith(f"{here}{os.sep}") else path
