"""A unit's declarations out of its tokens, and their lowering."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import cast

from pycparser import c_ast

from lwslint.frontend.clang import kinds
from lwslint.frontend.clang.library import Cursor as ClangCursor
from lwslint.frontend.clang.places import File
from lwslint.frontend.clang.tree import Node as ClangNode
from lwslint.frontend.clang.unit import Lowering
from lwslint.frontend.pure import rewrite
from lwslint.frontend.pure.body import Bodies
from lwslint.frontend.pure.cursor import Cursor
from lwslint.frontend.pure.declare import UnreadableError
from lwslint.frontend.pure.layers import Chunk, Layer, chunks, declared
from lwslint.frontend.pure.places import PurePlaces
from lwslint.frontend.pure.preprocess import Diagnostic, Preprocessor
from lwslint.frontend.pure.recover import (
    number_table,
    strangers,
    with_semicolon,
    without_initialiser,
    without_statement,
)
from lwslint.frontend.pure.rewrite import LostError
from lwslint.frontend.pure.symbols import PureSymbols
from lwslint.frontend.pure.tokens import Token
from lwslint.frontend.pure.types import Array, Maker, PureTypes, Record

MAX_RETRIES = 24
"""A function is read again without what was not understood no more often than this."""


class Program(Bodies):
    """The declarations of one unit's own files, each by itself: what cannot be read costs no other."""

    def __init__(
        self, layers: Sequence[Layer], maker: Maker, skipped: frozenset[str], parsed: rewrite.Parsed
    ) -> None:
        super().__init__(layers, maker)
        self.found: list[Cursor] = []
        self.files: dict[File, None] = {}
        """Those with declarations in them, in the order of these."""
        self._skipped = skipped
        self._parsed = parsed
        self._records: list[Cursor] = []
        self._length = -1

    def read(self, tokens: Sequence[Token]) -> None:
        """Read all declarations."""
        for chunk in chunks(tokens):
            self.files.setdefault(chunk.tokens[0].file)
            try:
                self._chunk(chunk)
            except RecursionError:
                self._lose(chunk, "nested too deeply")
        for record, source, at in self.tentative:
            self.source = source
            if record.layout.known().fields is None:
                name = record.plain().name
                self.complain(f"tentative definition has type '{name}' that is never completed", at)

    def _chunk(self, chunk: Chunk) -> None:
        tokens, body = chunk.tokens, chunk.body
        if body >= 0 and self._skipped.intersection(declared(tokens[:body])[:1]):
            last = tokens[body]
            tokens, body = [*tokens[:body], Token("p", ";", last.file, last.start, last.end)], -1
        guessed = strangers(tokens, body, self._is_known)

        def is_type(name: str) -> bool:
            return name in guessed or self.scopes.is_type(name)

        table = number_table(tokens) if body < 0 else None
        if table is not None:
            tokens, self._length = table

        for _ in range(MAX_RETRIES):
            try:
                self.source = rewrite.parsed(tokens, is_type, self._parsed)
            except LostError as error:
                place = tokens[min(error.at, len(tokens) - 1)]
                whole = with_semicolon(tokens, body, error.at)
                reason = error.reason if whole is None else "expected ';' after expression"
                self.diagnostics.append(Diagnostic(reason, (place.file, place.start)))
                retried = (
                    whole
                    or without_initialiser(tokens, body, error.at)
                    or without_statement(tokens, body, error.at)
                )
                if retried is None:
                    break
                tokens = retried
            else:
                self._read_trees()
                return
        self._head(chunk)

    def _is_known(self, name: str) -> bool:
        return self.scopes.find(name) is not None

    def _read_trees(self) -> None:
        for tree in self.source.trees:
            self._records = []
            cursor: Cursor | None = None
            try:
                is_function = isinstance(tree, c_ast.FuncDef)
                cursor = self.function_of(tree) if is_function else self.declare(tree)
            except UnreadableError:
                self.name_others(getattr(tree, "init", None))
                name = getattr(tree, "name", None)
                entity = self.scopes.file.names.get(name) if name else None
                cursor = entity if isinstance(entity, Cursor) else None
                if cursor is not None:
                    cursor.lost = getattr(tree, "init", None) is not None
                self.scopes.back([self.scopes.file])
            self.found += self._records
            if self._length >= 0 and cursor is not None and isinstance(cursor.type, Array):
                if cursor.type.count < 0:
                    cursor.type = Array(cursor.type.of, self._length)
                self._length = -1
            if cursor is not None:
                self.found.append(cursor)

    def _lose(self, chunk: Chunk, reason: str) -> None:
        """Report a declaration that cannot be read."""
        at = chunk.tokens[0]
        self.diagnostics.append(Diagnostic(reason, (at.file, at.start)))
        self._head(chunk)

    def _head(self, chunk: Chunk) -> None:
        """Of a declaration that cannot be read, what stands before its body or initialiser."""
        end = chunk.body
        if end < 0:
            end = next((at for at, token in enumerate(chunk.tokens) if token.text == "="), -1)
        if end < 0:
            return
        last = chunk.tokens[end]
        head = [*chunk.tokens[:end], Token("p", ";", last.file, last.start, last.end)]
        try:
            self.source = rewrite.parsed(head, self.scopes.is_type)
            self._read_trees()
        except (LostError, RecursionError):
            return

    def defined(self, record: Record) -> None:
        """Remember a record that a file of the program defines."""
        record.layout.cursor.body = True
        if not self._quiet and not self.function:
            self._records.append(record.layout.cursor)


class PureLowering(Lowering):
    """Lowers what `Program` has read."""

    def __init__(self, program: Program, places: PurePlaces, skipped: frozenset[str]) -> None:
        self.program = program
        self.skipped = skipped
        self.places = places
        self.types = PureTypes(program.maker)
        self.symbols = PureSymbols(places, self.types)
        self.functions = []
        self._defined = {}
        self._nodes = 0
        self._left_out = []

    @cached_property
    def top_level(self) -> list[ClangCursor]:
        """The declarations of file scope in the program's own files."""
        for file in self.program.files:
            _ = file.index  # files are numbered as they are met, as libclang's are
        return list(self.program.found)

    def reached(self, main: File, wanted: list[int]) -> set[int]:
        """The lines of the unit's own file in which a cursor starts."""
        lines: set[int] = set()
        pending: list[ClangNode] = []
        for cursor in self.program.found:
            for token in (cursor.first, cursor.at):
                if token is not None and token.file is main:
                    lines.add(main.place(token.start)[0])
            if cursor.node is not None:
                pending.append(cursor.node)
            lines |= _lines_of_record(cursor, main)
        while pending:
            node = pending.pop()
            token = cast("Cursor", node.cursor).first
            if token is not None and token.file is main:
                lines.add(main.place(token.start)[0])
            pending += node.children
        return lines

    def _tree(self, cursor: ClangCursor) -> ClangNode | None:
        own = cast("Cursor", cursor)
        return own.node or ClangNode(cursor)


def _lines_of_record(cursor: Cursor, main: File) -> set[int]:
    """The lines of a record's definition in the unit's own file, from its keyword to its last member."""
    if cursor.kind not in (kinds.STRUCT_DECL, kinds.UNION_DECL) or not isinstance(cursor.type, Record):
        return set()
    members = [member.at for member, _ in cursor.type.layout.members.values()]
    tokens = [one for one in (cursor.first, *members) if one is not None and one.file is main]
    found = [main.place(one.start)[0] for one in tokens]
    return set(range(min(found), max(found) + 1)) if found else set()


def lowered(
    preprocessor: Preprocessor, places: PurePlaces, skipped: frozenset[str], parsed: rewrite.Parsed
) -> tuple[PureLowering, list[Diagnostic]]:
    """The lowering of a unit that went through the preprocessor, and all that was wrong with it.

    `parsed` holds what earlier attempts at the unit have parsed, and gets what this one has.
    """
    program = Program(preprocessor.layers, Maker(preprocessor.target), skipped, parsed)
    program.read(preprocessor.tokens)
    lowering = PureLowering(program, places, skipped)
    return lowering, [*preprocessor.diagnostics, *program.diagnostics]
