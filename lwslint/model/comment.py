"""Suppression comments, as a rule about them sees them."""

from __future__ import annotations

import msgspec

from lwslint.model.finding import Mend
from lwslint.model.place import Place


class SuppressionComment(msgspec.Struct, frozen=True):
    """A suppression comment that does nothing.

    `unused` are those of the rules it names, as they are written there, that would say nothing without it.
    `unreasoned` says that it gives no reason where one is asked for, and silences nothing therefore. `mend`
    takes it away, where it is of no use at all and stands by itself.
    """

    place: Place
    unused: tuple[str, ...] = ()
    unreasoned: bool = False
    mend: Mend | None = None
