"""``callqa train``: models of one's own."""

import typer

app = typer.Typer(help="训练自己的模型。", no_args_is_help=True, rich_markup_mode="rich")
