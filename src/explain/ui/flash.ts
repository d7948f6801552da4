import * as vscode from 'vscode';
import type { DocumentStatement } from './target';

const flashMs = 500;

/** Shows for a moment which text is run, in every editor that shows it. */
export class Flash {
  private readonly decoration = vscode.window.createTextEditorDecorationType({
    backgroundColor: new vscode.ThemeColor('editor.rangeHighlightBackground'),
    borderColor: new vscode.ThemeColor('editor.rangeHighlightBorder'),
    borderStyle: 'solid',
    borderWidth: '1px',
    overviewRulerColor: new vscode.ThemeColor('editorOverviewRuler.rangeHighlightForeground'),
    overviewRulerLane: vscode.OverviewRulerLane.Full,
  });
  private timer: NodeJS.Timeout | undefined;

  show({ document, range }: DocumentStatement): void {
    clearTimeout(this.timer);
    const marked = new vscode.Range(document.positionAt(range.start), document.positionAt(range.end));
    const editors = vscode.window.visibleTextEditors.filter(editor => editor.document === document);
    for (const editor of editors) {
      editor.setDecorations(this.decoration, [marked]);
    }
    this.timer = setTimeout(() => {
      for (const editor of editors) {
        editor.setDecorations(this.decoration, []);
      }
    }, flashMs);
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.decoration.dispose();
  }
}
