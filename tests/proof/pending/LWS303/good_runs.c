/* The twin of bad_runs.c: the pointer goes with the context, and the handler looks at it. */
#include <string.h>
#include <libwebsockets.h>

static struct lws_context *context;

static const struct lws_protocols protocols[] = {
	{ "http", lws_callback_http_dummy, 0, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static void wake(void)
{
	if (context)
		lws_cancel_service(context);
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
	context = NULL;
	wake();
	return 0;
}
