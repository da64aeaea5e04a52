#!/bin/bash
# Upstream's rules: options alone are turnserver's, and each argument goes through the shell once.
case "$1" in
	-*) set -- turnserver "$@" ;;
esac

command=()
for argument in "$@"; do
	command+=("$(eval "echo $argument")")
done

exec "${command[@]}"
