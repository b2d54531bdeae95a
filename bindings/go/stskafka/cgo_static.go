// SPDX-License-Identifier: Apache-2.0

//go:build stskafka_static

package stskafka

// #cgo pkg-config: stskafka-static
import "C"
