"""LWS403: a lost connection is opened again at once, as often as it is lost."""

from __future__ import annotations

from collections.abc import Iterator

from lwslint.api import Finding, Level, Precision, Program, Redial, Rule


class ReconnectWithoutBackoff(Rule):
    """A server that is down stays so for a while; trying without a pause burdens it and this program."""

    code = "LWS403"
    name = "reconnect-without-backoff"
    summary = "A lost connection is opened again in less than a second, with no bound on the tries."
    level = Level.WARNING
    precision = Precision.HIGH
    cwe = (799, 834)
    tags = ("reconnect",)

    def check(self, program: Program) -> Iterator[Finding]:
        """Every connect, or create, that follows a loss at once."""
        for retry in program.redials():
            yield self.finding(
                retry.place,
                _message(retry),
                help="wait longer after each loss: `lws_retry_sul_schedule_retry_wsi()` with a table of "
                "delays, or `lws_sul_schedule()` with seconds that grow",
                steps=retry.steps,
                function=retry.function,
            )
        for double in program.double_retries():
            yield self.finding(
                double.place,
                f"one failure of `{double.callee}()` starts the retry twice: here for the NULL, and in "
                f"`{double.handler}()` on LWS_CALLBACK_CLIENT_CONNECTION_ERROR, so the tries double",
                help="schedule one `lws_sorted_usec_list_t` in both places: setting it again does no harm",
                steps=double.steps,
                function=double.function,
            )


def _message(retry: Redial) -> str:
    if not retry.loss:
        return f"`{retry.callee}()` is tried again at once for as long as it returns NULL"
    how = retry.how or "at once"
    if retry.creates:
        told = f"another context is created {how} each time the connection is lost"
    else:
        told = f"the connection is opened again {how} each time it is lost"
    told += f" (LWS_CALLBACK_{retry.loss})"
    if retry.recurses:
        return f"{told}, which `{retry.callee}()` may deliver before it returns: the callback calls itself"
    return f"{told}: while the server is down, that goes round without a pause"
