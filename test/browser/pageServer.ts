import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { pageHtml } from '../../src/page/html';
import { repositoryFolder } from '../lab/repository';

/** Names of the bundles of dist/webview. */
export type PageName = 'plan' | 'poolHistory';

/** A page's real document and bundle, over HTTP as the editor serves them. */
export interface PageServer {
  readonly url: string;
  close(): Promise<void>;
}

const nonce = 'dGhpc0lzTm90UmFuZG9tMTIz';

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.map': 'application/json',
};

/** Folder of the pages' bundles; rejects with a sentence when that of this page has not been built. */
async function bundleFolder(page: PageName): Promise<string> {
  const folder = process.env['PLANPOOL_WEBVIEW'] ?? path.join(repositoryFolder, 'dist', 'webview');
  await readFile(path.join(folder, `${page}.js`)).catch((error: unknown) => {
    throw new Error(`There is no page in ${folder}: run "node esbuild.mjs" first.`, { cause: error });
  });
  return folder;
}

export async function servePage(page: PageName): Promise<PageServer> {
  const folder = await bundleFolder(page);
  const server = createServer((request, response) => {
    const name = path.basename(new URL(request.url ?? '/', 'http://page').pathname);
    const answer = name === '' ? Promise.resolve(html()) : readFile(path.join(folder, name));
    answer.then(
      body => response.writeHead(200, { 'content-type': types[path.extname(name)] ?? 'text/html' }).end(body),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const html = (): string =>
    pageHtml({
      scriptUri: `${origin}/${page}.js`,
      styleUri: `${origin}/${page}.css`,
      cspSource: origin,
      nonce,
      title: page,
    });
  return {
    url: `${origin}/`,
    close: () =>
      new Promise((resolve, reject) => {
        server.closeAllConnections();
        server.close(error => {
          if (error) {
            reject(error);
          } else {
            resolve();
          }
        });
      }),
  };
}
