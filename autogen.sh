#!/bin/sh
# SPDX-License-Identifier: ISC
# Makes configure from configure.ac; only needed in a checkout, not in a release.
set -eu
cd "$(dirname "$0")"
exec autoreconf --force --install
