/* Keep-alive with a time and without an interval: the library refuses to make the context. */
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
	info.ka_time = 30; // expect: error LWS111 "ka_interval"
	info.ka_probes = 3;
	context = lws_create_context(&info);
	if (!context)
		return 2;
	lws_context_destroy(context);
	return 0;
}
