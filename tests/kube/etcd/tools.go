//go:build tools

// Package tools names the one command that this module exists to build: `etcd`.
package tools

import _ "go.etcd.io/etcd/server/v3"
