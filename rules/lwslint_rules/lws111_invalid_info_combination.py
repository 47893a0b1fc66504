"""LWS111: fields of creation info that do not go together."""

from __future__ import annotations

from collections.abc import Iterator

from lwslint.api import (
    Create,
    Edit,
    Finding,
    Level,
    Mend,
    Occasion,
    Place,
    Precision,
    Program,
    Release,
    Rule,
    Setting,
    Spot,
    Step,
    StepKind,
)

_BAGGAGE = "external_baggage_free_on_destroy"
_REWRITES = (Release(2, 1, 0), Release(3, 1, 0))
"""Releases that write to `interpret` (`v2.4.2:lib/context.c:676`, `v3.1.0:lib/core/context.c:572`)."""
_WIDE = Release(4, 0, 0)
"""From here on `options` has 64 bits."""


class InvalidInfoCombination(Rule):
    """Each field is fine, and together they make the create fail, or are ignored."""

    code = "LWS111"
    name = "invalid-info-combination"
    summary = "Fields of creation info contradict each other, or are ignored because of another one."
    level = Level.WARNING
    precision = Precision.HIGH
    cwe = (665, 628)
    tags = ("creation-info",)

    def check(self, program: Program) -> Iterator[Finding]:
        """Every combination, once for each object and field."""
        named: set[tuple[object, str]] = set()
        for create in program.creations():
            for occasion in create.filled():
                for field, finding in self._of_create(program, create, occasion):
                    if (occasion.cell, field) not in named:
                        named.add((occasion.cell, field))
                        yield finding
            for occasion in create.occasions:
                if occasion.certain and not occasion.guessed:
                    for field in program.shared(occasion):
                        if (occasion.cell, field) not in named:
                            named.add((occasion.cell, field))
                            yield self._shared(program, create, occasion, field)
        yield from self._mounts(program)
        yield from self._policies(program)

    def _of_create(
        self, program: Program, create: Create, occasion: Occasion
    ) -> Iterator[tuple[str, Finding]]:
        filled = program.settings(occasion)
        by_field = {setting.field: setting for setting in reversed(filled)}
        ka_time, interval = (
            by_field.get("ka_time"),
            [s for s in filled if s.field == "ka_interval" and s.sets],
        )
        if ka_time is not None and any(number > 0 for number in ka_time.numbers) and not interval:
            message = "`ka_time` is set and `ka_interval` is 0: `lws_create_context()` returns NULL"
            mend = "set `ka_interval` and `ka_probes` as well, or leave `ka_time` at 0"
            done = _keepalive(program, ka_time, "ka_probes" in by_field)
            yield "ka_time", self._at_field(create, occasion, ka_time, message, mend, Level.ERROR, done)
        ignored = program.ignored(occasion)
        if ignored:
            message = (
                f"`{ignored[0].field}` is ignored: with LWS_SERVER_OPTION_EXPLICIT_VHOSTS the context has no "
                "vhost, and no `lws_create_vhost()` gets this info"
            )
            mend = "set it in the info that `lws_create_vhost()` gets, or leave the option out"
            yield ignored[0].field, self._at_field(create, occasion, ignored[0], message, mend, Level.NOTE)
        one, other = by_field.get("protocols"), by_field.get("pprotocols")
        if one and other and one.sets and other.sets and program.together(one, other):
            message = "`protocols` and `pprotocols` are both set: the library reads `pprotocols` alone"
            yield "pprotocols", self._at_create(create, occasion, (one, other), message, "set one of the two")
        for setting in filled:
            name = program.narrowed(setting) if setting.field == "options" else ""
            if name and program.target >= _WIDE:
                message = f"`options` come from `{name}`, which has no bit for a flag that is put into it"
                mend = f"make `{name}` a `uint64_t`"
                yield "options", self._at_create(create, occasion, (setting,), message, mend)

    def _shared(self, program: Program, create: Create, occasion: Occasion, field: str) -> Finding:
        settings = [setting for setting in program.settings(occasion) if setting.field == field]
        if field == _BAGGAGE:
            harm = "each of them frees it when it is destroyed"
        else:
            harm = "the end of either sets the variable to NULL"
        return self._at_create(
            create,
            occasion,
            tuple(settings),
            f"`{field}` already belongs to a context that is alive: {harm}",
            f"give each context a `{field}` of its own",
            Level.ERROR if field == _BAGGAGE else Level.WARNING,
        )

    def _mounts(self, program: Program) -> Iterator[Finding]:
        if not _REWRITES[0] <= program.target <= _REWRITES[1]:
            return
        for create, earlier in program.interpreted_mounts():
            yield self.finding(
                create.place,
                "`mounts` have `interpret`, which an earlier create has overwritten: the library takes "
                "numbers for strings",
                help="give each context or vhost mounts of its own",
                steps=(
                    Step(earlier.place, "these mounts are read, and `interpret` rewritten", StepKind.CREATE),
                    Step(create.place, "and read again", StepKind.USE, create.function),
                ),
                level=Level.ERROR,
                function=create.function,
                object="mounts",
            )

    def _policies(self, program: Program) -> Iterator[Finding]:
        if not program.has_name("lws_retry_bo.secs_since_valid_hangup"):
            return
        for setting, place, name, ping, hangup in program.policies():
            if ping > 0 and hangup <= ping:
                yield self._policy(setting, place, name, ping, hangup)

    def _policy(self, setting: Setting, place: Place, name: str, ping: int, hangup: int) -> Finding:
        if hangup:
            harm = "the library asserts that it hangs up later than it pings"
        else:
            harm = "with no time to hang up after, the library never pings"
        return self.finding(
            place,
            f"`{name}` hangs up after {hangup} s and pings after {ping} s: {harm}",
            help="let `secs_since_valid_hangup` be more than `secs_since_valid_ping`",
            steps=(
                Step(place, "the policy", StepKind.FILL),
                Step(
                    setting.place,
                    f"`{setting.field}` hands it to the library",
                    StepKind.USE,
                    setting.function,
                ),
            ),
            level=Level.ERROR if hangup else Level.WARNING,
            object=name,
        )

    def _at_field(
        self,
        create: Create,
        occasion: Occasion,
        setting: Setting,
        message: str,
        help: str,
        level: Level,
        mend: Mend | None = None,
    ) -> Finding:
        info = create.info_of(occasion)
        assert info is not None
        return self.finding(
            setting.place,
            message,
            help=help,
            steps=_steps(create, (setting,)),
            level=level,
            function=setting.function,
            object=info.name,
            mend=mend,
        )

    def _at_create(
        self,
        create: Create,
        occasion: Occasion,
        settings: tuple[Setting, ...],
        message: str,
        mend: str,
        level: Level = Level.WARNING,
    ) -> Finding:
        info = create.info_of(occasion)
        assert info is not None
        return self.finding(
            create.place,
            message,
            help=mend,
            steps=_steps(create, settings),
            level=level,
            function=create.function,
            object=info.name,
        )


def _keepalive(program: Program, ka_time: Setting, has_probes: bool) -> Mend | None:
    """What a probe needs besides, right behind `ka_time`."""
    values = {"ka_interval": 10} if has_probes else {"ka_interval": 10, "ka_probes": 3}
    members = {name: program.sibling(ka_time.site, name) for name in values}
    if not all(members.values()):
        return None
    lines = "\n".join(f"{members[name]} = {value};" for name, value in values.items())
    edit = Edit(ka_time.place, lines, Spot.AFTER, old=program.sibling(ka_time.site, "ka_time"))
    return Mend("probe again after 10 s, up to three times", (edit,))


def _steps(create: Create, settings: tuple[Setting, ...]) -> Iterator[Step]:
    for setting in settings:
        yield Step(setting.place, f"sets `{setting.field}`", StepKind.FILL, setting.function)
    yield Step(create.place, f"`{create.callee}()` reads it", StepKind.USE, create.function)
