// Starts `fare lsp` for the programs of a workspace, and starts it again when a setting changes.

import { ExtensionContext, window, workspace } from "vscode";
import { LanguageClient } from "vscode-languageclient/node";

const LANGUAGES = ["python", "typescript", "javascript", "yaml"];
let client: LanguageClient | undefined;

export async function activate(context: ExtensionContext): Promise<void> {
  context.subscriptions.push(
    workspace.onDidChangeConfiguration(async (change) => {
      if (change.affectsConfiguration("farebox")) {
        await deactivate();
        await start();
      }
    }),
  );
  await start();
}

export async function deactivate(): Promise<void> {
  const running = client;
  client = undefined;
  await running?.stop();
}

async function start(): Promise<void> {
  const settings = workspace.getConfiguration("farebox");
  const command = settings.get<string>("command", "fare");
  const preview = settings.get<string>("preview", "preview.json");
  const usage = settings.get<string>("usage", "");
  const show = settings.get<string>("show", "both");
  const given = usage ? ["--usage", usage] : [];
  const args = ["lsp", "--preview", preview, "--show", show, ...given];
  client = new LanguageClient(
    "farebox",
    "Farebox",
    { command, args },
    {
      documentSelector: LANGUAGES.map((language) => ({ scheme: "file", language })),
      synchronize: { fileEvents: workspace.createFileSystemWatcher("**/*.json") },
    },
  );
  try {
    await client.start();
  } catch (error) {
    client = undefined;
    const why = error instanceof Error ? error.message : String(error);
    void window.showWarningMessage(
      `Farebox: ${command} lsp does not start (${why}); ${command} doctor says what it lacks`,
    );
  }
}
