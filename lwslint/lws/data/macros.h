/* Macros of libwebsockets that are no plain constant: each does what the library's macro of that name promises
 * to the caller. A model header takes those that its release has. One line each. */
#define LWS_VISIBLE
#define LWS_EXTERN extern
#define LWS_EXTERN_FOR_DATA extern
#define LWS_INLINE inline
#define LWS_WARN_UNUSED_RESULT
#define LWS_WARN_DEPRECATED
#define LWS_FORMAT(position)
#define LWS_POSIX_LENGTH_CAST(length) ((size_t)(length))
#define LWS_SIZEOFPTR (sizeof(void *))
#define LWS_PRE 16
#define _LWS_PAD(size) (((size) + 15) / 16 * 16)
#define LWS_SEND_BUFFER_PRE_PADDING _LWS_PAD(18)
#define LWS_ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#define LWS_ALIGN_TO(value, unit) ((value) = ((value) + (unit) - 1) / (unit) * (unit))
#define LWS_FOURCC(a, b, c, d) (((a) << 24) | ((b) << 16) | ((c) << 8) | (d))
#define LWS_PROTOCOL_LIST_TERM { (const char *)0, (lws_callback_function *)0, 0, 0, 0, (void *)0, 0 }
#define LWS_SET_TIMER_USEC_CANCEL ((lws_usec_t)-1)
#define LWS_ILLEGAL_HTTP_CONTENT_LEN ((lws_filepos_t)-1)
#define LWS_US_TO_MS(us) (((us) + 500) / 1000)
#define LWS_USEC_PER_SEC ((lws_usec_t)1000000)
#define LWS_US_PER_SEC ((lws_usec_t)1000000)
#define LWS_MS_PER_SEC ((lws_usec_t)1000)
#define LWS_US_PER_MS ((lws_usec_t)1000)
#define LWS_NS_PER_US ((lws_usec_t)1000)
#define LWS_WRITE_RAW LWS_WRITE_HTTP
#define LWS_LATENCY(context, wsi, action, ret, completion) ((void)(wsi))
#define LWS_FOP_OPEN _open
#define LWS_FOP_CLOSE _close
#define LWS_FOP_READ _read
#define LWS_FOP_WRITE _write
#define LWS_FOP_SEEK_CUR _seek_cur
#define LADNS_NO_WSI_BUT_OK ((struct lws *)1)
#define LWSDC_R(colour) ((colour) & 255)
#define LWSDC_G(colour) (((colour) >> 8) & 255)
#define LWSDC_B(colour) (((colour) >> 16) & 255)
#define LWSDC_ALPHA(colour) (((colour) >> 24) & 255)
#define LWSDC_RGBA(r, g, b, a) ((uint32_t)(r) | ((uint32_t)(g) << 8) | ((uint32_t)(b) << 16) | ((uint32_t)(a) << 24))
#define PALETTE_RGBY(r, g, b) { (uint8_t)(r), (uint8_t)(g), (uint8_t)(b), RGB_TO_Y(r, g, b) }
#define RGB_TO_Y(r, g, b) (((r) * 299 + (g) * 587 + (b) * 114) / 1000)
#define LSM_SIGNED(type_, name_, column) { .colname = (column), .ofs = offsetof(type_, name_), .aux = sizeof(((type_ *)0)->name_), .type = LSMT_SIGNED }
#define LSM_UNSIGNED(type_, name_, column) { .colname = (column), .ofs = offsetof(type_, name_), .aux = sizeof(((type_ *)0)->name_), .type = LSMT_UNSIGNED }
#define LSM_BOOLEAN(type_, name_, column) { .colname = (column), .ofs = offsetof(type_, name_), .aux = sizeof(((type_ *)0)->name_), .type = LSMT_BOOLEAN }
#define LSM_CARRAY(type_, name_, column) { .colname = (column), .ofs = offsetof(type_, name_), .aux = sizeof(((type_ *)0)->name_), .type = LSMT_STRING_CHAR_ARRAY }
#define LSM_STRING_PTR(type_, name_, column) { .colname = (column), .ofs = offsetof(type_, name_), .aux = sizeof(((type_ *)0)->name_), .type = LSMT_STRING_PTR }
#define LSM_BLOB_PTR(type_, name_, column) { .colname = (column), .ofs = offsetof(type_, name_), .aux = sizeof(((type_ *)0)->name_), .type = LSMT_BLOB_PTR }
#define LSM_LIST(parent, member, child, link, callback, map, column) { .colname = (column), .child_map = (map), .lejp_cb = (callback), .ofs = offsetof(parent, member), .aux = sizeof(child), .ofs_clist = offsetof(child, link), .child_map_size = LWS_ARRAY_SIZE(map), .type = LSMT_LIST }
#define LSM_CHILD_PTR(parent, member, child, callback, map, column) { .colname = (column), .child_map = (map), .lejp_cb = (callback), .ofs = offsetof(parent, member), .aux = sizeof(child), .child_map_size = LWS_ARRAY_SIZE(map), .type = LSMT_CHILD_PTR }
#define LSM_SCHEMA(child, callback, map, schema) { .colname = (schema), .child_map = (map), .lejp_cb = (callback), .aux = sizeof(child), .child_map_size = LWS_ARRAY_SIZE(map), .type = LSMT_SCHEMA }
#define LSM_SCHEMA_DLL2(child, link, callback, map, schema) { .colname = (schema), .child_map = (map), .lejp_cb = (callback), .ofs = offsetof(child, link), .aux = sizeof(child), .child_map_size = LWS_ARRAY_SIZE(map), .type = LSMT_SCHEMA }
#define LSM_JO_SIGNED(type_, name_, column) { .colname = (column), .ofs = offsetof(type_, name_), .aux = sizeof(((type_ *)0)->name_), .type = LSMT_SIGNED, .json_only = 1 }
#define LSM_JO_UNSIGNED(type_, name_, column) { .colname = (column), .ofs = offsetof(type_, name_), .aux = sizeof(((type_ *)0)->name_), .type = LSMT_UNSIGNED, .json_only = 1 }
#define LSM_JO_BOOLEAN(type_, name_, column) { .colname = (column), .ofs = offsetof(type_, name_), .aux = sizeof(((type_ *)0)->name_), .type = LSMT_BOOLEAN, .json_only = 1 }
#define LSM_JO_CARRAY(type_, name_, column) { .colname = (column), .ofs = offsetof(type_, name_), .aux = sizeof(((type_ *)0)->name_), .type = LSMT_STRING_CHAR_ARRAY, .json_only = 1 }
#define LSM_JO_STRING_PTR(type_, name_, column) { .colname = (column), .ofs = offsetof(type_, name_), .aux = sizeof(((type_ *)0)->name_), .type = LSMT_STRING_PTR, .json_only = 1 }
#define LSM_JO_LIST(parent, member, child, link, callback, map, column) { .colname = (column), .child_map = (map), .lejp_cb = (callback), .ofs = offsetof(parent, member), .aux = sizeof(child), .ofs_clist = offsetof(child, link), .child_map_size = LWS_ARRAY_SIZE(map), .type = LSMT_LIST, .json_only = 1 }
#define LSM_JO_CHILD_PTR(parent, member, child, callback, map, column) { .colname = (column), .child_map = (map), .lejp_cb = (callback), .ofs = offsetof(parent, member), .aux = sizeof(child), .child_map_size = LWS_ARRAY_SIZE(map), .type = LSMT_CHILD_PTR, .json_only = 1 }
#define LSM_JO_SCHEMA(child, callback, map, schema) { .colname = (schema), .child_map = (map), .lejp_cb = (callback), .aux = sizeof(child), .child_map_size = LWS_ARRAY_SIZE(map), .type = LSMT_SCHEMA, .json_only = 1 }
#define LSM_JO_SCHEMA_DLL2(child, link, callback, map, schema) { .colname = (schema), .child_map = (map), .lejp_cb = (callback), .ofs = offsetof(child, link), .aux = sizeof(child), .child_map_size = LWS_ARRAY_SIZE(map), .type = LSMT_SCHEMA, .json_only = 1 }
#define LWS_SS_USER_TYPEDEF typedef struct { struct lws_ss_handle *ss; void *opaque_data;
#define LWS_SS_INFO(name_, type_) const lws_ss_info_t ssi_##type_ = { .handle_offset = offsetof(type_, ss), .opaque_user_data_offset = offsetof(type_, opaque_data), .user_alloc = sizeof(type_), .streamtype = (name_),
#define LWS_RATELIMIT_DEFINE_STATIC(name_) static lws_log_ratelimit_t name_
#define libwebsocket_pollfd pollfd
#define lws_pollfd pollfd
#define lws_intptr_t intptr_t
#define lws_tid_t pthread_t
#define lws_thread_id() pthread_self()
#define lws_thread_is(other) pthread_equal((other), pthread_self())
#define lws_sockfd_valid(fd) ((fd) >= 0)
#define lws_check_opt(options, flag) (((options) & (flag)) == (flag))
#define lws_container_of(pointer, type_, member) ((type_ *)((char *)(pointer) - offsetof(type_, member)))
#define lws_list_ptr_container(pointer, type_, member) ((type_ *)((char *)(pointer) - offsetof(type_, member)))
#define lws_list_ptr_advance(pointer) ((pointer) = *(void **)(pointer))
#define lws_ptr_diff(head, tail) ((int)((const char *)(head) - (const char *)(tail)))
#define lws_ptr_diff_size_t(head, tail) ((size_t)((const char *)(head) - (const char *)(tail)))
#define lws_concat_temp(buffer, left) ((buffer) + sizeof(buffer) - (left))
#define lws_concat_used(buffer, left) (sizeof(buffer) - (left))
#define lws_context_info_defaults(info, policy) _lws_context_info_defaults((info), (policy))
#define lws_strnncpy(to, from, length, size) lws_strncpy((to), (from), (size_t)(length) + 1 < (size_t)(size) ? (size_t)(length) + 1 : (size_t)(size))
#define lws_time_in_microseconds lws_now_usecs
#define lws_wsi_close(wsi, how) lws_set_timeout((wsi), 1, (how))
#define lws_write_http(wsi, buffer, length) lws_write((wsi), (unsigned char *)(buffer), (length), LWS_WRITE_HTTP)
#define libwebsocket_write_http(wsi, buffer, length) libwebsocket_write((wsi), (unsigned char *)(buffer), (length), LWS_WRITE_HTTP)
#define lws_plat_service_tsi(context, ms, tsi) lws_service_tsi((context), (ms), (tsi))
#define lws_http_client_http_resp_is_error(code) ((code) >= 400)
#define lwsac_use_zeroed lwsac_use_zero
#define lwsac_assert_valid(head) ((void)(head))
#define lws_assert_fourcc(value, wanted) ((void)(value))
#define lws_fi_user_wsi_fi(wsi, name) _lws_fi_user_wsi_fi((wsi), (name))
#define lws_fi_user_context_fi(context, name) _lws_fi_user_context_fi((context), (name))
#define lws_fi_user_ss_fi(ss, name) _lws_fi_user_ss_fi((ss), (name))
#define lws_fi_user_sspc_fi(ss, name) _lws_fi_user_sspc_fi((ss), (name))
#define lws_ss_from_user(object) ((object)->ss)
#define lws_ss_opaque_from_user(object) ((object)->opaque_data)
#define lws_ss_cx_from_user(object) lws_ss_get_context((object)->ss)
#define lws_start_foreach_dll(type_, item, start) { for (type_ item = (start); item; item = item->next) {
#define lws_end_foreach_dll(item) } }
#define lws_start_foreach_dll_safe(type_, item, following, start) { type_ following; for (type_ item = (start); item && (following = item->next, 1); item = following) {
#define lws_end_foreach_dll_safe(item, following) } }
#define lws_start_foreach_ll(type_, item, start) { type_ item = (start); int item##_left; while (item) { for (item##_left = 1; item##_left; item##_left = 0) {
#define lws_end_foreach_ll(item, link) } if (item##_left) break; item = item->link; } }
#define lws_start_foreach_ll_safe(type_, item, start, link) { type_ item##_following; for (type_ item = (start); item && (item##_following = item->link, 1); item = item##_following) {
#define lws_end_foreach_ll_safe(item) } }
#define lws_start_foreach_llp(type_, item, start) { type_ item = &(start); int item##_left; while (*item) { for (item##_left = 1; item##_left; item##_left = 0) {
#define lws_end_foreach_llp(item, link) } if (item##_left) break; item = &(*item)->link; } }
#define lws_start_foreach_llp_safe(type_, item, start, link) { type_ item##_following; for (type_ item = &(start); *item && (item##_following = &(*item)->link, 1); item = item##_following) {
#define lws_end_foreach_llp_safe(item) } }
#define lws_ll_fwd_insert(item, link, head) { (item)->link = (head); (head) = (item); }
#define lws_ll_fwd_remove(type_, link, item, head) { type_ **lws_ll_at = &(head); while (*lws_ll_at && *lws_ll_at != (item)) lws_ll_at = &(*lws_ll_at)->link; if (*lws_ll_at) *lws_ll_at = (*lws_ll_at)->link; }
#define lws_dll_is_detached(item, head) (!(item)->prev && !(item)->next)
#define lws_dll_add_front lws_dll_add_head
#define lws_dll2_describe(owner, text) ((void)(owner))
#define lws_dll2_search_sz_pl(owner, name, length, type_, link, member) ((type_ *)_lws_dll2_search_sz_pl((owner), (name), (length), offsetof(type_, link), offsetof(type_, member)))
#define lws_ring_consume_single_tail(ring, tail, count) { lws_ring_consume((ring), (tail), (void *)0, (count)); lws_ring_update_oldest_tail((ring), *(tail)); }
#define lws_ring_consume_and_update_oldest_tail(ring, type_, tail, count, head, member, link) { uint32_t lws_ring_left = (uint32_t)lws_ring_get_count_waiting_elements((ring), (tail)); lws_ring_consume((ring), (tail), (void *)0, (count)); for (type_ *lws_ring_at = (head); lws_ring_at; lws_ring_at = lws_ring_at->link) if (lws_ring_get_count_waiting_elements((ring), &lws_ring_at->member) >= lws_ring_left) lws_ring_left = 0; if (lws_ring_left) lws_ring_update_oldest_tail((ring), *(tail)); }
#define lws_map_item_create_ks(map, key, value, size) lws_map_item_create((map), (const lws_map_key_t)(key), strlen(key), (const lws_map_value_t)(value), (size))
#define lws_map_item_lookup_ks(map, key) lws_map_item_lookup((map), (const lws_map_key_t)(key), strlen(key))
#define lws_metric_bucket_name(bucket) ((const char *)((bucket) + 1) + 1)
#define lws_metric_bucket_name_len(bucket) (*(const uint8_t *)((bucket) + 1))
#define lws_metrics_caliper_declare(name_, metric) lws_metric_caliper_t name_ = { .mt = (metric), .us_start = lws_now_usecs() }
#define lws_metrics_caliper_bind(name_, metric) { (name_).mt = (metric); (name_).us_start = lws_now_usecs(); }
#define lws_metrics_caliper_report(name_, verdict) { (void)(verdict); (name_).us_start = 0; (name_).mt = (void *)0; }
#define lws_metrics_caliper_done(name_) { (name_).us_start = 0; (name_).mt = (void *)0; }
#define lws_metrics_caliper_cancel(name_) { (name_).us_start = 0; (name_).mt = (void *)0; }
#define lws_metrics_hist_bump(metric, name) lws_metrics_hist_bump_((metric), (name))
#define lws_fx_set(fixed, a, b) { (fixed).whole = (a); (fixed).frac = (a) < 0 ? -(b) : (b); }
#define lws_neg(fixed) ((fixed)->whole < 0 || (fixed)->frac < 0)
#define lws_fix64(fixed) (((int64_t)(fixed)->whole << 32) + ((int64_t)(fixed)->frac << 32) / 100000000)
#define lws_sul_debug_zombies(context, pointer, size, text) ((void)(context))
#define lws_pthread_mutex(name_) pthread_mutex_t name_;
#define lws_pthread_mutex_init(lock) pthread_mutex_init((lock), (void *)0)
#define lws_pthread_mutex_destroy(lock) pthread_mutex_destroy(lock)
#define lws_pthread_mutex_lock(lock) pthread_mutex_lock(lock)
#define lws_pthread_mutex_unlock(lock) pthread_mutex_unlock(lock)
#define lws_mutex_init(lock) pthread_mutex_init(&(lock), (void *)0)
#define lws_mutex_destroy(lock) pthread_mutex_destroy(&(lock))
#define lws_mutex_lock(lock) pthread_mutex_lock(&(lock))
#define lws_mutex_unlock(lock) pthread_mutex_unlock(&(lock))
#define lws_transport_path_client_dump(path, text) ((void)(path))
#define lws_transport_path_proxy_dump(path, text) ((void)(path))
#define sa46_sockport(address, port) { if ((address)->sa4.sin_family == AF_INET) (address)->sa4.sin_port = (port); else (address)->sa6.sin6_port = (port); }
#define sa46_socklen(address) ((socklen_t)((address)->sa4.sin_family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6)))
#define sa46_sockaddr(address) ((struct sockaddr *)(address))
#define sa46_address(address) ((uint8_t *)((address)->sa4.sin_family == AF_INET ? (void *)&(address)->sa4.sin_addr : (void *)&(address)->sa6.sin6_addr))
#define sa46_address_len(address) ((address)->sa4.sin_family == AF_INET ? 4 : 16)
#define lws_led_gpio_ops { .create = lws_led_gpio_create, .destroy = lws_led_gpio_destroy, .intensity = lws_led_gpio_intensity, }
#define lws_bb_i2c_ops { .init = lws_bb_i2c_init, .start = lws_bb_i2c_start, .stop = lws_bb_i2c_stop, .write = lws_bb_i2c_write, .read = lws_bb_i2c_read, .set_ack = lws_bb_i2c_set_ack, }
#define lws_bb_spi_ops .init = lws_bb_spi_init, .queue = lws_bb_spi_queue
#define lws_pwm_plat_ops .init = lws_pwm_plat_init, .intensity = lws_pwm_plat_intensity
#define lws_settings_ops_plat .get = lws_settings_plat_get, .set = lws_settings_plat_set,
#define lws_display_ssd1306_ops .init = lws_display_ssd1306_i2c_init, .contrast = lws_display_ssd1306_i2c_contrast, .blit = lws_display_ssd1306_i2c_blit, .power = lws_display_ssd1306_i2c_power
#define lws_display_ili9341_ops .init = lws_display_ili9341_spi_init, .blit = lws_display_ili9341_spi_blit, .power = lws_display_ili9341_spi_power
#define LWS_GENCRYPTO_MAX_KEYEL_COUNT LWS_GENCRYPTO_RSA_KEYEL_COUNT
#define assert_is_tm(object) ((void)(object))
#define assert_is_tmch(object) ((void)(object))
