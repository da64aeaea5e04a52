#!/bin/sh
# Written by jitsi-onebox: change the settings with it, not this file.
# certbot's deploy hook for the meeting: makes nginx load a new certificate.
set -eu

[ "$(basename "$RENEWED_LINEAGE")" = meet.example.org ] || exit 0

nginx -t -q
systemctl reload nginx.service
