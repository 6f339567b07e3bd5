import js from '@eslint/js';
import hooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';
import { readdirSync } from 'node:fs';

/** Imports point down only: generated <- platform, text <- api <- components <- features <- app. */
const above = {
  platform: ['text', 'api', 'components', 'features', 'app', 'test'],
  text: ['platform', 'api', 'components', 'features', 'app', 'test'],
  api: ['components', 'features', 'app', 'test'],
  components: ['features', 'app', 'test'],
  features: ['app', 'test'],
  app: ['test'],
};
const tauri = { group: ['@tauri-apps/*'], message: 'Only src/platform talks to the host.' };
const forbid = (patterns) => ({ 'no-restricted-imports': ['error', { patterns }] });
const up = (rooms) => ({
  group: rooms.flatMap((room) => [`**/${room}`, `**/${room}/**`]),
  message: 'Imports point down only: see eslint.config.js.',
});

const layers = Object.entries(above).map(([room, rooms]) => ({
  files: [`src/${room}/**/*.{ts,tsx}`],
  ignores: ['src/**/*.test.{ts,tsx}'],
  rules: forbid(room === 'platform' ? [up(rooms.filter((name) => name !== 'api')), { regex: '^\\.\\./(text|api)/', message: 'The door to the host knows nothing above it.' }] : [up(rooms), tauri]),
}));

const features = readdirSync(new URL('./src/features', import.meta.url)).map((feature) => ({
  files: [`src/features/${feature}/**/*.{ts,tsx}`],
  ignores: ['src/**/*.test.{ts,tsx}'],
  rules: forbid([
    up(above.features),
    tauri,
    { regex: `^\\.\\./(?!\\.\\.)`, message: 'No feature imports another: share through src/components.' },
  ]),
}));

export default tseslint.config(
  { ignores: ['dist', 'node_modules', 'src/generated', 'src/features/mappings/language/parser*.ts', 'eslint.config.js'] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { 'react-hooks': hooks },
    rules: {
      ...hooks.configs.recommended.rules,
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      'no-restricted-syntax': [
        'error',
        { selector: "JSXAttribute[name.name='style'] Literal[value=/#[0-9a-fA-F]{3,8}|rgb/]", message: 'Colours come from tokens.' },
        { selector: "Property[key.name=/[cC]olor$|^background$|^fill$|^stroke$/] > Literal[value=/^#|^rgb/]", message: 'Colours come from tokens.' },
      ],
      'no-console': 'error',
    },
  },
  {
    files: ['src/test/**', 'src/**/*.test.{ts,tsx}'],
    rules: {
      // The fake host throws what the bridge carries: plain objects.
      '@typescript-eslint/only-throw-error': 'off',
      '@typescript-eslint/no-deprecated': 'off',
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { varsIgnorePattern: '^_' }],
      '@typescript-eslint/switch-exhaustiveness-check': 'off',
    },
  },
  {
    // The virtual lists return functions that the React Compiler could not memoize; it is not used here.
    files: ['src/components/virtual-grid.tsx', 'src/features/people/AssignmentTable.tsx'],
    rules: { 'react-hooks/incompatible-library': 'off' },
  },
  {
    // The old clipboard command is the only way where a web view withholds the clipboard interface.
    files: ['src/platform/browser.ts'],
    rules: { '@typescript-eslint/no-deprecated': 'off' },
  },
  ...layers,
  ...features,
);
