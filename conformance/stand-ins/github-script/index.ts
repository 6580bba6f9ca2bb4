import { createRequire } from 'node:module'
import { join } from 'node:path'
import { env } from 'node:process'
import { pathToFileURL } from 'node:url'
import type * as GitHub from '@actions/github'

// act runs a copy of this file, from which no package can be found.
const require = createRequire(join(env['CONFORMANCE_ROOT'] ?? '', 'package.json'))
const client = pathToFileURL(
  join(env['CONFORMANCE_ROOT'] ?? '', 'node_modules/@actions/github/lib/github.js'),
)
const { context, getOctokit } = (await import(client.href)) as typeof GitHub
// eslint-disable-next-line @typescript-eslint/no-implied-eval -- which is what the action does, too
const script = new Function(
  'github',
  'context',
  'require',
  `return (async () => {${env['INPUT_SCRIPT'] ?? ''}})()`,
)
await (script as (...parameters: unknown[]) => Promise<unknown>)(
  getOctokit(env['INPUT_GITHUB-TOKEN'] ?? ''),
  context,
  require,
)
