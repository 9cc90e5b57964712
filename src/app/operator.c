/* SPDX-License-Identifier: ISC */
#include "app/operator.h"

#include <stdlib.h>
#include <string.h>

#include "app/status.h"
#include "conf/conf.h"
#include "control/control_json.h"
#include "io/clock.h"
#include "io/spool.h"

static void answer_error(struct control_answer *answer, int http_status, const char *code,
			 const char *message)
{
	answer->http_status = http_status;
	answer->body = control_json_error(code, message);
}

/* All modems as views; the caller frees the array. NULL when out of memory. */
static struct control_modem_view *list_modems(const struct operator *operator, size_t *count)
{
	struct control_modem_view *views;

	*count = delivery_modem_count(operator->delivery);
	views = calloc(*count + 1, sizeof *views);
	for (size_t i = 0; views && i < *count; i++)
		views[i] = delivery_modem_view(operator->delivery, i);
	return views;
}

/* The same for the accounts. */
static struct control_account_view *list_accounts(const struct operator *operator, size_t *count)
{
	struct control_account_view *views;

	*count = delivery_account_count(operator->delivery);
	views = calloc(*count + 1, sizeof *views);
	for (size_t i = 0; views && i < *count; i++)
		views[i] = delivery_account_view(operator->delivery, i);
	return views;
}

static char *make_status(const struct operator *operator)
{
	struct buf line = BUF_INIT(STATUS_MAX);
	int64_t now_ms = clock_boot_ms();
	struct control_status_view view = {
		.version = PACKAGE_VERSION,
		.uptime_s = (now_ms - operator->started_ms) / 1000,
		.corrupt = spool_corrupt_count(operator->spool),
	};
	struct control_modem_view *modems = list_modems(operator, &view.modem_count);
	struct control_account_view *accounts = list_accounts(operator, &view.account_count);
	char *text = NULL;

	status_format(operator->queue, operator->delivery, operator->trouble, now_ms, &line);
	view.status = buf_string(&line);
	view.modems = modems;
	view.accounts = accounts;
	if (modems && accounts)
		text = control_json_status(&view, operator->queue);
	free(modems);
	free(accounts);
	buf_clear(&line);
	return text;
}

static char *make_modems(const struct operator *operator)
{
	size_t count;
	struct control_modem_view *modems = list_modems(operator, &count);
	char *text = modems ? control_json_modems(modems, count) : NULL;

	free(modems);
	return text;
}

static struct control_times read_times(const struct operator *operator)
{
	return (struct control_times){
		.now_ms = clock_boot_ms(),
		.wall_ms = clock_wall_ms(),
		.opens_ms = delivery_opens_ms(operator->delivery),
	};
}

static char *make_queue(const struct operator *operator)
{
	struct control_times times = read_times(operator);

	return control_json_queue(operator->queue, &times);
}

/* Makes one waiting message due. 409 when there is nothing to wait for. */
static void retry_entry(const struct operator *operator, struct queue_entry *entry,
			struct control_answer *answer)
{
	if (entry->state != QUEUE_DEFERRED && entry->state != QUEUE_UNCERTAIN &&
	    entry->state != QUEUE_QUEUED) {
		answer_error(answer, 409, "wrong-state",
			     "only a queued, deferred or uncertain message can be tried now");
		return;
	}
	if (entry->state != QUEUE_QUEUED)
		queue_set_state(operator->queue, entry, entry->state, clock_boot_ms());
	delivery_kick(operator->delivery);
	answer->body = control_json_count(1);
}

static void answer_entry(const struct operator *operator, const struct control_request *request,
			 struct control_answer *answer)
{
	struct queue_entry *entry = queue_find(operator->queue, request->name);
	struct control_times times = read_times(operator);

	if (entry == NULL)
		answer_error(answer, 404, "unknown-id", "there is no message of that id");
	else if (request->action == CONTROL_QUEUE_RETRY)
		retry_entry(operator, entry, answer);
	else
		answer->body = control_json_queue_entry(entry, &times);
}

static void retry_all(const struct operator *operator, struct control_answer *answer)
{
	size_t count = queue_retry_all(operator->queue);

	delivery_kick(operator->delivery);
	answer->body = control_json_count(count);
}

static void reload(const struct operator *operator, struct control_answer *answer)
{
	struct buf complaints = BUF_INIT(CONF_COMPLAINTS_MAX);

	operator->reload(operator->context, &complaints);
	answer->http_status = 202;
	answer->body = control_json_reload(buf_span(&complaints));
	buf_clear(&complaints);
}

static void reset_modem(const struct operator *operator, const struct control_request *request,
			struct control_answer *answer)
{
	if (delivery_reset_modem(operator->delivery, request->name))
		answer->body = control_json_count(1);
	else
		answer_error(answer, 404, "unknown-modem", "there is no modem of that name in use");
}

void operator_handle(void *context, const struct control_request *request,
		     struct control_answer *answer)
{
	struct operator *operator = context;

	answer->http_status = 200;
	switch (request->action) {
	case CONTROL_NOT_FOUND:
		answer_error(answer, 404, "not-found", "there is nothing at this path");
		break;
	case CONTROL_METHOD_NOT_ALLOWED:
		answer_error(answer, 405, "method-not-allowed",
			     "this path does not take this method");
		break;
	case CONTROL_STATUS:
		answer->body = make_status(operator);
		break;
	case CONTROL_QUEUE:
		answer->body = make_queue(operator);
		break;
	case CONTROL_QUEUE_ENTRY:
	case CONTROL_QUEUE_RETRY:
		answer_entry(operator, request, answer);
		break;
	case CONTROL_QUEUE_RETRY_ALL:
		retry_all(operator, answer);
		break;
	case CONTROL_MODEMS:
		answer->body = make_modems(operator);
		break;
	case CONTROL_MODEM_RESET:
		reset_modem(operator, request, answer);
		break;
	case CONTROL_RELOAD:
		reload(operator, answer);
		break;
	case CONTROL_HEALTH:
		answer->body = strdup("ok\n");
		answer->content_type = "text/plain";
		break;
	}
}
