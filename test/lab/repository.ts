import path from 'node:path';

/** The root of this clone, seen from the compiled file `out/test/lab/repository.js`. */
export const repositoryFolder = path.resolve(__dirname, '..', '..', '..');
