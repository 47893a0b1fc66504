#include <string.h>
#include <libwebsockets.h>

static struct lws_context_creation_info info;

int main(void)
{
	memset(&info, 0);
	info.port = CONTEXT_PORT_NO_LISTEN;

	return !lws_create_context(&info);
}
