//   npm run conformance [-- moto botocore openapi emulate zizmor cfn-lint act chromium raito]
// REQUIRE_PEERS: these (or all but the last: 1) must not be missing. DIST_DIRECTORY: other bundles than those of dist/.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DIST } from '../emulator/runner.ts'
import { runActConformance } from './act.ts'
import { runBotocore } from './botocore.ts'
import { runCfnLint } from './cfn-lint.ts'
import { runChromium } from './chromium.ts'
import { runEmulate } from './emulate.ts'
import { runMoto } from './moto.ts'
import { runOpenApi } from './openapi.ts'
import { MissingPeer } from './peer.ts'
import { runRaito } from './raito.ts'
import { runZizmor } from './zizmor.ts'
import type { Check, Conformance } from './peer.ts'

const peers: Record<string, (conformance: Conformance) => Promise<void>> = {
  moto: runMoto,
  botocore: runBotocore,
  openapi: runOpenApi,
  emulate: runEmulate,
  zizmor: runZizmor,
  'cfn-lint': runCfnLint,
  act: runActConformance,
  chromium: runChromium,
  raito: runRaito,
}
/** Those that ordinary clients install, wherever there is Python, Go or a package of Chromium. */
const installable = ['moto', 'botocore', 'openapi', 'emulate', 'zizmor', 'cfn-lint', 'act', 'chromium']
const { REQUIRE_PEERS = '' } = process.env
const required = REQUIRE_PEERS === '1' ? installable : REQUIRE_PEERS.split(',')

if (!existsSync(join(DIST, 'index.js')))
  throw new Error(`There is no index.js in ${DIST}: npm run build makes it.`)
const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(peers)

let passed = 0
let failed = 0
const missing: string[] = []
for (const name of wanted) await runPeer(name)

console.log(`\ntests: ${passed} passed, ${failed} failed`)
const names = missing.length === 0 ? '' : ` (${missing.join(', ')})`
console.log(`peers: ${wanted.length - missing.length} run, ${missing.length} missing${names}`)
if (failed > 0) process.exitCode = 1

async function runPeer(name: string): Promise<void> {
  const started = performance.now()
  const check: Check = (what, holds, evidence = '') => {
    if (holds) passed++
    else failed++
    console.log(`${holds ? 'ok    ' : 'FAILED'} ${name}: ${what}`)
    if (!holds && evidence !== '') console.log(evidence.replace(/^/gm, '       | '))
  }
  try {
    const run = peers[name]
    if (run === undefined)
      throw new Error(`there is no such peer; there are: ${Object.keys(peers).join(', ')}`)
    await run({ check, dist: DIST })
    console.log(`       ${name}: ${((performance.now() - started) / 1000).toFixed(1)} s`)
  } catch (error) {
    if (!(error instanceof MissingPeer)) {
      check('runs to its end', false, error instanceof Error ? error.stack : String(error))
      return
    }
    missing.push(name)
    console.log(`NOT RUN ${name}: ${error.message}`)
    if (required.includes(name)) check('is there, as REQUIRE_PEERS asks', false)
  }
}
