import * as vscode from 'vscode';
import type { DocumentStatement } from './target';

const flashMs = 500;

/** Shows for a moment which text is run, in every editor that shows it. */
export class Flash {
  private readonly decoration = vscode.window.createTextEditorDecorationType({
    backgroundColor: new vscode.ThemeColor('editor.findMatchHighlightBackground'),
    borderColor: new vscode.ThemeColor('editor.findMatchHighlightBorder'),
    borderStyle: 'solid',
    borderWidth: '1px',
    overviewRulerColor: new vscode.ThemeColor('editorOverviewRuler.findMatchForeground'),
    overviewRulerLane: vscode.OverviewRulerLane.Full,
  });
  private timer: NodeJS.Timeout | undefined;

  /** Ends an earlier flash, wherever it is. Shows nothing when the text has changed since the statement was found. */
  show({ document, version, range }: DocumentStatement): void {
    clearTimeout(this.timer);
    const marked = new vscode.Range(document.positionAt(range.start), document.positionAt(range.end));
    this.mark(editor => (editor.document === document && document.version === version ? [marked] : []));
    this.timer = setTimeout(() => this.mark(() => []), flashMs);
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.decoration.dispose();
  }

  private mark(rangesIn: (editor: vscode.TextEditor) => readonly vscode.Range[]): void {
    for (const editor of vscode.window.visibleTextEditors) {
      editor.setDecorations(this.decoration, rangesIn(editor));
    }
  }
}
