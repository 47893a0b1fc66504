/* The twin of bad_runs.c: a second later, and later each time. */
#include <stdlib.h>
#include <string.h>
#include <libwebsockets.h>

static struct lws_context *context;
static volatile int stop;
static int port;

static lws_sorted_usec_list_t sul;
static uint16_t tries;

static const uint32_t delays[] = { 1000, 2000, 5000, 10000 };
static const lws_retry_bo_t policy = {
	.retry_ms_table = delays,
	.retry_ms_table_count = LWS_ARRAY_SIZE(delays),
	.conceal_count = LWS_RETRY_CONCEAL_ALWAYS,
	.jitter_percent = 20,
};

static void dial(lws_sorted_usec_list_t *unused);

static void dial_later(void)
{
	if (lws_retry_sul_schedule(context, 0, &sul, &policy, dial, &tries))
		stop = 1;
}

static int on_feed(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t len)
{
	switch (reason) {
	case LWS_CALLBACK_CLIENT_ESTABLISHED:
		tries = 0;
		return 0;
	case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
	case LWS_CALLBACK_CLIENT_CLOSED:
		dial_later();
		return 0;
	default:
		return lws_callback_http_dummy(wsi, reason, user, in, len);
	}
}

static const struct lws_protocols protocols[] = {
	{ "feed", on_feed, 0, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static void dial(lws_sorted_usec_list_t *unused)
{
	struct lws_client_connect_info i;

	(void)unused;
	memset(&i, 0, sizeof(i));
	i.context = context;
	i.address = "127.0.0.1";
	i.port = port;
	i.path = "/feed";
	i.host = i.address;
	i.origin = i.address;
	i.protocol = protocols[0].name;
	if (!lws_client_connect_via_info(&i))
		dial_later();
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
	dial(&sul);
	while (!stop && lws_service(context, 0) >= 0)
		;
	lws_context_destroy(context);
	return 0;
}
