"""The preprocessor: a unit's text after includes, conditionals and macros.

What headers that are not the program's own give is kept apart in layers, which units with the same start
share: the libwebsockets model is gone through once for most of a run. Nothing is executed, and includes,
conditionals, macros and text are bounded.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple

import msgspec

from lwslint.errors import LwslintError
from lwslint.frontend import headers
from lwslint.frontend.clang import shims
from lwslint.frontend.clang.places import File
from lwslint.frontend.lexing import spliced, with_line_feeds
from lwslint.frontend.limits import contents
from lwslint.frontend.pure import conditions
from lwslint.frontend.pure.alignment import PRAGMA, Packing
from lwslint.frontend.pure.layers import Layer
from lwslint.frontend.pure.macros import DYNAMIC, Macro, Macros, definition
from lwslint.frontend.pure.target import Target, predefined
from lwslint.frontend.pure.tokens import IDENTIFIER, NUMBER, STRING, Token, decoded, pieces

MAX_INCLUDES = 5_000
MAX_DEPTH = 100
MAX_BYTES = 64_000_000
"""Files of one unit: how many, how deep in each other, how much text."""

_MAX_LAYERS = 16
_MAX_RELEASES = 400  # virtual files kept as tokens; a release has two of its own
_SHIPPED = "/lwslint-"
"""What the paths of headers of lwslint's own begin with."""
_PART = re.compile(r"libwebsockets/[\w.-]+\.h\Z")
_HAS = frozenset(
    {"__has_attribute", "__has_builtin", "__has_feature", "__has_extension", "__has_c_attribute",
     "__has_cpp_attribute", "__has_declspec_attribute", "__has_warning", "__building_module"}
)  # fmt: skip
_HAS_INCLUDE = ("__has_include", "__has_include_next")


class Diagnostic(NamedTuple):
    """An error, in the words that libclang has for it, with its file and offset."""

    message: str
    location: tuple[File, int] | None

    @property
    def file(self) -> str:
        """The name of the file that it stands in; empty for none."""
        return self.location[0].name if self.location else ""


class _Folder(NamedTuple):
    path: str
    foreign: bool


class _Conditional(msgspec.Struct):
    """An `#if`: whether it is in force now, whether one of its groups was, whether the outside is."""

    active: bool
    taken: bool
    outer: bool


class OwnFile(File):
    """A file of the program; it gets its number when something in it is first looked at."""

    __slots__ = ("_ask", "_number")

    def __init__(self, name: str, data: bytes, ask: Callable[[str], int]) -> None:
        super().__init__(0, name, 0, data, -1)
        self._ask = ask
        self._number = -1

    @property
    def is_numbered(self) -> bool:
        """Whether something in it was looked at."""
        return self._number >= 0

    @property
    def index(self) -> int:
        """Its number in `Unit.files`."""
        if self._number < 0:
            self._number = self._ask(self.name)
        return self._number

    @index.setter
    def index(self, number: int) -> None:
        self._number = number


class Sources(msgspec.Struct, dict=True):
    """Where texts come from: virtual files by absolute path before those on disk.

    `is_own` says of a path (and whether it is foreign by the folder that it was found in) whether it is a
    file of the program, `number` gives that its number.
    """

    virtual: Mapping[str, str | bytes]
    is_own: Callable[[str, bool], bool]
    number: Callable[[str], int]
    files: dict[str, File | None] = msgspec.field(default_factory=dict)
    texts: dict[str, list[list[Token]]] = msgspec.field(default_factory=dict)
    read: int = 0

    def file(self, path: str, *, foreign: bool) -> File | None:
        """The file of a path, if there is one."""
        if path not in self.files:
            self.files[path] = self._file(path, foreign)
        return self.files[path]

    def _file(self, path: str, foreign: bool) -> File | None:
        text = self.virtual.get(path)
        if isinstance(text, str) and path.startswith(_SHIPPED):
            return _virtual(path, text)[0]
        data = self._data(path)
        if data is None:
            return None
        return OwnFile(path, data, self.number) if self.is_own(path, foreign) else File(0, path, 0, data, -1)

    @cached_property
    def _is_overlaid(self) -> bool:
        """Whether texts stand for files on disk."""
        return any(not path.startswith(_SHIPPED) for path in self.virtual)

    def _data(self, path: str) -> bytes | None:
        text = self.virtual.get(path)
        if text is None and self._is_overlaid and (real := os.path.realpath(path)) != path:
            text = self.virtual.get(real)
        if text is not None:
            return text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape")
        if path.startswith(_SHIPPED):
            return None
        try:
            return with_line_feeds(contents(path)) if os.path.isfile(path) else None  # noqa: PTH113
        except (OSError, ValueError, LwslintError):
            return None


class _Known(NamedTuple):
    """A layer, the state of the preprocessor behind it, and the headers that were looked for in it."""

    layer: Layer
    macros: dict[str, Macro]
    once: frozenset[str]
    state: int
    packing: Packing
    wanted: frozenset[str]


_LAYERS: dict[tuple[int, str], _Known] = {}
_STATES: dict[tuple[int, str], int] = {}


@lru_cache(maxsize=_MAX_RELEASES)
def _virtual(path: str, text: str) -> tuple[File, list[list[Token]]]:
    """A header of lwslint's own and its tokens, which all units of this process share."""
    file = File(0, path, 0, text.encode("utf-8"), -1)
    return file, list(pieces(decoded(file.data), file))


class Preprocessor:
    """One unit on its way through. `tokens` are those of the program's files, `layers` those of others."""

    def __init__(
        self,
        sources: Sources,
        arguments: Sequence[str],
        directory: str,
        target: Target,
        *,
        model: str,
    ) -> None:
        """`model` is the release of the library's model headers."""
        self.sources = sources
        self.macros = Macros()
        self.tokens: list[Token] = []
        self.layers: list[Layer] = []
        self.diagnostics: list[Diagnostic] = []
        self._quote, self._folders = _folders(arguments, directory, model=bool(model))
        self._trigraphs = any(one in ("-trigraphs", "-ansi") or one.startswith("-std=c") for one in arguments)
        self._out = self.tokens
        self._foreign = 0
        self._shareable = True
        self._once: set[str] = set()
        self._state = 0
        self._includes = 0
        self._depth = 0
        self._arguments = tuple(arguments)
        self.target = target
        self._wanted: set[str] = set()
        self._packing = Packing.of(arguments)
        self._remember(repr((model, target, self._trigraphs, self._packing)))

    def run(self, path: str, file: File) -> None:
        """Go through a unit's file.

        Raises:
            LwslintError: there is more of it than a bound allows.
        """
        self._text(predefined(self.target, self._arguments), "<built-in>")
        given, included = _command_line(self._arguments)
        self._text(given, "<command line>")
        for name in included:
            if name in self.sources.virtual:  # its text is this unit's own
                self._remember(str(self.sources.virtual[name]))
            self._include(f'"{name}"', None, 0, file)
        self._file(path, file)

    def _text(self, text: str, name: str) -> None:
        """Directives that no file holds."""
        if text:
            self._remember(text)
            file = File(0, name, 0, text.encode("utf-8", "surrogateescape"), -1)
            self._lines(list(pieces(decoded(file.data), file)), file, name)

    def _remember(self, event: str) -> None:
        """Go on to the state in which that has happened, too."""
        key = (self._state, event)
        if key not in _STATES:
            if len(_STATES) > 1 << 20:
                _STATES.clear()
                _LAYERS.clear()
            _STATES[key] = len(_STATES) + 1
        self._state = _STATES[key]

    def _file(self, path: str, file: File) -> None:
        if self._depth >= MAX_DEPTH:
            self.diagnostics.append(Diagnostic("#include nested too deeply", (file, 0)))
            return
        self._includes += 1
        self.sources.read += len(file.data)
        if self._includes > MAX_INCLUDES or self.sources.read > MAX_BYTES:
            raise LwslintError("it includes too much text")
        self._depth += 1
        try:
            self._lines(self._lexed(path, file), file, path)
        finally:
            self._depth -= 1

    def _lexed(self, path: str, file: File) -> list[list[Token]]:
        text = self.sources.virtual.get(path)
        if isinstance(text, str) and path.startswith(_SHIPPED):
            return _virtual(path, text)[1]
        known = self.sources.texts.get(path)
        if known is None:
            known = list(pieces(decoded(file.data), file, trigraphs=self._trigraphs))
            self.sources.texts[path] = known
        return known

    def _lines(self, lines: list[list[Token]], file: File, path: str) -> None:
        conditionals: list[_Conditional] = []
        active = True
        run: list[Token] = []
        for line in lines:
            if line[0].text != "#" or line[0].kind != "p":
                if active:
                    run += line
                continue
            name = line[1].text if len(line) > 1 else ""
            if name in ("if", "ifdef", "ifndef", "elif", "else", "endif", "elifdef", "elifndef"):
                if run:
                    self._flush(run)
                    run = []
                active = self._conditional(name, line, conditionals, active, file, path)
            elif active:
                if run:
                    self._flush(run)
                    run = []
                self._directive(name, line, file, path)
        if run:
            self._flush(run)
        if conditionals:
            self.diagnostics.append(Diagnostic("unterminated conditional directive", (file, len(file.data))))

    def _flush(self, run: list[Token]) -> None:
        given = self.macros.expand(run)
        if self._packing.most or any(token.text == PRAGMA for token in given):
            given, packing = self._packing.through(given, self.macros.expand)
            self._pack(packing)
        self._out += given

    def _pack(self, packing: Packing) -> None:
        """Go on with other bounds of alignment."""
        if packing != self._packing and not self._foreign:
            self._remember(repr(packing))
        self._packing = packing

    def _conditional(
        self,
        name: str,
        line: list[Token],
        conditionals: list[_Conditional],
        active: bool,
        file: File,
        path: str,
    ) -> bool:
        if name in ("if", "ifdef", "ifndef"):
            holds = active and self._holds(name, line, file, path)
            conditionals.append(_Conditional(holds, holds, active))
            return holds
        if not conditionals:
            self.diagnostics.append(Diagnostic(f"#{name} without #if", (file, line[0].start)))
            return active
        top = conditionals[-1]
        if name == "endif":
            conditionals.pop()
            return top.outer
        if name == "else":
            top.active = top.outer and not top.taken
            top.taken = True
        else:
            top.active = (
                top.outer and not top.taken and self._holds(name.removeprefix("el"), line, file, path)
            )
            top.taken = top.taken or top.active
        return top.active

    def _holds(self, name: str, line: list[Token], file: File, path: str) -> bool:
        if name in ("ifdef", "ifndef"):
            known = len(line) > 2 and self._is_defined(line[2].text)
            return known == (name == "ifdef")
        try:
            return conditions.holds(self._evaluable(line[2:], file, path))
        except conditions.ConditionError as error:
            self.diagnostics.append(Diagnostic(f"#if: {error}", (file, line[0].start)))
            return False

    def _is_defined(self, name: str) -> bool:
        return name in self.macros.table or name in DYNAMIC or name in _HAS or name in _HAS_INCLUDE

    def _evaluable(self, tokens: list[Token], file: File, path: str) -> list[Token]:
        """The expression of an `#if`, with `defined` and its like as numbers and macros expanded."""
        out: list[Token] = []
        at = 0
        while at < len(tokens):
            token = tokens[at]
            if token.text == "defined":
                bracket = at + 1 < len(tokens) and tokens[at + 1].text == "("
                name = at + 1 + bracket
                known = name < len(tokens) and self._is_defined(tokens[name].text)
                out.append(_number(token, known))
                at = name + 1 + bracket
            elif token.text in _HAS_INCLUDE or token.text in _HAS:
                close = _closing(tokens, at + 1)
                value = 0
                if token.text in _HAS_INCLUDE:
                    name_of = self._header_name(tokens[at + 2 : close])
                    after = path if token.text.endswith("_next") else None
                    value = int(bool(name_of) and self._found(name_of, file, path, after) is not None)
                elif token.text in ("__has_builtin", "__has_attribute", "__has_extension"):
                    value = 1
                out.append(_number(token, value))
                at = close + 1
            else:
                out.append(token)
                at += 1
        return self.macros.expand(out)

    def _directive(self, name: str, line: list[Token], file: File, path: str) -> None:
        if name == "define":
            macro = definition(line[2:])
            if macro is not None:
                self.macros.table[macro.name] = macro
            if not self._foreign:
                self._remember(f"#define {_written(line[2:])}")
        elif name == "undef" and len(line) > 2:
            self.macros.table.pop(line[2].text, None)
            if not self._foreign:
                self._remember(f"#undef {line[2].text}")
        elif name in ("include", "include_next", "import"):
            after = path if name == "include_next" else None
            if name == "import":
                self._once_file(self._header_name(line[2:]), file, path)
            self._include(self._header_name(line[2:]), after, line[0].start, file, path, line)
        elif name == "pragma":
            if len(line) > 2 and line[2].text == "once":
                self._once.add(path)
            else:
                self._pack(self._packing.after(self.macros.expand(line[2:])))
        elif name == "error" and not self._foreign:
            self.diagnostics.append(Diagnostic(_written(line[2:]), (file, line[0].start)))

    def _once_file(self, name: str, file: File, path: str) -> None:
        found = self._found(name, file, path, None) if name else None
        if found is not None and found[0] in self.sources.texts:
            self._once.add(found[0])

    def _header_name(self, tokens: list[Token]) -> str:
        """A header as written, in its quotes; empty if nothing like it is written."""
        if tokens and tokens[0].kind == IDENTIFIER:
            tokens = self.macros.expand(list(tokens))
        if not tokens:
            return ""
        if tokens[0].kind == STRING:
            return tokens[0].text.encode("latin-1").decode("utf-8", "surrogateescape")
        if tokens[0].text[:1] != "<":
            return ""
        first = tokens[0]
        closing = next((token for token in tokens if token.text.endswith(">")), None)
        if closing is None:
            return ""
        if first.use < 0 and closing.use < 0:
            return spliced(first.file.data[first.start : closing.end]).decode("utf-8", "surrogateescape")
        text = "".join(
            (" " if token.space and at else "") + token.text for at, token in enumerate(tokens)
        ).encode("latin-1")
        return text[: text.index(b">") + 1].decode("utf-8", "surrogateescape")

    def _include(
        self,
        written: str,
        after: str | None,
        offset: int,
        file: File,
        path: str = "",
        line: Sequence[Token] = (),
    ) -> None:
        if not written:
            self.diagnostics.append(Diagnostic('expected "FILENAME" or <FILENAME>', (file, offset)))
            return
        found = self._found(written, file, path, after)
        if found is None:
            at = line[2].start if len(line) > 2 else offset
            self.diagnostics.append(Diagnostic(f"'{_inner(written)}' file not found", (file, at)))
            if self._foreign:
                self._shareable = False
            return
        where, header = found
        if not where.startswith(_SHIPPED):
            self._shareable = False
        if where in self._once:
            return
        if _is_own(header):
            if self._foreign:
                self._shareable = False
            out, self._out = self._out, self.tokens
            self._file(where, header)
            self._out = out
        elif self._foreign:
            self._file(where, header)
        else:
            self._layer(where, header)

    def _layer(self, where: str, header: File) -> None:
        """A header that is not the program's own, gone through once for all units that come here alike."""
        key = (self._state, where)
        known = _LAYERS.get(key)
        if known is not None and not self._shadowed(known.wanted):
            _LAYERS[key] = _LAYERS.pop(key)  # the one that was not used for longest goes first
            self.macros.table = dict(known.macros)
            self._once = set(known.once)
            self._state = known.state
            self._packing = known.packing
            self.layers.append(known.layer)
            return
        out, self._out = self._out, []
        before, self._shareable, self._wanted = len(self.diagnostics), True, set()
        self._foreign += 1
        self._file(where, header)
        self._foreign -= 1
        layer = Layer(self._out)
        self._out = out
        self.layers.append(layer)
        self._remember(f"#include {where}")
        if self._shareable and where.startswith(_SHIPPED) and len(self.diagnostics) == before:
            if len(_LAYERS) >= _MAX_LAYERS:
                _LAYERS.pop(next(iter(_LAYERS)))
            wanted = frozenset(self._wanted)
            macros, once = dict(self.macros.table), frozenset(self._once)
            _LAYERS[key] = _Known(layer, macros, once, self._state, self._packing, wanted)

    def _shadowed(self, names: frozenset[str]) -> bool:
        """Whether the folders of the flags hold one of these headers, so that another would be found."""
        own = [folder for folder in self._folders if not folder.path.startswith(_SHIPPED)]
        return any(
            self.sources.file(os.path.normpath(os.path.join(folder.path, name)), foreign=folder.foreign)  # noqa: PTH118
            for folder in own
            for name in names
        )

    def _found(self, written: str, file: File, path: str, after: str | None) -> tuple[str, File] | None:
        """Path and file of a header as it is written; `after` is the file of an `include_next`."""
        name = _inner(written)
        if not name or "\0" in name:
            return None
        if self._foreign:
            self._wanted.add(name)
        if self._is_model(name):
            config = name.endswith("lws_config.h")
            model = f"{headers.MODEL}/{'lws_config.h' if config else headers.LIBRARY_HEADER}"
            if after is None and (header := self.sources.file(model, foreign=True)) is not None:
                return model, header
        folders = list(self._folders)
        if written.startswith('"'):
            beside = os.path.dirname(path or file.name)  # noqa: PTH120
            folders = [_Folder(beside, not _is_own(file)), *self._quote, *folders]
        if name.startswith("/"):
            folders = [_Folder("", not _is_own(file))]
        if after is not None:
            own = os.path.dirname(after)  # noqa: PTH120
            at = next(
                (
                    number
                    for number, folder in enumerate(self._folders)
                    if after.startswith(f"{folder.path}/")
                ),
                -1,
            )
            folders = (
                list(self._folders[at + 1 :]) if at >= 0 else [one for one in folders if one.path != own]
            )
        for folder in folders:
            candidate = os.path.normpath(os.path.join(folder.path, name))  # noqa: PTH118
            if (header := self.sources.file(candidate, foreign=folder.foreign)) is not None:
                return candidate, header
        model = f"{headers.MODEL}/{headers.LIBRARY_HEADER}"
        if _PART.search(name) and (header := self.sources.file(model, foreign=True)) is not None:
            return model, header
        return None

    def _is_model(self, name: str) -> bool:
        return name in (
            headers.LIBRARY_HEADER,
            "lws_config.h",
            f"libwebsockets/{headers.LIBRARY_HEADER}",
        ) or bool(_PART.match(name))


def _is_own(file: File) -> bool:
    """Whether a file is the program's; asked without giving it a number."""
    return isinstance(file, OwnFile) or file.index >= 0


def _inner(written: str) -> str:
    return written[1:-1] if len(written) > 1 else ""


def _number(like: Token, value: int) -> Token:
    return Token(NUMBER, str(int(value)), like.file, like.start, like.end, like.space)


def _closing(tokens: list[Token], opening: int) -> int:
    depth = 0
    for at in range(opening, len(tokens)):
        depth += (tokens[at].text == "(") - (tokens[at].text == ")")
        if depth <= 0:
            return at
    return len(tokens)


def _written(tokens: Sequence[Token]) -> str:
    text = "".join((" " if token.space and at else "") + token.text for at, token in enumerate(tokens))
    return text.encode("latin-1").decode("utf-8", "replace")


def _folders(arguments: Sequence[str], directory: str, *, model: bool) -> tuple[list[_Folder], list[_Folder]]:
    """Where `#include "..."` looks first, and where every include looks, as far as it is there."""
    quote: list[_Folder] = []
    own: list[_Folder] = []
    system: list[_Folder] = []
    behind: list[_Folder] = []
    rest = iter(arguments)
    for argument in rest:
        for flag, list_, foreign in (
            ("-iquote", quote, False),
            ("-isystem", system, True),
            ("-idirafter", behind, True),
            ("-I", own, False),
        ):
            if argument.startswith(flag):
                value = argument.removeprefix(flag) or next(rest, "")
                path = os.path.normpath(os.path.join(directory, value))  # noqa: PTH118
                if value and os.path.isdir(path):  # noqa: PTH112
                    list_.append(_Folder(path, foreign))
                break
    models = [_Folder(headers.MODEL, True)] if model else []
    shipped = [_Folder(shims.FOLDER, True), _Folder(headers.LIBC, True)]
    return quote, [*models, *own, *system, *shipped, *behind]


def _command_line(arguments: Sequence[str]) -> tuple[str, list[str]]:
    """What `-D` and `-U` say as directives, and the files of `-include` and `-imacros`."""
    lines: list[str] = []
    files: list[str] = []
    rest = iter(arguments)
    for argument in rest:
        for flag in ("-include", "-imacros", "-D", "-U"):
            if not argument.startswith(flag):
                continue
            value = argument.removeprefix(flag) or next(rest, "")
            value = value.replace("\n", " ")
            if flag == "-D":
                name, equals, text = value.partition("=")
                lines.append(f"#define {name} {text if equals else '1'}\n")
            elif flag == "-U":
                lines.append(f"#undef {value}\n")
            else:
                files.append(value)
            break
    return "".join(lines), files
