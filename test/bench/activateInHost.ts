// Runs inside a fresh extension host: activates the installed extension, once, and times it.
import Module from 'node:module';
import path from 'node:path';
import * as vscode from 'vscode';
import { answer } from './hostAnswer';

/** Durations in milliseconds. */
export interface Activation {
  /** Reading, compiling and running the bundle's top level. */
  readonly loadMs: number;
  /** The call of `activate()`. */
  readonly activateMs: number;
  /** All that VS Code does, which asks the window about the extension's storage in between. */
  readonly untilActiveMs: number;
}

export async function run(): Promise<void> {
  const extension = vscode.extensions.getExtension('planpool.planpool');
  if (extension === undefined || extension.isActive) throw new Error('Planpool is missing or active already.');
  const timing = timeModule(path.join(extension.extensionPath, 'dist', 'extension.js'));
  const start = performance.now();
  await extension.activate();
  const untilActiveMs = performance.now() - start;
  const { loadMs, activateMs } = timing;
  if (loadMs === null || activateMs === null) throw new Error('VS Code did not load the bundle as expected.');
  await answer({ loadMs, activateMs, untilActiveMs } satisfies Activation);
}

interface Timing {
  loadMs: number | null;
  activateMs: number | null;
}

type Require = (this: NodeJS.Module, id: string) => unknown;
type Activate = (context: vscode.ExtensionContext) => unknown;

/** VS Code keeps times of its own, in whole milliseconds; these are taken at the same two places. */
function timeModule(file: string): Timing {
  const timing: Timing = { loadMs: null, activateMs: null };
  const original = Reflect.get(Module.prototype, 'require') as Require;
  const timed: Require = function (id) {
    if (id !== file) return original.call(this, id);
    Reflect.set(Module.prototype, 'require', original);
    const start = performance.now();
    const exports = original.call(this, id);
    timing.loadMs = performance.now() - start;
    return withTimedActivate(exports, timing);
  };
  Reflect.set(Module.prototype, 'require', timed);
  return timing;
}

function withTimedActivate(exports: unknown, timing: Timing): unknown {
  const { activate } = exports as { readonly activate: Activate };
  const timed: Activate = context => {
    const start = performance.now();
    const result = activate(context);
    timing.activateMs = performance.now() - start;
    return result;
  };
  return { ...(exports as object), activate: timed };
}
