/* The twin of bad_runs.c: the thread has ended before the object is filled. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <libwebsockets.h>

static const struct lws_protocols protocols[] = {
	{ "feed", lws_callback_http_dummy, 0, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static const char *proxy;

static void *read_settings(void *unused)
{
	(void)unused;
	proxy = getenv("CLIENT_PROXY");
	return NULL;
}

int main(void)
{
	struct lws_context_creation_info info;
	struct lws_context *context;
	pthread_t reader;

	if (pthread_create(&reader, NULL, read_settings, NULL))
		return 1;
	pthread_join(reader, NULL);
	memset(&info, 0, sizeof(info));
	info.port = CONTEXT_PORT_NO_LISTEN;
	info.protocols = protocols;
	info.http_proxy_address = proxy;
	context = lws_create_context(&info);
	if (!context)
		return 2;
	lws_context_destroy(context);
	return 0;
}
