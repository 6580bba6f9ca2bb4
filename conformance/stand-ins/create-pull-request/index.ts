import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { env } from 'node:process'

const path = env['INPUT_ADD-PATHS'] ?? ''
const options = { cwd: env['GITHUB_WORKSPACE'], encoding: 'utf8' } as const
execFileSync('git', ['add', '--', path], options)
const names = execFileSync('git', ['diff', '--cached', '--name-only'], options).split('\n').filter(Boolean)
const files = Object.fromEntries(
  names.map((name) => [name, readFileSync(join(env['GITHUB_WORKSPACE'] ?? '', name), 'utf8')]),
)
const bodyFile = env['INPUT_BODY-PATH'] ?? ''
const body = bodyFile === '' ? '' : readFileSync(bodyFile, 'utf8')
writeFileSync(join(env['CONFORMANCE_RECORD'] ?? '', 'pull-request.json'), JSON.stringify({ files, body }))
