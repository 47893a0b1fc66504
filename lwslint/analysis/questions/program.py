"""A program as rules see it: each question in the library's own words, answered by its subject's module."""

from __future__ import annotations

from collections.abc import Iterable

from lwslint.analysis.domain import Fact
from lwslint.analysis.observe import Leak, NullUse
from lwslint.analysis.program import Site
from lwslint.analysis.questions import creations, leaks, resets
from lwslint.analysis.questions.creations import Create, Info, Occasion
from lwslint.analysis.questions.explored import Explored
from lwslint.analysis.questions.resets import SizedReset
from lwslint.model.finding import Step, StepKind
from lwslint.model.place import Place


class Program(Explored):
    """What rules ask: one linked program, analysed for one release of the library."""

    def creations(self) -> tuple[Create, ...]:
        """Every call that creates a context, in source order."""
        return creations.creates(self, "context")

    def vhosts(self) -> tuple[Create, ...]:
        """Every call that creates a vhost, in source order."""
        return creations.creates(self, "vhost")

    def connections(self) -> tuple[Create, ...]:
        """Every call that connects, in source order; what it reads is connect info."""
        return creations.creates(self, "connection")

    def writers(self, info: Info) -> tuple[Site, ...]:
        """Every statement that writes to an object, in source order."""
        return creations.writers(self, info)

    def escapes(self) -> tuple[Info, ...]:
        """The static objects whose address goes to code out of sight."""
        return creations.escapes(self)

    def has_wrong_reset(self, occasion: Occasion) -> bool:
        """Whether a reset of the wrong size was meant to zero the object that a create reads."""
        return creations.has_wrong_reset(self, occasion)

    def sites_since(self, fact: Fact) -> tuple[Site, ...]:
        """The statements that wrote a field since the last create and did not fill it before."""
        return creations.sites_since(fact)

    def life(
        self, occasion: Occasion, field: str, kinds: Iterable[StepKind], last: str, also: Iterable[Site]
    ) -> tuple[Step, ...]:
        """The steps of an object's life up to a create: of its first fills only one, and those of `field`."""
        return creations.life(self, occasion, field, kinds, last, also)

    def resets(self) -> tuple[SizedReset, ...]:
        """Every memset, bzero or memcpy of a tracked struct whose constant size is not that of the struct."""
        return resets.resets(self)

    def null_uses(self) -> tuple[NullUse, ...]:
        """Calls that get the NULL of a failed create."""
        return leaks.null_uses(self)

    def leaks(self) -> tuple[Leak, ...]:
        """Statements that lose the last reference to a live context."""
        return leaks.leaks(self)

    def leak_place(self, leak: Leak) -> Place:
        """The statement that loses the context."""
        return leaks.leak_place(self, leak)

    def leak_steps(self, leak: Leak) -> tuple[Step, ...]:
        """From the create of the context that is lost, each call on the way to where it is lost."""
        return leaks.leak_steps(self, leak)
