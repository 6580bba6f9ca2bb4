import js from '@eslint/js'
import jest from 'eslint-plugin-jest'
import { defineConfig } from 'eslint/config'
import tseslint from 'typescript-eslint'
import { importDirections } from './scripts/import-directions.mjs'

const processIsForEntries =
  'Only src/action/main.ts and src/connector/main.ts touch the process: take what you need as an argument.'
const pureHasNoClock = 'This folder is pure: take the value as an argument.'

export default defineConfig(
  { ignores: ['dist/', '.cache/', 'coverage/', 'reports/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { project: './tsconfig.all.json', tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      // names from outside (inputs, variables, wire formats) stay in quotes
      '@typescript-eslint/dot-notation': ['error', { allowIndexSignaturePropertyAccess: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      // No `!`, and a cast has its reason beside it
      '@typescript-eslint/non-nullable-type-assertion-style': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true, varsIgnorePattern: '^_' }],
      eqeqeq: 'error',
    },
  },
  {
    files: ['review-page/*.ts'],
    languageOptions: { parserOptions: { project: './review-page/tsconfig.json' } },
  },
  {
    files: ['**/*.mjs'],
    languageOptions: {
      globals: { console: 'readonly', performance: 'readonly', process: 'readonly', URL: 'readonly' },
    },
  },
  {
    files: ['src/**'],
    plugins: { project: { rules: { 'import-directions': importDirections } } },
    rules: { 'no-console': 'error', 'project/import-directions': 'error' },
  },
  {
    files: ['src/**'],
    ignores: ['src/action/main.ts', 'src/connector/main.ts'],
    rules: {
      'no-restricted-globals': ['error', { name: 'process', message: processIsForEntries }],
      'no-restricted-imports': [
        'error',
        { paths: ['node:process', 'process'].map((name) => ({ name, message: processIsForEntries })) },
      ],
    },
  },
  {
    files: ['src/changes/**', 'src/review/**', 'src/report/**'],
    ignores: ['src/review/write.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { regex: '^(node:(?!crypto$)|@actions/|@aws-sdk/)', message: 'This folder is pure: no I/O.' },
          ],
        },
      ],
    },
  },
  {
    files: ['src/changes/**', 'src/review/**', 'src/report/**', 'src/snapshot/**'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: pureHasNoClock },
        { object: 'performance', property: 'now', message: pureHasNoClock },
        { object: 'Math', property: 'random', message: pureHasNoClock },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: pureHasNoClock },
      ],
    },
  },
  {
    files: ['__tests__/**'],
    extends: [jest.configs['flat/recommended']],
    rules: {
      // properties expect one thing of refused inputs and another of accepted ones
      'jest/no-conditional-expect': 'off',
      'jest/expect-expect': ['error', { assertFunctionNames: ['expect', 'expect*', 'fc.assert', 'assert*'] }],
    },
  },
)
