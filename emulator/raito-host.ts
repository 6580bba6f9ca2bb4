import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { connect as connectHttp2, constants, type ClientHttp2Session } from 'node:http2'
import { connect } from 'node:net'
import { dirname, resolve } from 'node:path'
import { createInterface } from 'node:readline'

/**
 * A Raito CLI as far as a connector can see it: finds the connector on disk, starts it, reads the handshake, makes the calls
 * of one `raito run` in their order, and shuts it down with the CLI's two seconds of patience. Written from raito-io/cli
 * v0.72 and hashicorp/go-plugin v1.6, on node:http2 and its own wire encoding: nothing here comes from the project's src/.
 */

/** The gRPC status of a call that failed. */
export class CallError extends Error {
  override readonly name = 'CallError'
  readonly code: number
  constructor(code: number, message: string) {
    super(message)
    this.code = code
  }
}

export interface LogLine {
  /** as the CLI would log it: a line that is not in go-plugin's form is one of level debug */
  level: string
  message: string
}

export interface SemVer {
  major: number
  minor: number
  patch: number
  prerelease: string
  build: string
}

export interface PluginInfo {
  name: string
  description: string
  version: SemVer
  parameters: { name: string; description: string; mandatory: boolean }[]
  tagSource: string
  types: number[]
}

export interface MetaData {
  type: string
  icon: string
  canBeLinked: boolean
  canBeMaster: boolean
}

export interface Exit {
  code: number | null
  signal: NodeJS.Signals | null
  /** The connector did not leave within two seconds of Shutdown. */
  killed: boolean
}

export interface Connector {
  process: ChildProcess
  /** The path of its Unix socket. */
  socket: string
  /** What the connector has written to stderr so far, as log lines. */
  log: LogLine[]
  /** Every line of stdout, the handshake first. */
  stdout: string[]
  getInfo(): Promise<PluginInfo>
  cliVersionInformation(): Promise<{ build: SemVer; minimal: SemVer }>
  getIdentityStoreMetaData(parameters: Record<string, string>): Promise<MetaData>
  syncIdentityStore(
    parameters: Record<string, string>,
    usersFile: string,
    groupsFile: string,
  ): Promise<{ users: number; groups: number }>
  /** 1 = SERVING */
  healthCheck(service: string): Promise<number>
  /** Any unary call with raw bytes. */
  call(path: string, request: Buffer): Promise<Buffer>
  /** True while go-plugin's two streams are open. */
  streamsOpen(): boolean
  shutdown(): Promise<Exit>
  /** Resolves when the process is gone, whoever ended it. */
  exited: Promise<Exit>
}

export interface HostOptions {
  /** The home directory in which `.raito/plugins` is looked for. */
  home: string
  /** The directory in which `raito run` is started. */
  workingDirectory: string
  connectorName: string
  /** As `connector-version` in raito.yml; absent or empty: latest. */
  connectorVersion?: string
  /** The environment of `raito run`; PATH is added where it is absent. */
  environment?: Record<string, string>
}

export interface RunOptions extends HostOptions {
  /** The target's keys in raito.yml which the CLI does not keep for itself. */
  parameters: Record<string, string>
  /** The target's name, which is part of the names of the files. */
  target?: string
}

export interface RunResult {
  info: PluginInfo
  metaData: MetaData
  /** Absent where the sync failed. */
  counts: { users: number; groups: number } | undefined
  /** The bytes that would be uploaded; absent where the sync failed. */
  files: { users: Buffer; groups: Buffer } | undefined
  /** The status of SyncIdentityStore, where it failed. */
  error: CallError | undefined
  log: LogLine[]
  stdout: string[]
  exit: Exit
}

/** One target of a `raito run`: everything but the requests to Raito Cloud (raito-cloud.ts has those). */
export async function runHost(options: RunOptions): Promise<RunResult> {
  const { parameters, target = 'aws-organization', workingDirectory } = options
  const connector = await startConnector(findConnector(options), options)
  try {
    await connector.getInfo()
    const info = await connector.getInfo()
    const { build, minimal } = await connector.cliVersionInformation()
    requireCompatible(build, minimal)
    const metaData = await connector.getIdentityStoreMetaData(parameters)

    const stamp = new Date().toISOString().replaceAll(':', '-').replace('Z', '')
    const file = (kind: string) =>
      resolve(workingDirectory, `${target.replace(/[^a-zA-Z0-9]/g, '')}-fromTarget-${kind}-${stamp}.json`)
    const usersFile = file('users')
    const groupsFile = file('groups')
    let counts: RunResult['counts']
    let files: RunResult['files']
    let error: CallError | undefined
    try {
      counts = await connector.syncIdentityStore(parameters, usersFile, groupsFile)
      await connector.getInfo()
      files = { users: await readFile(usersFile), groups: await readFile(groupsFile) }
    } catch (thrown) {
      if (!(thrown instanceof CallError)) throw thrown
      error = thrown
    } finally {
      await rm(usersFile, { force: true })
      await rm(groupsFile, { force: true })
    }
    const exit = await connector.shutdown()
    return { info, metaData, counts, files, error, log: connector.log, stdout: connector.stdout, exit }
  } finally {
    connector.process.kill('SIGKILL')
  }
}

/**
 * The executable that the CLI would start; throws where it would ask the network for one (internal/plugin/plugin.go).
 */
export function findConnector(options: HostOptions): string {
  const { connectorName, workingDirectory, home } = options
  const version = (options.connectorVersion ?? '').trim().toLowerCase() || 'latest'
  const parts = connectorName.split('/')
  const name = parts.slice(1).join('-')
  if (parts.length < 2 || parts.length > 3 || ![parts[0] ?? '', name].every((part) => NAME.test(part))) {
    throw new Error(`${connectorName} is no connector name.`)
  }
  const places = [resolve(workingDirectory, 'raito/plugins'), resolve(home, '.raito/plugins')]
  const candidates = places.map((place) => `${place}/${parts[0]}/${name}-${version}`)
  if (version !== 'latest') {
    if (!VERSION.test(version)) throw new Error(`${version} is no connector version.`)
    const found = candidates.find((path) => existsSync(path))
    if (found !== undefined) return found
    throw new Error(`The CLI would download ${connectorName} ${version}: it is not on disk.`)
  }
  for (const candidate of candidates) {
    if (existsSync(candidate)) return candidate
    if (isAnyVersionIn(dirname(candidate), `${name}-`)) break
  }
  throw new Error(`The CLI would ask GitHub for a version of ${connectorName}: there is no -latest on disk.`)
}

const NAME = /^[a-zA-Z][a-zA-Z0-9-]*[a-zA-Z\d]$/
const VERSION = /^v?\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$/

function isAnyVersionIn(directory: string, prefix: string): boolean {
  return existsSync(directory) && readdirSync(directory).some((name) => name.startsWith(prefix))
}

/** Starts an executable as go-plugin does and waits for its handshake line (60 seconds at most). */
export async function startConnector(
  path: string,
  {
    workingDirectory,
    home,
    environment = {},
  }: Pick<HostOptions, 'workingDirectory' | 'home' | 'environment'>,
): Promise<Connector> {
  const child = spawn(path, [], {
    cwd: workingDirectory,
    env: {
      PATH: process.env.PATH ?? '/usr/bin:/bin',
      HOME: home,
      PWD: workingDirectory,
      ...environment,
      RAITO_CLI_PLUGIN: 'Raito Handshake!',
      PLUGIN_MIN_PORT: '10000',
      PLUGIN_MAX_PORT: '25000',
      PLUGIN_PROTOCOL_VERSIONS: '1',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const log: LogLine[] = []
  const stdout: string[] = []
  let killed = false
  const exited = new Promise<Exit>((settle) => {
    child.once('close', (code, signal) => {
      settle({ code, signal, killed })
    })
  })
  createInterface({ input: child.stderr }).on('line', (line) => log.push(logLine(line)))

  const socket = await new Promise<string>((settle, fail) => {
    const timer = setTimeout(() => {
      fail(new Error('The connector wrote no handshake line in 60 seconds.'))
    }, 60_000)
    timer.unref()
    child.once('error', fail)
    void exited.then(({ code }) => {
      clearTimeout(timer)
      const said = log.map(({ message }) => message).join('\n')
      fail(new Error(`The connector ended with ${String(code)} before its handshake: ${said}`))
    })
    createInterface({ input: child.stdout }).on('line', (line) => {
      stdout.push(line)
      if (stdout.length > 1) return
      clearTimeout(timer)
      const path = socketOf(line)
      if (path === undefined) fail(new Error(`Not a handshake line: ${JSON.stringify(line)}`))
      else settle(path)
    })
  }).catch((error: unknown) => {
    child.kill('SIGKILL')
    throw error
  })

  const session = connectHttp2('http://unused', { createConnection: () => connect(socket) })
  session.on('error', () => {
    // a call that was under way says it
  })
  const stdio = openStream(session, '/plugin.GRPCStdio/StreamStdio', frame(Buffer.alloc(0)))
  const broker = openStream(session, '/plugin.GRPCBroker/StartStream')
  const call = (method: string, request: Buffer) => unary(session, method, request)
  const identityStore = '/identity_store.IdentityStoreSyncService'

  return {
    process: child,
    socket,
    log,
    stdout,
    exited,
    call,
    getInfo: async () => readInfo(await call('/util.plugin.InfoService/GetInfo', Buffer.alloc(0))),
    cliVersionInformation: async () => {
      const answer = decode(await call(`${identityStore}/CliVersionInformation`, Buffer.alloc(0)))
      return { build: readVersion(bytesOf(answer, 1)), minimal: readVersion(bytesOf(answer, 2)) }
    },
    getIdentityStoreMetaData: async (parameters) => {
      const answer = decode(await call(`${identityStore}/GetIdentityStoreMetaData`, configMap(parameters)))
      return {
        type: textOf(answer, 1),
        icon: textOf(answer, 2),
        canBeLinked: numberOf(answer, 3) === 1,
        canBeMaster: numberOf(answer, 4) === 1,
      }
    },
    syncIdentityStore: async (parameters, usersFile, groupsFile) => {
      const request = Buffer.concat([
        lengthDelimited(1, configMap(parameters)),
        lengthDelimited(2, Buffer.from(usersFile)),
        lengthDelimited(3, Buffer.from(groupsFile)),
      ])
      const answer = decode(await call(`${identityStore}/SyncIdentityStore`, request))
      if (answer.some(({ field }) => field === 1)) throw new Error('The deprecated error field is present.')
      return { users: numberOf(answer, 2), groups: numberOf(answer, 3) }
    },
    healthCheck: async (service) =>
      numberOf(
        decode(await call('/grpc.health.v1.Health/Check', lengthDelimited(1, Buffer.from(service)))),
        1,
      ),
    streamsOpen: () => !stdio.closed && !broker.closed,
    shutdown: async () => {
      const timer = setTimeout(() => {
        killed = true
        child.kill('SIGKILL')
      }, 2000)
      broker.close(constants.NGHTTP2_CANCEL)
      await call('/plugin.GRPCController/Shutdown', Buffer.alloc(0))
      const exit = await exited
      clearTimeout(timer)
      session.destroy()
      return exit
    },
  }
}

/** The CLI's rule (base/identity_store cli_version_handler.go) for itself at 0.72.0. */
function requireCompatible(build: SemVer, minimal: SemVer): void {
  const isOld = build.major === 0 && build.minor < 72
  const fits = isOld ? build.minor >= 50 : minimal.major === 0 && minimal.minor <= 72
  if (!fits) throw new Error('The CLI 0.72.0 would refuse this connector as incompatible.')
}

/**
 * core protocol | app protocol | network | address | protocol: go-plugin takes four fields, but then expects net/rpc. It
 * would take tcp as well, which lets every user of the machine in.
 */
function socketOf(line: string): string | undefined {
  return /^1\|1\|unix\|([^|]+)\|grpc$/.exec(line)?.[1]
}

/** go-plugin's: exactly six digits of a second */
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}(Z|[+-]\d\d:\d\d)$/

function logLine(line: string): LogLine {
  try {
    const entry = JSON.parse(line) as Record<string, unknown>
    const { '@level': level, '@message': message, '@timestamp': timestamp } = entry
    const isTimed = timestamp === undefined || (typeof timestamp === 'string' && TIMESTAMP.test(timestamp))
    if (typeof level === 'string' && typeof message === 'string' && isTimed) return { level, message }
  } catch {
    // a line that is no JSON is a plain one
  }
  return { level: 'debug', message: line }
}

function openStream(session: ClientHttp2Session, path: string, first?: Buffer) {
  const stream = session.request(headers(path))
  stream.on('error', () => {
    // the process has ended
  })
  stream.resume()
  if (first !== undefined) stream.end(first)
  return stream
}

/** grpc: a call has one request and one answer frame; the status stands in the trailers, or in the headers of a refusal. */
function unary(session: ClientHttp2Session, path: string, request: Buffer): Promise<Buffer> {
  return new Promise((settle, fail) => {
    const stream = session.request(headers(path))
    const chunks: Buffer[] = []
    let end: Record<string, unknown> = {}
    stream.on('response', (head) => (end = { ...end, ...head }))
    stream.on('trailers', (trailers: Record<string, unknown>) => (end = { ...end, ...trailers }))
    stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    stream.on('error', fail)
    stream.on('close', () => {
      const code = end['grpc-status']
      if (code === undefined) fail(new Error(`${path} ended without a status.`))
      else if (Number(code) !== 0) {
        fail(new CallError(Number(code), decodeURIComponent(textOr(end['grpc-message'], ''))))
      } else settle(unframe(Buffer.concat(chunks)))
    })
    stream.end(frame(request))
  })
}

/** The authority is the one that go-plugin gives grpc-go as its target, whatever the network. */
function headers(path: string) {
  return {
    ':method': 'POST',
    ':path': path,
    ':authority': 'unused',
    'content-type': 'application/grpc',
    te: 'trailers',
    'user-agent': 'grpc-go/1.72.0',
  }
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise
}

function frame(message: Buffer): Buffer {
  const head = Buffer.alloc(5)
  head.writeUInt32BE(message.length, 1)
  return Buffer.concat([head, message])
}

function unframe(bytes: Buffer): Buffer {
  if (bytes.length < 5 || bytes[0] !== 0 || bytes.readUInt32BE(1) !== bytes.length - 5) {
    throw new Error('Not exactly one uncompressed gRPC message.')
  }
  return bytes.subarray(5)
}

interface WireField {
  field: number
  /** the number of a varint, or the bytes of a length-delimited field */
  value: number | Buffer
}

/** The protobuf wire format, wire types 0 and 2: no message of these services has another. */
function decode(bytes: Buffer): WireField[] {
  const fields: WireField[] = []
  let at = 0
  const varint = () => {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++]
      if (byte === undefined) throw new Error('A message ends in the middle.')
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) return value
    }
  }
  while (at < bytes.length) {
    const key = varint()
    if ((key & 7) === 0) fields.push({ field: key >>> 3, value: varint() })
    else if ((key & 7) === 2) {
      const length = varint()
      if (at + length > bytes.length) throw new Error('A message ends in the middle.')
      fields.push({ field: key >>> 3, value: bytes.subarray(at, (at += length)) })
    } else throw new Error(`Unexpected wire type ${key & 7}.`)
  }
  return fields
}

function bytesOf(fields: WireField[], field: number): Buffer {
  const value = fields.findLast((candidate) => candidate.field === field)?.value
  if (!Buffer.isBuffer(value)) throw new Error(`Field ${field} is absent: the CLI would panic.`)
  return value
}

function textOf(fields: WireField[], field: number): string {
  const value = fields.findLast((candidate) => candidate.field === field)?.value
  return Buffer.isBuffer(value) ? value.toString() : ''
}

function numberOf(fields: WireField[], field: number): number {
  const value = fields.findLast((candidate) => candidate.field === field)?.value
  return typeof value === 'number' ? value : 0
}

function readVersion(bytes: Buffer): SemVer {
  const fields = decode(bytes)
  return {
    major: numberOf(fields, 1),
    minor: numberOf(fields, 2),
    patch: numberOf(fields, 3),
    prerelease: textOf(fields, 4),
    build: textOf(fields, 5),
  }
}

function readInfo(bytes: Buffer): PluginInfo {
  const fields = decode(bytes)
  return {
    name: textOf(fields, 1),
    description: textOf(fields, 2),
    version: readVersion(bytesOf(fields, 3)),
    parameters: fields.flatMap(({ field, value }) => {
      if (field !== 4 || !Buffer.isBuffer(value)) return []
      const parameter = decode(value)
      const mandatory = numberOf(parameter, 3) === 1
      return [{ name: textOf(parameter, 1), description: textOf(parameter, 2), mandatory }]
    }),
    tagSource: textOf(fields, 5),
    types: fields.flatMap(({ field, value }) => {
      if (field !== 6) return []
      // a repeated enum may come packed or one by one
      return Buffer.isBuffer(value) ? [...value] : [value]
    }),
  }
}

function configMap(parameters: Record<string, string>): Buffer {
  const entries = Object.entries(parameters).map(([key, value]) =>
    lengthDelimited(
      1,
      Buffer.concat([lengthDelimited(1, Buffer.from(key)), lengthDelimited(2, Buffer.from(value))]),
    ),
  )
  return Buffer.concat(entries)
}

function lengthDelimited(field: number, value: Buffer): Buffer {
  const length: number[] = []
  let rest = value.length
  for (; rest > 0x7f; rest >>>= 7) length.push((rest & 0x7f) | 0x80)
  return Buffer.concat([Buffer.from([(field << 3) | 2, ...length, rest]), value])
}
