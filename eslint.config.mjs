import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { house } from './test/lint/house.mjs';

const typeScript = ['**/*.ts', '**/*.tsx'];
const ours = ['src/**/*.ts', 'webview/**/*.ts', 'webview/**/*.tsx'];

export default defineConfig(
  globalIgnores(['dist/', 'out/']),
  { linterOptions: { noInlineConfig: true, reportUnusedInlineConfigs: 'error' } },
  {
    files: [...typeScript, '**/*.mjs'],
    extends: [js.configs.recommended],
    plugins: { house },
    rules: {
      'house/directives': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'max-lines': ['error', { max: 500 }],
      // Some expressions look for control characters.
      'no-control-regex': 'off',
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx', 'hack'] }],
      'object-shorthand': 'error',
    },
  },
  {
    files: ['**/*.mjs'],
    // Node's globals are not listed: the scripts fail at once when one is missing.
    rules: { 'no-undef': 'off' },
  },
  {
    files: typeScript,
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      'house/casts': 'error',
      'house/modules': 'error',
      // Only a type alias fulfils an index signature, as the maps of messages need; elsewhere an interface reads better.
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      // `() => stop()`, and `await delay(50)` as the step of a for loop, are clear.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // `Record<never, never>` is the map of a page's messages when it has none.
      '@typescript-eslint/no-generated-empty-object-type': 'off',
      // What TypeScript narrowed before an `await` or a callback, such as `signal.aborted`, may have changed after it.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // It takes the keys of a generic map for an enum.
      '@typescript-eslint/no-unsafe-enum-assignment': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      // An empty string is often a missing one: `||` says so.
      '@typescript-eslint/prefer-nullish-coalescing': ['error', { ignorePrimitives: { string: true } }],
      '@typescript-eslint/prefer-readonly': 'error',
      // An async function may fulfil an interface without awaiting anything.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
    },
  },
  {
    files: ours,
    rules: {
      'house/html': 'error',
      'house/imports': 'error',
    },
  },
  { files: ['src/**/*.ts'], rules: { 'house/world': 'error', 'no-console': 'error' } },
  {
    files: ['test/**/*.ts'],
    // In a test a missing value is a failure with a stack trace, which is all that is wanted.
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
);
