#!/bin/sh
# Written by jitsi-onebox: change the sites with `jitsi-onebox sites`, not this file.
# certbot's deploy hook for the other sites on this host: makes nginx load a new certificate.
set -eu

lineage=$(basename "$RENEWED_LINEAGE")
ours=
for domain in www.example.org cloud.example.org static.example.org ; do
	[ "$lineage" != "$domain" ] || ours=1
done
[ -n "$ours" ] || exit 0

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
