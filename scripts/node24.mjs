// Plain JavaScript, because it has to start on Node 20, which does not run TypeScript.
//
//   node scripts/node24.mjs file.ts argument…     runs the file on Node 24
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const version = '24.21.0'
const cache = fileURLToPath(new URL('../.cache/', import.meta.url))

/**
 * The path of a Node 24, the runtime of the action: the running one, else one that npm installs into `.cache/node24`
 * (once; 190 MB, no install scripts). Processes that need it at the same moment do not disturb each other.
 *
 * @returns {string}
 */
export function node24() {
  if (process.versions.node.startsWith('24.')) return process.execPath
  const home = path.join(cache, 'node24')
  if (!isInstalled(home)) install(home)
  return executable(home)
}

const packageName = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`

/** @param {string} home */
function executable(home) {
  const name = process.platform === 'win32' ? 'node.exe' : 'node'
  return path.join(home, 'node_modules', packageName, 'bin', name)
}

/** @param {string} home */
function isInstalled(home) {
  const manifest = path.join(home, 'node_modules', packageName, 'package.json')
  if (!existsSync(manifest) || !existsSync(executable(home))) return false
  return JSON.parse(readFileSync(manifest, 'utf8')).version === version
}

/**
 * Installs beside, then renames: nobody sees half of it, and whoever comes second finds it done.
 *
 * @param {string} home
 */
function install(home) {
  console.error(
    `Node ${process.versions.node} runs this; the action's own runtime, Node 24, is now downloaded from npm (190 MB, once).`,
  )
  mkdirSync(cache, { recursive: true })
  const fresh = mkdtempSync(path.join(cache, 'node24-'))
  const old = `${fresh}-old`
  try {
    const wanted = `${packageName}@${version}`
    npm([
      'install',
      '--prefix',
      fresh,
      '--no-save',
      '--no-package-lock',
      '--ignore-scripts',
      '--no-audit',
      wanted,
    ])
    if (isInstalled(home)) return
    if (existsSync(home)) renameSync(home, old)
    renameSync(fresh, home)
  } catch (error) {
    if (!isInstalled(home)) throw error
  } finally {
    rmSync(fresh, { recursive: true, force: true })
    rmSync(old, { recursive: true, force: true })
  }
}

/** @param {string[]} parameters */
function npm(parameters) {
  const script = process.env['npm_execpath']
  /** @type {import('node:child_process').StdioOptions} */
  const stdio = ['ignore', 'ignore', 'inherit']
  if (script?.endsWith('npm-cli.js')) execFileSync(process.execPath, [script, ...parameters], { stdio })
  else execFileSync('npm', parameters, { stdio, shell: process.platform === 'win32' })
}

/** @param {string[]} parameters */
function runOnNode24(parameters) {
  const child = spawn(node24(), parameters, { stdio: 'inherit' })
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => {
      // a terminal sends its SIGINT to both processes
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
    })
  }
  child.on('error', (error) => {
    throw error
  })
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1)
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) runOnNode24(process.argv.slice(2))
