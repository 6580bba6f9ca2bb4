import { readdirSync, statSync, writeSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
/** Files of one checkout are written in any order, within seconds. */
const ONE_CHECKOUT_MS = 60_000

/** @typedef {Record<'numPassedTests' | 'numFailedTests' | 'numPendingTests' | 'numTodoTests' | 'numRuntimeErrorTestSuites', number>} Results */

/**
 * A jest reporter that says where dist/ is stale, and ends the output of a run with `tests: N passed, N failed`. A test
 * file that could not run at all counts as one failure.
 */
export default class TallyReporter {
  onRunStart() {
    if (newest('src') - newest('dist') > ONE_CHECKOUT_MS)
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

/** @param {string} folder below the root */
function newest(folder) {
  const files = readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
  return Math.max(
    ...files
      .filter((file) => file.isFile())
      .map((file) => statSync(path.join(file.parentPath, file.name)).mtimeMs),
  )
}
