import { writeSync } from 'node:fs'

/** @typedef {Record<'numPassedTests' | 'numFailedTests' | 'numPendingTests' | 'numTodoTests' | 'numRuntimeErrorTestSuites', number>} Results */

/**
 * A jest reporter that ends the output of a run with `tests: N passed, N failed`. A test file that could not run at all
 * counts as one failure.
 */
export default class TallyReporter {
  /**
   * @param {unknown} _contexts
   * @param {Results} results
   */
  onRunComplete(_contexts, results) {
    const skipped = results.numPendingTests + results.numTodoTests
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites
    const lines = skipped > 0 ? [`skipped: ${String(skipped)}`] : []
    lines.push(`tests: ${String(results.numPassedTests)} passed, ${String(failed)} failed`)
    // jest holds back what is written to its streams: only at the exit is this line sure to be the last
    process.once('exit', () => writeSync(1, `${lines.join('\n')}\n`))
  }
}
