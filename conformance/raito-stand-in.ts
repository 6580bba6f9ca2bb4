// What the examples run as `raito run --only-targets NAME`: one target of raito.yml, through the connector, as the CLI does
// it. Instead of uploading the two files it keeps them in CONFORMANCE_RECORD.
import { readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { argv, env } from 'node:process'
import { parse } from 'yaml'
import { runHost } from '../emulator/raito-host.ts'

for (const name of ['RAITO_DOMAIN', 'RAITO_API_USER', 'RAITO_API_SECRET'] as const) {
  if ((env[name] ?? '') === '') throw new Error(`${name} is not set.`)
}
const [subcommand, option, wanted] = argv.slice(2)
if (subcommand !== 'run' || option !== '--only-targets')
  throw new Error('usage: raito run --only-targets NAME')

// The form of raito.yml.
const { targets } = parse(readFileSync('raito.yml', 'utf8')) as { targets: Record<string, string>[] }
const target = targets.find(({ name }) => name === wanted)
if (target === undefined) throw new Error(`raito.yml has no target ${String(wanted)}.`)
const filled = Object.entries(target).map(([key, value]) => [key, withEnvironment(value)] as const)
const own = ['name', 'connector-name', 'connector-version', 'identity-store-id']
const keys = new Map(filled)
if ((keys.get('identity-store-id') ?? '') === '') throw new Error('identity-store-id is empty.')

const result = await runHost({
  home: homedir(),
  workingDirectory: process.cwd(),
  connectorName: keys.get('connector-name') ?? '',
  connectorVersion: keys.get('connector-version') ?? '',
  // As the CLI: the connector inherits the environment of `raito run`.
  environment: Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  ),
  parameters: Object.fromEntries(filled.filter(([key]) => !own.includes(key))),
})
for (const { level, message } of result.log) console.log(`${level} ${message}`)
if (result.files === undefined) throw new Error(`The connector failed: ${result.error?.message ?? ''}`)
const record = env['CONFORMANCE_RECORD'] ?? ''
writeFileSync(join(record, 'imported-users.json'), result.files.users)
writeFileSync(join(record, 'imported-groups.json'), result.files.groups)

/** `{{NAME}}` stands for a variable of the environment; an unset one is an error, as in the CLI. */
function withEnvironment(text: string): string {
  return text.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, name: string) => {
    const value = env[name]
    if (value === undefined) throw new Error(`${name}, which raito.yml names, is not set.`)
    return value
  })
}
