import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fromRoot, runProgram } from '../emulator/runner.ts'
import { workflowsIn } from '../scripts/workflow-files.mjs'
import { installFromPyPI } from './install.ts'
import type { Conformance } from './peer.ts'

const VERSION = '1.30.1'

/** What zizmor has to find before its silence counts: what of SOUND is put in the place of what. */
const MISTAKES: readonly [audit: string, text: string, by: string][] = [
  ['template-injection', 'echo sound', 'echo ${{ github.event.pull_request.title }}'],
  ['dangerous-triggers', 'push:', 'pull_request_target:'],
  ['excessive-permissions', 'permissions: {}', 'permissions: write-all'],
  ['artipacked', 'persist-credentials: false', 'persist-credentials: true'],
  ['unpinned-uses', `@${'0'.repeat(40)}`, '@v1'],
]
const SOUND = `name: Sound
on:
  push:
concurrency:
  group: sound
  cancel-in-progress: false
permissions: {}
jobs:
  one:
    name: One
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@${'0'.repeat(40)} # v1.0.0
        with:
          persist-credentials: false
      - run: echo sound
`

/** What an example does on purpose. */
const EXAMPLES = `rules:
  # a job's name is its user's to choose
  anonymous-definition: { disable: true }
  # a run that reads or imports is never cancelled for the next one, which is the default
  concurrency-limits: { disable: true }
  # an environment for the secret of Raito is its user's to set up
  secrets-outside-env: { disable: true }
  # one example is about such a runner
  self-hosted-runner: { disable: true }
  # gh could open the pull request too, in more lines
  superfluous-actions: { disable: true }
`

/** The workflows of this repository and those that people copy, audited by a program that others wrote. */
export async function runZizmor({ check }: Conformance): Promise<void> {
  const packages = await installFromPyPI(`zizmor-${VERSION}`, [`zizmor==${VERSION}`])
  const zizmor = join(packages, 'bin', 'zizmor')

  const sound = await audit(zizmor, [folderOf({ 'sound.yml': SOUND })])
  check('zizmor is content with a sound workflow', sound.isClean, sound.log)
  for (const [name, text, by] of MISTAKES) {
    const { isClean, log } = await audit(zizmor, [folderOf({ 'mistake.yml': SOUND.replace(text, by) })])
    check(`zizmor finds a deliberate mistake: ${name}`, !isClean && log.includes(`[${name}]`), log)
  }

  const own = await audit(zizmor, ['.github', 'action.yml', 'conformance/stand-ins'].map(fromRoot))
  check('nothing is to be said of .github and action.yml', own.isClean, own.log)
  const copied = await audit(zizmor, [folderOf(copiedExamples())], EXAMPLES)
  check('nothing is to be said of the examples', copied.isClean, copied.log)
}

/**
 * Offline, with every audit that works so, and with nothing of the machine's settings. What it cannot read is a failure too.
 *
 * @param config zizmor's own settings, in YAML
 */
async function audit(
  zizmor: string,
  paths: readonly string[],
  config = 'rules: {}',
): Promise<{ isClean: boolean; log: string }> {
  const file = join(mkdtempSync(join(tmpdir(), 'zizmor-')), 'zizmor.yml')
  writeFileSync(file, config)
  const { code, stdout, stderr } = await runProgram({
    command: zizmor,
    arguments: [
      ...['--offline', '--strict-collection', '--persona=auditor', '--no-progress', '--config', file],
      ...paths,
    ],
    env: { NO_COLOR: '1' },
  })
  return { isClean: code === 0, log: `${stdout}${stderr}` }
}

/** As they are once somebody has put the commit of a release in the place of the placeholder. */
function copiedExamples(): Record<string, string> {
  const folder = fromRoot('examples')
  const textOf = (name: string): string => readFileSync(join(folder, name), 'utf8')
  return Object.fromEntries(
    workflowsIn('examples').map((name) => [
      name,
      textOf(name).replaceAll('@COMMIT #', `@${'0'.repeat(40)} #`),
    ]),
  )
}

/** A repository with these workflows: name to content. */
function folderOf(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'zizmor-'))
  const folder = join(root, '.github', 'workflows')
  mkdirSync(folder, { recursive: true })
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return root
}
