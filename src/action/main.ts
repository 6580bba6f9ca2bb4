import { closeSync, constants, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as core from '@actions/core'
import { framesOf, messageOf, UserError } from '../errors.ts'
import { discardUnfinishedFiles, systemErrorCode } from '../files.ts'
import { readContext, type GitHubContext } from '../github/context.ts'
import { growHeapSlowly } from '../heap.ts'
import type { Log } from '../log.ts'
import { ACTION_INPUTS, FAILED_SOURCE, parseActionSettings, SOURCE_VARIABLE } from '../settings.ts'
import { VERSION_VARIABLE } from '../version.ts'
import { run, type Outcome } from './run.ts'

/** The entry of the action: reads the environment, does the run, and tells GitHub what came of it. */

const log: Log = { debug: core.debug, info: core.info, warning: (message) => core.warning(message) }

for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'] as const) {
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
  // Until the end says better, later steps find no snapshot: neither that of a process that is killed, nor of an earlier
  // run. It also shows, before anything is read or replaced, whether they can be told at all.
  tellLaterSteps(() => {
    exportSource(FAILED_SOURCE)
    tryToAppend(process.env['GITHUB_OUTPUT'] ?? '')
  })
  const inputs = Object.fromEntries(ACTION_INPUTS.map((name) => [name, core.getInput(name)]))
  const settings = parseActionSettings(inputs, process.env)
  growHeapSlowly(settings.source === 'aws' ? 'aws' : 'directory')
  const context = await readGitHubContext()
  const outcome = await run(settings, context, {
    environment: process.env,
    log,
    workspace: context.workspace ?? process.cwd(),
    temp: context.temp ?? tmpdir(),
    home: homedir(),
    bundle: dirname(fileURLToPath(import.meta.url)),
    node: process.execPath,
  })
  await finish(outcome)
} catch (error) {
  fail(error)
}
// Sockets that are kept alive, or a call that nobody waits for any more, must not keep the job waiting.
process.stdout.write('', () => process.exit())

async function readGitHubContext(): Promise<GitHubContext> {
  const path = process.env['GITHUB_EVENT_PATH'] ?? ''
  let event: unknown
  try {
    event = path === '' ? undefined : JSON.parse(await readFile(path, 'utf8'))
  } catch {
    log.debug('The event file could not be read. Continuing without it.')
  }
  return readContext(process.env, event)
}

async function finish({ outputs, summary, snapshotDirectory, failure }: Outcome): Promise<void> {
  tellLaterSteps(() => {
    for (const [name, value] of Object.entries(outputs)) core.setOutput(name, value ?? '')
    const version = outputs['connector-version']
    if (version !== undefined) core.exportVariable(VERSION_VARIABLE, version)
  })
  try {
    await core.summary.addRaw(summary, true).write()
  } catch (error) {
    const path = process.env['GITHUB_STEP_SUMMARY'] ?? ''
    if (path !== '')
      log.warning(
        `The job summary (${path}) could not be written (${systemErrorCode(error) ?? 'no such file'}). Everything else was written.`,
      )
  }
  if (failure !== undefined) fail(failure)
  else if (snapshotDirectory !== undefined) tellLaterSteps(() => exportSource(snapshotDirectory))
}

/** A disk can also fill in the course of the run. */
function tellLaterSteps(tell: () => void): void {
  try {
    tell()
  } catch (error) {
    throw new UserError(
      'precondition',
      `GITHUB_ENV or GITHUB_OUTPUT cannot be written (${systemErrorCode(error) ?? 'no such file'}), so later steps would not see the result. Check that the runner has free disk space and that no step replaced these files.`,
      { cause: error },
    )
  }
}

/** Only a write shows that a disk is full; what it added is taken away again. */
function tryToAppend(path: string): void {
  if (path === '') return
  const file = openSync(path, constants.O_WRONLY | constants.O_APPEND)
  try {
    const before = fstatSync(file)
    writeSync(file, '\n')
    if (before.isFile()) ftruncateSync(file, before.size)
  } finally {
    closeSync(file)
  }
}

function exportSource(value: string): void {
  core.exportVariable(SOURCE_VARIABLE, value)
}

/** One sentence for a failure that was foreseen; of anything else no text, which could hold a name, but where it happened. */
function fail(error: unknown): void {
  try {
    exportSource(FAILED_SOURCE)
  } catch (unwritable) {
    log.debug(`Could not set environment variables for later steps: ${messageOf(unwritable)}`)
  }
  if (error instanceof UserError) {
    core.setFailed(error.message)
    if (error.cause !== undefined) log.debug(`Cause: ${framesOf(error.cause)}`)
    return
  }
  core.setFailed(
    `This is a bug in AWS Organization Sync (${error instanceof Error ? error.name : typeof error}). Nothing was written after it occurred. Run again with debug logging, and report it with the log.`,
  )
  log.debug(framesOf(error))
}
