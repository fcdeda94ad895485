"""What runs the hosting stack: users' records, the machines' agent, restores.

Machines run it too, so it imports the standard library and boto3 only.
"""
