#!/bin/sh
# Upstream asks a public resolver, which a lab does not have.
if [ -z "$REAL_EXTERNAL_IP" ]; then
	echo "the stand-in detects no address: set REAL_EXTERNAL_IP or name external-ip in the configuration" >&2
	exit 1
fi
echo "$REAL_EXTERNAL_IP"
