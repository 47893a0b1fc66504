/* A thread writes the proxy into the object that the other thread creates the context from. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <libwebsockets.h>

static const struct lws_protocols protocols[] = {
	{ "feed", lws_callback_http_dummy, 0, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static struct lws_context_creation_info info; // expect: LWS101

static void *read_settings(void *unused)
{
	(void)unused;
	info.http_proxy_address = getenv("CLIENT_PROXY"); // expect: warning LWS114
	return NULL;
}

int main(void)
{
	struct lws_context *context;
	pthread_t reader;

	memset(&info, 0, sizeof(info));
	info.port = CONTEXT_PORT_NO_LISTEN;
	info.protocols = protocols;
	if (pthread_create(&reader, NULL, read_settings, NULL))
		return 1;
	context = lws_create_context(&info);
	pthread_join(reader, NULL);
	if (!context)
		return 2;
	lws_context_destroy(context);
	return 0;
}
