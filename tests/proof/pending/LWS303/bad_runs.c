/* The handler still wakes a context that is gone. */
#include <string.h>
#include <libwebsockets.h>

static struct lws_context *context;

static const struct lws_protocols protocols[] = {
	{ "http", lws_callback_http_dummy, 0, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static void wake(void)
{
	lws_cancel_service(context); // expect: error LWS303
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
	wake();
	lws_service(context, 0);
	lws_context_destroy(context);
	wake();
	return 0;
}
