"""Functions and reasons that a project tells of: how they change what is found."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from lwslint import engine
from lwslint.lws.additions import Additions, Allocator, Zeroing
from lwslint.lws.effects import Effects
from lwslint.lws.knowledge import Knowledge
from lwslint.sources import plan

from .run import settings

PROGRAM = """\
#include <libwebsockets.h>
#include <string.h>

void wipe(void *object, size_t size);
void *pool_get(size_t size);
void run_all(struct lws_context *context);

static struct lws_context *context;

static int on_chat(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t len)
{
	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "chat", on_chat, 0, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

int main(void)
{
%s
	context = lws_create_context(info);
	if (!context)
		return 1;
	while (lws_service(context, 0) >= 0)
		;
	lws_context_destroy(context);
	return 0;
}
"""

LOCAL = (
    PROGRAM
    % """\
	struct lws_context_creation_info local, *info = &local;

	wipe(info, sizeof(*info));
	info->port = 7681;
	info->protocols = protocols;
"""
)

POOL = (
    PROGRAM
    % """\
	struct lws_context_creation_info *info = pool_get(sizeof(*info));

	if (!info)
		return 1;
	info->port = 7681;
	info->protocols = protocols;
"""
)

WRONG_BODY = LOCAL + "\nvoid wipe(void *object, size_t size)\n{\n\t(void)object; (void)size;\n}\n"


def found(tmp_path: Path, text: str, additions: Additions) -> set[str]:
    """The rules that speak."""
    (tmp_path / "main.c").write_text(text)
    planned = plan(["main.c"], cwd=tmp_path)
    outcome = engine.run(planned, msgspec.structs.replace(settings(), additions=additions))
    assert outcome.complete or not outcome.findings
    return {finding.rule for finding in outcome.findings}


@pytest.mark.parametrize(
    ("text", "additions", "expected"),
    [
        (WRONG_BODY, Additions(), {"LWS102"}),
        (WRONG_BODY, Additions(zeroing_functions=(Zeroing("wipe", 1, 2),)), set()),
        (WRONG_BODY, Additions(zeroing_functions=(Zeroing("wipe"),)), set()),
        (LOCAL, Additions(), set()),
        (POOL, Additions(), set()),
        (POOL, Additions(allocators=(Allocator("pool_get"),)), {"LWS102"}),
        (POOL, Additions(allocators=(Allocator("pool_get", zeroed=True),)), set()),
    ],
)
def test_memory(tmp_path: Path, text: str, additions: Additions, expected: set[str]) -> None:
    assert found(tmp_path, text, additions) == expected


AGAIN = """\
#include <libwebsockets.h>
#include <string.h>

void run_all(void);

static struct lws_context_creation_info info;
static struct lws_context *context;
static int (*handler)(struct lws *, enum lws_callback_reasons, void *, void *, size_t);

static int on_chat(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t len)
{
	switch (reason) {
	case LWS_CALLBACK_%s:
		context = lws_create_context(&info);
		break;
	default:
		break;
	}
	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "chat", on_chat, 0, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

int main(void)
{
	memset(&info, 0, sizeof(info));
	info.port = CONTEXT_PORT_NO_LISTEN;
	info.protocols = protocols;
	context = lws_create_context(&info);
	if (!context)
		return 1;
	%s;
	return 0;
}
"""


def test_a_function_that_runs_the_loop(tmp_path: Path) -> None:
    text = AGAIN % ("CLIENT_CLOSED", "if (0)\n\t\tlws_service(context, 0);\n\trun_all()")
    assert "LWS104" not in found(tmp_path, text, Additions())
    assert "LWS104" in found(tmp_path, text, Additions(event_loops=("run_all",)))


def test_a_reason_that_means_a_loss(tmp_path: Path) -> None:
    text = AGAIN % ("USER", "while (lws_service(context, 0) >= 0)\n\t\t")
    assert "LWS104" not in found(tmp_path, text, Additions())
    assert "LWS104" in found(tmp_path, text, Additions(loss_reasons=("LWS_CALLBACK_USER",)))


def test_knowledge_is_loaded_once() -> None:
    added = Additions(loss_reasons=("LWS_CALLBACK_USER",))
    assert Knowledge.load() is Knowledge.load(Additions())
    assert Knowledge.load(added) is Knowledge.load(added)
    assert Knowledge.load(added) is not Knowledge.load()


def test_what_a_project_says_holds_for_its_functions_alone() -> None:
    known = Knowledge.load(Additions(deallocators=("my_free",), event_loops=("lws_write",)))
    assert known.effects("my_free") == Effects(frees=0, pure=True)
    assert known.effects("free") == Knowledge.load().effects("free")
    told = known.effects("lws_write")
    assert told is not None and told.runs_loop
    assert Knowledge.load().effects("my_free") is None
