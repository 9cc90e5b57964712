/* SPDX-License-Identifier: ISC */
#include "smtp/smtp_session_inside.h"

#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "smtp/smtp_command.h"

#define REFUSALS_MAX 3

/* "Username:" and "Password:" in base64, as clients of LOGIN expect them. */
static const char user_prompt[] = "VXNlcm5hbWU6";
static const char password_prompt[] = "UGFzc3dvcmQ6";

void smtp_session_auth_wipe(struct smtp_session *session)
{
	struct buf *secret = &session->auth.secret;

	if (secret->at != NULL)
		explicit_bzero(secret->at, secret->capacity);
	buf_reset(secret);
	session->auth.user_octets = 0;
}

void smtp_session_starttls(struct smtp_session *session, const struct smtp_command *command,
			   struct smtp_event *event)
{
	if (session->tls != NULL) {
		smtp_session_reply(session, SMTP_REPLY_TLS_TWICE, event);
	} else if (!session->options.offers_tls) {
		smtp_session_reply(session, SMTP_REPLY_NOT_IMPLEMENTED, event);
	} else if (command->argument.length > 0) {
		smtp_session_reply(session, SMTP_REPLY_NO_ARGUMENT, event);
	} else {
		/* CVE-2011-0411: nothing that was said in the clear counts behind it. */
		session->taken = session->in.length;
		session->give_tls = true;
		smtp_session_enter(session, STATE_TLS);
		smtp_session_reply(session, SMTP_REPLY_TLS_GO, event);
	}
}

void smtp_session_tls(struct smtp_session *session, const char *how)
{
	if (session->state != STATE_TLS)
		return;
	buf_reset(&session->in);
	session->taken = 0;
	session->give_tls = false;
	free(session->helo);
	free(session->user);
	session->helo = session->user = NULL;
	session->errors = 0;
	if (how != NULL && buf_room(&session->in, SMTP_SECURE_INPUT) &&
	    envelope_set(&session->tls, span_of(how)))
		smtp_session_enter(session, STATE_GREETED);
	else
		smtp_session_enter(session, STATE_CLOSING);
}

const char *smtp_session_user(const struct smtp_session *session)
{
	return session->user;
}

static void give_prompt(struct smtp_session *session, enum auth_step step, const char *prompt,
			struct smtp_event *event)
{
	session->auth.step = step;
	smtp_session_enter(session, STATE_AUTH);
	smtp_reply_format(SMTP_REPLY_AUTH_PROMPT, prompt, &session->out);
	smtp_session_give_reply(session, SMTP_REPLY_AUTH_PROMPT, event);
}

static void end_exchange(struct smtp_session *session, enum smtp_reply_id id,
			 struct smtp_event *event)
{
	smtp_session_auth_wipe(session);
	smtp_session_rest(session);
	smtp_session_reply(session, id, event);
}

static void give_check(struct smtp_session *session, struct smtp_event *event)
{
	struct span secret = buf_span(&session->auth.secret);

	smtp_session_enter(session, STATE_CHECK);
	event->kind = SMTP_EVENT_AUTH;
	event->user = span_take(secret, session->auth.user_octets);
	event->password = span_skip(secret, session->auth.user_octets + 1);
}

static bool has_nul(struct span text)
{
	return span_index(text, '\0') < text.length;
}

/* [authzid] NUL authcid NUL passwd, and nothing else; to act for somebody else is not
 * offered (RFC 4616, 2). The front up to the first NUL is cut off. */
static bool split_plain(struct session_auth *auth)
{
	struct span whole = buf_span(&auth->secret);
	struct span authzid = span_take(whole, span_index(whole, '\0'));
	struct span rest = span_skip(whole, authzid.length + 1);
	struct span user = span_take(rest, span_index(rest, '\0'));
	struct span password = span_skip(rest, user.length + 1);

	if (user.length == 0 || user.length == rest.length || password.length == 0 ||
	    has_nul(password) || (authzid.length > 0 && !span_equal(authzid, user)))
		return false;
	auth->user_octets = user.length;
	buf_drop_front(&auth->secret, authzid.length + 1);
	return true;
}

static void take_plain(struct smtp_session *session, struct smtp_event *event)
{
	if (split_plain(&session->auth))
		give_check(session, event);
	else
		end_exchange(session, SMTP_REPLY_AUTH_BAD_TEXT, event);
}

static void take_user(struct smtp_session *session, struct smtp_event *event)
{
	struct buf *secret = &session->auth.secret;

	session->auth.user_octets = secret->length;
	if (secret->length == 0 || has_nul(buf_span(secret)))
		end_exchange(session, SMTP_REPLY_AUTH_BAD_TEXT, event);
	else if (buf_byte(secret, '\0'))
		give_prompt(session, AUTH_LOGIN_PASSWORD, password_prompt, event);
	else
		end_exchange(session, SMTP_REPLY_AUTH_TOO_LONG, event);
}

static void take_password(struct smtp_session *session, struct smtp_event *event)
{
	struct span password = span_skip(buf_span(&session->auth.secret),
					 session->auth.user_octets + 1);

	if (password.length == 0 || has_nul(password))
		end_exchange(session, SMTP_REPLY_AUTH_BAD_TEXT, event);
	else
		give_check(session, event);
}

void smtp_session_auth_line(struct smtp_session *session, struct span line,
			    struct smtp_event *event)
{
	if (span_is(line, "*")) {
		end_exchange(session, SMTP_REPLY_AUTH_CANCELLED, event);
		return;
	}
	if (!base64_read(line, &session->auth.secret)) {
		end_exchange(session, session->auth.secret.failed ? SMTP_REPLY_AUTH_TOO_LONG
								  : SMTP_REPLY_AUTH_BAD_TEXT,
			     event);
		return;
	}
	switch (session->auth.step) {
	case AUTH_PLAIN:
		take_plain(session, event);
		break;
	case AUTH_LOGIN_USER:
		take_user(session, event);
		break;
	case AUTH_LOGIN_PASSWORD:
		take_password(session, event);
		break;
	}
}

/* An initial response of "=" stands for an empty one (RFC 4954, 4). */
static void begin_exchange(struct smtp_session *session, enum auth_step step, const char *prompt,
			   struct span initial, struct smtp_event *event)
{
	smtp_session_auth_wipe(session);
	/* All of it at once: a buffer that grows leaves what it held behind. */
	buf_room(&session->auth.secret, AUTH_SECRET_MAX);
	if (initial.length == 0) {
		give_prompt(session, step, prompt, event);
		return;
	}
	session->auth.step = step;
	smtp_session_auth_line(session, span_is(initial, "=") ? span_take(initial, 0) : initial, event);
}

void smtp_session_auth(struct smtp_session *session, const struct smtp_command *command,
		       struct smtp_event *event)
{
	struct span initial = command->argument, mechanism = { "", 0 };

	span_word(&initial, &mechanism);
	initial = span_trim(initial);
	if (!session->options.offers_auth)
		smtp_session_reply(session, SMTP_REPLY_NOT_IMPLEMENTED, event);
	else if (session->tls == NULL)
		smtp_session_reply(session, SMTP_REPLY_AUTH_NEEDS_TLS, event);
	else if (session->user != NULL)
		smtp_session_reply(session, SMTP_REPLY_AUTH_TWICE, event);
	else if (span_is_nocase(mechanism, "PLAIN"))
		begin_exchange(session, AUTH_PLAIN, "", initial, event);
	else if (span_is_nocase(mechanism, "LOGIN"))
		begin_exchange(session, AUTH_LOGIN_USER, user_prompt, initial, event);
	else
		smtp_session_reply(session, SMTP_REPLY_AUTH_MECHANISM, event);
}

void smtp_session_auth_settle(struct smtp_session *session, enum smtp_settlement settlement)
{
	struct span user = span_take(buf_span(&session->auth.secret), session->auth.user_octets);

	session->answer_id = SMTP_REPLY_AUTH_LATER;
	if (settlement == SMTP_SETTLED_AUTH_OK && envelope_set(&session->user, user))
		session->answer_id = SMTP_REPLY_AUTH_OK;
	if (settlement == SMTP_SETTLED_AUTH_REFUSED)
		session->answer_id = SMTP_REPLY_AUTH_REFUSED;
	smtp_session_auth_wipe(session);
	smtp_session_rest(session);
	smtp_session_format(session, session->answer_id, NULL, &session->answer);
	if (session->answer_id == SMTP_REPLY_AUTH_REFUSED &&
	    ++session->auth.refusals >= REFUSALS_MAX)
		smtp_session_end(session, SMTP_REPLY_TOO_MANY_REFUSALS);
}
