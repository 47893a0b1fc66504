"""The view of control flow: blocks, loops, post-dominators, and what is in the slice of each cluster."""

from __future__ import annotations

from collections.abc import Iterator

from lwslint import ir
from lwslint.analysis.flow import EXIT, Flow
from lwslint.analysis.program import Function
from lwslint.analysis.slice import FunctionSlice
from lwslint.dump import dot
from lwslint.dump.inside import Inside
from lwslint.ir.dump import statement, terminator


def text(inside: Inside) -> Iterator[str]:
    """The functions, block by block."""
    yield inside.title
    yield from inside.clusters()
    for function in inside.functions:
        yield f"function {inside.heading(function)}"
        flow = inside.index.flow(function)
        for line in _loops(flow):
            yield f"  {line}"
        for number in range(len(function.ir.blocks)):
            yield f"  {_block(flow, number)}"
            for line in _lines(inside, function, number):
                yield f"    {line}"


def drawn(inside: Inside) -> Iterator[str]:
    """A frame for each function, a box for each block; dashed where no slice follows a branch."""
    return dot.graph(inside.title, _frames(inside))


def _frames(inside: Inside) -> Iterator[str]:
    for function in inside.functions:
        yield from dot.cluster(f"f{function.index}", inside.heading(function), _boxes(inside, function))


def _boxes(inside: Inside, function: Function) -> Iterator[str]:
    flow = inside.index.flow(function)
    slices = inside.slices(function)
    for number, block in enumerate(function.ir.blocks):
        name = f"f{function.index}b{number}"
        yield dot.node(name, [_block(flow, number), *_lines(inside, function, number)])
        followed = any(number in own.branches for _, own in slices)
        for target in flow.successors[number]:
            style = "dashed" if isinstance(block.terminator, ir.Branch | ir.Switch) and not followed else ""
            yield dot.edge(name, f"f{function.index}b{target}", _taken(block.terminator, target), style)


def _taken(node: ir.Terminator, target: int) -> str:
    """What makes a branch go to a block."""
    if isinstance(node, ir.Branch):
        return " ".join(word for word, goal in (("true", node.then), ("false", node.other)) if goal == target)
    if isinstance(node, ir.Switch):
        labels = [case.name or str(case.low) for case in node.cases if case.target == target]
        return ", ".join([*labels, *(["default"] if node.default == target else [])])
    return ""


def _loops(flow: Flow) -> Iterator[str]:
    """A line for each loop, outer before inner."""
    for loop in flow.loops:
        left = _numbers(flow.exits(loop))
        yield f"loop of blocks {_numbers(sorted(loop))}, {f'left from {left}' if left else 'never left'}"


def _block(flow: Flow, number: int) -> str:
    """A block by number, and what the control flow around it says."""
    if number not in flow.reachable:
        return f"block {number}, never reached"
    words = [f"block {number}", f"post-dominator {_after(flow.postdominator, number)}"]
    if flow.weak_postdominator.get(number) != flow.postdominator.get(number):
        words.append(f"{_after(flow.weak_postdominator, number)} if loops need not end")
    if flow.controllers.get(number):
        words.append(f"decided by {_numbers(flow.controllers[number])}")
    if number in flow.ends:
        words.append("does not come back")
    return ", ".join(words)


def _after(postdominator: dict[int, int], number: int) -> str:
    found = postdominator.get(number, EXIT)
    return "exit" if found == EXIT else str(found)


def _lines(inside: Inside, function: Function, number: int) -> Iterator[str]:
    """The statements of a block and its end, each with the clusters in whose slice it is."""
    slices = inside.slices(function)
    block = function.ir.blocks[number]
    for index, each in enumerate(block.statements):
        within = [str(cluster) for cluster, own in slices if index in own.statements.get(number, ())]
        yield statement(each) + _noted(within)
    followed = [f"{cluster} {_how(own, number)}" for cluster, own in slices if number in own.branches]
    yield terminator(block.terminator) + _noted(followed)


def _how(own: FunctionSlice, number: int) -> str:
    """Whether a slice knows what a branch tests: all of it, only as far as others need it, or not."""
    if number in own.blurred:
        return "blurred"
    return "tracked" if own.branches[number] else "followed"


def _noted(clusters: list[str]) -> str:
    return f"  ; slice {', '.join(clusters)}" if clusters else ""


def _numbers(blocks: tuple[int, ...] | list[int]) -> str:
    return " ".join(map(str, blocks))
