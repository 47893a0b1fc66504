/* The members that nobody sets are what malloc() gives. */
#include <stdlib.h>
#include <string.h>
#include <libwebsockets.h>

int main(void)
{
	struct lws_protocols *protocols = malloc(2 * sizeof(*protocols)); // expect: error LWS202
	struct lws_context_creation_info info;
	struct lws_context *context;

	if (!protocols)
		return 1;
	protocols[0].name = "http";
	protocols[0].callback = lws_callback_http_dummy;
	memset(&info, 0, sizeof(info));
	info.port = CONTEXT_PORT_NO_LISTEN;
	info.protocols = protocols;
	context = lws_create_context(&info);
	if (!context)
		return 2;
	lws_context_destroy(context);
	free(protocols);
	return 0;
}
