/* The twin of bad_runs.c: with an interval. */
#include <string.h>
#include <libwebsockets.h>

static const struct lws_protocols protocols[] = {
	{ "feed", lws_callback_http_dummy, 0, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

int main(void)
{
	struct lws_context_creation_info info;
	struct lws_context *context;

	memset(&info, 0, sizeof(info));
	info.port = CONTEXT_PORT_NO_LISTEN;
	info.protocols = protocols;
	info.ka_time = 30;
	info.ka_probes = 3;
	info.ka_interval = 5;
	context = lws_create_context(&info);
	if (!context)
		return 2;
	lws_context_destroy(context);
	return 0;
}
