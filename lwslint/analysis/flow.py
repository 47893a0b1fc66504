"""Control flow inside one function: post-dominators, control dependence, loops, liveness.

Post-dominators by the iterative algorithm of Cooper, Harvey and Kennedy ("A Simple, Fast Dominance
Algorithm", 2001) on the reversed graph with one virtual exit. Blocks that cannot reach an exit
(infinite loops) hang on the exit by an artificial edge, so that each block has a post-dominator.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lwslint import ir
from lwslint.analysis.bounds import LOOPS_IN_LOOPS

EXIT = -1


def successors(terminator: ir.Terminator) -> tuple[int, ...]:
    """The blocks that a terminator may go on at, each once, in order."""
    if isinstance(terminator, ir.Jump):
        return (terminator.target,)
    if isinstance(terminator, ir.Branch):
        return (
            (terminator.then, terminator.other) if terminator.then != terminator.other else (terminator.then,)
        )
    if isinstance(terminator, ir.Switch):
        return tuple(dict.fromkeys((*(case.target for case in terminator.cases), terminator.default)))
    return ()


class Flow:
    """The control flow of one function. Blocks that the entry does not reach are left out.

    `ends` are the blocks with a call in them that does not come back. `postdominator` takes it that
    every loop ends, `weak_postdominator` that none need (Podgurski and Clarke, 1990).
    """

    def __init__(self, function: ir.Function, ends: frozenset[int] = frozenset()) -> None:
        self.ends = ends
        self.successors = [
            () if number in ends else successors(block.terminator)
            for number, block in enumerate(function.blocks)
        ]
        self.reachable = self.reach(0)
        self.loops = self._nest()
        self._around: dict[int, tuple[frozenset[int], ...]] = (
            {block: tuple(loop for loop in self.loops if block in loop) for block in self.reachable}
            if self.loops
            else {}
        )
        self.postdominator = self._postdominators(())
        self.weak_postdominator = self._postdominators(self.headers) if self.loops else self.postdominator
        self.controllers = self._controllers()

    def deciding(self, block: int) -> set[int]:
        """The branches that decide whether a block is come to, those that decide about these included."""
        found: set[int] = set()
        pending = [block]
        while pending:
            for branch in self.controllers.get(pending.pop(), ()):
                if branch not in found:
                    found.add(branch)
                    pending.append(branch)
        return found

    def reach(self, start: int) -> set[int]:
        """A block and all that may follow it."""
        seen = {start}
        pending = [start]
        while pending:
            for successor in self.successors[pending.pop()]:
                if successor not in seen:
                    seen.add(successor)
                    pending.append(successor)
        return seen

    def _nest(self) -> tuple[frozenset[int], ...]:
        """The loops as sets of blocks, outer before inner.

        These are the strongly connected components, then those that remain inside each when its header
        (the first block in reverse postorder) is taken out. Irreducible loops are found as well; which
        of their entries counts as the header is arbitrary.
        """
        position = {block: index for index, block in enumerate(self._reverse_postorder())}
        found: list[frozenset[int]] = []
        self.headers: set[int] = set()
        pending = [(frozenset(self.reachable), 0)]
        while pending:
            blocks, depth = pending.pop()
            for component in self._components(blocks):
                found.append(component)
                header = min(component, key=position.__getitem__)
                self.headers.add(header)
                if depth < LOOPS_IN_LOOPS:
                    pending.append((component - {header}, depth + 1))
        return tuple(sorted(found, key=lambda loop: (-len(loop), min(loop))))

    def _reverse_postorder(self) -> list[int]:
        order: list[int] = []
        seen = {0}
        work = [(0, iter(self.successors[0]))]
        while work:
            block, children = work[-1]
            for child in children:
                if child not in seen:
                    seen.add(child)
                    work.append((child, iter(self.successors[child])))
                    break
            else:
                work.pop()
                order.append(block)
        return order[::-1]

    def _components(self, blocks: frozenset[int]) -> list[frozenset[int]]:
        """The strongly connected components with a cycle among `blocks` (Tarjan's algorithm, iterative)."""
        number: dict[int, int] = {}
        low: dict[int, int] = {}
        done: set[int] = set()
        stack: list[int] = []
        found: list[frozenset[int]] = []
        for root in sorted(blocks):
            if root in number:
                continue
            number[root] = low[root] = len(number)
            stack.append(root)
            work = [(root, iter(self.successors[root]))]
            while work:
                block, children = work[-1]
                for child in children:
                    if child not in blocks:
                        continue
                    if child not in number:
                        number[child] = low[child] = len(number)
                        stack.append(child)
                        work.append((child, iter(self.successors[child])))
                        break
                    if child not in done:
                        low[block] = min(low[block], number[child])
                else:
                    work.pop()
                    if work:
                        low[work[-1][0]] = min(low[work[-1][0]], low[block])
                    if low[block] == number[block]:
                        cut = stack.index(block)
                        members = frozenset(stack[cut:])
                        del stack[cut:]
                        done |= members
                        if len(members) > 1 or block in self.successors[block]:
                            found.append(members)
        return found

    def loops_around(self, block: int) -> tuple[frozenset[int], ...]:
        """The loops that a block is in, outer before inner."""
        return self._around.get(block, ())

    def leaves_loop(self, source: int, target: int) -> bool:
        """Whether an edge leaves a loop: it might as well be taken never."""
        return any(target not in loop for loop in self.loops_around(source))

    def exits(self, loop: frozenset[int]) -> tuple[int, ...]:
        """The branching blocks from which a loop can be left."""
        return tuple(
            block
            for block in sorted(loop)
            if len(self.successors[block]) > 1 and any(other not in loop for other in self.successors[block])
        )

    def _postdominators(self, endless: Iterable[int]) -> dict[int, int]:
        """The immediate post-dominator of each block; a loop with its header in `endless` need not end."""
        exits = [block for block in self.reachable if not self.successors[block]]
        backward: dict[int, list[int]] = {block: [] for block in self.reachable}
        for block in self.reachable:
            for successor in self.successors[block]:
                backward[successor].append(block)
        ends = [*exits, *endless]
        seen = self._backward(ends, backward)
        for block in sorted(self.reachable, reverse=True):
            if block not in seen:
                ends.append(block)
                seen = self._backward(ends, backward)
        order = self._postorder(ends, backward)
        position = {block: index for index, block in enumerate(order)}
        position[EXIT] = len(order)
        immediate: dict[int, int] = dict.fromkeys(ends, EXIT)
        end_set = set(ends)
        changed = True
        while changed:
            changed = False
            for block in reversed(order):
                candidates = [s for s in self.successors[block] if s in immediate]
                if block in end_set:
                    candidates.append(EXIT)
                if not candidates:
                    continue
                new = candidates[0]
                for other in candidates[1:]:
                    new = _meet(new, other, immediate, position)
                if immediate.get(block) != new:
                    immediate[block] = new
                    changed = True
        return immediate

    @staticmethod
    def _backward(ends: Iterable[int], backward: dict[int, list[int]]) -> set[int]:
        seen = set(ends)
        pending = list(seen)
        while pending:
            for before in backward[pending.pop()]:
                if before not in seen:
                    seen.add(before)
                    pending.append(before)
        return seen

    @staticmethod
    def _postorder(ends: Sequence[int], backward: dict[int, list[int]]) -> list[int]:
        order: list[int] = []
        seen: set[int] = set()
        for end in ends:
            if end in seen:
                continue
            seen.add(end)
            work = [(end, iter(backward[end]))]
            while work:
                block, before = work[-1]
                for other in before:
                    if other not in seen:
                        seen.add(other)
                        work.append((other, iter(backward[other])))
                        break
                else:
                    work.pop()
                    order.append(block)
        return order

    def _controllers(self) -> dict[int, tuple[int, ...]]:
        """The branches that each block is control dependent on (Ferrante, Ottenstein, Warren, 1987)."""
        found: dict[int, set[int]] = {block: set() for block in self.reachable}
        for block in sorted(self.reachable):
            if len(self.successors[block]) < 2:
                continue
            stop = self.postdominator.get(block, EXIT)
            for runner in self.successors[block]:
                while runner not in (stop, EXIT) and block not in found[runner]:  # else the rest is known
                    found[runner].add(block)
                    runner = self.postdominator.get(runner, EXIT)
        return {block: tuple(sorted(blocks)) for block, blocks in found.items()}


def _meet(one: int, other: int, immediate: dict[int, int], position: dict[int, int]) -> int:
    while one != other:
        while position[one] < position[other]:
            one = immediate[one]
        while position[other] < position[one]:
            other = immediate[other]
    return one
