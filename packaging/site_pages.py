"""Pages of the site that stand at the repository's root: mkdocs asks for them here."""

from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parent.parent
PAGES = {"contributing.md": "CONTRIBUTING.md", "changelog.md": "CHANGELOG.md"}


def on_page_markdown(markdown: str, **_: Any) -> str:
    """The page's text, with links to the root's files led to their pages."""
    for page, source in PAGES.items():
        markdown = markdown.replace(f"](../{source}", f"]({page}")
    return markdown


def on_files(files: Files, config: Any) -> Files:
    """The docs' files, and those of the root under the names that the nav has."""
    for page, source in PAGES.items():
        text = (ROOT / source).read_text(encoding="utf-8")
        files.append(File.generated(config, page, content=text))
    return files
