//go:build tools

// Package tools names the one command that this module exists to build: the host
// that runs Pulumi's TypeScript programs. Later modules no longer hold it.
package tools

import _ "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs"
