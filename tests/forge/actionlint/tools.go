//go:build tools

// Package tools names the one command that this module exists to build: `actionlint`.
package tools

import _ "github.com/rhysd/actionlint/cmd/actionlint"
