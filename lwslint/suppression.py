"""Suppression comments: which findings they silence, and which of them silence nothing.

* `// lwslint: ignore[LWS103] reason`: its own line if code stands there, else the next line with code.
* `// lwslint: ignore-next-line[LWS103] reason`: the next line with code, wherever the comment stands.
* `// lwslint: ignore-begin[LWS103] reason` to `// lwslint: ignore-end[LWS103]`: all lines between.
* `// lwslint: ignore-file[LWS103] reason`: the whole file.

In the definition of a macro, the first two also speak of every line that uses the macro.

Only comments count, so C is lexed here as far as it takes to tell comments from strings: lines that end
in a backslash are joined first (translation phase 2), then literals and comments are cut out (phase 3).
"""

from __future__ import annotations

import enum
import itertools
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

import msgspec

from lwslint.model.comment import SuppressionComment
from lwslint.model.finding import Edit, Finding, Mend
from lwslint.model.outcome import RuleInfo, Suppressed
from lwslint.model.place import Place

MARK = "lwslint:"

_TOKEN = re.compile(
    r"""
    (?P<comment> //[^\n]* | /\*.*?(?:\*/|\Z) )
  | "(?:\\.|[^"\\\n])*"
  | '(?:\\.|[^'\\\n])*'
  | \.?[0-9](?:'?[\w.])*  # a number: the ' between its digits (C23) opens no literal
  | [^\W\d]\w*
    """,
    re.VERBOSE | re.DOTALL,
)
_DIRECTIVE = re.compile(
    r"(?<![\w-])lwslint:\s*ignore(?P<kind>-next-line|-file|-begin|-end|)\[(?P<rules>[^\]\n]+)\](?P<reason>[^\n]*)"
)
_DEFINE = re.compile(r"[ \t]*#[ \t]*define[ \t]+([^\W\d]\w*)")
_NAME = re.compile(r"[^\W\d]\w*")
_SPLICE = re.compile(r"\\[ \t\f\v]*\r?\n")
_LAST_LINE = 1 << 60


class Reach(enum.StrEnum):
    """What a suppression comment speaks of."""

    LINE = ""
    NEXT_LINE = "-next-line"
    FILE = "-file"
    BEGIN = "-begin"
    END = "-end"


class Directive(msgspec.Struct, frozen=True):
    """A suppression comment: the codes or names of rules it silences on lines `first` to `last`, and why.

    `line` is where it stands, `text` the whole comment; `macros` are those in whose definition it stands.
    """

    rules: frozenset[str]
    reason: str
    first: int
    last: int
    line: int = 0
    text: str = ""
    reach: Reach = Reach.LINE
    macros: frozenset[str] = frozenset()


class Comments:
    """The suppression comments of the files of a run, and what they have silenced so far."""

    def __init__(
        self,
        rules: Sequence[RuleInfo],
        text_of: Callable[[str], str],
        files: Iterable[str] = (),
        *,
        reasons_needed: bool = False,
    ) -> None:
        """`text_of` gives the text of a file at a `Place.path`; `files` are those that may define macros."""
        self._names = {rule.code: (rule.code.lower(), rule.name.lower()) for rule in rules}
        self._written = {name.lower(): name for rule in rules for name in (rule.code, rule.name)}
        self._text_of = text_of
        self._reasons_needed = reasons_needed
        self._by_file: dict[str, tuple[Directive, ...]] = {}
        self._used: set[tuple[str, Directive, str]] = set()
        self._macros: dict[str, list[tuple[str, Directive]]] = {}
        for path in files:
            for directive in self._of(path):
                for name in directive.macros:
                    self._macros.setdefault(name, []).append((path, directive))

    def separate(
        self, findings: Iterable[Finding], *, about_comments: bool = False
    ) -> tuple[list[Finding], list[Suppressed]]:
        """Tells findings that stand from those that a comment silences.

        Findings `about_comments` are on lines without code: a comment then speaks of its own line as well.
        """
        kept: list[Finding] = []
        suppressed: list[Suppressed] = []
        for finding in findings:
            reason = self._reason(finding, about_comments)
            if reason is None:
                kept.append(finding)
            else:
                suppressed.append(Suppressed(finding, reason))
        return kept, suppressed

    def useless(self, files: Iterable[str], judged: Collection[str]) -> Iterator[SuppressionComment]:
        """The comments in `files` that silence nothing, by the rules with codes in `judged` alone."""
        names = {name for code in judged for name in self._names.get(code, ())}
        for path in files:
            for directive in self._of(path):
                unused = sorted(
                    rule
                    for rule in directive.rules & names
                    if (path, directive, rule) not in self._used and self._counts(directive)
                )
                whole = set(unused) == directive.rules
                unreasoned = not self._counts(directive)
                if unused or unreasoned:
                    place, mend = _whereabouts(path, directive, self._text_of(path))
                    shown = tuple(self._written[name] for name in unused)
                    yield SuppressionComment(place, shown, unreasoned, mend if whole else None)

    def _counts(self, directive: Directive) -> bool:
        return bool(directive.reason) or not self._reasons_needed

    def _reason(self, finding: Finding, about_comments: bool) -> str | None:
        """The reason of the first comment that silences a finding; None if none does."""
        own = self._names.get(finding.rule, (finding.rule.lower(),))
        found: str | None = None
        for path, directive in self._concerning(finding.place, about_comments):
            if not directive.rules.isdisjoint(own) and self._counts(directive):
                self._used.update((path, directive, name) for name in own)
                found = directive.reason if found is None else found
        return found

    def _concerning(self, place: Place, about_comments: bool) -> Iterator[tuple[str, Directive]]:
        """The comments that speak of a line, whatever their rules."""
        for directive in self._of(place.path):
            first = min(directive.line, directive.first) if about_comments else directive.first
            if first <= place.line <= directive.last:
                yield place.path, directive
        if self._macros:
            lines = self._text_of(place.path).split("\n")[place.line - 1 : place.end_line]
            for name in dict.fromkeys(_NAME.findall("\n".join(lines))):
                yield from self._macros.get(name, ())

    def _of(self, path: str) -> tuple[Directive, ...]:
        if path not in self._by_file:
            self._by_file[path] = directives(self._text_of(path))
        return self._by_file[path]


def directives(text: str) -> tuple[Directive, ...]:
    """The suppression comments of a C file, in its order."""
    if MARK not in text:
        return ()
    lines = _Lines(text)
    found = (
        _directive(match, comment, lines)
        for comment in lines.comments
        for match in _DIRECTIVE.finditer(comment[0])
        if any(_words(match["rules"]))
    )
    return tuple(_blocks_closed(found))


def _directive(match: re.Match[str], comment: re.Match[str], lines: _Lines) -> Directive:
    reach = Reach(match["kind"])
    first, last = lines.silenced_by(comment, next_line=reach is Reach.NEXT_LINE)
    if reach is Reach.FILE:
        first, last = 1, _LAST_LINE
    line = lines.number(comment.start() + match.start())
    by_line = reach in (Reach.LINE, Reach.NEXT_LINE)
    macros = lines.macros(first, last) if by_line else frozenset()
    rules = frozenset(_words(match["rules"]))
    return Directive(rules, _reason(match["reason"]), first, last, line, comment[0], reach, macros)


def _blocks_closed(found: Iterable[Directive]) -> Iterator[Directive]:
    """The comments with those that open a block reaching to the one that closes it, or to the end."""
    open_: defaultdict[frozenset[str], list[Directive]] = defaultdict(list)
    done: list[Directive] = []
    for one in found:
        if one.reach is Reach.BEGIN:
            open_[one.rules].append(one)
        elif one.reach is not Reach.END:
            done.append(one)
        elif open_[one.rules]:
            done.append(_block(open_[one.rules].pop(), one.line))
    done += [_block(begin, _LAST_LINE) for begins in open_.values() for begin in begins]
    return iter(sorted(done, key=lambda one: one.line))


def _block(begin: Directive, last: int) -> Directive:
    return Directive(begin.rules, begin.reason, begin.line, last, begin.line, begin.text, begin.reach)


def _whereabouts(path: str, directive: Directive, text: str) -> tuple[Place, Mend | None]:
    """Where a comment stands, and a mend that takes it away if it holds nothing else."""
    number, comment = directive.line, directive.text
    lines = text.split("\n")
    line = lines[number - 1] if 0 < number <= len(lines) else ""
    start = line.find(comment)
    if start < 0 or "\n" in comment:
        start = max(line.find(MARK), 0)
        return Place(path, number, _bytes(line[:start]) + 1, number, _bytes(line.rstrip()) + 1), None
    place = Place(path, number, _bytes(line[:start]) + 1, number, _bytes(line[: start + len(comment)]) + 1)
    alone = re.fullmatch(r"/[/*]\s*lwslint:\s*ignore[^\[]*\[[^\]]*\][^\n]*", comment.rstrip("\r"))
    if not alone or comment.count(MARK) > 1 or directive.reach is Reach.BEGIN:
        return place, None
    if not line.strip().removeprefix(comment.strip()):
        gone = Place(path, number, 1, number + 1, 1) if number < len(lines) else place
    else:
        before = line[:start].rstrip()
        gone = Place(path, number, _bytes(before) + 1, number, place.end_column)
        if line.endswith("\r") and comment.endswith("\r"):
            gone = Place(path, number, _bytes(before) + 1, number, place.end_column - 1)
    return place, Mend("take the comment away", (Edit(gone, ""),))


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogateescape"))


class _Lines:
    """The lines of a C file, and which of them hold code."""

    def __init__(self, text: str) -> None:
        self._text, self._starts = _join_lines(text)
        tokens = _TOKEN.finditer(self._text)
        self.comments = [token for token in tokens if token["comment"]]
        code = self._cut(_blanked(self._text, self.comments))
        self._defines = [(at, match[1]) for at, line in enumerate(code, 1) if (match := _DEFINE.match(line))]
        self._code = [bool(line.strip()) for line in code]
        self._below = self._next_lines()

    def silenced_by(self, comment: re.Match[str], *, next_line: bool = False) -> tuple[int, int]:
        """First and last line that a comment speaks of: its own if code stands there, else the next."""
        first = bisect_right(self._starts, comment.start())
        last = bisect_right(self._starts, comment.end() - 1)
        if next_line:
            below = self._below[last] if last < len(self._below) else last + 1
            return below, below
        if self._code[first - 1] or self._code[last - 1]:
            return first, last
        return self._below[last], self._below[last]

    def number(self, position: int) -> int:
        """The line of a position in the joined text."""
        return bisect_right(self._starts, position)

    def macros(self, first: int, last: int) -> frozenset[str]:
        """The macros whose definition reaches into these lines."""
        near = max(bisect_right(self._defines, (first, "")) - 1, 0)
        until = bisect_right(self._defines, (last + 1, ""))
        return frozenset(
            name for at, name in self._defines[near:until] if at <= last and first <= self._definition_end(at)
        )

    def _definition_end(self, line: int) -> int:
        """The last line of the definition that begins on a line: those joined by backslashes belong to it."""
        end = self._text.find("\n", self._starts[line - 1])
        return len(self._starts) if end < 0 else bisect_right(self._starts, end)

    def _next_lines(self) -> list[int]:
        """For each line, the number of the next one that holds not just comments."""
        below = [len(self._code) + 1]
        for number, line in zip(range(len(self._code), 0, -1), reversed(self._cut(self._text)), strict=True):
            only_comments = line.strip() and not self._code[number - 1]
            below.append(below[-1] if only_comments else number)
        return below[::-1]

    def _cut(self, text: str) -> list[str]:
        return [text[start:end] for start, end in itertools.pairwise([*self._starts, len(text)])]


def _blanked(text: str, comments: Iterable[re.Match[str]]) -> str:
    """The text with blanks in place of comments."""
    pieces: list[str] = []
    end = 0
    for comment in comments:
        pieces += [text[end : comment.start()], " " * len(comment[0])]
        end = comment.end()
    return "".join([*pieces, text[end:]])


def _join_lines(text: str) -> tuple[str, list[int]]:
    """The text without line splices, and where in it each line of the file starts."""
    pieces = [_SPLICE.sub("", line) for line in re.split(r"(?<=\n)", text)]
    return "".join(pieces), list(itertools.accumulate(map(len, pieces[:-1]), initial=0))


def _words(listed: str) -> Iterator[str]:
    return (word.strip().lower() for word in listed.split(",") if word.strip())


def _reason(rest: str) -> str:
    return rest.removesuffix("*/").strip()
