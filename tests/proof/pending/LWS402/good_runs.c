/* The twin of bad_runs.c: a timer of the loop reports. */
#include <string.h>
#include <libwebsockets.h>

static volatile int stop;

static const struct lws_protocols protocols[] = {
	{ "http", lws_callback_http_dummy, 0, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static struct lws_context *context;
static lws_sorted_usec_list_t sul;

static void report(lws_sorted_usec_list_t *unused)
{
	(void)unused;
	lwsl_notice("alive\n");
	lws_sul_schedule(context, 0, &sul, report, 100 * LWS_US_PER_MS);
}

int main(void)
{
	struct lws_context_creation_info info;

	memset(&info, 0, sizeof(info));
	info.port = CONTEXT_PORT_NO_LISTEN;
	info.protocols = protocols;
	context = lws_create_context(&info);
	if (!context)
		return 1;
	lwsl_notice("ready\n");
	report(&sul);
	while (!stop && lws_service(context, 0) >= 0)
		;
	lws_context_destroy(context);
	return 0;
}
