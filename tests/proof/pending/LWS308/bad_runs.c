/* The connection is gone, and the variable that held it is used as if it were not. Run it with a port. */
#include <stdlib.h>
#include <string.h>
#include <libwebsockets.h>

static struct lws_context *context;
static struct lws *feed;
static lws_sorted_usec_list_t sul;
static int done;

static void ask(lws_sorted_usec_list_t *unused)
{
	(void)unused;
	if (feed)
		lws_callback_on_writable(feed);
	done = 1;
	lws_cancel_service(context);
}

static int on_feed(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t len)
{
	switch (reason) {
	case LWS_CALLBACK_CLIENT_ESTABLISHED:
		feed = wsi; // expect: warning LWS308
		return 0;
	case LWS_CALLBACK_CLIENT_RECEIVE:
		lwsl_notice("received %.*s\n", (int)len, (const char *)in);
		return 0;
	case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
		done = 1;
		return 0;
	case LWS_CALLBACK_CLIENT_CLOSED:
		lws_sul_schedule(context, 0, &sul, ask, 100 * LWS_US_PER_MS);
		return 0;
	default:
		return lws_callback_http_dummy(wsi, reason, user, in, len);
	}
}

static const struct lws_protocols protocols[] = {
	{ "feed", on_feed, 0, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static int dial(int port)
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

	if (argc < 2)
		return 1;
	memset(&info, 0, sizeof(info));
	info.port = CONTEXT_PORT_NO_LISTEN;
	info.protocols = protocols;
	context = lws_create_context(&info);
	if (!context)
		return 1;
	done = dial(atoi(argv[1]));
	while (!done && lws_service(context, 0) >= 0)
		;
	lws_context_destroy(context);
	return 0;
}
