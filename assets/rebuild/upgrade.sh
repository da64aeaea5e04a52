# Installs newer versions of packages in a container, which becomes an image then, as `sh -s PACKAGE=VERSION…`. A first line sets `proxy`.
# Nothing of apt is left in it.
set -eu
# No argument of a program: others could read it.
proxy=${proxy-}
[ -z "$proxy" ] || export http_proxy="$proxy" https_proxy="$proxy"
export DEBIAN_FRONTEND=noninteractive

get() {
	apt-get --quiet -o Acquire::Languages=none "$@" </dev/null
}

get update
# Files that the image has changed stay as they are.
get --yes --no-install-recommends --only-upgrade -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold install "$@"
apt-get clean
rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin /var/cache/debconf/*-old /var/lib/dpkg/*-old /var/log/apt /var/log/dpkg.log
