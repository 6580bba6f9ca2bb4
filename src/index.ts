import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { dirname, join, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import * as core from '@actions/core'
import { framesOf, messageOf, UserError } from './errors.ts'
import { discardUnfinishedFiles, verifyPlace } from './files.ts'
import type { GitHubClient } from './github/client.ts'
import { readContext, type GitHubContext } from './github/context.ts'
import { realTime } from './identity-center/time.ts'
import type { Log } from './log.ts'
import { OUTPUTS, type Outputs } from './outputs.ts'
import { VERSION_VARIABLE } from './raito/names.ts'
import { SNAPSHOT_FILES } from './snapshot/model.ts'
import {
  ACTION_INPUTS,
  FAILED_SOURCE,
  parseActionSettings,
  SOURCE_VARIABLE,
  type ActionSettings,
} from './settings.ts'
import { openAws, openDirectory } from './source.ts'
import { sync, type Edges, type Outcome } from './sync.ts'
import { VERSION } from './version.ts'

/** The entry of the action: reads the environment, builds the edges, runs the sync, and tells GitHub what came of it. */

// What a call leaves behind is short-lived: a heap that grows slowly holds less of it (docs/performance.md).
for (const flag of ['--semi-space-growth-factor=1', '--heap-growing-percent=60']) setFlagsFromString(flag)

const log: Log = {
  debug: core.debug,
  info: core.info,
  warning: (message) => {
    core.warning(message)
  },
}

for (const name of ['SIGTERM', 'SIGINT'] as const) {
  process.once(name, () => {
    try {
      discardUnfinishedFiles()
      exportSource(FAILED_SOURCE)
    } finally {
      process.kill(process.pid, name)
    }
  })
}

process.once('uncaughtException', (error) => {
  discardUnfinishedFiles()
  fail(error)
  process.exit(1)
})

try {
  // Until the end says better: a process that is killed, or out of memory, leaves no snapshot of an earlier run in force.
  exportSource(FAILED_SOURCE)
  const settings = readSettings()
  const context = await readGitHubContext()
  await finish(await sync(settings, buildEdges(settings, context)))
} catch (error) {
  fail(error)
}
// Sockets that are kept alive, or a call that nobody waits for any more, must not keep the job waiting.
process.stdout.write('', () => process.exit())

function readSettings(): ActionSettings {
  const inputs = Object.fromEntries(ACTION_INPUTS.map((name) => [name, core.getInput(name)]))
  return parseActionSettings(inputs, process.env)
}

async function readGitHubContext(): Promise<GitHubContext> {
  const path = process.env['GITHUB_EVENT_PATH'] ?? ''
  let event: unknown
  try {
    event = path === '' ? undefined : JSON.parse(await readFile(path, 'utf8'))
  } catch {
    log.debug('The event file cannot be read; the run goes on without it.')
  }
  return readContext(process.env, event)
}

function buildEdges(settings: ActionSettings, context: GitHubContext): Edges {
  const workspace = context.workspace ?? process.cwd()
  const temp = context.temp ?? tmpdir()
  const roots = [workspace, temp]
  const { source, account } = settings
  const outputDirectory =
    source === 'aws'
      ? resolve(workspace, settings.outputDirectory ?? join(temp, 'identity-store', account))
      : resolve(workspace, source.path)
  const step = process.env['GITHUB_ACTION'] ?? 'run'
  const bundle = dirname(fileURLToPath(import.meta.url))
  const client = async (): Promise<GitHubClient> => {
    if (settings.githubToken === '')
      throw new UserError(
        'parameters',
        'github-token is empty, and the baseline or the comment needs it. Leave the input at its default, or set baseline to none and comment to never.',
      )
    const { createClient } = await import('./github/client.ts')
    const { apiUrl, owner, repository } = context
    return createClient({ apiUrl, owner, repository, token: settings.githubToken })
  }
  const isExposed =
    context.visibility !== 'private' && `${outputDirectory}${sep}`.startsWith(`${workspace}${sep}`)
  return {
    log,
    signal: new AbortController().signal,
    outputDirectory,
    roots,
    exposure: isExposed
      ? 'The snapshot, which holds names and e-mail addresses, is written into the workspace of a repository that is not private. Take care that no later step commits or uploads it.'
      : undefined,
    reportDirectory: join(temp, 'aws-organization-sync', `${account}-${step.replace(/[^\w-]/g, '_')}`),
    showsNames: settings.detail === 'auto' ? context.visibility === 'private' : settings.detail === 'full',
    async openSource(signal) {
      if (source !== 'aws') return openDirectory(outputDirectory, account)
      verifyPlace(outputDirectory, SNAPSHOT_FILES, roots)
      return openAws(settings, { environment: process.env, log, time: realTime, signal })
    },
    async findBaseline() {
      const { chooseBaseline, loadBaseline } = await import('./github/baseline.ts')
      const [{ createGit }, { directoryFiles }] = await Promise.all([
        import('./github/git.ts'),
        import('./snapshot/read.ts'),
      ])
      const choice = chooseBaseline(
        {
          baseline: typeof settings.baseline === 'string' ? settings.baseline : settings.baseline.path,
          source: source === 'aws' ? 'aws' : source.path,
          outputDirectory: settings.outputDirectory,
          artifactName: settings.artifactName,
          pullRequest: settings.pullRequest,
          hasToken: settings.githubToken !== '',
        },
        context,
      )
      return loadBaseline(choice, {
        context,
        client,
        openDirectory: directoryFiles,
        git: createGit(process.env),
      })
    },
    existingSnapshot: (directory) => Promise.resolve(existsSync(join(directory, 'manifest.json'))),
    async writeSnapshot(identities, description, signal) {
      const { writeSnapshot } = await import('./snapshot/write.ts')
      return writeSnapshot({ directory: outputDirectory, roots, identities, description, signal })
    },
    async uploadArtifact(kind, directory) {
      const { uploadSnapshot } = await import('./github/artifact.ts')
      const { uploadArtifact: mode, artifactName: name, artifactRetentionDays: retentionDays } = settings
      // An upload is several calls: five minutes where a call may take two.
      const deadline = 2.5 * settings.deadlineMs
      return uploadSnapshot({ mode, source: kind, name, retentionDays, directory }, context, { deadline })
    },
    async comment(request) {
      const { reconcileComment } = await import('./github/comment.ts')
      const { comment: mode, pullRequest } = settings
      return reconcileComment({ ...request, mode, pullRequest }, context, client)
    },
    async installConnector() {
      if (settings.raitoConnector === 'none') return undefined
      const { installConnector } = await import('./raito/install.ts')
      const installed = await installConnector({
        kind: settings.raitoConnector,
        home: homedir(),
        bundleDirectory: join(bundle, 'connector'),
        node: process.execPath,
        version: VERSION,
      })
      core.exportVariable(VERSION_VARIABLE, installed.version)
      return installed
    },
  }
}

async function finish({ outputs, summary, snapshotDirectory, failure }: Outcome): Promise<void> {
  setOutputs(outputs)
  try {
    await core.summary.addRaw(summary, true).write()
  } catch (error) {
    log.debug(`The job summary could not be written: ${messageOf(error)}`)
  }
  if (failure !== undefined) {
    fail(failure)
    return
  }
  if (snapshotDirectory !== undefined) exportSource(snapshotDirectory)
}

function setOutputs(outputs: Outputs): void {
  for (const name of OUTPUTS) core.setOutput(name, outputs[name] ?? '')
}

function exportSource(value: string): void {
  core.exportVariable(SOURCE_VARIABLE, value)
}

/** One sentence for a failure that was foreseen; of anything else no text, which could hold a name, but where it happened. */
function fail(error: unknown): void {
  exportSource(FAILED_SOURCE)
  if (error instanceof UserError) {
    core.setFailed(error.message)
    if (error.cause !== undefined) log.debug(`Cause: ${framesOf(error.cause)}`)
    return
  }
  core.setFailed(
    `This is a bug in AWS Organization Sync (${error instanceof Error ? error.name : typeof error}). Please report it with the log of a run in debug mode; nothing was written after it.`,
  )
  log.debug(framesOf(error))
}
