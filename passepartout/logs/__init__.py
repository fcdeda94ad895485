"""A machine's journal on its way to CloudWatch, bounded in every direction."""
