/* The session is freed while its timer is on the list of the context. */
#include <stdlib.h>
#include <string.h>
#include <libwebsockets.h>

struct session {
	lws_sorted_usec_list_t sul;
	int beats;
};

static struct lws_context *context;
static lws_sorted_usec_list_t end;
static int ended;

static const struct lws_protocols protocols[] = {
	{ "http", lws_callback_http_dummy, 0, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static void beat(lws_sorted_usec_list_t *sul)
{
	struct session *session = lws_container_of(sul, struct session, sul);

	session->beats++;
}

static void at_end(lws_sorted_usec_list_t *unused)
{
	(void)unused;
	ended = 1;
	lws_cancel_service(context);
}

static void close_session(struct session *session)
{
	free(session); // expect: error LWS307
}

int main(void)
{
	struct lws_context_creation_info info;
	struct session *session;

	memset(&info, 0, sizeof(info));
	info.port = CONTEXT_PORT_NO_LISTEN;
	info.protocols = protocols;
	context = lws_create_context(&info);
	if (!context)
		return 1;
	session = calloc(1, sizeof(*session));
	if (!session) {
		lws_context_destroy(context);
		return 1;
	}
	lws_sul_schedule(context, 0, &session->sul, beat, 50 * LWS_US_PER_MS);
	lws_sul_schedule(context, 0, &end, at_end, 100 * LWS_US_PER_MS);
	close_session(session);
	while (!ended && lws_service(context, 0) >= 0)
		;
	lws_context_destroy(context);
	return 0;
}
