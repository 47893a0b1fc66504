"""Generated programs: how one is written down changes no finding; where the answer is known, it is found."""

from __future__ import annotations

import functools
import re
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import pytest
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

from lwslint import engine
from lwslint.model.finding import Level
from lwslint.registry import Selection
from lwslint.sources import Plan, SourceUnit
from tests.fuzz.inline import InlinePool
from tests.run import rules

Signature: TypeAlias = Counter[tuple[str, Level]]

few = settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    database=None,
    # To shrink takes minutes: only for who mends a failure.
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


# What a program does


class Reset(NamedTuple):
    """All of the info is zeroed."""


class Fill(NamedTuple):
    """One field is written: `=`, or `|=` to add to it."""

    name: str
    operator: str
    value: str


class Noise(NamedTuple):
    """Something that has nothing to do with the library."""

    number: int


class If(NamedTuple):
    """A branch that nobody can decide from the program's text, or that depends on what a statement wrote."""

    condition: str
    then: tuple[Any, ...]
    otherwise: tuple[Any, ...] = ()


class Repeat(NamedTuple):
    """A short loop."""

    times: int
    body: tuple[Any, ...]


Statement: TypeAlias = Reset | Fill | Noise | If | Repeat

FILLED = (
    Fill("port", "=", "CONTEXT_PORT_NO_LISTEN"),
    Fill("protocols", "=", "$protocols"),
    Fill("options", "=", "LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT"),
)


@dataclass(frozen=True)
class Story:
    """A client: what happens to its creation info before it creates a context, and whether it does so again.

    `storage` is `global`, `static` (in a function), `local`, `fresh` (in the outer loop's body) or `heap`.
    """

    storage: str
    before: tuple[Statement, ...]
    first: tuple[Statement, ...]
    after: tuple[Statement, ...]
    outer: str = "once"
    inner: str = "while"
    checked: bool = True
    destroys: bool = True


# How it is written down


@dataclass(frozen=True)
class Form:
    """One way to write a program down; none changes what it does.

    `reset`, `fill`, `create` and `loss` are each written in place (`plain`), in a `helper` that is `depth`
    calls away, or in a `macro`. `run` is the number of calls between main() and the loop; with `passes`, the
    info lives outside the function that has the loop, and goes there by pointer. `rank` and `file` sort and
    distribute the definitions.
    """

    reset: str = "plain"
    fill: str = "plain"
    create: str = "plain"
    loss: str = "plain"
    depth: int = 1
    run: int = 1
    passes: bool = False
    linkage: str = ""
    names: tuple[str, ...] = ()
    rank: tuple[int, ...] = (0,)
    file: tuple[int, ...] = (0,)


class Definition(NamedTuple):
    """A function or variable: how it is declared, and the whole of it."""

    declaration: str
    text: str


INFO = "struct lws_context_creation_info"

INCLUDES = """\
#include <libwebsockets.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
"""

CALLBACK = """\
int $callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t len)
{
    switch (reason) {
    case LWS_CALLBACK_CLIENT_RECEIVE:
        lwsl_hexdump_notice(in, len);
        break;
    case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
    case LWS_CALLBACK_CLIENT_CLOSED:
        LOSS
        break;
    default:
        return lws_callback_http_dummy(wsi, reason, user, in, len);
    }
    return 0;
}"""

PROTOCOLS = """\
const struct lws_protocols $protocols[2] = {
    { "feed", $callback, 0, 1024, 0, NULL, 0 },
    { NULL, NULL, 0, 0, 0, NULL, 0 }
};"""

DIAL = """\
int $dial(struct lws_context *context)
{
    struct lws_client_connect_info i;
    memset(&i, 0, sizeof(i));
    i.context = context;
    i.address = "example.org";
    i.host = i.address;
    i.origin = i.address;
    i.port = 80;
    i.path = "/feed";
    i.protocol = "feed";
    return lws_client_connect_via_info(&i) ? 0 : 1;
}"""

OUTER = {
    "once": "{\nBODY\n}\nreturn 0;",
    "while": "while (!$stop) {\nBODY\n}\nreturn 0;",
    "for": "for (;;) {\nBODY\nif ($stop)\nbreak;\n}\nreturn 0;",
    "do": "do {\nBODY\n} while (sleep(5) == 0);\nreturn 0;",
    "goto": "again: {\nBODY\n}\nsleep(5);\ngoto again;",
}

INNER = {
    "while": "while (!$lost)\nlws_service($context, 0);",
    "negative": "while (!$lost && lws_service($context, 0) >= 0)\n;",
    "break": "for (;;) {\nif ($lost)\nbreak;\nlws_service($context, 0);\n}",
    "do": "do\nlws_service($context, 0);\nwhile (!$lost);",
}


@dataclass
class Writer:
    """Writes one story down in one form; `$name` stands for an identifier that may be renamed."""

    story: Story
    form: Form
    macros: dict[str, str] = field(default_factory=dict)
    definitions: dict[str, Definition] = field(default_factory=dict)

    def files(self) -> list[str]:
        """The text of each file."""
        self._variable("int", "$lost")
        self._variable("int", "$stop")
        self._function(CALLBACK.replace("LOSS", self._loss()))
        self._function(DIAL)
        self._add("const struct lws_protocols $protocols[2]", PROTOCOLS)
        self._program()
        ranked = sorted(enumerate(self.definitions.values()), key=lambda each: self._cyclic("rank", each[0]))
        declared = "\n".join([*self.macros.values(), *(one.declaration for one in self.definitions.values())])
        texts: dict[int, list[str]] = {}
        for number, definition in ranked:
            texts.setdefault(self._cyclic("file", number), []).append(definition.text)
        return [self._named("\n".join([INCLUDES, declared, *text])) for _, text in sorted(texts.items())]

    def _cyclic(self, aspect: str, number: int) -> int:
        values: tuple[int, ...] = getattr(self.form, aspect)
        return values[number % len(values)]

    def _named(self, text: str) -> str:
        """The text with its identifiers as the form calls them."""
        found = list(dict.fromkeys(re.findall(r"\$(\w+)", "\n".join(self._all_texts()))))
        names = dict(zip(found, (*self.form.names, *found[len(self.form.names) :]), strict=False))
        return re.sub(r"\$(\w+)", lambda match: names[match[1]], text)

    def _all_texts(self) -> Iterator[str]:
        yield from self.macros.values()
        for definition in self.definitions.values():
            yield from definition

    # Parts

    def _program(self) -> None:
        """The loop's function, those that call it, and main()."""
        arguments, parameters = ("POINTER", f"{INFO} *$info") if self._passed else ("", "void")
        pointer = "$info" if self._passed or self.story.storage == "heap" else "&$info"
        body = self._loop(pointer)
        if not self._passed:
            body = self._object() + body
        if not self.form.run:
            self._function("int main(int argc, char **argv)\n{\n" + body + "\n}")
            return
        self._function(f"int $run({parameters})\n{{\n{body}\n}}")
        inner = "$run"
        for number in range(1, self.form.run):
            call = f"return {inner}({arguments.replace('POINTER', '$info')});"
            inner = f"$run{number}"
            self._function(f"int {inner}({parameters})\n{{\n{call}\n}}")
        outside = "$info" if self.story.storage == "heap" else "&$info"
        call = f"return {inner}({arguments.replace('POINTER', outside)});"
        owned = self._object() if self._passed else ""
        self._function(f"int main(int argc, char **argv)\n{{\n{owned}{call}\n}}")

    @property
    def _passed(self) -> bool:
        return self.form.passes and self.form.run > 0 and self.story.storage != "fresh"

    def _object(self) -> str:
        """Where the info lives."""
        if self.story.storage == "global":
            self._variable(INFO, "$info")
        return {
            "static": f"static {INFO} $info;\n",
            "local": f"{INFO} $info;\n",
            "heap": f"{INFO} *$info = malloc(sizeof(*$info));\nif (!$info)\nreturn 1;\n",
        }.get(self.story.storage, "")

    def _loop(self, pointer: str) -> str:
        story = self.story
        lines = [f"{INFO} $info;"] if story.storage == "fresh" else []
        lines += [self._statements(story.first, pointer)]
        lines += [f"$context = {self._create(pointer)};"]
        lines += ["if (!$context)\nreturn 1;"] if story.checked else []
        lines += ["$lost = $dial($context);", INNER[story.inner]]
        lines += ["lws_context_destroy($context);"] if story.destroys else []
        lines += [self._statements(story.after, pointer)]
        before = self._statements(story.before, pointer)
        loop = OUTER[story.outer].replace("BODY", "\n".join(lines))
        return f"struct lws_context *$context;\n{before}\n{loop}"

    def _statements(self, statements: Sequence[Statement], pointer: str) -> str:
        return "\n".join(self._statement(statement, pointer) for statement in statements)

    def _statement(self, statement: Statement, pointer: str) -> str:
        match statement:
            case Reset():
                return self._wrapped(self.form.reset, "zero", pointer, "memset(@, 0, sizeof(*@));")
            case Fill(name, operator, value):
                text = f"@->{name} {operator} {value};"
                key = f"set_{name}_{len(value)}{'_more' if operator == '|=' else ''}"
                return self._wrapped(self.form.fill, key, pointer, text)
            case Noise(number):
                self._variable("int", f"$count{number}")
                self._function(
                    f"int $noise{number}(int n)\n{{\n$count{number} += n;\nreturn $count{number};\n}}"
                )
                return f"$noise{number}(3);"
            case If(condition, then, otherwise):
                text = f"if ({condition}) {{\n{self._statements(then, pointer)}\n}}"
                if otherwise:
                    text += f" else {{\n{self._statements(otherwise, pointer)}\n}}"
                return text
            case Repeat(times, body):
                inside = self._statements(body, pointer)
                return f"for (int n = 0; n < {times}; n++) {{\n{inside}\n}}"

    def _create(self, pointer: str) -> str:
        call = self._wrapped(
            self.form.create, "create", pointer, "return lws_create_context(@);", "struct lws_context *"
        )
        return call.removeprefix("return ").removesuffix(";")

    def _loss(self) -> str:
        return self._wrapped(self.form.loss, "on_loss", "", "$lost = 1;")

    def _wrapped(self, form: str, name: str, pointer: str, text: str, result: str = "void ") -> str:
        """A statement about the info at `@`, written in the way asked for."""
        if form == "plain":
            return _about(pointer, text)
        if form == "macro":
            parameter = "(ci)" if pointer else "()"
            body = text.replace("@", "(ci)").removeprefix("return ").removesuffix(";")
            self.macros[name] = f"#define ${name.upper()}{parameter} {body}"
            return f"${name.upper()}({pointer});"
        parameters, argument = (f"{INFO} *ci", "ci") if pointer else ("void", "")
        body = text.replace("@", "ci")
        for number in range(self.form.depth):
            function = f"${name}{number or ''}"
            self._function(f"{result}{function}({parameters})\n{{\n{body}\n}}")
            body = f"{'return ' if result != 'void ' else ''}{function}({argument});"
        return body.replace("(ci)", f"({pointer})").removeprefix("return ")

    # Definitions

    def _function(self, text: str) -> None:
        head = text.partition("\n{")[0]
        linkage = "" if " main(" in head else self.form.linkage
        self.definitions[head] = Definition(f"{linkage}{head};", linkage + text)

    def _variable(self, type_: str, name: str) -> None:
        self._add(f"{type_} {name}", f"{type_} {name};")

    def _add(self, head: str, text: str) -> None:
        declaration = f"{self.form.linkage or 'extern '}{head};"
        self.definitions[head] = Definition(declaration, self.form.linkage + text)


def _about(pointer: str, text: str) -> str:
    """A statement about `@` as one writes it: `info.port`, not `(&info)->port`."""
    if pointer.startswith("&"):
        name = pointer.removeprefix("&")
        text = text.replace("@->", f"{name}.").replace("*@", name)
    return text.replace("@", pointer)


# What lwslint says of it


@pytest.fixture(scope="module", autouse=True)
def own_headers() -> Iterator[None]:
    """The same headers everywhere, whatever is installed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LWSLINT_NO_SYSTEM_HEADERS", "1")
        yield


@functools.cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="lwslint-test-")


def findings(story: Story, form: Form = Form()) -> Signature:
    """Rule and level of each finding."""
    texts = Writer(story, form).files()
    for text in texts:
        note(text)
    root = Path(_folder().name)
    units = tuple(SourceUnit(str(root / f"f{at}.c"), root, (), text) for at, text in enumerate(texts))
    asked = engine.Settings(Selection.of(rules()), executor=InlinePool(folder=_folder().name))
    outcome = engine.run(Plan(root, units), asked)
    assert not [gap for gap in outcome.gaps if gap.kind.incomplete], outcome.gaps
    return Counter((finding.rule, finding.level) for finding in outcome.findings)


def codes(signature: Signature) -> set[str]:
    return {rule for rule, _ in signature}


# Strategies

CONDITIONS = ('getenv("FEED")', "time(NULL) & 1", "$stop", "$lost")

fills = st.sampled_from(
    [
        *FILLED,
        Fill("options", "|=", "LWS_SERVER_OPTION_VALIDATE_UTF8"),
        Fill("client_ssl_ca_filepath", "=", '"/etc/feed/ca.pem"'),
        Fill("ka_time", "=", "10"),
    ]
)
noise = st.builds(Noise, st.integers(1, 3))


def blocks(leaves: st.SearchStrategy[Statement], most: int = 2) -> st.SearchStrategy[tuple[Statement, ...]]:
    """Random control flow around some statements; a few branches, and now and then a counting loop."""
    nested: st.SearchStrategy[Statement] = st.recursive(
        leaves,
        lambda inside: st.builds(
            If,
            st.sampled_from(CONDITIONS),
            st.lists(inside, min_size=1, max_size=2).map(tuple),
            st.lists(inside, max_size=1).map(tuple),
        ),
        max_leaves=3,
    )
    loops = st.builds(Repeat, st.integers(2, 3), st.lists(leaves, min_size=1, max_size=2).map(tuple))
    return st.lists(st.one_of(nested, nested, loops), max_size=most).map(tuple)


anything = blocks(st.one_of(st.builds(Reset), fills, noise))
prelude = blocks(st.one_of(st.builds(Reset), fills, noise))
harmless = blocks(noise)


def _meaningful(story: Story) -> Story:
    """The story without what its storage rules out.

    Left out: static info in a program that creates once, as whether LWS101 is a note there depends, by its
    definition, on which functions write it.
    """
    if story.storage == "fresh":
        return replace(story, before=(), after=())
    if story.storage in ("global", "static") and story.outer == "once":
        return replace(story, outer="while")
    return story


stories = st.builds(
    Story,
    storage=st.sampled_from(["global", "static", "local", "fresh", "heap"]),
    before=prelude,
    first=anything,
    after=blocks(st.one_of(st.builds(Reset), fills, noise), most=1),
    outer=st.sampled_from(sorted(OUTER)),
    inner=st.sampled_from(sorted(INNER)),
    checked=st.booleans(),
    destroys=st.booleans(),
).map(_meaningful)

WORDS = (
    "reconnect",
    "retry",
    "session",
    "memset_all",
    "create_again",
    "once",
    "never",
    "done",
    "ok",
    "failed",
    "closed",
    "error",
    "lost_it",
    "flag",
    "state",
    "info2",
    "ctx",
    "wsi2",
    "loop",
    "service",
    "destroy",
    "shut_down",
    "cleanup",
    "init",
    "setup",
    "zero",
    "fill",
    "reset",
    "config",
    "opts",
    "tmp",
    "buf",
    "aux",
    "first",
    "second",
    "third",
    "last",
    "a",
    "b",
    "c",
    "d",
    "e",
    "f",
    "g",
    "h",
    "x",
    "y",
    "z",
    "total",
    "extra",
)

wrappings = st.sampled_from(["plain", "helper", "macro"])
ASPECTS: dict[str, st.SearchStrategy[Form]] = {
    "renamed": st.builds(Form, names=st.permutations(WORDS).map(tuple)),
    "reordered": st.builds(Form, rank=st.permutations(range(30)).map(tuple), linkage=st.just("static ")),
    "split": st.builds(Form, file=st.lists(st.integers(0, 3), min_size=5, max_size=20).map(tuple)),
    "helper": st.builds(
        lambda depth, run: Form("helper", "helper", "helper", "helper", depth, run),
        st.integers(1, 3),
        st.integers(1, 3),
    ),
    "macro": st.just(Form("macro", "macro", "macro", "macro")),
    "passed": st.builds(Form, passes=st.just(True), run=st.integers(1, 3)),
}
forms = st.builds(
    Form,
    reset=wrappings,
    fill=wrappings,
    create=wrappings,
    loss=wrappings,
    depth=st.integers(1, 3),
    run=st.integers(1, 3),
    passes=st.booleans(),
    names=st.permutations(WORDS).map(tuple),
    rank=st.permutations(range(30)).map(tuple),
    file=st.lists(st.integers(0, 2), min_size=3, max_size=20).map(tuple),
)


# Properties


@pytest.mark.parametrize("aspect", sorted(ASPECTS))
@few
@given(data=st.data())
def test_form_changes_no_finding(aspect: str, data: st.DataObject) -> None:
    story = data.draw(stories)
    form = data.draw(ASPECTS[aspect])
    assert findings(story, form) == findings(story)


@settings(few, max_examples=20)
@given(stories, forms)
def test_all_forms_together_change_no_finding(story: Story, form: Form) -> None:
    assert findings(story, form) == findings(story)


@settings(few, max_examples=20)
@given(stories, forms)
def test_reset_and_refill_before_the_create_mend(story: Story, form: Form) -> None:
    mended = replace(story, first=(*story.first, Reset(), *FILLED))
    assert not codes(findings(mended, form)) & {"LWS102", "LWS103"}


@settings(few, max_examples=20)
@given(
    st.sampled_from(["local", "heap"]),
    blocks(noise),
    harmless,
    harmless,
    st.sampled_from(sorted(INNER)),
    forms,
)
def test_clean_program_is_clean(
    storage: str,
    before: tuple[Statement, ...],
    between: tuple[Statement, ...],
    after: tuple[Statement, ...],
    inner: str,
    form: Form,
) -> None:
    story = Story(storage, (*before, Reset()), (*between, *FILLED), after, "once", inner)
    assert not [found for found in findings(story, form) if found[1] is not Level.NOTE]


@settings(few, max_examples=20)
@given(
    st.sampled_from(["global", "static"]),
    prelude,
    harmless,
    blocks(st.one_of(fills, noise)),
    st.sampled_from(sorted({*OUTER} - {"once"})),
    st.sampled_from(sorted(INNER)),
    forms,
)
def test_story_is_told(
    storage: str,
    before: tuple[Statement, ...],
    between: tuple[Statement, ...],
    after: tuple[Statement, ...],
    outer: str,
    inner: str,
    form: Form,
) -> None:
    story = Story(storage, (*before, Reset(), *FILLED), between, after, outer, inner)
    assert codes(findings(story, form)) >= {"LWS101", "LWS103", "LWS104"}
