import { createRequire } from 'node:module';

interface Renderer {
  readonly linkify: { set(options: Readonly<Record<string, boolean>>): void };
  render(markdown: string): string;
}

/** What the editor's own preview renders with, HTML and links switched on: it comes with the packager. */
function renderer(): Renderer {
  const ofPackager = createRequire(createRequire(__filename).resolve('@vscode/vsce'));
  const MarkdownIt = ofPackager('markdown-it') as new (options: Record<string, boolean>) => Renderer;
  const made = new MarkdownIt({ html: true, linkify: true, typographer: false });
  // As the preview has it: `name.example` alone is no link.
  made.linkify.set({ fuzzyLink: false });
  return made;
}

export const markdown = renderer();
const entities: Readonly<Record<string, string>> = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&amp;': '&' };

/** The text of what was rendered, and the elements in it. */
export function read(html: string): { readonly text: string; readonly elements: ReadonlySet<string> } {
  const elements = new Set([...html.matchAll(/<\/?([a-z0-9]+)[^>]*>/g)].map(([, name]) => name ?? ''));
  const text = html.replace(/<[^>]*>/g, '').replace(/&(lt|gt|quot|amp);/g, entity => entities[entity] ?? entity);
  return { text: text.trim(), elements };
}
