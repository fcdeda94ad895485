"""Where code is hosted: comments and annotations of a pull request or merge request."""
