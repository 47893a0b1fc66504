/* A thread asks for the message to be sent. The loop sleeps, and nobody wakes it. Run it with a port. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <libwebsockets.h>

static struct lws_context *context;
static struct lws *feed;
static pthread_t producer;
static int started;
static int lost;

static void *produce(void *unused)
{
	(void)unused;
	sleep(1);
	if (feed)
		lws_callback_on_writable(feed); // expect: warning LWS401
	lwsl_notice("asked\n");
	return NULL;
}

static int on_feed(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t len)
{
	unsigned char message[LWS_PRE + 5];

	switch (reason) {
	case LWS_CALLBACK_CLIENT_ESTABLISHED:
		feed = wsi;
		started = !pthread_create(&producer, NULL, produce, NULL);
		return started ? 0 : -1;
	case LWS_CALLBACK_CLIENT_WRITEABLE:
		memcpy(message + LWS_PRE, "hello", 5);
		return lws_write(wsi, message + LWS_PRE, 5, LWS_WRITE_TEXT) < 5 ? -1 : 0;
	case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
	case LWS_CALLBACK_CLIENT_CLOSED:
		feed = NULL;
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
	lost = dial(atoi(argv[1]));
	while (!lost && lws_service(context, 0) >= 0)
		;
	if (started)
		pthread_join(producer, NULL);
	lws_context_destroy(context);
	return 0;
}
