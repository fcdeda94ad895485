"""The Language Server Protocol over standard input and output, by pygls.

Above each line that makes resources stands what they cost in a month; over it, how. The
figures are of the project's last preview, which the server reads and never runs.
"""

from importlib.metadata import version
from pathlib import Path

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from farebox.agents.asked import Priced
from farebox.editor.costs import details, title
from farebox.editor.places import Place, places
from farebox.editor.project import PROJECT_FILES, LastPreview, Projects, project_of

MAIN_FILES = ("__main__.py", "index.ts", "index.js", *PROJECT_FILES)
"""Where it is said that a project has no preview yet: files that every program has."""

OLDER = " (the preview is older than this file)"
BY_NAME = " (found by name)"


def serve(document: str, usage: str | None) -> None:
    """Answer an editor until the input ends."""
    made(Projects(document, Priced(usage=usage))).start_io()


def made(projects: Projects) -> LanguageServer:
    """The server with what it answers."""
    server = LanguageServer(
        "farebox",
        version("farebox"),
        text_document_sync_kind=types.TextDocumentSyncKind.Full,
    )

    def lenses(params: types.CodeLensParams) -> list[types.CodeLens]:
        uri = params.text_document.uri
        return _lenses(server, projects, uri)

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
        workspace = server.client_capabilities.workspace
        if workspace and workspace.code_lens and workspace.code_lens.refresh_support:
            server.workspace_code_lens_refresh(None)

    server.feature(types.TEXT_DOCUMENT_CODE_LENS)(lenses)
    server.feature(types.TEXT_DOCUMENT_HOVER)(hover)
    for event in (
        types.TEXT_DOCUMENT_DID_SAVE,
        types.WORKSPACE_DID_CHANGE_WATCHED_FILES,
    ):
        server.feature(event)(changed)
    return server


def _lenses(
    server: LanguageServer, projects: Projects, uri: str
) -> list[types.CodeLens]:
    preview, found = _found(server, projects, uri)
    if preview is None:
        return []
    file = Path(to_fs_path(uri) or "")
    if preview.why_not:
        said = f"Farebox: {preview.why_not}"
        return [_lens(0, said)] if file.name in MAIN_FILES else []
    older = OLDER if _written_ns(file) > preview.written_ns else ""
    return [
        _lens(one.line, title(one.costs) + (BY_NAME if one.by_name else "") + older)
        for one in found
    ]


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
