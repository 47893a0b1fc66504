#include <libwebsockets.h>

struct tries {
	uint16_t count[2];
};

static struct lws_context *context;
static lws_sorted_usec_list_t sul;
static const uint32_t backoff_ms[] = { 1000, 2000, 5000 };
static const lws_retry_bo_t retry = {
	.retry_ms_table = backoff_ms,
	.retry_ms_table_count = LWS_ARRAY_SIZE(backoff_ms),
	.conceal_count = LWS_ARRAY_SIZE(backoff_ms),
};

struct tries tries_of(struct lws *wsi);

static void connect_feed(lws_sorted_usec_list_t *due)
{
	(void)due;
}

int retry_later(struct lws *wsi)
{
	(void)lws_retry_sul_schedule(context, 0, &sul, &retry, connect_feed, tries_of(wsi).count);
	return lws_retry_sul_schedule_retry_wsi(wsi, &sul, connect_feed, &no_such.count);
}
