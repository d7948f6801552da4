/** What a page's document needs to know; addresses are those of `webview.asWebviewUri`. */
export interface PageDocument {
  readonly scriptUri: string;
  readonly styleUri: string;
  /** `webview.cspSource`. */
  readonly cspSource: string;
  /** Fresh for each document, from a random source, letters and digits only. */
  readonly nonce: string;
  readonly title: string;
}

/**
 * The document of a page: a policy that allows its one script, what that script imports, and its style sheet, and nothing
 * else. No data is in it; data comes by message. Throws when the nonce could end the policy or its attribute.
 */
export function pageHtml({ scriptUri, styleUri, cspSource, nonce, title }: PageDocument): string {
  if (!/^[A-Za-z0-9+/_-]{16,}={0,2}$/.test(nonce)) {
    throw new Error('A nonce is at least 16 characters of base64.');
  }
  // The toolkit tests for :focus-visible with a style element of its own and takes the nonce for it from this meta element.
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'`,
    `style-src ${policySource(cspSource)} 'nonce-${nonce}'`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escaped(policy)}">
<meta property="csp-nonce" content="${escaped(nonce)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${escaped(styleUri)}">
<title>${escaped(title)}</title>
</head>
<body>
<div id="page"></div>
<script type="module" nonce="${escaped(nonce)}" src="${escaped(scriptUri)}"></script>
</body>
</html>
`;
}

/** A source list can hold several sources, so spaces are fine; what ends a directive is not. */
function policySource(source: string): string {
  return source.replace(/[;,\r\n]/g, ' ');
}

function escaped(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, character => entities[character] ?? '');
}
