// The house as ESLint sees it (docs/architecture.md says why). One table of rooms, one of packages, a few short rules.
import path from 'node:path';

const language = ['sql', 'guc'];
const ground = [...language, 'plan', 'page', 'connection', 'runs'];

/** The rooms of `src` and what each may import of the others: `values`, or `types` (with `import type`) only. */
const rooms = {
  sql: {},
  guc: {},
  plan: { values: language },
  page: { types: [...language, 'plan'] },
  connection: { values: language },
  runs: { values: [...language, 'plan', 'page'] },
  explain: { values: ground },
  labels: { values: ground },
  workers: { values: ground },
  pools: { values: [...ground, 'workers'] },
  diagnosis: { values: [...ground, 'explain', 'labels', 'workers'] },
  editor: {},
};

/** The files that lie in `src` itself and what they may import. Every room may import the `shared` ones. */
const lobby = {
  'src/extension': { shared: false, values: Object.keys(rooms), windows: true },
  'src/ids': { shared: true, types: Object.keys(rooms) },
  'src/poller': { shared: true },
  'src/treeNode': { shared: true },
  'src/assertNever': { shared: true },
  'src/changes': { shared: true },
  'src/memory': { shared: true },
};

/** What pages may import of `src`; of `webview` it is their own folder and `kit`. */
const openToPages = { rooms: ['page', 'plan'], files: ['src/assertNever'] };

const src = /^src\//;
const pages = /^webview\//;
const connection = /^src\/connection\//;
const windows = /^src\/(extension\.ts$|editor\/|[^/]+\/ui\/)/;
/** Where the clock, the environment and files are real. Everything else takes them as arguments. */
const world = /^src\/(extension\.ts$|editor\/|connection\/|[^/]+\/ui\/)/;

/** Every package the house may import, and where. What is not in the table is imported nowhere. */
const packages = new Map([
  ['vscode', windows],
  ['pg', connection],
  ['libpg-query', /^src\/sql\/parserWorker\.ts$/],
  ['valibot', /^(src|webview)\//],
  ['preact', pages],
  ['d3-hierarchy', pages],
  ['@vscode/webview-ui-toolkit', /^webview\/kit\/toolkit\.ts$/],
  ['node:worker_threads', /^src\/sql\//],
  ['node:net', connection],
  ['node:tls', connection],
  ['node:fs', world],
  ['node:os', world],
  ['node:crypto', src],
  ['node:path', src],
]);

const nodeNames = new Set(
  ['child_process', 'cluster', 'dgram', 'http', 'http2', 'https', 'module', 'process', 'vm', 'assert', 'stream'].concat(
    [...packages.keys()].filter(name => name.startsWith('node:')).map(name => name.slice('node:'.length)),
  ),
);

/** `pg/lib/defaults` → `pg`, `fs/promises` → `node:fs`. */
function packageOf(specifier) {
  const parts = specifier.split('/');
  const name = specifier.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0];
  return nodeNames.has(name) ? `node:${name}` : name;
}

function pathFromRoot(context, file) {
  return path.relative(context.cwd, file).split(path.sep).join('/');
}

/** Where a file stands, by its path from the root without its extension. */
function place(file) {
  const name = file.replace(/\.tsx?$/, '');
  const [area, room, inner] = name.split('/');
  return { name, area, room: name.split('/').length > 2 ? room : null, ui: area === 'src' && inner === 'ui' };
}

/** Why the file `from` may not import the file `to`; null when it may. */
function refusal(from, to, typeOnly) {
  if (to.area !== 'src' && to.area !== 'webview') return `${from.area} imports only src and webview`;
  if (from.area === 'webview') {
    if (to.area === 'webview') {
      return to.room === from.room || to.room === 'kit' ? null : `a page imports its own folder and webview/kit`;
    }
    const open = openToPages.rooms.includes(to.room) && !to.ui;
    return open || openToPages.files.includes(to.name) ? null : `webview imports only src/page and src/plan`;
  }
  if (to.area === 'webview') return 'src never imports webview';
  if (to.room === null) return lobby[to.name]?.shared ? null : `${to.name} is not shared`;

  const rights = from.room === null ? lobby[from.name] : rooms[from.room];
  if (rights === undefined) return null; // reported once for the whole file
  if (to.ui && !(from.ui && from.room === to.room) && !rights.windows) {
    return from.ui ? `a ui/ never imports another room's ui/` : `only a ui/ imports its room's ui/`;
  }
  if (from.room === to.room) return null;
  if (from.ui && to.room === 'editor') return null;
  if (rights.values?.includes(to.room)) return null;
  if (rights.types?.includes(to.room)) {
    return typeOnly ? null : `${from.room ?? from.name} imports only types of ${to.room} (write \`import type\`)`;
  }
  return `${from.room ?? from.name} may not import ${to.room}`;
}

/** Calls `visit(node, specifier, typeOnly)` for every way in which TypeScript names another module. */
function eachImport(visit) {
  const literal = (node, source, typeOnly) => {
    visit(node, typeof source?.value === 'string' ? source.value : null, typeOnly);
  };
  return {
    ImportDeclaration: node => literal(node, node.source, node.importKind === 'type'),
    ExportAllDeclaration: node => literal(node, node.source, node.exportKind === 'type'),
    ExportNamedDeclaration: node => node.source && literal(node, node.source, node.exportKind === 'type'),
    ImportExpression: node => literal(node, node.source, false),
    TSImportType: node => literal(node, node.source, true),
    TSExternalModuleReference: node => literal(node, node.expression, false),
    'CallExpression[callee.name="require"]': node => literal(node, node.arguments[0], false),
  };
}

const imports = {
  meta: { type: 'problem', schema: [], docs: { description: 'who may import what' } },
  create(context) {
    const file = pathFromRoot(context, context.filename);
    const from = place(file);
    const report = (node, message) => context.report({ node, message });
    return {
      Program(node) {
        const known = from.room === null ? lobby[from.name] : rooms[from.room];
        if (from.area === 'src' && known === undefined) {
          report(node, `${from.name} is in no room of the house (see the tables of test/lint/house.mjs).`);
        }
      },
      ...eachImport((node, specifier, typeOnly) => {
        if (specifier === null) return report(node, 'An import names its module in plain text.');
        if (!specifier.startsWith('.')) {
          const name = packageOf(specifier);
          if (!packages.get(name)?.test(file)) report(node, `${name} may not be imported here.`);
          return;
        }
        const target = pathFromRoot(context, path.resolve(path.dirname(context.filename), specifier));
        const reason = refusal(from, place(target), typeOnly);
        if (reason !== null) report(node, `Not the way of the house: ${reason}.`);
      }),
    };
  },
};

/** A rule that is a list of syntax selectors, each with its message. */
function refuse(description, selectors) {
  return {
    meta: { type: 'problem', schema: [], docs: { description } },
    create: context =>
      Object.fromEntries(
        Object.entries(selectors).map(([selector, message]) => [selector, node => context.report({ node, message })]),
      ),
  };
}

const argument = 'Take it as an argument: only extension.ts, ui/, editor/ and connection/ touch the world.';
const worldlyGlobals = new Set(['process', 'performance', 'globalThis', 'global', 'fetch', 'WebSocket']);

const worldAsArgument = {
  meta: { type: 'problem', schema: [], docs: { description: 'clock, environment and network are arguments' } },
  create(context) {
    if (world.test(pathFromRoot(context, context.filename))) return {};
    const report = node => context.report({ node, message: argument });
    return {
      'MemberExpression[object.name="Date"][property.name="now"]': report,
      'NewExpression[callee.name="Date"][arguments.length=0]': report,
      'CallExpression[callee.name="Date"]': report,
      'Program:exit'(node) {
        const globalScope = context.sourceCode.getScope(node);
        const declared = [...globalScope.set.values()].flatMap(variable => variable.references);
        for (const { identifier, isTypeReference } of [...globalScope.through, ...declared]) {
          if (!isTypeReference && worldlyGlobals.has(identifier.name)) report(identifier);
        }
      },
    };
  },
};

const markup = 'innerHTML|outerHTML|insertAdjacentHTML|dangerouslySetInnerHTML|srcdoc|setHTMLUnsafe|parseHTMLUnsafe';
const asText = 'Data reaches the DOM as text, never as markup.';
const noCode = 'Text never becomes code.';

const html = refuse('no text becomes markup or code', {
  [`Identifier[name=/^(${markup}|createContextualFragment)$/]`]: asText,
  [`JSXIdentifier[name=/^(${markup})$/i]`]: asText,
  [`Literal[value=/^(${markup})$/]`]: asText,
  'CallExpression[callee.object.name="document"][callee.property.name=/^write(ln)?$/]': asText,
  'CallExpression[callee.name=/^(eval|Function)$/]': noCode,
  'NewExpression[callee.name="Function"]': noCode,
  'CallExpression[callee.name=/^set(Timeout|Interval)$/][arguments.0.type=/^(Literal|TemplateLiteral)$/]': noCode,
});

const oneHome = 'A thing is imported from the file that declares it; no file passes on what others declare.';

const modules = {
  meta: { type: 'problem', schema: [], docs: { description: 'named exports, no barrels' } },
  create(context) {
    const report = (node, message) => context.report({ node, message });
    return {
      ExportDefaultDeclaration: node => report(node, 'Exports are named.'),
      'ExportSpecifier[exported.name="default"]': node => report(node, 'Exports are named.'),
      TSExportAssignment: node => report(node, 'Exports are named.'),
      ExportAllDeclaration: node => report(node, oneHome),
      'ExportNamedDeclaration[source]': node => report(node, oneHome),
      'ExportNamedDeclaration[source=null] > ExportSpecifier'(node) {
        const scope = context.sourceCode.getScope(node);
        const isImport = scope.set.get(node.local.name)?.defs.some(definition => definition.type === 'ImportBinding');
        if (isImport) report(node, oneHome);
      },
    };
  },
};

const laundered = 'Decode the value instead of casting it.';

const casts = refuse('no cast that hides what a value is', {
  'TSAsExpression[expression.type="TSAsExpression"][expression.typeAnnotation.type="TSUnknownKeyword"]': laundered,
  'TSAsExpression[typeAnnotation.type="TSNeverKeyword"]': laundered,
});

const directives = {
  meta: { type: 'problem', schema: [], docs: { description: 'no comment switches a check off' } },
  create(context) {
    return {
      Program() {
        for (const comment of context.sourceCode.getAllComments()) {
          if (/^\s*(eslint(-|\s)|prettier-ignore|(c8|v8|istanbul) ignore)/.test(comment.value)) {
            context.report({
              loc: comment.loc,
              message: 'No comment switches a check off; the code or the rule is wrong.',
            });
          }
        }
      },
    };
  },
};

export const house = { rules: { imports, world: worldAsArgument, html, modules, casts, directives } };
