/** esbuild puts an imported style sheet beside the script; the import has no value. */
declare module '*.css';
