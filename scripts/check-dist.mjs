// Builds both bundles anew and compares them, byte for byte, with dist/.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from './build.mjs'

const dist = fileURLToPath(new URL('../dist', import.meta.url))
const fresh = fileURLToPath(new URL('../.cache/dist-check', import.meta.url))

await build(fresh)
const stale = [...new Set([...filesIn(dist), ...filesIn(fresh)])].sort().filter((file) => !isSame(file))
if (stale.length > 0) {
  console.log(`dist/ is not what src/ builds (run "npm run build"):\n${stale.join('\n')}`)
  process.exitCode = 1
}

/** @param {string} folder */
function filesIn(folder) {
  if (!existsSync(folder)) return []
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return names.filter((name) => statSync(path.join(folder, name)).isFile())
}

/** @param {string} file */
function isSame(file) {
  const [old, built] = [path.join(dist, file), path.join(fresh, file)]
  return existsSync(old) && existsSync(built) && readFileSync(old).equals(readFileSync(built))
}
