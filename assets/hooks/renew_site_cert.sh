#!/bin/sh
# Written by jitsi-onebox: change the sites with `jitsi-onebox sites`, not this file.
# certbot's deploy hook for the other sites on this host: makes nginx load a new certificate.
set -eu

case "$(basename "$RENEWED_LINEAGE")" in
{{#domains}}
{{.}}) ;;
{{/domains}}
*) exit 0 ;;
esac

nginx -t -q
systemctl reload nginx.service
