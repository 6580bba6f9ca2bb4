import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { platform as thisPlatform, tmpdir } from 'node:os'
import { join } from 'node:path'
import * as grpc from '@grpc/grpc-js'
import type { Log } from '../log.ts'
import { PROTOCOL } from './protocol.ts'
import { statusOf, type ConnectorService } from './service.ts'

/** The handshake of the Raito CLI, a hashicorp/go-plugin host (raito-io/cli `base/base.go`, go-plugin `server.go`). */
export const COOKIE = { name: 'RAITO_CLI_PLUGIN', value: 'Raito Handshake!' } as const

/** What a person sees who starts the connector by hand. */
export const NOT_STARTED_BY_RAITO =
  'This program is a connector for the Raito CLI and is not meant to be run directly. Name it in raito.yml and use `raito run`, ' +
  'or list its parameters with `raito info`.\n'

/** The CLI kills a connector that has not left 2,000 ms after it was asked to. */
const LEAVE_MILLISECONDS = 1500

/** go-plugin connects as soon as it has read the handshake. */
const CONNECT_MILLISECONDS = 60_000

/** Where a connector listens, in the terms of grpc-js. */
export interface Endpoint {
  address: string
  remove: () => void
}

/**
 * A Unix socket in a directory that only its own user can enter; on Windows, which has no Raito CLI, a port of 127.0.0.1.
 * The path fits into a sockaddr_un (103 bytes on macOS) and into the handshake, which go-plugin splits at `|`.
 */
export function openEndpoint(platform = thisPlatform()): Endpoint {
  if (platform === 'win32') return { address: '127.0.0.1:0', remove: () => undefined }
  const temporary = tmpdir()
  const fits = /^\/[^|\r\n]*$/.test(temporary) && Buffer.byteLength(temporary) < 67 && existsSync(temporary)
  const directory = mkdtempSync(join(fits ? temporary : '/tmp', 'aws-organization-sync-'))
  return {
    address: `unix:${directory}/socket`,
    remove() {
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/**
 * Serves a connector until the CLI asks it to shut down: `leave` is called when all answers are out, or as late as the CLI
 * allows; also when nobody has called within a minute. Gives the line that must be the first on stdout.
 */
export async function serve(
  service: ConnectorService,
  { address }: Pick<Endpoint, 'address'>,
  log: Log,
  leave: () => void,
): Promise<string> {
  const alone = setTimeout(leave, CONNECT_MILLISECONDS)
  alone.unref()
  const server = new grpc.Server({
    interceptors: [
      (_method, call) => {
        clearTimeout(alone)
        return new grpc.ServerInterceptingCall(call)
      },
    ],
  })
  /** What ends each call that is under way. */
  const ends = new Set<() => void>()

  const methods: grpc.UntypedServiceImplementation = {
    GetInfo: answer(service.getInfo),
    CliVersionInformation: answer(service.cliVersionInformation),
    GetIdentityStoreMetaData: answer(service.getIdentityStoreMetaData),
    SyncIdentityStore: answer(service.syncIdentityStore),
    Check: answer(() => ({ status: 'SERVING' })),
    StreamStdio: hold,
    StartStream: hold,
    Shutdown(_call: unknown, reply: grpc.sendUnaryData<object>) {
      log.debug('The Raito CLI asked the connector to shut down.')
      reply(null, {})
      for (const end of ends) end()
      server.tryShutdown(leave)
      setTimeout(leave, LEAVE_MILLISECONDS).unref()
    },
  }
  for (const definition of Object.values(PROTOCOL))
    if (!('format' in definition)) server.addService(definition, methods)

  const port = await listen(server, address)
  const [, path] = /^unix:(.*)$/.exec(address) ?? []
  return path === undefined ? `1|1|tcp|127.0.0.1:${port}|grpc\n` : `1|1|unix|${path}|grpc\n`

  /** go-plugin opens the two streams when it connects and expects them to last; nothing is ever sent on them. */
  function hold(
    stream: grpc.ServerDuplexStream<unknown, unknown> | grpc.ServerWritableStream<unknown, unknown>,
  ) {
    const end = () => void stream.end()
    ends.add(end)
    stream.on('cancelled', () => ends.delete(end))
    stream.on('error', () => ends.delete(end))
  }

  function answer<Request, Answer>(
    call: (request: Request) => Answer | Promise<Answer>,
  ): grpc.handleUnaryCall<Request, Answer> {
    return ({ request }, reply) => {
      const end = () => {
        settle({ code: grpc.status.CANCELLED, details: 'The connector was asked to shut down.' })
      }
      const settle: typeof reply = (...given) => {
        if (ends.delete(end)) reply(...given)
      }
      ends.add(end)
      void (async () => call(request))().then(
        (value) => {
          settle(null, value)
        },
        (error: unknown) => {
          settle(statusOf(error, log))
        },
      )
    }
  }
}

/**
 * A log in go-plugin's form, one JSON object a line, which the CLI writes into its own log at the same level. It demotes
 * a line to debug whose time has not exactly six digits of a second.
 */
export function goPluginLog(write: (line: string) => void, now: () => Date): Log {
  const at = (level: 'debug' | 'info' | 'warn') => (message: string) => {
    const timestamp = now().toISOString().replace('Z', '000Z')
    write(`${JSON.stringify({ '@level': level, '@message': message, '@timestamp': timestamp })}\n`)
  }
  return { debug: at('debug'), info: at('info'), warning: at('warn') }
}

function listen(server: grpc.Server, address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(address, grpc.ServerCredentials.createInsecure(), (error, port) => {
      if (error) reject(error)
      else resolve(port)
    })
  })
}
