# Lists what Debian has newer than an image has. It runs in a container of the image, which is thrown away then, as
# `sh -s PACKAGE=VERSION…`: the pairs are in use already, on top of the image. A first line sets `proxy`. It prints, for each package
# that Debian has newer,
#   package NAME VERSION-IN-USE NEW-VERSION
# and where that is news, the size of the package and the headings and CVE numbers of its changelog.
set -eu
# No argument of a program: others could read it.
proxy=${proxy-}
[ -z "$proxy" ] || export http_proxy="$proxy" https_proxy="$proxy"
export DEBIAN_FRONTEND=noninteractive
# Not every image is one of Debian.
command -v apt-get >/dev/null || exit 0

get() {
	apt-get -qq -o Acquire::Languages=none "$@" </dev/null
}

# Finds the version of a package that is in use.
in_use() {
	name=$1 version=$2
	shift 2
	for pair; do [ "${pair%%=*}" != "$name" ] || version=${pair#*=}; done
	echo "$version"
}

# Prints what the changelog of a package says. Not every package has one, and none is needed.
describe() {
	directory=$(mktemp -d)
	cd "$directory"
	get download "$1=$2" >&2 || return 0
	echo "size $(stat -c %s ./*.deb)"
	dpkg-deb --fsys-tarfile ./*.deb |
		tar --extract --to-stdout --wildcards "./usr/share/doc/$1/changelog*.gz" 2>/dev/null |
		gzip -dc 2>/dev/null | grep -oE '^[^ ]+ \([^)]+\)|CVE-[0-9]+-[0-9]+' | head -n 3000 || true
	cd / && rm -r "$directory"
}

get -o APT::Update::Error-Mode=any update >&2
# Only packages that are Debian's: a new release of another project is none of its security updates.
get --simulate upgrade |
	sed -n 's/^Inst \([^ ]*\) \[\([^]]*\)\] (\([^ ]*\) \(.*, \)\{0,1\}Debian\(-Security\)\{0,1\}:.*/\1 \2 \3/p' |
	while read -r name from to; do
		version=$(in_use "$name" "$from" "$@")
		if dpkg --compare-versions "$to" gt "$version"; then
			echo "package $name $version $to"
			describe "$name" "$to"
		else
			echo "package $name $version $version"
		fi
	done
