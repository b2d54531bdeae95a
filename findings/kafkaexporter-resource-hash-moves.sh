#!/bin/bash
# The message key that the collector's kafkaexporter makes of a resource is another one since v0.163.
#
# With partition_logs_by_resource_attributes (and its like for metrics) the key is a hash of the resource's attributes. The hash
# is taken from the collector's module pdata/xpdata (xhash.MapHash); up to v0.162.0 it is that of the exporter's older
# pdatautil. From v0.163.0 on, names, texts and bytes are hashed with their length before them. A collector that is
# upgraded over this line gives every resource with attributes another key, and so in general another partition, though no line of
# its configuration has changed. An empty resource keeps its key.
#
# Needs Go and bash. Seen with Go 1.26.8, xpdata v0.162.0, v0.163.0 and v0.165.0:
#
#   v0.162.0 {} 00000000000000000000000000000000 {service.name=checkout} 831d0817d731c2054ac194e9ddcf7e5c
#   v0.163.0 {} 00000000000000000000000000000000 {service.name=checkout} a80793a84690b939e58584caf2e3452b
#   v0.165.0 {} 00000000000000000000000000000000 {service.name=checkout} a80793a84690b939e58584caf2e3452b
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

cat >"$folder/main.go" <<'GO'
package main

import (
	"fmt"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/xpdata/xhash"
)

func main() {
	attributes := pcommon.NewMap()
	fmt.Printf(" {} %x", xhash.MapHash(attributes))
	attributes.PutStr("service.name", "checkout")
	fmt.Printf(" {service.name=checkout} %x\n", xhash.MapHash(attributes))
}
GO

# The hash by one version of the module, in a module of its own.
hash_of() {
    mkdir "$folder/$1"
    cp "$folder/main.go" "$folder/$1"
    (
        cd "$folder/$1"
        go mod init finding
        go get "go.opentelemetry.io/collector/pdata/xpdata@$1" "go.opentelemetry.io/collector/pdata/xpdata/xhash@$1"
        go build -o finding .
    ) >"$folder/$1.log" 2>&1 || { cat "$folder/$1.log" >&2; exit 2; }
    echo "$1$("$folder/$1/finding")"
}

seen=$(sed -n 's/^#   \(v0\.\)/\1/p' "$0")
now=$(for version in v0.162.0 v0.163.0 v0.165.0; do hash_of "$version"; done)
echo "$now"
[[ $now == "$seen" ]] || { printf 'this has changed; seen before:\n%s\n' "$seen" >&2; exit 1; }
