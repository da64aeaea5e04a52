#!/bin/sh
# Makes this Debian machine a Jitsi Meet server: sudo ./install.sh, from a checkout. Arguments go to the program; see --help.
main() {
	set -eu
	checkout=$(dirname "$(readlink -f "$0")")
	say() { printf 'jitsi-onebox: %s\n' "$1" >&2; }
	fail() {
		say "$1"
		exit 1
	}

	say 'installing from this checkout'
	[ -f "$checkout/package-lock.json" ] || fail 'this script has to lie in a checkout of the project.'
	[ "$(id -u)" = 0 ] || fail 'this needs root: sudo ./install.sh'
	[ -r /etc/debian_version ] || fail 'this is for Debian 12 and 13.'
	# It would be pulled away from under a run that is going.
	! systemctl --quiet is-active jitsi-onebox-apply 2>/dev/null || fail 'a run is going; see it: sudo jitsi-onebox attach'

	if ! command -v npm >/dev/null; then
		say 'installing npm, which building needs'
		"$checkout/scripts/install-packages" npm
	fi
	say 'building the program (some minutes the first time)'
	"$checkout/scripts/install-dependencies" >/dev/null
	"$checkout/scripts/build"
	install_release
	start "$@"
}

# Beside the release that runs, if any; the switch is one rename.
install_release() {
	version=$("$checkout/dist/bin/jitsi-onebox" --version)
	home=/opt/jitsi-onebox
	mkdir -p "$home/releases"
	rm -rf "$home/releases/$version.new"
	cp -a "$checkout/dist" "$home/releases/$version.new"
	chown -R root:root "$home/releases/$version.new"
	rm -rf "$home/releases/$version"
	mv "$home/releases/$version.new" "$home/releases/$version"
	ln -sfn "releases/$version" "$home/current.new"
	mv -T "$home/current.new" "$home/current"
	ln -sfn "$home/current/bin/jitsi-onebox" /usr/local/bin/jitsi-onebox
	say "version $version is in place: jitsi-onebox"
}

start() {
	if [ ! -t 0 ] && { : </dev/tty; } 2>/dev/null; then
		jitsi-onebox "$@" </dev/tty
	else
		jitsi-onebox "$@"
	fi
}

main "$@"
exit
