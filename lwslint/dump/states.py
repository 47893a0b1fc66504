"""The view of states: each function as it was entered, and the states that reached each of its points."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lwslint.analysis.explore import WORLDS, Explorer
from lwslint.analysis.graph import Exit, Instance, Node
from lwslint.dump import dot, values
from lwslint.dump.inside import NOWHERE, Inside


class Explored(NamedTuple):
    """The instances of one cluster with the numbers of their states, which no choice of functions changes."""

    instances: tuple[tuple[int, Instance], ...]
    numbers: dict[int, int]


def text(inside: Inside) -> Iterator[str]:
    """Cluster by cluster, instance by instance, point by point."""
    yield inside.title
    for number, explorer in enumerate(inside.explored, 1):
        explored = _number(inside, explorer)
        size = f"{len(explored.instances)} instances, {len(explored.numbers)} states"
        cut = ", cut by a bound" if explorer.bounded else ""
        yield f"cluster {number}: {inside.cluster(explorer)} ({size}{cut})"
        for place, instance in _shown(inside, explored):
            yield f"  instance {place} of {_name(inside, instance)}"
            for line in _instance(inside, explored, instance):
                yield f"    {line}"


def drawn(inside: Inside) -> Iterator[str]:
    """A frame for each instance, a box for each state; edges lead from where a state was first reached."""
    return dot.graph(inside.title, _frames(inside))


def _frames(inside: Inside) -> Iterator[str]:
    for number, explorer in enumerate(inside.explored, 1):
        explored = _number(inside, explorer)
        drawn: set[int] = set()
        for place, instance in _shown(inside, explored):
            boxes = _boxes(inside, explored, instance, f"c{number}")
            yield from dot.cluster(f"c{number}i{place}", _name(inside, instance), boxes)
            drawn.update(id(node) for node in _nodes(instance))
        for _, instance in _shown(inside, explored):
            for node in _nodes(instance):
                if node.previous is not None and id(node.previous) in drawn:
                    source, target = explored.numbers[id(node.previous)], explored.numbers[id(node)]
                    yield dot.edge(f"c{number}s{source}", f"c{number}s{target}", _happened(node))


def _boxes(inside: Inside, explored: Explored, instance: Instance, prefix: str) -> Iterator[str]:
    for node in _nodes(instance):
        number = explored.numbers[id(node)]
        lines = [f"state {number}: {_point(inside, node)}", *values.state(inside, node.state)]
        yield dot.node(f"{prefix}s{number}", lines)


def _number(inside: Inside, explorer: Explorer) -> Explored:
    instances = tuple(enumerate(inside.instances(explorer), 1))
    nodes = (node for _, instance in instances for node in _nodes(instance))
    return Explored(instances, {id(node): number for number, node in enumerate(nodes, 1)})


def _shown(inside: Inside, explored: Explored) -> Iterator[tuple[int, Instance]]:
    """The instances of the functions that are shown; the event loop belongs to none of them."""
    for place, instance in explored.instances:
        if instance.function in inside.functions or (instance.function is None and inside.everything):
            yield place, instance


def _name(inside: Inside, instance: Instance) -> str:
    if instance.function is not None:
        return inside.heading(instance.function)
    if instance.name in WORLDS:
        return "the event loop" if instance.name == "loop" else "other threads"
    return f"reasons {', '.join(inside.roles.name(int(reason)) for reason in instance.name.split(','))}"


def _nodes(instance: Instance) -> Iterator[Node]:
    """The states of an instance by point, at each in the order in which they were found."""
    for point in sorted(instance.points):
        yield from instance.points[point].values()


def _instance(inside: Inside, explored: Explored, instance: Instance) -> Iterator[str]:
    point = None
    for node in _nodes(instance):
        if point != (node.block, node.index):
            point = (node.block, node.index)
            yield _point(inside, node)
        yield f"  state {explored.numbers[id(node)]}{_origin(explored, node)}"
        for line in values.state(inside, node.state):
            yield f"    {line}"
    for leaving in instance.exits.values():
        yield _exit(inside, explored, leaving)


def _point(inside: Inside, node: Node) -> str:
    function = node.instance.function
    if function is None:
        return "between two callbacks"
    block = function.ir.blocks[node.block]
    following = (*block.statements, block.terminator)[node.index]
    place = inside.place(function, getattr(following, "span", None))
    return f"block {node.block}, statement {node.index}{'' if place == NOWHERE else f' at {place}'}"


def _origin(explored: Explored, node: Node) -> str:
    if node.previous is None:
        return ", an entry"
    happened = _happened(node)
    return f", from {explored.numbers[id(node.previous)]}{f' ({happened})' if happened else ''}"


def _happened(node: Node) -> str:
    return ", ".join(f"{event.kind.value} {event.what}".strip() for event in node.events)


def _exit(inside: Inside, explored: Explored, leaving: Exit) -> str:
    how = "suspended" if leaving.suspended else f"returns {values.marked(inside, leaving.value)}"
    return f"{how}, from {explored.numbers[id(leaving.node)]}"
