#!/bin/sh
# Written by jitsi-onebox: change the settings with it, not this file.
# certbot's deploy hook for the meeting: makes nginx load a new certificate.
set -eu

lineage=$(basename "$RENEWED_LINEAGE")
[ "$lineage" = {{domain}} ] || exit 0

deploy() {
	nginx -t -q
	systemctl reload nginx.service
}
