/* The loss connects again at once, for as long as the server is not there. Run it with a port. */
#include <stdlib.h>
#include <string.h>
#include <libwebsockets.h>

static struct lws_context *context;
static volatile int stop;
static int port;

static void dial(void);

static int on_feed(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t len)
{
	switch (reason) {
	case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
	case LWS_CALLBACK_CLIENT_CLOSED:
		dial();
		return 0;
	default:
		return lws_callback_http_dummy(wsi, reason, user, in, len);
	}
}

static const struct lws_protocols protocols[] = {
	{ "feed", on_feed, 0, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static void dial(void)
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
	if (!lws_client_connect_via_info(&i)) // expect: warning LWS403
		stop = 1;
}

int main(int argc, char **argv)
{
	struct lws_context_creation_info info;

	if (argc < 2)
		return 1;
	port = atoi(argv[1]);
	memset(&info, 0, sizeof(info));
	info.port = CONTEXT_PORT_NO_LISTEN;
	info.protocols = protocols;
	context = lws_create_context(&info);
	if (!context)
		return 1;
	dial();
	while (!stop && lws_service(context, 0) >= 0)
		;
	lws_context_destroy(context);
	return 0;
}
