import { spawn } from 'node:child_process'
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { node24 } from '../scripts/node24.mjs'

/** The directory of the bundles to run: dist/ of this repository, or the one that DIST_DIRECTORY names. */
export const DIST = resolve(process.env['DIST_DIRECTORY'] ?? fromRoot('dist'))

/** A workflow command that the action printed, such as an annotation. */
export interface Annotation {
  /** error, warning, notice, debug, group, add-mask, … */
  command: string
  properties: Record<string, string>
  message: string
}

export interface ProgramResult {
  /** null where a signal ended it */
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
  milliseconds: number
}

export interface ActionResult extends ProgramResult {
  outputs: Record<string, string>
  /** What the action exported for later steps. */
  exported: Record<string, string>
  state: Record<string, string>
  /** Directories added to PATH. */
  paths: string[]
  /** Markdown */
  summary: string
  /** Every workflow command, in order. */
  annotations: Annotation[]
  /** The messages of the annotations of these kinds. */
  errors: string[]
  warnings: string[]
  workspace: string
  temp: string
  home: string
}

export interface RunActionOptions {
  /** By the names of action.yml; the others have their defaults. */
  inputs?: Record<string, string>
  /** On top of the runner's own variables; undefined takes one away. */
  env?: Record<string, string | undefined>
  event?: object
  eventName?: string
  repository?: string
  /** Kept across runs where given; else fresh directories. */
  workspace?: string
  temp?: string
  home?: string
  /** The bundle; index.js in DIST where absent. */
  dist?: string
  /** action.yml; the one of this repository where absent. */
  action?: string
  /** Sends the signal (SIGTERM where not said) as soon as the promise is fulfilled. */
  signalAfter?: Promise<unknown> | { after: Promise<unknown>; signal: NodeJS.Signals }
  /** The Node that runs it, Node 24 where absent. */
  node?: string
  /** Options of Node, before the file. */
  nodeOptions?: readonly string[]
  /** Given the child as soon as it runs. */
  onStart?: (child: ChildProcessWithoutNullStreams) => void
}

/** Runs the action as a runner does: environment, files of commands, inputs with their defaults. Nothing is inherited but PATH. */
export async function runAction(options: RunActionOptions = {}): Promise<ActionResult> {
  const place = mkdtempSync(join(tmpdir(), 'action-'))
  const directory = (given: string | undefined, name: string): string => {
    const path = given ?? join(place, name)
    mkdirSync(path, { recursive: true })
    return path
  }
  const file = (name: string, content = ''): string => {
    const path = join(place, name)
    writeFileSync(path, content)
    return path
  }
  const workspace = directory(options.workspace, 'workspace')
  const temp = directory(options.temp, 'temp')
  const home = directory(options.home, 'home')
  const commands = {
    GITHUB_OUTPUT: file('output'),
    GITHUB_ENV: file('env'),
    GITHUB_PATH: file('path'),
    GITHUB_STATE: file('state'),
    GITHUB_STEP_SUMMARY: file('summary'),
  }
  const repository = options.repository ?? 'octo-org/octo-repo'
  const env = defined({
    HOME: home,
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_WORKSPACE: workspace,
    RUNNER_TEMP: temp,
    RUNNER_TOOL_CACHE: directory(undefined, 'tool'),
    RUNNER_OS: 'Linux',
    RUNNER_ARCH: 'X64',
    RUNNER_NAME: 'runner',
    RUNNER_ENVIRONMENT: 'github-hosted',
    GITHUB_REPOSITORY: repository,
    GITHUB_REPOSITORY_ID: '1',
    GITHUB_REPOSITORY_OWNER: repository.split('/')[0],
    GITHUB_REPOSITORY_OWNER_ID: '2',
    GITHUB_EVENT_NAME: options.eventName ?? 'push',
    GITHUB_EVENT_PATH: file('event.json', JSON.stringify(options.event ?? {})),
    GITHUB_SHA: 'f'.repeat(40),
    GITHUB_REF: 'refs/heads/main',
    GITHUB_REF_NAME: 'main',
    GITHUB_REF_TYPE: 'branch',
    GITHUB_HEAD_REF: '',
    GITHUB_BASE_REF: '',
    GITHUB_RUN_ID: '1',
    GITHUB_RUN_NUMBER: '1',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_ACTOR: 'octocat',
    GITHUB_WORKFLOW: 'sync',
    GITHUB_WORKFLOW_REF: `${repository}/.github/workflows/sync.yml@refs/heads/main`,
    GITHUB_JOB: 'sync',
    GITHUB_ACTION: '__self',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_API_URL: 'https://api.github.com',
    GITHUB_GRAPHQL_URL: 'https://api.github.com/graphql',
    ...commands,
    ...inputVariables(options),
    ...options.env,
  })
  const result = await runProgram({
    command: options.node ?? node24(),
    arguments: [...(options.nodeOptions ?? []), options.dist ?? join(DIST, 'index.js')],
    env,
    cwd: workspace,
    ...(options.signalAfter === undefined ? {} : { signalAfter: options.signalAfter }),
    ...(options.onStart === undefined ? {} : { onStart: options.onStart }),
  })
  const annotations = readCommands(result.stdout)
  const messages = (command: string): string[] =>
    annotations.filter((annotation) => annotation.command === command).map(({ message }) => message)
  return {
    ...result,
    outputs: readFileCommands(commands.GITHUB_OUTPUT),
    exported: readFileCommands(commands.GITHUB_ENV),
    state: readFileCommands(commands.GITHUB_STATE),
    paths: readFileSync(commands.GITHUB_PATH, 'utf8').split('\n').filter(Boolean),
    summary: readFileSync(commands.GITHUB_STEP_SUMMARY, 'utf8'),
    annotations,
    errors: messages('error'),
    warnings: messages('warning'),
    workspace,
    temp,
    home,
  }
}

export interface RunProgramOptions {
  command: string
  arguments?: readonly string[]
  /** The whole environment but for PATH. */
  env?: Record<string, string>
  cwd?: string
  input?: string
  signalAfter?: Promise<unknown> | { after: Promise<unknown>; signal: NodeJS.Signals }
  onStart?: (child: ChildProcessWithoutNullStreams) => void
}

/** Runs a program to its end, in an environment of its own. */
export async function runProgram(options: RunProgramOptions): Promise<ProgramResult> {
  const started = performance.now()
  const child = spawn(options.command, options.arguments ?? [], {
    cwd: options.cwd,
    env: { PATH: process.env.PATH ?? '', ...options.env },
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  child.stdin.on('error', () => undefined)
  child.stdin.end(options.input ?? '')
  options.onStart?.(child)
  if (options.signalAfter !== undefined) {
    const { after, signal } =
      'after' in options.signalAfter
        ? options.signalAfter
        : { after: options.signalAfter, signal: 'SIGTERM' as const }
    void after.then(() => child.kill(signal))
  }
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (...end) => {
      resolve(end)
    })
  })
  return { code, signal, stdout, stderr, milliseconds: performance.now() - started }
}

/** The value of NODE_OPTIONS with which Node runs a program before the file that it is started with. */
export function preload(program: string): string {
  return `--import=data:text/javascript,${encodeURIComponent(program)}`
}

/** The absolute path of a file of this repository. */
export function fromRoot(path: string): string {
  return fileURLToPath(new URL(`../${path}`, import.meta.url))
}

/** The runner's form of inputs: the given ones, else the defaults of action.yml, else empty. */
function inputVariables(options: RunActionOptions): Record<string, string> {
  const variables: Record<string, string> = {}
  const set = (name: string, value: string): void => {
    variables[`INPUT_${name.replace(/ /g, '_').toUpperCase()}`] = value
  }
  // GitHub's schema of action.yml, which npm run check holds the file to.
  const { inputs } = parse(readFileSync(options.action ?? fromRoot('action.yml'), 'utf8')) as {
    inputs?: Record<string, { default?: string | number | boolean }>
  }
  for (const [name, input] of Object.entries(inputs ?? {})) {
    const value = String(input.default ?? '')
    // Expressions are the runner's to evaluate: here there is no token unless a test gives one.
    set(name, value.includes('${{') ? '' : value)
  }
  for (const [name, value] of Object.entries(options.inputs ?? {})) set(name, value)
  return variables
}

function defined(env: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
  )
}

/** `name=value` and `name<<delimiter`, as the runner reads them. */
function readFileCommands(path: string): Record<string, string> {
  const found: Record<string, string> = {}
  const lines = readFileSync(path, 'utf8').split(/\r?\n/)
  for (let n = 0; n < lines.length; n++) {
    const line = lines[n] ?? ''
    const [, name, delimiter] = /^([^=]*?)<<(.+)$/.exec(line) ?? []
    if (name !== undefined && delimiter !== undefined) {
      const value: string[] = []
      while (++n < lines.length && lines[n] !== delimiter) value.push(lines[n] ?? '')
      found[name] = value.join('\n')
      continue
    }
    const equals = line.indexOf('=')
    if (equals > 0) found[line.slice(0, equals)] = line.slice(equals + 1)
  }
  return found
}

function readCommands(stdout: string): Annotation[] {
  return [...stdout.matchAll(/^::([a-z-]+)(?: ([^:\n]*(?::(?!:)[^:\n]*)*))?::(.*)$/gm)].map(
    ([, command, properties, message]) => ({
      command: command ?? '',
      properties: Object.fromEntries(
        (properties ?? '')
          .split(',')
          .filter(Boolean)
          .map((property) => {
            const equals = property.indexOf('=')
            return [property.slice(0, equals).trim(), unescape(property.slice(equals + 1), true)]
          }),
      ),
      message: unescape((message ?? '').replace(/\r$/, ''), false),
    }),
  )
}

function unescape(text: string, property: boolean): string {
  const lines = text.replace(/%0D/g, '\r').replace(/%0A/g, '\n')
  return (property ? lines.replace(/%3A/g, ':').replace(/%2C/g, ',') : lines).replace(/%25/g, '%')
}
