import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fromRoot, runProgram } from '../emulator/runner.ts'
import { node24 } from '../scripts/node24.mjs'
import { freePort, startProxy } from './proxy.ts'
import type { Exchange } from './proxy.ts'

export interface ActOptions {
  /** The program. */
  act: string
  /** The work tree of the repository that the workflow is in. */
  repository: string
  /** From the root of the repository. */
  workflow: string
  event: string
  payload: object
  /** For the steps, on top of what act sets. */
  env: Record<string, string>
  secrets: Record<string, string>
  variables?: Record<string, string>
  /** What the steps find in HOME: path to content. */
  home?: Record<string, string>
  /** Folders of actions, by `owner/name@ref`. */
  actions: Record<string, string>
}

export interface ActRun {
  code: number | null
  /** Of each job that ran, once for each cell of a matrix. */
  jobs: { job: string; result: string }[]
  /** By the id of the step; of a matrix, those of the last cell. */
  outputs: Record<string, Record<string, string>>
  /** Markdown, in order. */
  summaries: string[]
  /** What the steps and act printed. */
  log: string
  /** The archive of an artifact, as act's server stored it. */
  artifact(run: number, name: string): Buffer | undefined
  /** What a stand-in kept; undefined where it did not run. */
  record(name: string): string | undefined
}

/** Lets act run a workflow on this machine, without containers, and with nothing of this process's environment. */
export async function runAct(options: ActOptions): Promise<ActRun> {
  const place = mkdtempSync(join(tmpdir(), 'act-'))
  const [ownHome, home, artifacts, record] = ['own-home', 'home', 'artifacts', 'record'].map((name) =>
    join(place, name),
  ) as [string, string, string, string]
  for (const folder of [ownHome, home, artifacts, record]) mkdirSync(folder)
  writeFiles(home, options.home ?? {})
  const payload = join(place, 'event.json')
  writeFileSync(payload, JSON.stringify(options.payload))

  const port = await freePort()
  const service = await startProxy(`http://127.0.0.1:${port}`, {
    changeRequest: withoutMimeType,
    changeAnswer: withEscapedSignature,
  })
  try {
    const steps = { ...options.env, HOME: home, CONFORMANCE_ROOT: fromRoot('.'), CONFORMANCE_RECORD: record }
    const result = await runProgram({
      command: options.act,
      arguments: [
        options.event,
        ...['-C', options.repository, '-W', options.workflow, '-e', payload],
        // a label without an entry is passed over, and act is content
        ...['ubuntu-24.04', 'self-hosted'].flatMap((label) => ['-P', `${label}=-self-hosted`]),
        ...['--json', '--rm', '--no-cache-server'],
        ...['--env-file', '--secret-file', '--var-file', '--input-file'].flatMap((flag) => [
          flag,
          '/dev/null',
        ]),
        ...['--artifact-server-path', artifacts],
        ...['--artifact-server-addr', '127.0.0.1', '--artifact-server-port', String(port)],
        ...pairs('--env', steps),
        ...pairs('--secret', options.secrets),
        ...pairs('--var', options.variables ?? {}),
        ...pairs('--local-repository', options.actions),
      ],
      env: {
        PATH: [dirname(node24()), '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter),
        HOME: ownHome,
        LANG: 'C.UTF-8',
        ACT_DISABLE_VERSION_CHECK: '1',
        ACTIONS_RUNTIME_URL: `${service.url}/`,
      },
      cwd: options.repository,
    })
    return {
      code: result.code,
      ...readLines(`${result.stdout}\n${result.stderr}`),
      artifact(run, name) {
        const path = join(artifacts, String(run), name, `${name}.zip`)
        return existsSync(path) ? readFileSync(path) : undefined
      },
      record(name) {
        const path = join(record, name)
        return existsSync(path) ? readFileSync(path, 'utf8') : undefined
      },
    }
  } finally {
    await service.close()
  }
}

/** A work tree with one commit on main: path to content. Gives the commit. */
export function createRepository(folder: string, files: Record<string, string | Uint8Array>): string {
  mkdirSync(folder, { recursive: true })
  git(folder, 'init', '--quiet', '--initial-branch=main')
  return commit(folder, files)
}

/** @param date when it was committed, ISO 8601; now where absent */
export function commit(folder: string, files: Record<string, string | Uint8Array>, date?: string): string {
  writeFiles(folder, files)
  git(folder, 'add', '--all')
  const author = ['-c', 'user.name=author', '-c', 'user.email=author@example.com']
  const when = date === undefined ? {} : { GIT_COMMITTER_DATE: date }
  const parameters = [...author, 'commit', '--quiet', '--no-gpg-sign', '--message=x']
  execFileSync('git', parameters, { cwd: folder, env: { ...process.env, ...when } })
  return git(folder, 'rev-parse', 'HEAD').trim()
}

function git(folder: string, ...parameters: string[]): string {
  return execFileSync('git', parameters, { cwd: folder, encoding: 'utf8' })
}

function writeFiles(folder: string, files: Record<string, string | Uint8Array>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
}

function pairs(flag: string, values: Record<string, string>): string[] {
  return Object.entries(values).flatMap(([name, value]) => [flag, `${name}=${value}`])
}

/** A line of act's output; which members there are depends on what it tells. */
interface Line {
  msg?: string
  jobID?: string
  jobResult?: string
  command?: string
  name?: string
  arg?: string
  content?: string
  stepID?: string[]
}

function readLines(output: string): Pick<ActRun, 'jobs' | 'outputs' | 'summaries' | 'log'> {
  const read: Pick<ActRun, 'jobs' | 'outputs' | 'summaries' | 'log'> = {
    jobs: [],
    outputs: {},
    summaries: [],
    log: '',
  }
  for (const text of output.split('\n').filter(Boolean)) {
    const line = lineOf(text)
    read.log += `${(line.msg ?? text).trimEnd()}\n`
    if (line.jobResult !== undefined) read.jobs.push({ job: line.jobID ?? '', result: line.jobResult })
    if (line.command === 'summary') read.summaries.push(line.content ?? '')
    if (line.command === 'set-output') {
      const step = (read.outputs[line.stepID?.[0] ?? ''] ??= {})
      step[line.name ?? ''] = line.arg ?? ''
    }
  }
  return read
}

function lineOf(text: string): Line {
  try {
    // act's own form with --json
    return JSON.parse(text) as Line
  } catch {
    return { msg: text }
  }
}

/** act 0.2.89 answers `unknown field "mime_type"`. */
function withoutMimeType(path: string, body: Buffer): Buffer {
  if (!path.endsWith('/CreateArtifact')) return body
  const call = JSON.parse(body.toString()) as Record<string, unknown>
  delete call['mime_type']
  return Buffer.from(JSON.stringify(call))
}

/** The signature in act's addresses ends with `=`, which the client of the storage drops from a query. */
function withEscapedSignature({ path, answer }: Exchange): { answer?: Buffer } {
  if (!/\/(CreateArtifact|GetSignedArtifactURL)$/.test(path)) return {}
  const escaped = answer.toString().replace(/([?&]sig=[\w+/-]+)(=+)/g, (_, name: string, padding: string) => {
    return name + '%3D'.repeat(padding.length)
  })
  return { answer: Buffer.from(escaped) }
}
