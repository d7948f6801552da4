import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

/** An empty panel beside the editor, which keeps the focus. It may load the files of our pages and nothing else. */
export function openPagePanel(extensionUri: vscode.Uri, viewType: string, title: string): vscode.WebviewPanel {
  return vscode.window.createWebviewPanel(
    viewType,
    title,
    { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
    {
      enableScripts: true,
      enableForms: false,
      enableCommandUris: false,
      localResourceRoots: [pageFolder(extensionUri)],
    },
  );
}

/** What the document of a page has to know of the webview that shows it. `bundle` is the name of its script and style sheet. */
export function pageDocument(
  extensionUri: vscode.Uri,
  webview: vscode.Webview,
  bundle: string,
  title: string,
): Readonly<Record<'scriptUri' | 'styleUri' | 'cspSource' | 'nonce' | 'title', string>> {
  const uriOf = (file: string): string =>
    webview.asWebviewUri(vscode.Uri.joinPath(pageFolder(extensionUri), file)).toString();
  return {
    scriptUri: uriOf(`${bundle}.js`),
    styleUri: uriOf(`${bundle}.css`),
    cspSource: webview.cspSource,
    nonce: randomBytes(16).toString('base64url'),
    title,
  };
}

/** The host's end of the way to a page. `lost` hears why a message did not go out. */
export function pagePort(
  webview: vscode.Webview,
  lost: (cause: unknown) => void,
): { post(message: unknown): void; onMessage(listener: (message: unknown) => void): vscode.Disposable } {
  return {
    post: message => void webview.postMessage(message).then(undefined, lost),
    onMessage: listener => webview.onDidReceiveMessage(listener),
  };
}

/** Calls back once, unless the returned function is called before. */
export function afterTimeout(delayMs: number, callback: () => void): () => void {
  const timer = setTimeout(callback, delayMs);
  return () => clearTimeout(timer);
}

function pageFolder(extensionUri: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
}
