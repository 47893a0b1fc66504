"""Include folders without a compile database, guessed from the headers that lie in the project.

For each header that a unit includes and that is found neither beside the file nor on its own include
path nor among the system's, the nearest folder of the project that holds one of that name is
added; the headers found so are looked through in turn. A folder that also holds stand-ins for
standard headers (`win32/unistd.h`) is given by `-idirafter`, so that it cannot hide the true ones;
others by `-I`, since what `-idirafter` finds counts as a header of the system.
"""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from lwslint.errors import LwslintError
from lwslint.sources.paths import is_file
from lwslint.texts import Texts, head

MAXIMUM_FOLDERS = 20_000
MAXIMUM_HEADERS = 2_000  # looked through for one unit
MAXIMUM_BYTES = 4 << 20  # looked at in one file

_INCLUDE = re.compile(rb'^[ \t]*#[ \t]*include[ \t]*(["<])([^">\r\n]{1,300})[">]', re.MULTILINE)
_SYSTEM = (
    "/usr/local/include",
    "/usr/include",
    "/usr/include/x86_64-linux-gnu",
    "/usr/include/aarch64-linux-gnu",
)
# Never guessed: trees ship stand-ins under these names for other systems.
_STANDARD = (
    r"(?:sys|arpa|netinet|bits)/.*|net/(?:if|if_arp|ethernet|route)\.h|(?:assert|complex|ctype|dirent|errno|fcntl|fenv|float|getopt"
    r"|inttypes|iso646|limits|locale|math|memory|netdb|poll|pthread|pwd|sched|semaphore|setjmp|signal|stdalign"
    r"|stdarg|stdatomic|stdbool|stddef|stdint|stdio|stdlib|stdnoreturn|strings?|syslog|termios|tgmath|threads"
    r"|time|uchar|unistd|wchar|wctype)\.h"
)


class Includes:
    """Guesses include folders for the units of one project; the project is walked once, when first needed."""

    def __init__(self, project: Path, texts: Texts) -> None:
        self._project = project
        self._texts = texts
        self._options: dict[Path, str] = {}
        self._seen: dict[Path, tuple[tuple[str, bool], ...]] = {}

    def folders(self, unit: str, text: bytes | None, arguments: Sequence[str]) -> list[Path]:
        """The folders that the file `unit` needs besides those in its `arguments`, the nearest first."""
        own_path = [Path(word) for word in arguments if word.startswith("/")]
        names = tuple(_names(self._head(unit) if text is None else text))
        if not own_path and all(not quoted and _of_the_system(name) for name, quoted in names):
            return []  # nothing but headers of the system, as in most files of a tree
        path = Path(unit)
        found: dict[Path, None] = {}
        seen = {path}
        queue = [path]
        while queue:
            file = queue.pop()
            for name, quoted in names if file == path else self._included(file):
                header = _resolve(name, [file.parent, *own_path] if quoted else own_path)
                if header is None and not _of_the_system(name) and (base := self._nearest(name, path.parent)):
                    found[base] = None
                    header = base / name
                if header and header not in seen and len(seen) < MAXIMUM_HEADERS:
                    seen.add(header)
                    queue.append(header)
        return sorted(found, key=lambda folder: (_distance(folder, path.parent), str(folder)))

    def flags(self, folder: Path) -> tuple[str, str]:
        """The flag that puts a folder on the include path."""
        if folder not in self._options:
            names = os.listdir(folder)  # noqa: PTH208 - names are all it takes
            stand_ins = any(re.fullmatch(_STANDARD, name) for name in names)
            self._options[folder] = "-idirafter" if stand_ins else "-I"
        return self._options[folder], str(folder)

    def _included(self, file: Path) -> tuple[tuple[str, bool], ...]:
        """What a header includes; each is looked at once."""
        if file not in self._seen:
            self._seen[file] = tuple(_names(self._head(str(file))))
        return self._seen[file]

    def _head(self, file: str) -> bytes:
        try:
            return self._texts.read(file, MAXIMUM_BYTES, cut=True)
        except (OSError, LwslintError):
            return b""

    def _nearest(self, name: str, folder: Path) -> Path | None:
        """The folder of the project, nearest to `folder`, under which `name` lies."""
        if not _guessable(name):
            return None
        parts = Path(name).parts
        bases = [
            holder.parents[len(parts) - 2] if len(parts) > 1 else holder
            for holder in self._holders.get(parts[-1], ())
            if holder.parts[len(holder.parts) - len(parts) + 1 :] == parts[:-1]
        ]
        if parts[-1] == "libwebsockets.h":
            # The library's source tree has no lws_config.h: its header alone is worse than none.
            bases = [base for base in bases if is_file((base / name).with_name("lws_config.h"))]
        return min(bases, key=lambda base: (_distance(base, folder), str(base)), default=None)

    @functools.cached_property
    def _holders(self) -> dict[str, list[Path]]:
        """The folders of the project that hold a header of each name."""
        holders: dict[str, list[Path]] = {}
        for count, (directory, folders, files) in enumerate(os.walk(self._project)):
            if count == MAXIMUM_FOLDERS:
                break
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in files:
                if name.endswith((".h", ".inc", ".c")):
                    holders.setdefault(name, []).append(Path(directory))
        return holders


def _names(text: bytes) -> Iterator[tuple[str, bool]]:
    """The names that a text includes, and whether they are in quotes."""
    for mark, name in dict.fromkeys(_INCLUDE.findall(head(text, b"include"))):
        if b"\0" not in name:
            yield os.fsdecode(name), mark == b'"'


def _resolve(name: str, folders: Sequence[Path]) -> Path | None:
    """The program's own header as the compiler would find it, without any guess."""
    return next((folder / name for folder in folders if is_file(folder / name)), None)


@functools.cache
def _of_the_system(name: str) -> bool:
    return any(is_file(Path(folder, name)) for folder in _SYSTEM)


def _guessable(name: str) -> bool:
    path = Path(name)
    plain = bool(path.parts) and not path.is_absolute() and ".." not in path.parts
    return plain and not re.fullmatch(_STANDARD, name)


def _distance(one: Path, other: Path) -> int:
    """How many steps up and down lead from one folder to the other."""
    return len(one.parts) + len(other.parts) - 2 * len(Path(os.path.commonpath((one, other))).parts)
