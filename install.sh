#!/bin/sh
# Turns this Debian machine into a Jitsi Meet server.
#
#   curl -fsSL https://…/install.sh | sudo sh     downloads a release, checks its signature and starts it
#   sudo ./install.sh                             builds the program from this checkout and starts it
#
# All code is in functions and the last line calls them, so a truncated download does nothing.

# The location of releases and of the newest one, and the key that signs them. scripts/release fills them in; in a checkout they are
# empty.
published() {
	version=
	base=
	newest=
	key=
}

usage() {
	cat <<'END'
install.sh: installs and starts jitsi-onebox, the program that turns this machine into a Jitsi Meet server

  --settings FILE   read the answers from a file
  --yes             with --settings: apply the plan without questions
  --no-start        install the program without starting it
  --version X       install version X, also an older one, instead of the one this script belongs to; latest is the newest
  --back            return to the previous version
  --prove           install, and return to the previous version unless every check of the server passes
  --recover         return to the previous version if the machine stopped before the new one was proven
  --dry-run         show what would change, and change nothing; needs no root
  --rehearse        install in the lab, a simulated internet on this machine; needs a checkout
  --uninstall       remove the program; the server that it installed keeps running
  --help
END
}

main() {
	set -eu
	umask 022
	home=/opt/jitsi-onebox
	published
	read_options "$@"
	say "$(describe_self): checking this machine"
	case $action in
	install) install ;;
	back) go_back ;;
	recover) recover ;;
	dry-run) show_plan ;;
	rehearse) rehearse ;;
	uninstall) uninstall ;;
	esac
}

read_options() {
	action=install settings='' consents='' starts=yes proves='' wanted=$version own=$version chosen=''
	while [ $# -gt 0 ]; do
		case $1 in
		--settings | --version) [ $# -ge 2 ] || misuse "$1 needs a value." ;;
		esac
		case $1 in
		--settings) settings=$2 && shift ;;
		--version) wanted=$2 chosen=$2 && shift ;;
		--yes) consents=yes ;;
		--no-start) starts='' ;;
		--prove) proves=yes ;;
		--back | --recover | --dry-run | --rehearse | --uninstall) action=${1#--} ;;
		--help | -h) usage && exit 0 ;;
		*) misuse "there is no option $1." ;;
		esac
		shift
	done
	case $wanted in
	*[!0-9A-Za-z.+~-]* | .*) misuse "$wanted is not a version." ;;
	esac
	[ -z "$settings" ] || [ -r "$settings" ] || misuse "$settings cannot be read."
	checkout=$(find_checkout)
}

# The script belongs to a checkout only if it is a file next to the sources. A published one never does: anybody could put
# sources next to a download in /tmp.
find_checkout() {
	[ -z "$base" ] || return 0
	case $0 in
	*install.sh)
		place=$(dirname "$(readlink -f "$0")")
		[ ! -f "$place/package-lock.json" ] || echo "$place"
		;;
	esac
}

# Refuses files that others than root and the caller could have written: this script is about to run them.
check_owner() {
	cd /
	stranger="! ( -uid 0 -o -uid $(id -u) -o -uid ${SUDO_UID:-0} )"
	# shellcheck disable=SC2086
	foreign=$(find "$checkout" ! -type l '(' $stranger -o -perm -0002 ')' -print -quit)
	place=$checkout
	while [ -z "$foreign" ] && [ "$place" != / ]; do
		place=$(dirname "$place")
		# In a directory with the sticky bit, others cannot rename what is not theirs.
		# shellcheck disable=SC2086
		foreign=$(find "$place" -prune '(' $stranger -o -perm -0002 ! -perm -1000 ')' -print)
	done
	[ -z "$foreign" ] || fail "others may change $foreign, so this checkout could be theirs. Download the project again, into your home directory."
}

describe_self() {
	if [ -n "$checkout" ]; then echo 'jitsi-onebox from this checkout'; else echo "jitsi-onebox${wanted:+ $wanted}"; fi
}

say() {
	printf '%s\n' "$1" >&2
}

fail() {
	say "install.sh: $1"
	exit 1
}

misuse() {
	say "install.sh: $1 See --help."
	exit 64
}

install() {
	check_machine
	# Leftovers of a killed installer.
	rm -rf "$home"/.new.*
	[ -z "$proves" ] || leave_unproven
	make_work "$home"
	obtain
	put_in_place
	if needs_proof; then switch_and_prove; else switch_to "$name"; fi
	end_turn
	[ -z "$starts" ] || start
}

check_machine() {
	check_root
	check_release
	check_architecture
	[ -z "$starts" ] || check_can_start
	take_turn
	check_idle
	check_space "$home" 400
}

# Two installers at once would disturb each other. The lock ends with the process, however it ends. Others cannot open the file, or
# they could hold the lock.
take_turn() {
	umask 077
	exec 9>/run/jitsi-onebox-install.lock
	umask 022
	flock -n 9 || {
		say 'another install.sh is running on this machine; waiting until it has ended'
		flock 9
	}
}

end_turn() {
	exec 9>&-
}

check_root() {
	[ "$(id -u)" = 0 ] || fail 'this needs root: run it as root (sudo, or su -).'
}

# A subshell keeps the variables of os-release.
check_release() {
	[ -r /etc/os-release ] || fail 'this is for Debian 12 and 13, but there is no /etc/os-release.'
	# shellcheck source=/dev/null
	(
		. /etc/os-release
		case "${ID-} ${ID_LIKE-}" in
		'debian '*) check_number "${PRETTY_NAME-Debian}" "${VERSION_ID-}" ;;
		*debian*) say "${PRETTY_NAME-This} is derived from Debian; only Debian 12 and 13 are tested. Continuing." ;;
		*) fail "this is for Debian 12 and 13, not ${PRETTY_NAME-this}." ;;
		esac
	)
}

check_number() {
	case $2 in
	12 | 13) ;;
	'' | 1[4-9] | [2-9][0-9]) say "$1 is newer than the tested releases, Debian 12 and 13. Continuing." ;;
	*) fail "$1 is too old: its Docker and HAProxy lack required features. Debian 12 or 13 is needed." ;;
	esac
}

check_architecture() {
	architecture=$(dpkg --print-architecture)
	case $architecture in
	amd64 | arm64) ;;
	*) fail "this is for amd64 and arm64, not $architecture." ;;
	esac
}

check_idle() {
	case $(systemctl is-active jitsi-onebox-apply.service 2>/dev/null) in
	active | activating | deactivating | reloading) fail 'an installation is running here; the command jitsi-onebox shows it. Try again when it has ended.' ;;
	esac
}

# Nothing is changed if the program could not start.
check_can_start() {
	[ -d /run/systemd/system ] || fail 'systemd does not run here, and the server needs it. (--dry-run works without it.)'
	[ -z "$consents" ] || [ -n "$settings" ] || [ -r /etc/jitsi-onebox/settings.yaml ] || misuse '--yes needs --settings.'
	[ -n "$consents" ] || has_terminal || {
		say 'install.sh: there is no terminal to ask on. Put the answers into a file; three lines are enough:'
		say '  domain: meet.example.org'
		say '  contact: admin@example.org'
		say '  turn: {domain: turn.example.org}'
		say 'and pass it: … | sudo sh -s -- --settings FILE --yes'
		exit 64
	}
}

# /dev/tty may exist without being usable.
has_terminal() {
	[ -t 0 ] || (exec </dev/tty) 2>/dev/null
}

# Checks the nearest existing directory.
check_space() {
	place=$1
	while [ ! -d "$place" ]; do place=$(dirname "$place"); done
	kilobytes=$(df -Pk "$place" | sed -n '2s/^[^ ]* *[0-9]* *[0-9]* *\([0-9]*\) .*/\1/p')
	[ "$((kilobytes / 1024))" -ge "$2" ] || fail "$1 needs $2 MB of space, but only $((kilobytes / 1024)) MB are free."
}

# Whether programs may run in a directory: many hosts mount /tmp with noexec.
can_run() {
	printf '#!/bin/sh\n' >"$1/try" && chmod 755 "$1/try" && "$1/try" 2>/dev/null
	tried=$?
	rm -f "$1/try"
	return "$tried"
}

# Unfinished work is removed when this script ends, however it ends.
make_work() {
	mkdir -p "$1"
	work=$(mktemp -d "$1/.new.XXXXXX")
	trap 'rm -rf "$work"; rmdir "$home" 2>/dev/null || true' EXIT
	can_run "$work" || fail "no program can run in $1: it is mounted with noexec. Nothing was changed. Remount it: mount -o remount,exec $(stat -c %m "$1")"
	trap 'exit 129' HUP
	trap 'exit 130' INT
	trap 'exit 143' TERM
}

# Puts a program that has passed its self-test into $work/program, or sets name to the directory of one that is installed already.
obtain() {
	name='' sum=''
	if [ -n "$checkout" ]; then build; else fetch_release; fi
	[ -z "$name" ] || return 0
	# The self-test fills Node's compile cache, for a faster start.
	mkdir -p "$work/program/cache"
	"$work/program/bin/jitsi-onebox" self-test >&2 || fail 'the new program does not pass its own test. Nothing was changed.'
	version=$("$work/program/bin/jitsi-onebox" --version)
}

build() {
	# In a subshell, which may go to another directory.
	(check_owner)
	prepare_checkout
	"$checkout/scripts/build"
	cp -R "$checkout/dist" "$work/program"
}

prepare_checkout() {
	if ! command -v npm >/dev/null; then
		[ "$(id -u)" = 0 ] || fail 'the package npm is missing; the build needs it: sudo apt install npm'
		"$checkout/scripts/install-packages" npm
	fi
	[ -w "$checkout" ] || fail "the build writes into $checkout, but you have no permission there."
	say 'building the program (takes some minutes the first time)'
	"$checkout/scripts/install-dependencies" >/dev/null
}

fetch_release() {
	[ -n "$base" ] || fail 'this copy names no release: clone the project (or update your clone) and run there: sudo ./install.sh'
	command -v openssl >/dev/null || fail 'the package openssl is missing; it checks signatures: apt install openssl'
	[ -n "${architecture-}" ] || check_architecture
	place=$base/$wanted
	[ "$wanted" != latest ] || place=$newest
	# The limits are far above what a release has.
	fetch "$place/SHA256SUMS" 64
	fetch "$place/SHA256SUMS.sig" 1
	check_signature
	check_dates
	find_package
	check_floor
	check_refused
	! find_installed || return 0
	say "downloading $package"
	fetch "$base/$version/$package" 150000
	(cd "$work" && printf '%s  %s\n' "$sum" "$package" | sha256sum -c --status -) ||
		fail "$package is not the file that was signed. None of it was run."
	dpkg-deb -x "$work/$package" "$work/tree" || fail "$package could not be unpacked. Nothing was changed."
	mv "$work/tree/usr/lib/jitsi-onebox" "$work/program"
	echo "$sum" >"$work/program/package.sum"
}

# Downloads a file of at most so many kB, whatever the server says about its length.
fetch() {
	target=$work/${1##*/} status=0
	(
		# A file that grows too large is then an error and not a signal. Some shells count in half kB, others in kB.
		trap '' XFSZ
		ulimit -f "$(($2 * 2))"
		download "$1" "$(($2 * 1024))"
	) || status=$?
	# 63 is how curl says that the file is too large.
	if [ "$status" = 63 ] || [ -n "$(find "$target" -size "+$(($2 * 1024 - 1))c" 2>/dev/null)" ]; then
		fail "$1 is too large: it has more than $2 kB. Nothing was changed."
	fi
	[ "$status" = 0 ] || fail "$1 could not be downloaded. Nothing was changed."
}

download() {
	if command -v curl >/dev/null; then
		curl --proto '=https' --tlsv1.2 -fsSL --retry 2 --connect-timeout 20 --speed-limit 1000 --speed-time 30 --max-filesize "$2" -o "$target" "$1"
	elif command -v wget >/dev/null; then
		download_with_wget "$1"
	else
		fail 'neither curl nor wget is installed: apt install curl'
	fi
}

# wget would follow a redirect to an address without TLS, so it follows none.
download_with_wget() {
	address=$1 redirects=0
	until wget -qS --max-redirect=0 --timeout=30 --tries=3 -O "$target" "$address" 2>"$work/answer"; do
		address=$(sed -n 's/^ *[Ll]ocation: *\([^[:space:]]*\).*/\1/p' "$work/answer" | tail -n 1)
		redirects=$((redirects + 1))
		case $address in
		https://*) [ "$redirects" -le 5 ] || return 1 ;;
		'') return 1 ;;
		*) say "install.sh: $1 redirects to an address that does not begin with https://." && return 1 ;;
		esac
	done
}

check_signature() {
	printf '%s\n' '-----BEGIN PUBLIC KEY-----' "$key" '-----END PUBLIC KEY-----' >"$work/key.pem"
	openssl pkeyutl -verify -pubin -inkey "$work/key.pem" -rawin -in "$work/SHA256SUMS" -sigfile "$work/SHA256SUMS.sig" >/dev/null 2>&1 ||
		fail "the list of files at $place is not signed by the maintainers of this project. None of it was run."
}

# An old list cannot be offered for ever: it expires. With an explicit --version, an old list is what the user asked for.
check_dates() {
	signed=$(read_day Signed) expires=$(read_day Expires) today=$(date -u +%Y-%m-%d)
	case $signed/$expires in
	/* | */) fail "the signed list at $place does not say when it was signed and when it expires." ;;
	esac
	! is_later "$signed" "$today" ||
		fail "the list at $place was signed on $signed, but the clock of this machine says $today. Set the clock, and try again."
	is_later "$today" "$expires" || return 0
	case $chosen in
	'' | latest) fail "the signed list at $place expired on $expires, and the clock of this machine says $today. If the clock is right, the list is too old to be trusted. Nothing was changed." ;;
	*) say "the signed list of version $chosen expired on $expires; continuing, since you asked for this version" ;;
	esac
}

read_day() {
	sed -n "s/^# $1: \([0-9]\{4\}-[0-9][0-9]-[0-9][0-9]\)\$/\1/p" "$work/SHA256SUMS"
}

is_later() {
	[ "$(echo "$1" | tr -d -)" -gt "$(echo "$2" | tr -d -)" ]
}

# The signed list contains the version, so nobody can substitute another one.
find_package() {
	line=$(sed -n "/^[0-9a-f]\{64\}  jitsi-onebox_[0-9A-Za-z.+~-]*_$architecture\.deb\$/p" "$work/SHA256SUMS")
	sum=${line%% *} package=${line##* }
	version=${package#jitsi-onebox_} version=${version%_*}
	[ "$line" = "$sum  jitsi-onebox_${version}_$architecture.deb" ] ||
		fail "the signed list at $place has no package for $architecture."
	[ "$wanted" = latest ] || [ "$wanted" = "$version" ] || fail "$place has version $version, not $wanted."
}

# The newest version is never older than one that was installed here, or than this script.
check_floor() {
	floor=$own
	for each in "$(running_version)" "$(highest_version)"; do
		! is_older "$floor" "$each" || floor=$each
	done
	is_older "$version" "$floor" || return 0
	[ "$wanted" != latest ] ||
		fail "version $version is older than $floor, the highest version that this machine knows; --version $version installs it anyway."
	say "version $version is older than $floor, the highest version that this machine knows"
}

is_older() {
	[ -n "$2" ] && dpkg --compare-versions "$1" lt "$2"
}

# Drops the number that a directory may have after its version.
running_version() {
	used=$(readlink "$home/current" || true)
	used=${used##*/}
	echo "${used%%_*}"
}

# Prints the highest version that was ever installed here, also when another one is in use now.
highest_version() {
	[ ! -r "$home/highest" ] || sed -n '1s/^[0-9A-Za-z.+~-]*$/&/p' "$home/highest"
}

# A version that was not proven here, or that was left with --back, is not tried again automatically.
check_refused() {
	[ -n "$proves" ] || return 0
	if [ "$(sed -n 1p "$home/refused" 2>/dev/null)" = "$sum" ]; then
		reason='failed a check of this server before'
	elif [ "$(cat "$home/left" 2>/dev/null)" = "$sum" ]; then
		reason='was left with --back'
	else
		return 0
	fi
	say "version $version $reason, so it is not tried again; without --prove it is installed"
	exit 0
}

remember() {
	is_older "$(highest_version)" "$1" || return 0
	echo "$1" >"$home/highest.new"
	mv "$home/highest.new" "$home/highest"
}

# Finds an installed program that came from the same package: it needs no download.
find_installed() {
	[ "$action" = install ] || return 1
	for each in "$home"/releases/*; do
		[ "$(cat "$each/package.sum" 2>/dev/null)" = "$sum" ] || continue
		"$each/bin/jitsi-onebox" self-test >/dev/null 2>&1 || continue
		name=${each##*/}
		return 0
	done
	return 1
}

# Gives a new program a directory of its own. Nothing in use moves, so a program starts whenever this is interrupted.
put_in_place() {
	[ -z "$name" ] || return 0
	place=$(readlink "$home/current" || true)
	if [ -n "$place" ] && diff -rq --exclude=cache "$work/program" "$home/$place" >/dev/null 2>&1; then
		name=${place##*/}
		return
	fi
	name=$version number=1
	while [ -e "$home/releases/$name" ]; do number=$((number + 1)) name=${version}_$number; done
	mkdir -p "$home/releases"
	[ "$(id -u)" != 0 ] || chown -R root:root "$work/program"
	mv "$work/program" "$home/releases/$name"
}

# Switches with a single rename from the program in use to another one.
switch_to() {
	before=$(readlink "$home/current" || true)
	before=${before##*/}
	if [ "$before" = "$1" ]; then said='is already installed'; else said='is installed'; fi
	remember "$(running_version)"
	remember "$version"
	[ -z "$before" ] || [ "$before" = "$1" ] || { [ -z "$proves" ] && [ "$(running_version)" = "$version" ]; } || link previous "$before"
	# The way back from a power failure is worth nothing without the files of the new program.
	sync --file-system "$home/releases"
	[ "$before" = "$1" ] || link current "$1"
	[ -n "$proves" ] || rm -f "$home/unproven" "$home/refused" "$home/left"
	remove_others
	rm -rf "$work"
	mkdir -p /usr/local/bin
	[ "$(readlink /usr/local/bin/jitsi-onebox)" = "$home/current/bin/jitsi-onebox" ] ||
		ln -sfn "$home/current/bin/jitsi-onebox" /usr/local/bin/jitsi-onebox
	say "version $version $said; its command is jitsi-onebox"
}

link() {
	ln -sfn "releases/$2" "$home/$1.new"
	mv -T "$home/$1.new" "$home/$1"
}

# Keeps the version in use and the one before it.
remove_others() {
	for each in "$home"/releases/*; do
		case $(readlink "$home/current" || true)/$(readlink "$home/previous" || true)/ in
		*"releases/${each##*/}/"*) ;;
		*) rm -rf "$each" ;;
		esac
	done
}

# Another version is proven only where there is a server to prove it with.
needs_proof() {
	[ -n "$proves" ] && [ -r /etc/jitsi-onebox/settings.yaml ] && [ -e "$home/current" ] &&
		[ "$(readlink "$home/current")" != "releases/$name" ]
}

# Switches to another version, and back unless every check of the server passes.
switch_and_prove() {
	works || fail "a check of the server does not pass already, so version $version could not be proven. The version in use stays. See: jitsi-onebox doctor
$checks"
	before=$(readlink "$home/current")
	# Written first: whatever stops this script, the way back is known.
	echo "${before##*/}" >"$home/unproven"
	switch_to "$name"
	say 'checking the server with the new version'
	if works; then
		rm -f "$home/unproven" "$home/refused"
		say "every check passes with version $version"
		return
	fi
	printf '%s\n' "$sum" "$version" "$(date -u +%Y-%m-%d)" >"$home/refused"
	failed=$version
	leave_unproven
	fail "with version $failed a check of the server does not pass:
$checks"
}

# Returns whether every check passes; failed checks are repeated some seconds later, as at the end of a run.
works() {
	for pause in 5 10 0; do
		! checks=$("$home/current/bin/jitsi-onebox" status --plain 2>&1) || return 0
		sleep "$pause"
	done
	return 1
}

# Returns from a version that was not proven: it failed, or this script was killed before.
leave_unproven() {
	[ -s "$home/unproven" ] || return 0
	before=$(cat "$home/unproven") name=$(readlink "$home/current" || true)
	name=${name##*/}
	if [ "$before" != "$name" ] && [ -x "$home/releases/$before/bin/jitsi-onebox" ]; then
		link current "$before"
		link previous "$name"
		say "version ${name%%_*} was not proven, so version ${before%%_*} is in use again"
	fi
	rm -f "$home/unproven"
}

recover() {
	check_root
	take_turn
	leave_unproven
}

go_back() {
	check_root
	take_turn
	check_idle
	now=$(readlink "$home/current" || true)
	place=$(readlink "$home/previous" || true)
	case $place in
	'' | "$now") fail 'there is no earlier version to return to.' ;;
	esac
	version=${place##*/} version=${version%%_*}
	"$home/$place/bin/jitsi-onebox" self-test >&2 || fail "version $version does not pass its own test. Nothing was changed."
	before=$(running_version)
	remember "$before"
	[ ! -r "$home/$now/package.sum" ] || cp "$home/$now/package.sum" "$home/left"
	link current "${place##*/}"
	link previous "${now##*/}"
	rm -f "$home/unproven"
	say "version $version is in use again; --back once more returns to $before."
}

start() {
	set -- "$home/current/bin/jitsi-onebox"
	[ -z "$settings" ] || set -- "$@" apply --settings "$settings"
	[ -n "$settings" ] || [ -z "$consents" ] || set -- "$@" apply
	[ -z "$consents" ] || set -- "$@" --yes
	run "$@"
}

# Runs a program on the terminal, and restores the terminal however the program ends.
run() {
	if ! has_terminal; then
		"$@" </dev/null
		return
	fi
	saved=$(stty -g </dev/tty) || saved=sane
	trap : HUP INT TERM
	status=0
	if [ -t 0 ]; then "$@" || status=$?; else "$@" </dev/tty || status=$?; fi
	stty "$saved" </dev/tty || true
	# Show the cursor, end bracketed paste, reset colours.
	printf '\033[?25h\033[?2004l\033[0m' >/dev/tty || true
	return "$status"
}

show_plan() {
	place=${TMPDIR:-/tmp}
	try=$(mktemp -d "$place/.try.XXXXXX")
	can_run "$try" || place=/var/tmp
	rmdir "$try"
	check_space "$place" 250
	make_work "$place"
	obtain
	set -- "$work/program/bin/jitsi-onebox" plan
	[ -z "$settings" ] || set -- "$@" --settings "$settings"
	run "$@"
}

rehearse() {
	[ -n "$checkout" ] || fail '--rehearse needs a checkout of the project: a release does not contain the lab.'
	check_root
	check_release
	check_space /var/lib 6000
	[ "$(sed -n 's/^MemAvailable: *\([0-9]*\) kB/\1/p' /proc/meminfo)" -ge 2000000 ] || fail 'the lab needs 2 GB of free memory.'
	unshare --mount --net --pid --fork true 2>/dev/null || fail 'the lab needs namespaces, but root may not create them on this machine.'
	has_terminal || { [ -n "$settings" ] && [ -n "$consents" ]; } || misuse 'without a terminal, --rehearse needs --settings FILE --yes.'
	prepare_checkout
	lab=$checkout/scripts/lab
	say 'starting the lab, a simulated internet (takes some minutes the first time)'
	if "$lab" status >/dev/null 2>&1; then "$lab" fresh; else "$lab" up; fi || fail 'the lab did not start, so there is no rehearsal.'
	set -- "$lab" guest jitsi-onebox
	if [ -n "$settings" ]; then
		"$lab" guest sh -c 'cat >/root/settings.yaml' <"$settings"
		set -- "$@" apply --settings /root/settings.yaml
	else
		say 'Use the domains meet.example.test and turn.example.test, and any e-mail address.'
	fi
	[ -z "$consents" ] || set -- "$@" --yes
	status=0
	run "$@" || status=$?
	say ''
	say "sudo $lab guest jitsi-onebox"
	say '    returns to the server; bash in place of jitsi-onebox gives a shell there'
	say "sudo $lab outside curl https://meet.example.test/"
	say '    visits it from the internet, as a participant'
	say "sudo $lab down"
	say '    stops the lab; only caches stay'
	exit "$status"
}

uninstall() {
	check_root
	take_turn
	check_idle
	[ -d "$home" ] || fail "there is nothing in $home."
	case $(readlink /usr/local/bin/jitsi-onebox || true) in
	"$home"/*) rm -f /usr/local/bin/jitsi-onebox ;;
	esac
	rm -rf "$home"
	say 'the program is removed. The server that it installed keeps running; its settings are in /etc/jitsi-onebox.'
}

{ main "$@"; exit; }
