"""`#pragma pack`, `_Pragma("pack(1)")`, `-fpack-struct`: the most that members of records are aligned to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from lwslint.frontend.pure.tokens import STRING, Token, lexed

PRAGMA = "_Pragma"
_BYTES = ("0", "1", "2", "4", "8", "16")


class PackedBrace(Token):
    """The brace that opens a record, or anything else, where members are aligned to `most` bytes or less."""

    __slots__ = ("most",)

    def __init__(self, brace: Token, most: int) -> None:
        super().__init__(
            brace.kind, brace.text, brace.file, brace.start, brace.end,
            brace.space, brace.use, brace.hidden, brace.argument,
        )  # fmt: skip
        self.most = most


class Packing(NamedTuple):
    """The number of bytes that is in force, 0 for none, and those that were pushed, with their names."""

    most: int = 0
    pushed: tuple[tuple[str, int], ...] = ()
    given: int = 0
    """The number that the flags ask for."""

    @classmethod
    def of(cls, arguments: Sequence[str]) -> Packing:
        """What the flags ask for."""
        most = 0
        for argument in arguments:
            if argument.startswith("-fpack-struct"):
                most = int(argument.partition("=")[2] or 1)
            elif argument == "-fno-pack-struct":
                most = 0
        return cls(most, (), most)

    def after(self, pragma: Sequence[Token]) -> Packing:
        """What is in force behind a pragma; one that is not of this kind, or not right, changes nothing."""
        words = [token.text for token in pragma]
        if words[:2] != ["pack", "("] or ")" not in words:
            return self
        words = [word for word in words[2 : words.index(")")] if word != ","]
        if not words:
            return self._replace(most=self.given)
        action = words.pop(0) if words[0] in ("push", "pop") else ""
        number = words.pop() if words and words[-1].isdigit() else ""
        if (number and number not in _BYTES) or not (action or number):
            return self
        name = words[0] if words else ""
        state = self
        if action == "push":
            state = state._replace(pushed=(*self.pushed, (name, self.most)))
        elif action == "pop":
            state = self._popped(name)
        return state._replace(most=int(number)) if number else state

    def _popped(self, name: str) -> Packing:
        """What was in force at the last push, or at the last one of that name."""
        for at in range(len(self.pushed) - 1, -1, -1):
            if not name or self.pushed[at][0] == name:
                return self._replace(most=self.pushed[at][1], pushed=self.pushed[:at])
        return self

    def through(
        self, tokens: Sequence[Token], expand: Callable[[list[Token]], list[Token]]
    ) -> tuple[list[Token], Packing]:
        """Tokens without the pragmas among them, braces marked; and what is in force behind them."""
        out: list[Token] = []
        state = self
        at = 0
        while at < len(tokens):
            token = tokens[at]
            if token.text == PRAGMA and at + 3 < len(tokens) and tokens[at + 2].kind == STRING:
                text = tokens[at + 2].text[1:-1].replace('\\"', '"').replace("\\\\", "\\")
                state = state.after(expand(lexed(text, token.file)))
                at += 4
                continue
            out.append(PackedBrace(token, state.most) if state.most and token.text == "{" else token)
            at += 1
        return out, state
