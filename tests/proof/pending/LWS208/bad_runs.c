/* Whoever answers is believed, whatever certificate it shows. Run it with a port. */
#include <stdlib.h>
#include <string.h>
#include <libwebsockets.h>

static int done;
static int failed;

static int on_http(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t len)
{
	switch (reason) {
	case LWS_CALLBACK_ESTABLISHED_CLIENT_HTTP:
		lwsl_notice("status %u\n", lws_http_client_http_response(wsi));
		done = 1;
		return 0;
	case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
		lwsl_err("not connected: %s\n", in ? (const char *)in : "?");
		failed = 1;
		return 0;
	default:
		return lws_callback_http_dummy(wsi, reason, user, in, len);
	}
}

static const struct lws_protocols protocols[] = {
	{ "http", on_http, 0, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static int request(struct lws_context *context, int port)
{
	struct lws_client_connect_info i;

	memset(&i, 0, sizeof(i));
	i.context = context;
	i.address = "127.0.0.1";
	i.port = port;
	i.path = "/";
	i.host = "localhost";
	i.method = "GET";
	i.protocol = protocols[0].name;
	i.ssl_connection = LCCSCF_USE_SSL | LCCSCF_ALLOW_SELFSIGNED; // expect: warning LWS208
	return lws_client_connect_via_info(&i) == NULL;
}

int main(int argc, char **argv)
{
	struct lws_context_creation_info info;
	struct lws_context *context;

	if (argc < 2)
		return 1;
	memset(&info, 0, sizeof(info));
	info.port = CONTEXT_PORT_NO_LISTEN;
	info.protocols = protocols;
	info.options = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
	context = lws_create_context(&info);
	if (!context)
		return 1;
	failed = request(context, atoi(argv[1]));
	while (!done && !failed && lws_service(context, 0) >= 0)
		;
	lws_context_destroy(context);
	return failed ? 2 : 0;
}
