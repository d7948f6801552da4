import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { pev2Packages } from './pev2Package';

/** pev2 in a page of its own, ready for a plan. */
export interface Pev2Server {
  readonly url: string;
  close(): void;
}

const document = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<link rel="stylesheet" href="/bootstrap/dist/css/bootstrap.min.css">
<link rel="stylesheet" href="/pev2/dist/pev2.css">
<script src="/vue/dist/vue.runtime.global.prod.js"></script>
<script src="/pev2/dist/pev2.umd.js"></script>
</head>
<body>
<div id="app" class="d-flex flex-column vh-100"></div>
<script>
  window.addEventListener('message', ({ data }) => {
    Vue.createApp({ render: () => Vue.h(pev2.Plan, { planSource: data, planQuery: '' }) }).mount('#app');
  });
</script>
</body>
</html>
`;

const types: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.css': 'text/css' };

/**
 * Serves pev2 as its documentation says, from its own build and with Vue's for production. The page shows the plan, a text of
 * EXPLAIN, that is posted to it. Rejects with `Unavailable` when pev2 cannot be had.
 */
export async function servePev2(): Promise<Pev2Server> {
  const modules = path.join(await pev2Packages(), 'node_modules');
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://pev2');
    const answer = pathname === '/' ? Promise.resolve(document) : readFile(path.join(modules, pathname));
    answer.then(
      body => response.writeHead(200, { 'content-type': types[path.extname(pathname)] ?? 'text/html' }).end(body),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
