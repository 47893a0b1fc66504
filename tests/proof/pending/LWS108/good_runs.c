/* The twin of bad_runs.c: a client that says so. */
#include <stdlib.h>
#include <string.h>
#include <libwebsockets.h>

static int lost;

static int on_feed(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t len)
{
	switch (reason) {
	case LWS_CALLBACK_CLIENT_RECEIVE:
		lwsl_notice("received %.*s\n", (int)len, (const char *)in);
		return 0;
	case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
	case LWS_CALLBACK_CLIENT_CLOSED:
		lost = 1;
		return 0;
	default:
		return lws_callback_http_dummy(wsi, reason, user, in, len);
	}
}

static const struct lws_protocols protocols[] = {
	{ "feed", on_feed, 0, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static int dial(struct lws_context *context, int port)
{
	struct lws_client_connect_info i;

	memset(&i, 0, sizeof(i));
	i.context = context;
	i.address = "127.0.0.1";
	i.port = port;
	i.path = "/feed";
	i.host = i.address;
	i.origin = i.address;
	i.protocol = protocols[0].name;
	return lws_client_connect_via_info(&i) == NULL;
}

int main(int argc, char **argv)
{
	struct lws_context_creation_info info;
	struct lws_context *context;

	if (argc < 2)
		return 1;
	memset(&info, 0, sizeof(info));
	info.port = CONTEXT_PORT_NO_LISTEN;
	info.protocols = protocols;
	context = lws_create_context(&info);
	if (!context)
		return 1;
	lost = dial(context, atoi(argv[1]));
	while (!lost && lws_service(context, 0) >= 0)
		;
	lws_context_destroy(context);
	return 0;
}
