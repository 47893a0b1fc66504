"""Sample outcomes: the story of a stale creation info, and a corpus of hostile text."""

from __future__ import annotations

import pytest

from lwslint.model.finding import Edit, Finding, Level, Mend, Precision, Step, StepKind
from lwslint.model.outcome import Gap, GapKind, Outcome, RuleInfo, Suppressed
from lwslint.model.place import Place

MAIN_C = """\
#include <libwebsockets.h>
#include <string.h>

#include "net.h"

struct lws_context_creation_info info;
struct lws_context *context;
int interrupted;

static const struct lws_protocols protocols[] = {
	{ "chat", callback_chat, 0, 1024, 0, NULL, 0 },
	LWS_PROTOCOL_LIST_TERM
};

int main(int argc, const char **argv)
{
	memset(&info, 0, sizeof info);
	info.port = CONTEXT_PORT_NO_LISTEN;
	info.protocols = protocols;
	info.options = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;

	context = lws_create_context(&info);
	if (!context)
		return 1;

	client_connect();
	while (!interrupted)
		lws_service(context, 0);

	lws_context_destroy(context);
	return 0;
}
"""

NET_C = """\
#include "net.h"

extern struct lws_context_creation_info info;
extern struct lws_context *context;

void use_certificate(const char *path)
{
	char name[128];

	lws_snprintf(name, sizeof name, "%s/client.pem", path);
	info.client_ssl_cert_filepath = name;	/* größer als 世界 */
}

static void reconnect(void)
{
	lws_context_destroy(context);
	context = lws_create_context(&info);
	client_connect();
}

int callback_chat(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t len)
{
	switch (reason) {
	case LWS_CALLBACK_CLIENT_ESTABLISHED:
		use_certificate("/etc/chat");
		break;
	case LWS_CALLBACK_CLIENT_CLOSED:
		reconnect();
		break;
	default:
		break;
	}
	return 0;
}
"""

RULE_PAGE = """\
# stale-creation-info (LWS103)

A creation info serves a second context with what the first one left in it.

## Why is this bad?

Fields *survive*. See [the header](https://libwebsockets.org/lws-api-doc-main/html/).

```c
memset(&info, 0, sizeof info);
```

<script>alert(1)</script> [bad](javascript:alert(1))
"""

RULES = (
    RuleInfo(
        "LWS101",
        "global-creation-info",
        "A creation info is a global that outlives the create.",
        Level.NOTE,
        Precision.HIGH,
        doc="# global-creation-info (LWS101)\n\nText.\n",
        tags=("lifetime",),
    ),
    RuleInfo(
        "LWS103",
        "stale-creation-info",
        "A creation info is used again with what an earlier use left in it.",
        Level.ERROR,
        Precision.HIGH,
        doc=RULE_PAGE,
        cwe=(665, 909),
        tags=("security", "reconnect"),
        security_severity="7.5",
    ),
    RuleInfo(
        "ACME1", "acme-rule", "Somebody else's rule.", Level.WARNING, Precision.LOW, distribution="acme-lws"
    ),
)


def at(path: str, source: str, text: str, nth: int = 1) -> Place:
    """The place of the `nth` occurrence of `text` in a source."""
    data = source.encode()
    start = -1
    for _ in range(nth):
        start = data.index(text.encode(), start + 1)
    line = data.count(b"\n", 0, start) + 1
    column = start - (data.rfind(b"\n", 0, start) + 1) + 1
    return Place(path, line, column, line, column + len(text.encode()))


def main_at(text: str, nth: int = 1) -> Place:
    return at("src/main.c", MAIN_C, text, nth)


def net_at(text: str, nth: int = 1) -> Place:
    return at("src/net.c", NET_C, text, nth)


def _stale() -> Finding:
    again = net_at("lws_create_context(&info)")
    steps = (
        Step(main_at("memset(&info, 0, sizeof info)"), "`info` is zeroed", StepKind.RESET, "main"),
        Step(main_at("info.port = CONTEXT_PORT_NO_LISTEN"), "`port` is filled", StepKind.FILL, "main"),
        Step(
            main_at("lws_create_context(&info)"), "the first context is made from it", StepKind.CREATE, "main"
        ),
        Step(main_at("lws_service(context, 0)"), "the event loop runs callbacks", StepKind.CALL, "main"),
        Step(
            net_at("info.client_ssl_cert_filepath = name"),
            "`client_ssl_cert_filepath` now points at `name`, which ends with this function",
            StepKind.FILL,
            "use_certificate",
        ),
        Step(net_at("LWS_CALLBACK_CLIENT_CLOSED"), "the connection is lost", StepKind.LOSS, "callback_chat"),
        Step(net_at("reconnect()"), "`reconnect` is called", StepKind.CALL, "callback_chat"),
        Step(
            net_at("lws_context_destroy(context)"), "the context is destroyed", StepKind.DESTROY, "reconnect"
        ),
        Step(again, "a context is made from `info` again", StepKind.CREATE, "reconnect"),
    )
    start = Place(again.path, again.line, 2, again.line, 2)
    return Finding(
        rule="LWS103",
        level=Level.ERROR,
        precision=Precision.HIGH,
        place=again,
        message="`info` makes a second context while `client_ssl_cert_filepath` points at dead memory",
        help="zero `info` and fill all of it again before each lws_create_context()",
        steps=steps,
        function="reconnect",
        object="info",
        mend=Mend("zero `info` first", (Edit(start, "memset(&info, 0, sizeof info);\n\t"),), safe=False),
    )


def _global() -> Finding:
    place = main_at("struct lws_context_creation_info info")
    return Finding(
        rule="LWS101",
        level=Level.NOTE,
        precision=Precision.HIGH,
        place=place,
        message="`info` is a global creation info: it keeps its fields between two creates",
        help="make it a local variable of the function that creates the context",
        object="info",
    )


def story_outcome() -> Outcome:
    """Two findings over two files, one of them suppressed twice over, and two gaps."""
    silenced = Finding(
        "LWS101", Level.NOTE, Precision.HIGH, net_at("extern struct lws_context *context"), "quiet"
    )
    return Outcome(
        findings=(_global(), _stale()),
        suppressed=(Suppressed(silenced, "known since 2019"),),
        gaps=(
            Gap("src/net.c", GapKind.MISSING_HEADER, "net.h was not found; give its folder with -I", 1),
            Gap("src/old.c", GapKind.UNREADABLE, "cannot be read: permission denied"),
        ),
        rules=RULES,
        files=3,
        units=2,
        library_units=2,
        programs=1,
        whole_program=True,
        release="4.1.6",
        version="0.1.0",
        root=".",
        sources={"src/main.c": MAIN_C, "src/net.c": NET_C},
    )


HOSTILE = (
    "<script>alert(1)</script>",
    "</script><script>alert(2)</script>",
    "<!--<script>",
    '"><img src=x onerror=alert(3)>',
    "' onmouseover='alert(4)",
    "\x1b[31mred\x1b[0m\x1b]0;title\x07",
    "two\nlines\r\nand\ttabs",
    "\u202etxet desrever\u202c\u2066",
    "{{ 7 * 7 }}{% raw %}",
    "[link](javascript:alert(5)) {0} %s %0A::error::",
    "nul\x00 del\x7f c1\x9b31m \u2028 \udcff",
)


def hostile_outcome() -> Outcome:
    """Every hostile string as a file name, a source line, a function, a message, a step, a mend, a gap."""
    findings = []
    sources = {}
    for number, text in enumerate(HOSTILE):
        path = f"{text}{number}.c"
        sources[path] = f"/* {text} */ f();\nint x;"
        end = len(sources[path].encode("utf-8", "surrogateescape")) + 1
        place = Place(path, 1, 4, 1, end)
        findings.append(
            Finding(
                rule="LWS103",
                level=Level.WARNING,
                precision=Precision.LOW,
                place=place,
                message=text,
                help=text,
                steps=(
                    Step(place, text, StepKind.LOSS, text),
                    Step(place, text, StepKind.CREATE, text + "2"),
                ),
                function=text,
                object=text,
                mend=Mend(text, (Edit(Place(path, 1, 1, 1, 1), text),)),
            )
        )
    rule = RuleInfo(
        "LWS103", "stale-creation-info", HOSTILE[0], Level.ERROR, Precision.LOW, doc="\n\n".join(HOSTILE)
    )
    return Outcome(
        findings=tuple(findings),
        suppressed=tuple(Suppressed(finding, finding.message) for finding in findings),
        gaps=tuple(Gap(path, GapKind.CRASHED, path) for path in sources),
        rules=(rule,),
        files=len(findings),
        units=len(findings),
        library_units=0,
        programs=0,
        whole_program=False,
        release=HOSTILE[0],
        version="0.1.0",
        root=".",
        sources=sources,
    )


def clean_outcome() -> Outcome:
    return Outcome((), (), (), RULES, 2, 2, 1, 1, True, "4.1.6", "0.1.0", ".", {})


@pytest.fixture
def story() -> Outcome:
    return story_outcome()


@pytest.fixture
def hostile() -> Outcome:
    return hostile_outcome()


@pytest.fixture
def clean() -> Outcome:
    return clean_outcome()
