#!/bin/sh
# Written by jitsi-onebox: change the settings with it, not this file.
# certbot's deploy hook for the relay: copies a new certificate to a place that coturn's user can read, and makes coturn load it
# without dropping calls.
set -eu
# Root's Docker context may point to another host.
export DOCKER_HOST=unix:///var/run/docker.sock

lineage=$(basename "$RENEWED_LINEAGE")
directory=/srv/jitsi/turn/certs

[ "$lineage" = turn.example.org ] || exit 0

copy() {
	install -m 0400 -o 551 -g 551 "$RENEWED_LINEAGE/$1" "$directory/.$1.new"
	mv -f "$directory/.$1.new" "$directory/$1"
}

fingerprint() {
	openssl x509 -noout -fingerprint -sha256 2>/dev/null
}

is_served() {
	wanted=$(fingerprint <"$directory/fullchain.pem")
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		served=$(timeout 5 openssl s_client -connect 127.0.0.1:5349 -servername "$lineage" </dev/null 2>/dev/null | fingerprint) || served=
		[ "$served" = "$wanted" ] && return
		sleep 0.5
	done
	return 1
}

deploy() {
	copy fullchain.pem
	copy privkey.pem

	container=$(docker ps --quiet --filter label=com.docker.compose.project=jitsi --filter label=com.docker.compose.service=turn 2>/dev/null) || container=
	[ -n "$container" ] || return 0

	# Not with `docker kill`: Docker would treat the container as stopped by hand and not start it at boot.
	# A container that is starting or stopping has process id 0, which kill takes for the caller's own process group.
	pid=$(docker inspect --format '{{.State.Pid}}' "$container") || pid=0
	[ "$pid" -eq 0 ] || kill -s USR2 "$pid" || :
	is_served && return 0

	# If coturn found no readable key at its start, it has no TLS listener, and USR2 does not add one.
	docker restart "$container" >/dev/null
	is_served && return 0

	echo "coturn does not serve the new certificate of $lineage" >&2
	return 1
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
