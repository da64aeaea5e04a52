#!/bin/sh
# Written by jitsi-onebox: change the sites with `jitsi-onebox sites`, not this file.
# certbot's deploy hook for the other sites on this host: makes nginx load a new certificate.
set -eu

lineage=$(basename "$RENEWED_LINEAGE")
ours=
for domain in {{#domains}}{{.}} {{/domains}}; do
	[ "$lineage" != "$domain" ] || ours=1
done
[ -n "$ours" ] || exit 0

deploy() {
	nginx -t -q
	systemctl reload nginx.service
}
