#include <libwebsockets.h>

int main(void)
{
	struct lws_context *context = 0;

	while (!stop && lws_service(context, 0) >= 0)
		;
	struct { struct { struct { struct { struct { struct { struct { struct { struct { struct { struct { struct { struct { struct { struct { struct { struct { struct { struct { struct { struct { struct { struct { struct { struct { struct { struct { struct { struct { struct { struct { struct { struct { struct { struct { struct { struct { struct { struct { struct { int x; } x; } x; } x; } x; } x; } x; } x; } x; } x; } x; } x; } x; } x; } x; } x; } x; } x; } x; } x; } x; } x; } x; } x; } x; } x; } x; } x; } x; } x; } x; } x; } x; } x; } x; } x; } x; } x; } x; } x; } x; 
#ifdef OTHER
	lws_context_destroy(context);
#endif
	return lws_service(context, 0);
}
