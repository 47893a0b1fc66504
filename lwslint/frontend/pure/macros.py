"""Macros: definitions and their expansion (C17 6.10.3, with the GNU comma)."""

from __future__ import annotations

from lwslint.errors import LwslintError
from lwslint.frontend.clang.places import File
from lwslint.frontend.pure.tokens import (
    CHARACTER,
    IDENTIFIER,
    NUMBER,
    OTHER,
    PUNCTUATOR,
    STRING,
    Token,
    decoded,
    lexed,
    pieces,
)

MAX_TOKENS = 1_000_000
"""Macros of one unit give no more tokens than this."""

MAX_LOOKED_AT = 10_000_000
"""Tokens gone through for the arguments of macros: nested ones are gone through once for each level."""

MAX_NESTED = 1_000
"""Macros that stand in each other's text."""

MAX_PASTE = 4096
"""Tokens that are pasted or made strings are no longer than this."""

MAX_USE = 65_536
"""Where a use of a macro ends is looked for in no more bytes than this."""


class Macro:
    """One macro. `parameters` is None for an object-like one; `rest` names the variable arguments."""

    __slots__ = ("body", "name", "parameters", "rest")

    def __init__(self, name: str, parameters: tuple[str, ...] | None, rest: str, body: list[Token]) -> None:
        self.name = name
        self.parameters = parameters
        self.rest = rest
        self.body = body


def definition(line: list[Token]) -> Macro | None:
    """The macro that the tokens behind `#define` say; None where they say none."""
    if not line or line[0].kind != IDENTIFIER:
        return None
    name = line[0].text
    if len(line) < 2 or line[1].text != "(" or line[1].space:
        return Macro(name, None, "", line[1:])
    parameters: list[str] = []
    rest = ""
    for at in range(2, len(line)):
        token = line[at]
        if token.text == ")":
            if rest and rest != "__VA_ARGS__" and parameters and parameters[-1] == rest:
                parameters.pop()
            return Macro(name, tuple(parameters), rest, line[at + 1 :])
        if token.kind == IDENTIFIER:
            parameters.append(token.text)
        elif token.text == "...":
            named = line[at - 1].kind == IDENTIFIER
            rest = line[at - 1].text if named else "__VA_ARGS__"
        elif token.text != ",":
            return None
    return None


class Macros:
    """The macros that are defined at a point of a unit."""

    def __init__(self) -> None:
        self.table: dict[str, Macro] = {}
        self.counter = 0
        self._ends: dict[tuple[str, int], int] = {}
        self._given = 0
        self._looked_at = 0

    def expand(self, tokens: list[Token]) -> list[Token]:
        """The tokens with all macros expanded.

        Raises:
            LwslintError: they give more than any program needs.
        """
        table = self.table
        out: list[Token] = []
        stack = tokens[::-1]
        while stack:
            token = stack.pop()
            if token.kind != IDENTIFIER or (macro := table.get(token.text)) is None:
                if token.kind == IDENTIFIER and token.text in _DYNAMIC:
                    token = self._dynamic(token)
                out.append(token)
                continue
            if macro.name in token.hidden:
                out.append(token)
                continue
            if len(token.hidden) > MAX_NESTED:
                raise LwslintError("its macros are nested too deeply")
            if macro.parameters is None:
                given = self._substituted(macro, token, token.end, {}, token.hidden | {macro.name})
            else:
                if not stack or stack[-1].text != "(":
                    out.append(token)
                    continue
                called = self._arguments(macro, stack)
                if called is None:
                    out.append(token)
                    continue
                arguments, close = called
                hidden = (token.hidden & close.hidden) | {macro.name}
                end = max(token.end, close.end) if close.file is token.file else token.end
                given = self._substituted(macro, token, end, arguments, hidden)
            self._given += len(given)
            if self._given > MAX_TOKENS:
                raise LwslintError("its macros give too much text")
            if given:
                given[0].space = token.space
            stack += given[::-1]
        return out

    def _arguments(self, macro: Macro, stack: list[Token]) -> tuple[dict[str, list[Token]], Token] | None:
        """The arguments of a use, taken off the stack with the closing parenthesis; None if none closes.

        Raises:
            LwslintError: too much has been gone through for arguments.
        """
        depth = 0
        found: list[list[Token]] = [[]]
        assert macro.parameters is not None
        for at in range(len(stack) - 1, -1, -1):
            token = stack[at]
            self._looked_at += 1
            if self._looked_at > MAX_LOOKED_AT:
                raise LwslintError("its macros are nested too deeply")
            text = token.text if token.kind == PUNCTUATOR else ""
            if text == "(":
                depth += 1
                if depth == 1:
                    continue
            elif text == ")":
                depth -= 1
                if not depth:
                    del stack[at:]
                    return _named(macro, found), token
            elif text == "," and depth == 1 and not (macro.rest and len(found) > len(macro.parameters)):
                found.append([])
                continue
            found[-1].append(token)
        return None

    def _substituted(
        self, macro: Macro, name: Token, end: int, arguments: dict[str, list[Token]], hidden: frozenset[str]
    ) -> list[Token]:
        """The macro's text, seen where it is used."""
        use = name.use if name.use >= 0 else name.start
        expanded: dict[str, list[Token]] = {}
        out: list[Token] = []
        body = macro.body
        at = 0
        while at < len(body):
            token = body[at]
            following = body[at + 1].text if at + 1 < len(body) and body[at + 1].kind == PUNCTUATOR else ""
            if token.text == "#" and token.kind == PUNCTUATOR and macro.parameters is not None:
                target = body[at + 1].text if at + 1 < len(body) else ""
                if target in arguments:
                    text = _stringized(arguments[target])
                    out.append(Token(STRING, text, name.file, name.start, end, token.space, use, hidden))
                    at += 2
                    continue
            if token.text == "##" and token.kind == PUNCTUATOR and at and at + 1 < len(body):
                self._paste(out, body[at + 1], macro, arguments, name, end, use, hidden)
                at += 2
                continue
            if token.text == "__VA_OPT__" and following == "(" and macro.rest:
                close = _closing(body, at + 1)
                if arguments.get(macro.rest):
                    part = Macro(macro.name, macro.parameters, macro.rest, body[at + 2 : close])
                    out += self._substituted(part, name, end, arguments, hidden)
                at = close + 1
                continue
            if token.kind == IDENTIFIER and token.text in arguments:
                given = arguments[token.text]
                if following != "##":
                    if token.text not in expanded:
                        expanded[token.text] = self.expand(given)
                    given = expanded[token.text]
                out += _placed(given, use, hidden, space=token.space, file=name.file)
                if following == "##" and not given:
                    out.append(Token(OTHER, "", name.file, name.start, end, token.space, use, hidden))
            else:
                out.append(
                    Token(token.kind, token.text, name.file, name.start, end, token.space, use, hidden)
                )
            at += 1
        return [token for token in out if token.text]

    def _paste(
        self,
        out: list[Token],
        right: Token,
        macro: Macro,
        arguments: dict[str, list[Token]],
        name: Token,
        end: int,
        use: int,
        hidden: frozenset[str],
    ) -> None:
        """Join the last token given with the next."""
        if right.kind == IDENTIFIER and right.text in arguments:
            given = _placed(arguments[right.text], use, hidden, space=right.space, file=name.file)
            variable = right.text == macro.rest
        else:
            given = [Token(right.kind, right.text, name.file, name.start, end, right.space, use, hidden)]
            variable = False
        if variable and out and out[-1].text == ",":
            if not given:
                out.pop()
            out += given
            return
        if not given:
            return
        if not out:
            out += given
            return
        left = out.pop()
        text = (left.text + given[0].text)[:MAX_PASTE]
        joined = lexed(text, name.file)
        if len(joined) == 1:
            out.append(Token(joined[0].kind, text, name.file, name.start, end, left.space, use, hidden))
            out += given[1:]
        else:
            out += [left, *given]

    def _dynamic(self, token: Token) -> Token:
        """`__LINE__` and its like."""
        text, kind = _DYNAMIC[token.text], STRING
        if token.text == "__LINE__":
            text, kind = str(self._line(token)), NUMBER
        elif token.text == "__COUNTER__":
            text, kind = str(self.counter), NUMBER
            self.counter += 1
        elif token.text in ("__FILE__", "__BASE_FILE__", "__FILE_NAME__"):
            name = token.file.name.encode("utf-8", "surrogateescape").decode("latin-1")
            text = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
        elif token.text == "__INCLUDE_LEVEL__":
            text, kind = "0", NUMBER
        use = token.use if token.use >= 0 else token.start
        return Token(kind, text, token.file, token.start, token.end, token.space, use, token.hidden)

    def _line(self, token: Token) -> int:
        """The line that `__LINE__` says: that of the end of the outermost macro use that it came out of."""
        if token.use < 0:
            return token.file.place(token.start)[0]
        end = token.end
        if token.argument:
            end = self._ends.get((token.file.name, token.use), 0) or _end_of_use(token)
            self._ends[token.file.name, token.use] = end
        return token.file.place(max(end - 1, token.use))[0]


def _end_of_use(token: Token) -> int:
    """Where the outermost macro use ends that an argument is in."""
    depth = 0
    text = decoded(token.file.data[token.use : token.use + MAX_USE])
    for line in pieces(text, token.file):
        for part in line:
            if part.kind == PUNCTUATOR:
                depth += (part.text == "(") - (part.text == ")")
                if part.text == ")" and depth <= 0:
                    return token.use + part.end
    return token.end


_DYNAMIC = {
    "__LINE__": "",
    "__FILE__": "",
    "__BASE_FILE__": "",
    "__FILE_NAME__": "",
    "__COUNTER__": "",
    "__INCLUDE_LEVEL__": "",
    "__DATE__": '"Jan  1 1970"',
    "__TIME__": '"00:00:00"',
    "__TIMESTAMP__": '"Thu Jan  1 00:00:00 1970"',
}
DYNAMIC = frozenset(_DYNAMIC)


def _named(macro: Macro, found: list[list[Token]]) -> dict[str, list[Token]]:
    """The arguments by the names of the parameters; what is missing is empty."""
    assert macro.parameters is not None
    arguments: dict[str, list[Token]] = {}
    for at, parameter in enumerate(macro.parameters):
        arguments[parameter] = found[at] if at < len(found) else []
    if macro.rest:
        rest = found[len(macro.parameters) :]
        arguments[macro.rest] = rest[0] if rest else []
    return arguments


def _placed(tokens: list[Token], use: int, hidden: frozenset[str], *, space: bool, file: File) -> list[Token]:
    """Arguments as they stand in a macro's text: seen where they were written."""
    out = [
        Token(
            one.kind,
            one.text,
            one.file,
            one.start,
            one.end,
            one.space,
            use if one.file is file else one.use if one.use >= 0 else one.start,
            one.hidden | hidden if one.kind == IDENTIFIER else one.hidden,
            True,
        )
        for one in tokens
    ]
    if out:
        out[0].space = space
    return out


def _stringized(tokens: list[Token]) -> str:
    quoted = [
        token.text.replace("\\", "\\\\").replace('"', '\\"')
        if token.kind in (STRING, CHARACTER)
        else token.text
        for token in tokens
    ]
    text = "".join((" " if token.space and at else "") + quoted[at] for at, token in enumerate(tokens))
    return f'"{text[:MAX_PASTE]}"'


def _closing(body: list[Token], opening: int) -> int:
    """The parenthesis that closes the one at `opening`, or the end."""
    depth = 0
    for at in range(opening, len(body)):
        if body[at].kind == PUNCTUATOR:
            depth += (body[at].text == "(") - (body[at].text == ")")
            if not depth:
                return at
    return len(body)
