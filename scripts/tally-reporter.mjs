import { readdirSync, statSync, writeSync } from 'node:fs'

/** @typedef {Record<'numPassedTests' | 'numFailedTests' | 'numPendingTests' | 'numTodoTests' | 'numRuntimeErrorTestSuites', number>} Results */

/** A jest reporter that ends a run with `tests: N passed, N failed`; a file that could not run counts as one failure. */
export default class TallyReporter {
  onRunStart() {
    // the files of one checkout are written in any order, within seconds
    if (newest('src') - newest('dist') > 60_000)
      console.warn('src/ is newer than dist/, which the end-to-end tests run: "npm run build" first.\n')
  }

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

/** @param {string} folder from the root, where npm runs jest */
function newest(folder) {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return Math.max(
    ...files
      .map((file) => statSync(`${folder}/${file}`))
      .map((found) => (found.isFile() ? found.mtimeMs : 0)),
  )
}
