"""What an editor shows above a resource: its cost, from the project's last preview.

`costs` sums a statement by resource, `places` finds the lines of a program, `project`
reads the preview, `server` speaks the Language Server Protocol.
"""
