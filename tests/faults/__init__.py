"""What AWS, the network, the disk and the machine can do to `fare refresh`."""
