//go:build tools

// Package tools names the one command that this module exists to build: `pulumi`.
package tools

import _ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
