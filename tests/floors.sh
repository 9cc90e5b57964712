#!/bin/sh
# SPDX-License-Identifier: ISC
# Holds the walls between the rooms of src/ (docs/ARCHITECTURE.md), as TAP: by
# the #include lines, and by what libcore.a asks of the world. Proves first that
# every wall can fall.
set -u

top=${top_srcdir:-$(dirname "$0")/..}
build=${top_builddir:-.}
pure='base mail conf smtp at queue modem qsmtp control'

# What a room may include beside itself: all rooms of lower floors, never one
# beside it; or a single header. The programs beside the house use what is plain
# text and tables.
may_include() {
	case $1 in
	base) echo ;;
	mail | conf) echo base ;;
	smtp | at | queue) echo base mail conf ;;
	modem) echo base mail conf smtp at queue ;;
	qsmtp | control) echo base mail conf smtp at queue modem ;;
	io) echo "$pure" ;;
	app) echo "$pure" io ;;
	compose) echo base mail ;;
	# The preview reads the configuration and starts compose as the daemon does.
	ctl) echo base mail conf io/alias_file.h io/child.h io/clock.h io/conf_file.h ;;
	sendmail | emulator) echo base mail conf ;;
	*) return 1 ;;
	esac
}

# Each wall prints a line for everything that breaks it.

includes_wall() {
	for folder in "$1"/*/; do
		room=$(basename "$folder")
		if ! allowed=$(may_include "$room"); then
			echo "$room: a room that has no floor"
			continue
		fi
		grep -HE '^[[:space:]]*#[[:space:]]*include[[:space:]]*"' "$folder"*.[ch] 2>/dev/null |
			sed -E 's/^([^:]*):[^"]*"([^"]*)".*/\1 \2/' |
			while read -r file header; do
				case " $room $allowed " in
				*" ${header%%/*} "* | *" $header "*) ;;
				*) echo "$file: $room may not include $header" ;;
				esac
			done
	done
}

# confined SOURCES LIBRARY HEADERS ROOMS: only these rooms include such headers.
confined() {
	grep -rlE "^[[:space:]]*#[[:space:]]*include[[:space:]]*<($3)" "$1" --include='*.[ch]' |
		while read -r file; do
			file=${file#"$1"/}
			echo "$file" | grep -qE "^($4)" || echo "$file: $2 belongs to $4"
		done
}

libraries_wall() {
	confined "$1" GMime 'gmime|glib|gio' 'compose/'
	confined "$1" libxml2 'libxml/' 'compose/html_text\.c'
	confined "$1" libidn2 'idn2\.h' 'mail/address_ascii\.c'
	confined "$1" zlib 'zlib' 'compose/'
	confined "$1" inih 'ini\.h' 'conf/'
	confined "$1" jansson 'jansson' 'control/|ctl/|emulator/'
	confined "$1" libcurl 'curl/' 'ctl/|emulator/'
	confined "$1" libevent 'event2/' 'io/|app/|emulator/'
	confined "$1" OpenSSL 'openssl/' 'io/tls_'
	confined "$1" libcrypt 'crypt\.h' 'io/auth_'
	confined "$1" libsystemd 'systemd/' 'io/|app/'
	confined "$1" libserialport 'libserialport' 'io/wire_serial'
}

# Headers name libevent's types without its headers.
headers_wall() {
	grep -rnE '#[[:space:]]*include[[:space:]]*<event2/' "$1" --include='*.h'
}

# Reads `nm -A -u`. glibc spells a checked read __read_chk, and a wide one open64.
symbols_wall() {
	awk -v names="open openat creat close read pread readv write pwrite writev ioctl fcntl \
		stat lstat fstat fstatat access unlink rename mkdir opendir readdir mmap \
		fopen fdopen freopen fclose fread fwrite fgets fputs fputc puts putchar printf \
		fprintf vprintf vfprintf perror json_dump_file json_dumpf json_load_file \
		json_loadf ini_parse ini_parse_file \
		socket bind listen accept accept4 connect send sendto sendmsg recv recvfrom \
		recvmsg tcgetattr tcsetattr tcflush poll select epoll_wait getaddrinfo gethostbyname \
		time clock clock_gettime gettimeofday localtime localtime_r mktime ctime \
		ctime_r sleep usleep nanosleep rand random getrandom arc4random \
		getenv secure_getenv setenv putenv gethostname getpid getuid getpwnam \
		setlocale fork vfork execve execv execvp posix_spawn system popen kill exit \
		_exit abort signal sigaction syslog vsyslog openlog environ stdin stdout stderr" \
	    -v prefixes="event_ event_base_ bufferevent_ evbuffer_ evhttp_ evconnlistener_ evutil_ \
		sd_ sp_ SSL_ BIO_ g_ curl_ pthread_" '
		BEGIN {
			count = split(names, list)
			for (i = 1; i <= count; i++)
				bad[list[i]] = 1
			starts = split(prefixes, start)
		}
		{
			name = $NF
			plain = name
			sub(/^__/, "", plain)
			sub(/_chk$/, "", plain)
			sub(/64(_2)?$/, "", plain)
			sub(/_2$/, "", plain)
			hit = (name in bad) || (plain in bad)
			for (i = 1; i <= starts; i++)
				hit = hit || index(name, start[i]) == 1
			if (hit)
				print $1 " asks for " name
		}'
}

# Reads `objdump -t`: an object that can be written is state that two callers
# share. What the compiler's instrumentation adds has names with a dot or __.
state_wall() {
	awk '/file format/ { file = $1; sub(/:$/, "", file) }
		/ O \.(data|bss|tdata|tbss)/ && !/ \.data\.rel\.ro/ && $NF !~ /^(\.|__)/ {
			print file " holds state: " $NF
		}'
}

number=0
failed=0

result() { # SENTENCE COMPLAINTS: nothing to complain of is good
	number=$((number + 1))
	if [ -z "$2" ]; then
		echo "ok $number - $1"
	else
		failed=1
		echo "not ok $number - $1"
		echo "$2" | sed 's/^/# /'
	fi
}

falls() { # SENTENCE COMPLAINTS EXPECTED: the wall must name the culprit
	case $2 in
	*"$3"*) result "the wall falls: $1" '' ;;
	*) result "the wall falls: $1" "expected: $3, got: ${2:-nothing}" ;;
	esac
}

self_test() {
	toy=$(mktemp -d) || exit 1
	trap 'rm -rf "$toy"' EXIT
	mkdir "$toy/base" "$toy/smtp" "$toy/at" "$toy/io" "$toy/cellar"
	echo '#include "mail/address.h"' >"$toy/base/span.c"
	printf '#include <stdio.h>\n#include  "at/at_line.h"\n' >"$toy/smtp/smtp_session.c"
	echo '#include "util.h"' >"$toy/at/at_line.c"
	printf '#include <event2/event.h>\n#include <jansson.h>\n' >"$toy/io/spool.h"
	mkdir "$toy/compose" && echo '#include <libxml/HTMLparser.h>' >"$toy/compose/html_flow.c"
	printf '#include "base/span.h"\n#include <gmime/gmime.h>\n' >"$toy/smtp/smtp_reply.c"
	said=$(includes_wall "$toy")
	falls 'a floor below includes one above' "$said" 'base may not include mail/address.h'
	falls 'a room includes one beside it' "$said" 'smtp may not include at/at_line.h'
	falls 'an include names no room' "$said" 'at may not include util.h'
	falls 'a room is new' "$said" 'cellar: a room that has no floor'
	echo '#include <openssl/ssl.h>' >"$toy/io/smtp_server.c"
	echo '#include <idn2.h>' >"$toy/smtp/smtp_session_mail.c"
	said=$(libraries_wall "$toy")
	falls 'GMime leaves compose' "$said" 'smtp/smtp_reply.c: GMime belongs to compose/'
	falls 'libidn2 comes to more than one file' "$said" 'smtp/smtp_session_mail.c: libidn2 belongs to'
	falls 'libxml2 comes to more than one file' "$said" 'compose/html_flow.c: libxml2 belongs to'
	falls 'jansson comes to io' "$said" 'io/spool.h: jansson belongs to'
	falls 'OpenSSL leaves its shell' "$said" 'io/smtp_server.c: OpenSSL belongs to io/tls_'
	falls 'a header includes libevent' "$(headers_wall "$toy")" 'io/spool.h'
	for symbol in open64 __read_chk __fprintf_chk clock_gettime getenv syslog event_base_new \
		sd_notify sp_open SSL_read __vsyslog_chk __open64_2 tcsetattr stderr; do
		falls "libcore.a asks for $symbol" \
			"$(echo "libcore.a:span.o:                 U $symbol" | symbols_wall)" \
			"asks for $symbol"
	done
	result 'the wall stands for memory and text' "$(
		for symbol in malloc memcpy __memcpy_chk __snprintf_chk strlen timegm gmtime_r \
			span_equal spool_file_parse event time_text_size ini_parse_string; do
			echo "libcore.a:span.o:                 U $symbol"
		done | symbols_wall
	)"
	falls 'a pure room keeps state' "$(
		printf 'span.o:     file format elf64\n0 l     O .bss\t0004 counter\n' | state_wall
	)" 'span.o holds state: counter'
}

self_test
result 'rooms include only rooms of lower floors' "$(includes_wall "$top/src")"
result 'libraries stay in their rooms' "$(libraries_wall "$top/src")"
result 'no header includes libevent' "$(headers_wall "$top/src")"
if [ -s "$build/libcore.a" ]; then
	result 'libcore.a asks nothing of the world' \
		"$(${NM:-nm} -A -u "$build/libcore.a" | symbols_wall)"
	result 'libcore.a keeps no state' \
		"$(${OBJDUMP:-objdump} -t "$build/libcore.a" | state_wall)"
else
	result 'libcore.a is there' "no $build/libcore.a"
fi
echo "1..$number"
exit $failed
