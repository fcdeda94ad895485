"""`fare completion`: the completion script of a shell."""

import click


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the completion script of a SHELL, to be sourced by it.

    \b
    Examples:
      fare completion bash >> ~/.bashrc
      fare completion zsh > "${fpath[1]}/_fare"
      fare completion fish > ~/.config/fish/completions/fare.fish
    """
    from click.shell_completion import get_completion_class

    from farebox.cli.main import fare

    made = get_completion_class(shell)
    assert made is not None  # the choice above lists click's own shells
    click.echo(made(fare, {}, "fare", "_FARE_COMPLETE").source())
