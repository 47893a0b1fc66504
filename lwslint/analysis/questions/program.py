"""A program as rules see it: each question in the library's own words, answered by its subject's module."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping

from lwslint import ir
from lwslint.analysis import spelling
from lwslint.analysis.domain import Fact
from lwslint.analysis.observe import Leak, NullUse
from lwslint.analysis.program import Site, Variable
from lwslint.analysis.questions import (
    bindings,
    combinations,
    connects,
    creations,
    dangling,
    ends,
    failures,
    gaps,
    kept,
    leaks,
    lost,
    mends,
    resets,
    retries,
    reuse,
    schedules,
    service,
    serving,
    settings,
    stored,
    suls,
    symbols,
    threads,
    tls,
    verification,
    writes,
)
from lwslint.analysis.questions.bindings import Binding
from lwslint.analysis.questions.connects import Missing
from lwslint.analysis.questions.creations import Create, Info, Occasion, Unzeroed
from lwslint.analysis.questions.dangling import DeadMember
from lwslint.analysis.questions.ends import InnerEnd, LateUse, LoopDestroy
from lwslint.analysis.questions.explored import Explored
from lwslint.analysis.questions.failures import Unhandled
from lwslint.analysis.questions.first_fill import FirstFill, first_fill
from lwslint.analysis.questions.kept import Dangling
from lwslint.analysis.questions.lost import LostField, LostFlags, UnreadField
from lwslint.analysis.questions.protocols import Table, Tables
from lwslint.analysis.questions.resets import SizedReset
from lwslint.analysis.questions.retries import Retry
from lwslint.analysis.questions.reuse import Stale
from lwslint.analysis.questions.schedules import DoubleRetry, Redial
from lwslint.analysis.questions.service import TimedService
from lwslint.analysis.questions.settings import Setting
from lwslint.analysis.questions.stored import StaleWsi
from lwslint.analysis.questions.suls import OutlivedOwner
from lwslint.analysis.questions.symbols import InternalCall, Removed
from lwslint.analysis.questions.threads import OffThreadCall, SharedInfo
from lwslint.analysis.questions.verification import Unverified
from lwslint.analysis.questions.writes import Write
from lwslint.model.finding import Edit, Mend, Spot, Step, StepKind
from lwslint.model.outcome import Gap
from lwslint.model.place import Place


class Program(Explored):
    """What rules ask: one linked program, analysed for one release of the library.

    `gaps` is what the analysis had to leave out of all that was asked for so far.
    """

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """What a bound cut."""
        return (*gaps.gaps(self), *(threads.cut(self) if "threads" in self.__dict__ else ()))

    def creations(self) -> tuple[Create, ...]:
        """Every call that creates a context, in source order."""
        return creations.creates(self, "context")

    def vhosts(self) -> tuple[Create, ...]:
        """Every call that creates a vhost, in source order."""
        return creations.creates(self, "vhost")

    def connections(self) -> tuple[Create, ...]:
        """Every call that connects, in source order; what it reads is connect info."""
        return creations.creates(self, "connection")

    def missing_members(self) -> Iterator[Missing]:
        """The connects that read NULL in members which they need on the target release."""
        return connects.missing(self)

    def missing_steps(self, found: Missing) -> tuple[Step, ...]:
        """The way to a connect with NULL in members that it needs."""
        return connects.missing_steps(self, found)

    def unknown_protocol_names(self) -> Iterator[Binding]:
        """The connects that name a protocol which no context has, and those that leave it to chance."""
        return bindings.unknown_names(self)

    def name_place(self, binding: Binding) -> Place:
        """The first statement that wrote the name of the protocol, else the connect."""
        return bindings.unknown_name_place(self, binding)

    def binding_steps(self, binding: Binding) -> tuple[Step, ...]:
        """The protocols of the context, the name, the connect."""
        return bindings.binding_steps(self, binding)

    def unverified(self) -> Iterator[Unverified]:
        """The connects by TLS that never verify the server, whatever the program is told."""
        return verification.unverified(self)

    def unverified_steps(self, found: Unverified) -> tuple[Step, ...]:
        """The flags, and the way to the connect that reads them."""
        return verification.unverified_steps(self, found)

    def unhandled(self) -> Iterator[Unhandled]:
        """The connects whose failure or end nobody notices."""
        return failures.unhandled(self)

    def unhandled_steps(self, found: Unhandled) -> tuple[Step, ...]:
        """The callback that passes it over, and the connect."""
        return failures.unhandled_steps(self, found)

    def dangling_members(self) -> Iterator[Dangling]:
        """The members of connect info that point at memory which dies before the connection."""
        return kept.dangling(self)

    def dangling_steps(self, found: Dangling) -> tuple[Step, ...]:
        """The way to the connect, and where the memory ends."""
        return kept.dangling_steps(self, found)

    def stale_connects(self) -> Iterator[Stale]:
        """The connects that read an object again with members that belong to an earlier connection."""
        return reuse.stale(self)

    def stale_steps(self, found: Stale) -> tuple[Step, ...]:
        """The life of the member, up to the later connect."""
        return reuse.stale_steps(self, found)

    def writers(self, info: Info) -> tuple[Site, ...]:
        """Every statement that writes to an object, in source order."""
        return creations.writers(self, info)

    def escapes(self) -> tuple[Info, ...]:
        """The static objects whose address goes to code out of sight."""
        return creations.escapes(self)

    def unzeroed(self, creates: Iterable[Create]) -> Iterator[Unzeroed]:
        """Those of the creates that some path reaches with an object full of garbage."""
        return creations.unzeroed(self, creates)

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

    def settings(self, occasion: Occasion) -> tuple[Setting, ...]:
        """The statements that filled what a create or a connect reads on an occasion, in source order."""
        return settings.settings(self, occasion)

    def may_init_tls(self, create: Create) -> bool:
        """Whether `options` that reach the context, or any vhost, may have the flag that sets up TLS."""
        return tls.may_init_tls(self, create)

    def asks_for_tls(self, create: Create, occasion: Occasion) -> tuple[Setting, ...]:
        """The statements that ask for TLS of a context: they fill its info, or that of a connect in it."""
        return tuple(tls.asks_for_tls(self, create, occasion))

    def connects_in(self, create: Create) -> tuple[Create, ...]:
        """The connects that are made in a context that comes from this create."""
        return tuple(dict.fromkeys(connect for connect, _ in settings.connections_of(self, create)))

    def serves(self) -> bool:
        """Whether anything in the program is done by servers alone, or asks for the port listened on."""
        return serving.serves(self)

    def port_left(self, create: Create) -> bool:
        """Whether no statement on the ways to a create gives `port` a value, or leaves out the vhost."""
        return serving.port_left(self, create)

    def dead_members(self) -> tuple[DeadMember, ...]:
        """Every field that points at dead memory when a create reads it, or while the library keeps it."""
        return dangling.dead_members(self)

    def options(self, occasion: Occasion) -> int | None:
        """Every bit that `options` may have on an occasion; None if others may have set some."""
        return settings.options(self, occasion)

    def ignored(self, occasion: Occasion) -> tuple[Setting, ...]:
        """The settings that the context ignores because of EXPLICIT_VHOSTS, in source order."""
        return combinations.ignored(self, occasion)

    def together(self, one: Setting, other: Setting) -> bool:
        """Whether one of two statements never runs without the other, in the same function."""
        return combinations.together(self, one.site, other.site)

    def handles(self, reasons: Iterable[str]) -> bool:
        """Whether the program names one of these callback reasons."""
        return combinations.handles(self, reasons)

    def gets_certificate_later(self, bits: int) -> bool:
        """Whether a vhost with these `options` is made for a certificate that comes later."""
        flag = self.knowledge.option("LWS_SERVER_OPTION_CREATE_VHOST_SSL_CTX")
        return flag is not None and flag.value_at(self.target) is not None and bool(bits & flag.value)

    def shared(self, occasion: Occasion) -> tuple[str, ...]:
        """The fields whose value belongs to another context that is alive when a create reads them."""
        return combinations.shared(self, occasion)

    def interpreted_mounts(self) -> tuple[tuple[Create, Create], ...]:
        """Creates with mounts that an earlier one (the second of each pair) rewrote `interpret` of."""
        return tuple(combinations.interpreted_mounts(self))

    def policies(self) -> tuple[tuple[Setting, Place, str, int, int], ...]:
        """Retry policies in use: what hands one over, where its hangup time is, its name, ping and hangup."""
        return tuple(combinations.policies(self))

    def narrowed(self, setting: Setting) -> str:
        """The 32-bit variable that `options` come from and that has no bit for a flag put into it."""
        return combinations.narrowed(self, setting)

    def lost_fields(self) -> tuple[LostField, ...]:
        """Fields that are wiped before anything reads them, and that no create gets in another way."""
        return lost.lost_fields(self)

    def lost_flags(self) -> tuple[LostFlags, ...]:
        """Flags that were put into `options` and that the next assignment throws away."""
        return lost.lost_flags(self)

    def unread_fields(self) -> tuple[UnreadField, ...]:
        """Fields of local creation info that are set after the last create has read it."""
        return lost.unread_fields(self)

    # Mends

    def argument(self, site: Site, position: int) -> mends.Argument | None:
        """An argument of a call: where it stands, and how it is written."""
        return mends.argument(self.linked, site, position)

    def pointed_at(self, site: Site, position: int) -> str:
        """What an argument of a call points at, as it is written in C; empty if that is not plain."""
        call = site.statement
        if not isinstance(call, ir.Call) or position >= len(call.arguments):
            return ""
        return mends.pointed_at(self.linked, site.function, call.arguments[position])

    def member(self, site: Site, position: int, name: str) -> str:
        """A member of what an argument of a call points at, as written in C; empty if that is not plain."""
        call = site.statement
        if not isinstance(call, ir.Call) or position >= len(call.arguments):
            return ""
        return mends.member(self.linked, site.function, call.arguments[position], name)

    def settable(self, create: Create, name: str) -> str:
        """A member of what a create reads as it is written in C, if a statement may set it; else empty."""
        call = create.site.statement
        position = 1 if create.kind == "vhost" else 0
        if not isinstance(call, ir.Call) or position >= len(call.arguments):
            return ""
        return mends.settable(self.linked, create.site.function, call.arguments[position], name)

    def before_create(self, create: Create, sets: Mapping[str, str], text: str) -> Mend | None:
        """Statements right before a create that set members of what it reads, unsafe; None if they cannot.

        `sets` has what to write behind each member: an operator, and a value.
        """
        members = {name: self.settable(create, name) for name in sets}
        if not all(members.values()):
            return None
        lines = "\n".join(f"{members[name]} {value};" for name, value in sets.items())
        return Mend(text, (Edit(create.place, lines, Spot.BEFORE, old=create.callee),))

    def sibling(self, site: Site, name: str) -> str:
        """Another member of the struct that a statement sets one of, as written in C; empty if not plain."""
        return mends.sibling(self.linked, site, name)

    def same_variable(self, one: Site, other: Site) -> str:
        """The variable that two calls get, as the first one's function writes it; empty unless the same."""
        return mends.same_variable(self.linked, one, other)

    def signed_result(self, site: Site) -> bool:
        """Whether the result of a call is kept in a signed type that is no smaller than `int`."""
        return mends.signed_result(self.linked, site)

    def zeroing(self, found: Unzeroed) -> Mend | None:
        """Zero bytes where the object that a create reads comes into being, else before anything is set."""
        origin = self.origin(found.occasion)
        if origin is None or (isinstance(origin, mends.Allocated) and origin.callee != "malloc"):
            return mends.clearing(self.first_fill(found.create, found.info))
        return mends.zeroing(origin)

    def table_zeroing(self, table: Table) -> Mend | None:
        """Zero bytes where a table of protocols comes into being."""
        return mends.zeroing(self.protocols.origin(table))

    def origin(self, occasion: Occasion) -> mends.Declared | mends.Allocated | None:
        """Where the object that a create reads got the garbage that is in it."""
        if occasion.cell is None:
            return None
        return mends.origin(self.linked, self.oracle, occasion.story, occasion.cell.object)

    def first_fill(self, create: Create, info: Info) -> FirstFill | None:
        """The first statement that fills a heap block, if it can be zeroed before that on every way.

        None where the library of the target release does not bring `<string.h>` itself.
        """
        call = create.site.statement
        position = 1 if create.kind == "vhost" else 0
        if (
            info.variable is not None
            or info.cell.path
            or self.library_writes_back
            or not isinstance(call, ir.Call)
            or position >= len(call.arguments)
        ):
            return None
        return first_fill(self.linked, create.site, call.arguments[position], self.writers(info))

    def result(self, site: Site) -> str:
        """What the result of a call is assigned to, as it is written in C; empty if that is not plain."""
        return mends.result(self.linked, site)

    def is_tested_next(self, site: Site) -> bool:
        """Whether a branch on the result of a call follows it, with no other call between."""
        return mends.is_tested_next(site)

    def way_out(self, site: Site) -> str:
        """The statement by which the function around a statement leaves on failure; empty if it has none."""
        return mends.way_out(site.function)

    def failure(self, site: Site) -> str:
        """The statement by which a function that the program itself calls tells it of a failure, or empty."""
        function = site.function
        if function in self.roles.callbacks or spelling.bare(function.ir.result) != "int":
            return ""
        return mends.way_out(function)

    def off_thread_calls(self) -> tuple[OffThreadCall, ...]:
        """Every call of the library that runs while the service loop runs in another thread."""
        return threads.off_thread_calls(self)

    def redials(self) -> tuple[Redial, ...]:
        """Every connect that follows a loss in less than a second, with no bound on the tries."""
        return schedules.redials(self)

    def double_retries(self) -> tuple[DoubleRetry, ...]:
        """Retries that one failure starts twice: for NULL from the connect, and for the reason."""
        return schedules.double_retries(self)

    def shared_infos(self) -> tuple[SharedInfo, ...]:
        """Info with static storage that two threads use at the same time, one of them to write."""
        return threads.shared_infos(self)

    def outlived_owners(self) -> tuple[OutlivedOwner, ...]:
        """Objects that are freed though a timer in them may be scheduled, and nothing cancels it."""
        return suls.outlived_owners(self)

    def stale_wsis(self) -> tuple[StaleWsi, ...]:
        """Variables that keep a connection after it was closed, and are used then, in source order."""
        return stored.stale_wsis(self)

    # Writes

    def writes(self) -> tuple[Write, ...]:
        """Every call of `lws_write()`, in source order."""
        return writes.writes(self)

    @functools.cached_property
    def protocols(self) -> Tables:
        """The tables of protocols that are handed to the library."""
        return Tables(self)

    def timed_services(self) -> tuple[TimedService, ...]:
        """Calls of `lws_service()` with a timeout, in a loop with other work that nothing wakes."""
        return service.timed_services(self)

    def internal_calls(self) -> tuple[InternalCall, ...]:
        """Calls of functions that the library keeps to itself."""
        return symbols.internal_calls(self)

    def killed_while_serviced(self) -> tuple[Site, ...]:
        """Calls that close the connection whose callback is running before they return."""
        return symbols.killed_while_serviced(self)

    def removed(self) -> tuple[Removed, ...]:
        """Uses of names that the target release does not have."""
        return symbols.removed(self)

    def exhausted_retries(self) -> tuple[Retry, ...]:
        """The retries that are never scheduled, or end without notice or for good."""
        return retries.exhausted_retries(self)

    def policy_step(self, policy: Variable) -> Step:
        """Where a retry policy is defined."""
        return retries.policy_step(self, policy)

    def late_uses(self) -> tuple[LateUse, ...]:
        """Calls that work on a context after it was destroyed."""
        return ends.late_uses(self)

    def second_destroys(self) -> tuple[LateUse, ...]:
        """Calls that destroy a context again, with no create between."""
        return ends.second_destroys(self)

    def loop_destroys(self) -> tuple[LoopDestroy, ...]:
        """Calls that destroy a context while its own service loop is on the stack."""
        return ends.loop_destroys(self)

    def inner_end(self) -> InnerEnd:
        """What the target release does with a destroy inside the service loop."""
        return ends.inner_end(self)
