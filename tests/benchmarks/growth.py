"""How the cost of a run grows with the size of a program, one axis at a time; see README.md beside it."""

from __future__ import annotations

import argparse
import gc
import math
import os
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import plot

from lwslint import ir, registry
from lwslint.analysis import link_programs
from lwslint.api import analyse
from lwslint.frontend import ReadRequest, read_one
from lwslint.lws.knowledge import Knowledge

FUNCTIONS_PER_FILE = 500
FUNCTIONS_PER_CALLER = 100
REASONS_PER_CALLBACK = 16

START = """\
#include <libwebsockets.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
"""


class Axis(NamedTuple):
    """What grows, the files of a program of a given size, and the sizes; `quick` ones for a first look."""

    name: str
    files: Callable[[int], list[str]]
    sizes: tuple[int, ...]
    quick: tuple[int, ...]


class Cost(NamedTuple):
    """Seconds for the front end, and for link, analysis and rules; what was found, and what a bound cut."""

    size: int
    parse: float
    analysis: float
    findings: int
    gaps: int


# Programs


def client(
    *,
    loss: str = "lost = 1;",
    fill: Sequence[str] = (),
    open_context: str = "lws_create_context(&info)",
    more: str = "",
    extra: str = "",
    over: str = "lost",
    again: str = "lost = 0;",
) -> str:
    """A client that creates its context anew after each loss, with places where programs differ.

    `more` stands before its functions, `extra` in the loop before the create.
    """
    filled = "\n".join(f"    {line}" for line in fill)
    return f"""{START}
static int lost;
static struct lws_context_creation_info info;

{more}

static int callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t len)
{{
    switch (reason) {{
    case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
    case LWS_CALLBACK_CLIENT_CLOSED:
        {loss}
        break;
    default:
        break;
    }}
    return 0;
}}

static const struct lws_protocols protocols[] = {{ {{ "feed", callback }}, {{ NULL }} }};

static int dial(struct lws_context *context)
{{
    struct lws_client_connect_info i = {{ .context = context, .address = "example.org", .port = 80 }};
    return !lws_client_connect_via_info(&i);
}}

int main(int argc, char **argv)
{{
    info.port = CONTEXT_PORT_NO_LISTEN;
    info.protocols = protocols;
{filled}
    for (;;) {{
        {extra}
        struct lws_context *context = {open_context};
        if (!context)
            return 1;
        {again}
        if (dial(context))
            return 1;
        while (!({over}))
            lws_service(context, 0);
        lws_context_destroy(context);
        sleep(5);
    }}
}}
"""


def functions(number: int) -> list[str]:
    """Functions that each write a field of the info under a condition of their own, in many files."""
    callers = number // FUNCTIONS_PER_CALLER
    declared = "".join(f"void group{at}(struct lws_context_creation_info *info);\n" for at in range(callers))
    calls = "".join(f"if (argc == {at}) group{at}(&info);\n" for at in range(callers))
    files = [client(more=declared, extra=calls)]
    per_file = FUNCTIONS_PER_FILE // FUNCTIONS_PER_CALLER
    for first in range(0, callers, per_file):
        groups = range(first, min(first + per_file, callers))
        files.append(START + "".join(_group(group) for group in groups))
    return files


def _group(group: int) -> str:
    numbers = range(group * FUNCTIONS_PER_CALLER, (group + 1) * FUNCTIONS_PER_CALLER)
    bodies = "".join(
        f"static int mode{at};\n"
        f"static void set{at}(struct lws_context_creation_info *info)\n"
        f"{{\n    if (++mode{at} > 2)\n        info->timeout_secs = {at};\n}}\n"
        for at in numbers
    )
    calls = "".join(f"    set{at}(info);\n" for at in numbers)
    return f"{bodies}\nvoid group{group}(struct lws_context_creation_info *info)\n{{\n{calls}}}\n"


def depth(number: int) -> list[str]:
    """The create, and the loss, that many calls away."""
    opens = ["static struct lws_context *open0(void) { return lws_create_context(&info); }"]
    losses = ["static void on_loss0(void) { lost = 1; }"]
    for at in range(1, number):
        opens.append(f"static struct lws_context *open{at}(void) {{ return open{at - 1}(); }}")
        losses.append(f"static void on_loss{at}(void) {{ on_loss{at - 1}(); }}")
    last = number - 1
    return [client(more="\n".join([*opens, *losses]), loss=f"on_loss{last}();", open_context=f"open{last}()")]


def callbacks(number: int) -> list[str]:
    """Protocols, each with a callback of its own that handles many reasons."""
    reasons = [
        reason.name for reason in Knowledge.load().reasons() if reason.name.startswith("LWS_CALLBACK_")
    ]
    cases = "".join(
        f"    case {reason}:\n        seen += {at};\n        break;\n"
        for at, reason in enumerate(reasons[-REASONS_PER_CALLBACK:])
    )
    bodies = "".join(
        f"static int callback{at}(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,\n"
        f"    size_t len)\n{{\n    switch (reason) {{\n{cases}"
        "    case LWS_CALLBACK_CLIENT_CLOSED:\n        lost = 1;\n        break;\n"
        "    default:\n        break;\n    }\n    return 0;\n}\n"
        for at in range(number)
    )
    entries = ", ".join(f'{{ "p{at}", callback{at} }}' for at in range(number))
    table = (
        f"static int seen;\n{bodies}\nstatic const struct lws_protocols many[] = {{ {entries}, {{ NULL }} }};"
    )
    return [client(more=table, fill=["info.protocols = many;"])]


def flags(number: int) -> list[str]:
    """Flags that the callback sets, each under a condition, and the loop tests."""
    names = [f"flag{at}" for at in range(number)]
    return [
        client(
            more="".join(f"static int {name};\n" for name in names),
            loss="".join(f"if (len == {at}) {name} = 1;\n" for at, name in enumerate(names)) + "lost = 1;",
            over=" || ".join(["lost", *names]),
            again="lost = 0;" + "".join(f"{name} = 0;\n" for name in names),
        )
    ]


def fields(number: int) -> list[str]:
    """Fields of the info that are set, every second one on some paths only."""
    known = Knowledge.load()
    newest = known.newest()
    names = [
        one.name
        for one in known.fields("lws_context_creation_info")
        if one.at(newest) and one.type in ("int", "unsigned int", "const char *") and one.name != "port"
    ]
    chosen = names[:number]
    fill = [f"{'if (argc > 1) ' if at % 2 else ''}info.{name} = 0;" for at, name in enumerate(chosen)]
    return [client(fill=fill)]


def contexts(number: int) -> list[str]:
    """Pairs of info and context, each with its own loss, in one loop."""
    more = "".join(f"static struct lws_context_creation_info info{at};\n" for at in range(number))
    extra = "".join(
        f"struct lws_context *context{at} = lws_create_context(&info{at});\nif (!context{at})\nreturn 1;\n"
        for at in range(number)
    )
    fill = [f"info{at}.port = CONTEXT_PORT_NO_LISTEN;\n" for at in range(number)]
    again = "lost = 0;" + "".join(f"lws_context_destroy(context{at});\n" for at in range(number))
    return [client(more=more, fill=fill, extra=extra, again=again)]


def files(number: int) -> list[str]:
    """Programs, each of one file."""
    return [client()] * number


def lines_of_a_file(number: int) -> list[str]:
    """Functions that use the library, of ten lines each, before the client in one file."""
    bodies = "".join(
        f"static int step{at}(struct lws *wsi, int many)\n{{\n    int left = many;\n\n"
        "    while (left > 0) {\n        if (lws_send_pipe_choked(wsi))\n            return left;\n"
        f"        left -= {at % 7 + 1};\n    }}\n    return lws_callback_on_writable(wsi);\n}}\n"
        for at in range(number // 10)
    )
    return [client(more=bodies)]


AXES = (
    Axis("files", files, (10, 20, 40, 80, 160), (5, 10, 20)),
    Axis("lines of a file", lines_of_a_file, (1000, 2000, 4000, 8000, 16000), (500, 1000, 2000)),
    Axis("functions", functions, (1000, 2000, 4000, 8000, 16000), (200, 400, 800)),
    Axis("call depth", depth, (8, 16, 32, 64, 128), (8, 16, 32)),
    Axis("callbacks x 17 reasons", callbacks, (4, 8, 16, 32, 64), (4, 8, 16)),
    Axis("flags", flags, (4, 8, 16, 32, 64), (4, 8, 16)),
    Axis("info fields", fields, (4, 8, 16, 32), (4, 8, 16)),
    Axis("contexts", contexts, (2, 4, 8, 16, 32), (2, 4, 8)),
)


# Measuring


def measure(size: int, files: Sequence[str]) -> Cost:
    """The cost of one program."""
    gc.collect()
    start = time.process_time()
    units = [_read(f"f{at}.c", text) for at, text in enumerate(files)]
    read = time.process_time()
    findings = gaps = 0
    for one in link_programs(units):
        program = analyse(one, str(Knowledge.load().newest()))
        for registered in registry.load().rules:
            findings += len(list(registered.rule().check(program)))
        gaps += len(program.gaps)
    return Cost(size, read - start, time.process_time() - read, findings, gaps)


def _read(path: str, text: str) -> ir.Unit:
    unit = read_one(ReadRequest(path, str(Path.cwd()), (), text))
    broken = [said for said in unit.notes if said.kind is ir.NoteKind.BROKEN]
    if broken:
        raise SystemExit(f"{path} is no C: {broken[0].text}")
    return unit


def exponent(sizes: Sequence[float], seconds: Sequence[float]) -> float:
    """The slope of the line through the logarithms, by least squares."""
    xs, ys = [math.log(size) for size in sizes], [math.log(second) for second in seconds]
    x, y = math.fsum(xs) / len(xs), math.fsum(ys) / len(ys)
    covariance = math.fsum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True))
    return covariance / math.fsum((a - x) ** 2 for a in xs)


def lines(axis: Axis, sizes: Sequence[int], drawn: dict[str, plot.Points]) -> Iterator[str]:
    """The table of one axis, line by line as it is measured; its points are added to `drawn`."""
    costs = []
    for size in sizes:
        cost = measure(size, axis.files(size))
        costs.append(cost)
        cut = "  cut by a bound" if cost.gaps else ""
        yield (
            f"{axis.name:24}{cost.size:>8}{cost.parse:>10.2f}{cost.analysis:>10.2f}{cost.findings:>10}{cut}"
        )
    drawn[axis.name] = [(cost.size, cost.parse + cost.analysis) for cost in costs]
    parse = exponent(sizes, [cost.parse for cost in costs])
    analysis = exponent(sizes, [cost.analysis for cost in costs])
    yield f"{'':24}{'exponent':>8}{parse:>10.2f}{analysis:>10.2f}"


def main() -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes only")
    parser.add_argument("--axis", action="append", help="only the axes whose name starts with this")
    parser.add_argument("--svg", type=Path, help="also draw the costs to this file")
    arguments = parser.parse_args()
    # The same headers everywhere, whatever is installed.
    os.environ["LWSLINT_NO_SYSTEM_HEADERS"] = "1"
    drawn: dict[str, plot.Points] = {}
    print(f"{'axis':24}{'size':>8}{'parse s':>10}{'rest s':>10}{'findings':>10}", flush=True)
    for axis in AXES:
        if not arguments.axis or axis.name.startswith(tuple(arguments.axis)):
            for line in lines(axis, axis.quick if arguments.quick else axis.sizes, drawn):
                print(line, flush=True)
    if arguments.svg:
        arguments.svg.write_text(plot.svg(drawn), "utf-8")


if __name__ == "__main__":
    main()
