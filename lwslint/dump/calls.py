"""The view of calls: who calls whom, through which pointers, and which functions are handed over."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lwslint import ir
from lwslint.analysis.pointers import named_functions
from lwslint.analysis.program import Function, Site
from lwslint.dump import dot
from lwslint.dump.inside import Inside
from lwslint.ir import dump


class Link(NamedTuple):
    """One way from a call to a function: to `target`, or to one without a body called `name`."""

    how: str
    name: str
    target: Function | None


def text(inside: Inside) -> Iterator[str]:
    """The calls of each function, in order."""
    yield inside.title
    for function in inside.functions:
        yield f"function {inside.heading(function)}"
        for site in _calls(inside, function):
            for how, name, target in _links(inside, site):
                defined = f" at {inside.place(target, target.ir.span)}" if target else ""
                yield f"  {inside.site(site)} {how} {name}{'()' if target else ''}{defined}"


def drawn(inside: Inside) -> Iterator[str]:
    """Boxes are functions, ellipses have no body in sight; dashed through pointers, dotted if handed over."""
    return dot.graph(inside.title, _statements(inside))


def _statements(inside: Inside) -> Iterator[str]:
    nodes: dict[str, str] = {}
    edges: dict[str, None] = {}
    outside: dict[str, str] = {}
    for function in inside.functions:
        nodes[f"f{function.index}"] = dot.node(f"f{function.index}", [f"{function.name}()"])
        for site in _calls(inside, function):
            for how, name, target in _links(inside, site):
                if target is not None:
                    goal = f"f{target.index}"
                    nodes.setdefault(goal, dot.node(goal, [f"{target.name}()"]))
                else:
                    goal = outside.setdefault(name, f"x{len(outside)}")
                    nodes.setdefault(goal, f"{goal} [label={dot.quoted(name)}, shape=ellipse];")
                edges[dot.edge(f"f{function.index}", goal, style=_style(how))] = None
    yield from nodes.values()
    yield from edges


def _style(how: str) -> str:
    return "dotted" if how == "hands over" else "dashed" if "through" in how else ""


def _calls(inside: Inside, function: Function) -> Iterator[Site]:
    for number, block in enumerate(function.ir.blocks):
        for index, each in enumerate(block.statements):
            if isinstance(each, ir.Call):
                yield inside.linked.site(function, number, index)


def _links(inside: Inside, site: Site) -> Iterator[Link]:
    """Where a call may lead: to its callees, and to the functions that these are handed."""
    call = site.statement
    assert isinstance(call, ir.Call)
    callees = inside.index.callees.get(site.key, ())
    if isinstance(call.callee, ir.FunctionRef):
        how, name = (
            "calls",
            f"{call.callee.name} ({'known' if site.key in inside.effects else 'out of sight'})",
        )
    else:
        how, name = f"calls through {dump.text(call.callee)}", "what is not known"
    for callee in callees:
        yield Link(how, callee.name, callee)
    if callees:
        return
    yield Link(how, name, None)
    for argument in call.arguments:
        for handed in named_functions(inside.linked, site.function, argument, inside.pointers):
            yield Link("hands over", handed.name, handed)
