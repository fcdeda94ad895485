"""The Language Server Protocol over standard input and output, by pygls.

Above each line that makes resources (a code lens) and at its end (an inlay hint) stands
what they cost in a month; over it, how. The figures are of the project's last preview,
which the server reads and never runs.
"""

from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Literal

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from farebox.agents.asked import Priced
from farebox.editor.costs import details, short, title
from farebox.editor.places import Place, places
from farebox.editor.project import PROJECT_FILES, LastPreview, Projects, project_of

MAIN_FILES = ("__main__.py", "index.ts", "index.js", *PROJECT_FILES)
"""Where it is said that a project has no preview yet: files that every program has."""

Show = Literal["lens", "hints", "both"]
"""Where costs stand: above the lines, at their ends, or both."""

OLDER = " (the preview is older than this file)"
BY_NAME = " (found by name)"


GUESSED = "~ "
"""Before a hint whose place or whose day is not sure; over it stands why."""


def serve(document: str, usage: str | None, show: Show) -> None:
    """Answer an editor until the input ends."""
    made(Projects(document, Priced(usage=usage)), show).start_io()


def made(projects: Projects, show: Show) -> LanguageServer:
    """The server with what it answers."""
    server = LanguageServer(
        "farebox",
        version("farebox"),
        text_document_sync_kind=types.TextDocumentSyncKind.Full,
    )

    def lenses(params: types.CodeLensParams) -> list[types.CodeLens]:
        uri = params.text_document.uri
        return _lenses(server, projects, uri)

    def hints(params: types.InlayHintParams) -> list[types.InlayHint]:
        return list(_hints(server, projects, params))

    def hover(params: types.HoverParams) -> types.Hover | None:
        uri, line = params.text_document.uri, params.position.line
        _, found = _found(server, projects, uri)
        said = [details(one.costs) for one in found if one.line == line]
        if not said:
            return None
        # Plain text: a name in a preview is anybody's, and markdown has links.
        content = types.MarkupContent(types.MarkupKind.PlainText, "\n".join(said))
        return types.Hover(content)

    def changed(_: object) -> None:
        _refresh(server)

    if show != "hints":
        server.feature(types.TEXT_DOCUMENT_CODE_LENS)(lenses)
    if show != "lens":
        server.feature(types.TEXT_DOCUMENT_INLAY_HINT)(hints)
    server.feature(types.TEXT_DOCUMENT_HOVER)(hover)
    for event in (
        types.TEXT_DOCUMENT_DID_SAVE,
        types.WORKSPACE_DID_CHANGE_WATCHED_FILES,
    ):
        server.feature(event)(changed)
    return server


def _refresh(server: LanguageServer) -> None:
    """Have the editor ask again for all that it shows, where it can be told so."""
    workspace = server.client_capabilities.workspace
    if workspace is None:
        return
    if workspace.code_lens and workspace.code_lens.refresh_support:
        server.workspace_code_lens_refresh(None)
    if workspace.inlay_hint and workspace.inlay_hint.refresh_support:
        server.workspace_inlay_hint_refresh(None)


def _lenses(
    server: LanguageServer, projects: Projects, uri: str
) -> list[types.CodeLens]:
    preview, found = _found(server, projects, uri)
    if preview is None:
        return []
    if preview.why_not:
        said = f"Farebox: {preview.why_not}"
        return [_lens(0, said)] if Path(uri).name in MAIN_FILES else []
    return [_lens(one.line, _title(one, uri, preview)) for one in found]


def _hints(
    server: LanguageServer, projects: Projects, params: types.InlayHintParams
) -> Iterator[types.InlayHint]:
    """A hint at the end of each line of the range whose resources cost something."""
    uri, asked = params.text_document.uri, params.range
    preview, found = _found(server, projects, uri)
    if preview is None:
        return
    lines = server.workspace.get_text_document(uri).source.splitlines() or [""]
    units = server.workspace.position_codec.client_num_units
    if preview.why_not and Path(uri).name in MAIN_FILES and asked.start.line == 0:
        end = types.Position(0, units(lines[0]))
        yield types.InlayHint(end, "no figures", tooltip=preview.why_not)
    for one in found:
        label = short(one.costs)
        if not label or not asked.start.line <= one.line <= asked.end.line:
            continue
        why = _title(one, uri, preview)
        sure = not one.by_name and not why.endswith(OLDER)
        yield types.InlayHint(
            position=types.Position(one.line, units(lines[one.line])),
            label=label if sure else GUESSED + label,
            tooltip=f"{why}\n{details(one.costs)}",
            padding_left=True,
        )


def _title(place: Place, uri: str, preview: LastPreview) -> str:
    """What a line's resources cost, and what is not sure of it."""
    older = _written_ns(Path(to_fs_path(uri) or "")) > preview.written_ns
    guess = BY_NAME if place.by_name else ""
    return title(place.costs) + guess + (OLDER if older else "")


def _found(
    server: LanguageServer, projects: Projects, uri: str
) -> tuple[LastPreview | None, list[Place]]:
    """The preview of a file's project, and the file's places; None outside of projects."""
    path = to_fs_path(uri)
    file = Path(path) if path else None
    folder = project_of(file) if file else None
    if file is None or folder is None:
        return None, []
    preview = projects.last_preview(folder)
    text = server.workspace.get_text_document(uri).source
    below = file.relative_to(folder).as_posix()
    return preview, places(below, text, preview.costs)


def _written_ns(file: Path) -> int:
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return 0


def _lens(line: int, said: str) -> types.CodeLens:
    start = types.Position(line, 0)
    command = types.Command(title=said, command="")
    return types.CodeLens(types.Range(start, start), command)
