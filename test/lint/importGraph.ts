import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/** Which file imports which, by paths from the root with `/`. Only files of the house; types count like values. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>;

/** The TypeScript files below a folder, as paths from the root with `/`. */
export function sourceFiles(root: string, folder: string): readonly string[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .map(file => `${folder}/${file.split(path.sep).join('/')}`)
    .filter(file => /(?<!\.d)\.tsx?$/.test(file));
}

/** Reads the relative imports of the given files. */
export function importGraph(root: string, files: readonly string[]): ImportGraph {
  const known = new Set(files);
  const targetOf = (file: string, specifier: string): string | undefined => {
    const target = path.posix.join(path.posix.dirname(file), specifier);
    return [`${target}.ts`, `${target}.tsx`, `${target}/index.ts`].find(candidate => known.has(candidate));
  };
  return new Map(
    files.map(file => {
      const { importedFiles } = ts.preProcessFile(readFileSync(path.join(root, file), 'utf8'), true, true);
      const targets = importedFiles
        .filter(({ fileName }) => fileName.startsWith('.'))
        .map(({ fileName }) => targetOf(file, fileName))
        .filter(target => target !== undefined);
      return [file, targets];
    }),
  );
}

/** Every cycle that a walk in depth meets, each as the files along it; none when the graph has no cycle. */
export function importCycles(graph: ImportGraph): readonly (readonly string[])[] {
  const cycles: (readonly string[])[] = [];
  const finished = new Set<string>();
  const walk = (file: string, above: readonly string[]): void => {
    if (above.includes(file)) {
      cycles.push(above.slice(above.indexOf(file)));
    } else if (!finished.has(file)) {
      for (const target of graph.get(file) ?? []) {
        walk(target, [...above, file]);
      }
      finished.add(file);
    }
  };
  for (const file of graph.keys()) {
    walk(file, []);
  }
  return cycles;
}
