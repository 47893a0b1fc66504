"""LWS309: what the library keeps to itself."""

from __future__ import annotations

from collections.abc import Iterator

from lwslint.api import Edit, Finding, Level, Mend, Precision, Program, Rule, Site


class InternalApi(Rule):
    """Functions behind the public ones leave half of the work to callers that know the rest."""

    code = "LWS309"
    name = "internal-api"
    summary = "A function that is not public is called, or the connection being serviced is closed at once."
    level = Level.ERROR
    precision = Precision.VERY_HIGH
    cwe = (1061, 416)
    tags = ("lifecycle",)

    def check(self, program: Program) -> Iterator[Finding]:
        """Every call of an internal function, and every synchronous close of the connection in hand."""
        for call in program.internal_calls():
            yield self.finding(
                program.site_place(call.site),
                f"`{call.name}()` is not public: what it frees or changes the library still uses after it, "
                "and the next release may not have it",
                help=call.instead or "leave it to the library, which does this itself where it is due",
                function=call.site.function.name,
                object=call.name,
            )
        for site in program.killed_while_serviced():
            yield self.finding(
                program.site_place(site),
                "LWS_TO_KILL_SYNC frees the connection whose callback is running: the library goes on with "
                "it when the callback returns",
                help="return -1 from the callback, or pass LWS_TO_KILL_ASYNC",
                function=site.function.name,
                mend=self._mend(program, site),
            )

    @staticmethod
    def _mend(program: Program, site: Site) -> Mend | None:
        """The close that waits until the callback has returned, if the other one is named in the call."""
        how = program.argument(site, 2)
        if how is None:
            return None
        edit = Edit(how.place, "LWS_TO_KILL_ASYNC", old="LWS_TO_KILL_SYNC")
        return Mend("close it when the callback has returned: `LWS_TO_KILL_ASYNC`", (edit,))
