// lws-version: 4.1
// needs: libwebsockets before 4.1
/* The member that sent pings until 4.0 is gone: it does not build. */
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
	info.ws_ping_pong_interval = 30; // expect: error LWS113 "ws_ping_pong_interval"
	context = lws_create_context(&info);
	if (!context)
		return 2;
	lws_context_destroy(context);
	return 0;
}
