#!/bin/sh
# Written by jitsi-onebox: change the settings with it, not this file.
# certbot's deploy hook for the meeting: makes nginx load a new certificate.
set -eu

lineage=$(basename "$RENEWED_LINEAGE")
[ "$lineage" = meet.example.org ] || exit 0

deploy() {
	nginx -t -q
	systemctl reload nginx.service
}

# certbot goes on when a hook fails, so the checks read here how the last deployment ended.
outcome=/var/lib/jitsi-onebox/deployments/$lineage
mkdir -p "$(dirname "$outcome")"
set +e
said=$(
	set -e
	deploy 2>&1
)
status=$?
set -e
printf '%s %s\n%s\n' "$status" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$said" >"$outcome.new"
mv -f "$outcome.new" "$outcome"
[ -z "$said" ] || printf '%s\n' "$said" >&2
exit "$status"
