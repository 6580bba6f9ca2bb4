import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { env, execPath } from 'node:process'

const folder = join(env['RUNNER_TEMP'] ?? '', 'raito-cli')
mkdirSync(folder, { recursive: true })
const program = join(env['CONFORMANCE_ROOT'] ?? '', 'conformance/raito-stand-in.ts')
writeFileSync(join(folder, 'raito'), `#!/bin/sh\nexec '${execPath}' '${program}' "$@"\n`, { mode: 0o755 })
appendFileSync(env['GITHUB_PATH'] ?? '', `${folder}\n`)
