import type { Theme } from './themes';

/**
 * Script that runs in the page before the page's own, outside of its content security policy, and does what the editor does
 * around a webview: hands out its API once, sets the theme, its default styles and where messages go. It also collects what
 * a browser reports: violations of the policy and errors nobody caught.
 */
export function editorShim(theme: Theme, kept: unknown): string {
  const given = JSON.stringify({ theme, kept: kept ?? null, styles: defaultStyles });
  return `(() => {
    const { theme, kept, styles } = ${given};
    let state = kept ?? undefined;
    let handedOut = false;
    const seen = { violations: [], errors: [], kept: () => state };
    Object.defineProperty(window, 'planpoolTest', { value: seen });
    window.acquireVsCodeApi = () => {
      if (handedOut) throw new Error('The API of the editor has been handed out already.');
      handedOut = true;
      return Object.freeze({
        postMessage: message => { void window.planpoolPost(structuredClone(message)); },
        getState: () => state,
        setState: next => { state = structuredClone(next); void window.planpoolKeep(state); return next; },
      });
    };
    document.addEventListener('securitypolicyviolation', event => {
      seen.violations.push(event.effectiveDirective + ' ' + event.blockedURI + ' ' + event.sample);
    });
    window.addEventListener('error', event => seen.errors.push(String(event.message)));
    window.addEventListener('unhandledrejection', event => seen.errors.push(String(event.reason)));
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(styles);
    document.adoptedStyleSheets = [sheet];
    const dressed = { root: false, body: false };
    const observer = new MutationObserver(() => {
      if (document.documentElement && !dressed.root) {
        dressed.root = true;
        for (const [name, value] of Object.entries(theme.variables)) {
          document.documentElement.style.setProperty('--vscode-' + name, value);
        }
      }
      if (document.body && !dressed.body) {
        dressed.body = true;
        document.body.classList.add(...theme.bodyClasses);
        document.body.dataset.vscodeThemeKind = theme.kind;
        observer.disconnect();
      }
    });
    observer.observe(document, { childList: true, subtree: true });
  })();`;
}

/** What the editor gives every webview, before the page's own sheet: without specificity, since an adopted sheet comes after it. */
const defaultStyles = `
  :where(html) { scrollbar-color: var(--vscode-scrollbarSlider-background) var(--vscode-editor-background); }
  :where(body) {
    overscroll-behavior-x: none;
    background-color: transparent;
    color: var(--vscode-editor-foreground);
    font-family: var(--vscode-font-family);
    font-weight: var(--vscode-font-weight);
    font-size: var(--vscode-font-size);
    margin: 0;
    padding: 0 20px;
  }
  :where(code) { color: var(--vscode-textPreformat-foreground); }
`;
