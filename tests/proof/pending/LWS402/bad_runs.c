/* The loop means to report every tenth of a second, and lws_service() comes back when something happens. */
#include <string.h>
#include <time.h>
#include <libwebsockets.h>

static volatile int stop;

static const struct lws_protocols protocols[] = {
	{ "http", lws_callback_http_dummy, 0, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static long milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int main(void)
{
	struct lws_context_creation_info info;
	struct lws_context *context;
	long next;

	memset(&info, 0, sizeof(info));
	info.port = CONTEXT_PORT_NO_LISTEN;
	info.protocols = protocols;
	context = lws_create_context(&info);
	if (!context)
		return 1;
	lwsl_notice("ready\n");
	next = milliseconds() + 100;
	while (!stop && lws_service(context, 50) >= 0) { // expect: warning LWS402
		if (milliseconds() < next)
			continue;
		lwsl_notice("alive\n");
		next = milliseconds() + 100;
	}
	lws_context_destroy(context);
	return 0;
}
