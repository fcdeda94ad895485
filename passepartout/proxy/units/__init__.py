"""What a proxy puts below /etc: systemd's units and HAProxy's configuration."""
