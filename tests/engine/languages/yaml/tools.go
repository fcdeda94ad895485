//go:build tools

// Package tools names the one command that this module exists to build: the host
// that runs Pulumi's YAML programs.
package tools

import _ "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml"
