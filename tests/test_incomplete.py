"""What could not be read whole is no ground for a finding."""

from __future__ import annotations

from pathlib import Path

import pytest

from lwslint.analysis import bounds

from .run import check

_PROGRAM = """\
#include <string.h>
#include <libwebsockets.h>
#include "our_own_header.h"

static const struct lws_protocols protocols[] = {
    { "http", lws_callback_http_dummy, 0, 0, 0, NULL, 0 },
    { NULL, NULL, 0, 0, 0, NULL, 0 }
};

int main(void)
{
    struct lws_context_creation_info info;
    struct lws_context *context;

    memset(&info, ZERO, sizeof(info));
    info.protocols = protocols;
    info.port = PORT;
    info.ssl_cert_filepath = "server.crt";
    info.ssl_private_key_filepath = "server.key";
    info.options |= OPTIONS;
    context = lws_create_context(&info);
    if (!context)
        return 1;
    while (lws_service(context, 0) >= 0)
        ;
    lws_context_destroy(context);
    return 0;
}
"""


@pytest.mark.parametrize("frontend", ["clang", "pycparser"])
def test_an_initialiser_that_cannot_be_read_is_not_missing(frontend: str, tmp_path: Path) -> None:
    program = _PROGRAM.replace("info;", "info = OUR_INFO(struct app);").replace(
        "    memset(&info, ZERO, sizeof(info));\n", ""
    )
    (tmp_path / "main.c").write_text(program)
    outcome = check(tmp_path, headers=False, frontend=frontend)
    assert not [finding.message for finding in outcome.findings]
    assert outcome.gaps


def _codes(path: Path, text: str) -> list[str]:
    path.write_text(text, encoding="utf-8")
    return [finding.rule for finding in check(path).findings]


def test_constants_of_a_header_that_is_missing_may_be_anything(tmp_path: Path) -> None:
    assert _codes(tmp_path / "server.c", _PROGRAM) == []


@pytest.mark.parametrize(
    ("line", "code"),
    [("    memset(&info, ZERO, sizeof(info));\n", "LWS102"), ("    info.options |= OPTIONS;\n", "LWS109")],
)
def test_what_was_read_is_judged_all_the_same(tmp_path: Path, line: str, code: str) -> None:
    zeroed = _PROGRAM.replace("(&info, ZERO,", "(&info, 0,") if code == "LWS109" else _PROGRAM
    assert _codes(tmp_path / "server.c", zeroed.replace(line, "")) == [code]


_HEAP = """\
#include <string.h>
#include <libwebsockets.h>
#include <metering/meter.h>

struct gateway {
    meter_handle *meter;
    meter_limits limits;
    struct lws_context_creation_info info;
};

int serve(struct gateway *gateway)
{
    struct lws_context *context;

    memset(gateway, 0, sizeof(*gateway));
    gateway->info.port = CONTEXT_PORT_NO_LISTEN;
    context = lws_create_context(&gateway->info);
    if (!context)
        return 1;
    while (lws_service(context, 0) >= 0)
        ;
    lws_context_destroy(context);
    return 0;
}

int main(void)
{
    struct gateway gateway;

    return serve(&gateway);
}
"""


@pytest.mark.parametrize("frontend", ["clang", "pycparser"])
def test_a_struct_with_members_of_unknown_types_is_zeroed_whole(tmp_path: Path, frontend: str) -> None:
    """libclang says that such a struct has one byte; a `memset` of its size zeroes it all the same."""
    program = tmp_path / "gateway.c"
    program.write_text(_HEAP, encoding="utf-8")
    assert [finding.rule for finding in check(program, frontend=frontend).findings] == []
    program.write_text(_HEAP.replace("    memset(gateway, 0, sizeof(*gateway));\n", ""), encoding="utf-8")
    assert [finding.rule for finding in check(program, frontend=frontend).findings] == ["LWS102"]


_FAR = """\
#include <pthread.h>
#include <unistd.h>
#include <libwebsockets.h>

static const struct lws_protocols protocols[] = {
    { "http", lws_callback_http_dummy, 0, 0, 0, NULL, 0 },
    { NULL, NULL, 0, 0, 0, NULL, 0 }
};
static int mode;

static void *worker(void *arg)
{
    struct lws_context_creation_info info;
    struct lws_context *context;

    info.protocols = protocols;
    context = lws_create_context(&info);
    while (context && mode && lws_service(context, 0) >= 0)
        ;
    lws_context_destroy(context);
    return NULL;
}

int main(int argc, char **argv)
{
    pthread_t thread;

    while (argc-- > 1) {
        mode = argv[argc][0];
        if (mode == 'a')
            mode++;
        if (mode == 'c')
            mode += 2;
        if (mode == 'e')
            mode += 3;
    }
    if (pthread_create(&thread, NULL, worker, NULL))
        return 1;
    pthread_join(thread, NULL);
    return 0;
}
"""


def test_a_create_that_is_too_far_from_main_is_looked_at_from_its_thread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, "NODES_PER_CLUSTER", 8)
    monkeypatch.setattr(bounds, "NODES_PER_BLOCK", 0)
    path = tmp_path / "server.c"
    path.write_text(_FAR, encoding="utf-8")
    outcome = check(path)
    assert [finding.rule for finding in outcome.findings] == ["LWS102"]
    assert "not all followed" in str([gap.text for gap in outcome.gaps])


_STARTED = """\
#include <stdlib.h>
#include <unistd.h>
#include <libwebsockets.h>

struct client { struct lws_context *context; int started; };

static const struct lws_protocols protocols[] = {
    { "http", lws_callback_http_dummy, 0, 0, 0, NULL, 0 },
    { NULL, NULL, 0, 0, 0, NULL, 0 }
};

static int start(struct client *client)
{
    struct lws_context_creation_info info = { .protocols = protocols };

    client->context = lws_create_context(&info);
    if (!client->context)
        return 0;
    client->started = 1;
    return 1;
}

static void try_one(void)
{
    struct client *client = calloc(1, sizeof(*client));

    if (!client)
        return;
    if (!start(client)) {
        free(client);
        return;
    }
    while (lws_service(client->context, 0) >= 0)
        ;
    lws_context_destroy(client->context);
    free(client);
}

int main(void)
{
    try_one();
    pause();
    try_one();
    return 0;
}
"""


@pytest.mark.parametrize("scalars", [0, 16])
def test_a_result_that_is_not_followed_loses_no_context(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scalars: int
) -> None:
    monkeypatch.setattr(bounds, "SCALARS_PER_CLUSTER", scalars)
    assert _codes(tmp_path / "client.c", _STARTED) == []
