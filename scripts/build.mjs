//   npm run build                  both bundles, and the page of the access review, into dist/
//   npm run build -- --out DIR     elsewhere
//   npm run build -- --check       compares a fresh build with dist/, byte for byte
import { spawn, spawnSync } from 'node:child_process'
import { lstatSync, mkdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { buildReviewPage } from '../review-page/build.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const ncc = fileURLToPath(import.meta.resolve('@vercel/ncc/dist/ncc/cli.js'))

/**
 * Builds both bundles, the action into `out` and the connector into `out/connector`, and the page of the access review
 * beside the action. Byte for byte the same on every machine: no cache, no source maps.
 *
 * @param {string} out an absolute path; what it holds is deleted
 */
async function build(out) {
  rmSync(out, { recursive: true, force: true })
  mkdirSync(out, { recursive: true })
  const bundles = [
    bundle('src/action/main.ts', out),
    bundle('src/connector/main.ts', path.join(out, 'connector')),
    buildReviewPage(out),
  ]
  const failed = (await Promise.allSettled(bundles)).find((result) => result.status === 'rejected')
  if (failed !== undefined) throw failed.reason
  // For services of grpc-js that a server must add (channelz, ORCA), and twice; the connector has neither.
  for (const unused of ['proto', 'xds', 'protoc-gen-validate'])
    rmSync(path.join(out, 'connector', unused), { recursive: true, force: true })
}

/**
 * @param {string} entry
 * @param {string} out
 * @returns {Promise<void>}
 */
function bundle(entry, out) {
  const parameters = [ncc, 'build', entry, '--out', out, '--license', 'licenses.txt', '--no-cache', '--quiet']
  const child = spawn(process.execPath, parameters, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  child.stdout.on('data', (text) => (output += String(text)))
  child.stderr.on('data', (text) => (output += String(text)))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => {
      if (code === 0) resolve()
      else reject(new Error(`ncc could not build ${entry}:\n${output}`))
    })
  })
}

const { values } = parseArgs({
  options: { out: { type: 'string', default: 'dist' }, check: { type: 'boolean', default: false } },
})
if (lstatSync(path.join(root, 'node_modules')).isSymbolicLink())
  console.warn('node_modules is a link: where it leads to will show in the bundles. Do not commit them.')
const out = values.check ? '.cache/dist-check' : values.out
await build(path.resolve(root, out))
if (values.check)
  process.exitCode = spawnSync('diff', ['-rq', 'dist', out], { cwd: root, stdio: 'inherit' }).status ?? 1
