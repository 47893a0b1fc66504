/* The address of the server stands where the path of a file belongs: no context. Run it with the files of a
 * certificate and its key. */
#include <string.h>
#include <libwebsockets.h>

static const struct lws_protocols protocols[] = {
	{ "feed", lws_callback_http_dummy, 0, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

int main(int argc, char **argv)
{
	struct lws_context_creation_info info;
	struct lws_context *context;

	if (argc < 3)
		return 1;
	memset(&info, 0, sizeof(info));
	info.port = CONTEXT_PORT_NO_LISTEN;
	info.protocols = protocols;
	info.options = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
	info.client_ssl_cert_filepath = "https://example.org/client.crt"; // expect: error LWS110
	info.client_ssl_private_key_filepath = argv[2];
	context = lws_create_context(&info);
	if (!context)
		return 2;
	lws_context_destroy(context);
	return 0;
}
