"""AWS as the tests know it: a server on this machine that answers in its shapes."""
