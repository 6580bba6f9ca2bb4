// How to run it: docs/decisions/mutation-testing.md. Stryker is no dependency; STRYKER says where it is installed.
const { STRYKER, MUTATE, TESTS } = process.env

/** @type {Record<string, unknown>} */
export default {
  plugins: [`${STRYKER}/node_modules/@stryker-mutator/jest-runner/dist/src/index.js`],
  testRunner: 'jest',
  testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
  coverageAnalysis: 'perTest',
  jest: {
    configFile: 'jest.config.mjs',
    enableFindRelatedTests: false,
    config: {
      testMatch: (TESTS ?? '').split(',').map((path) => `<rootDir>/__tests__/${path}`),
      reporters: [],
      setupFiles: ['<rootDir>/scripts/stryker-setup.mjs'],
    },
  },
  mutate: (MUTATE ?? '').split(',').map((path) => `src/${path}`),
  ignorePatterns: ['.cache', '.ci', 'dist', 'docs', 'coverage'],
  reporters: ['clear-text', 'json', 'progress-append-only'],
  jsonReporter: { fileName: '.cache/stryker/report.json' },
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  concurrency: 2,
  tempDirName: '.stryker-tmp',
}
