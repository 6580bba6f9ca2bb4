import * as grpc from '@grpc/grpc-js'
import type { Log } from '../log.ts'
import { SERVICES, type Empty, type HealthCheckResponse } from './protocol.ts'
import type { ConnectorService } from './service.ts'

/** The handshake of the Raito CLI, a hashicorp/go-plugin host (raito-io/cli `base/base.go`, go-plugin `server.go`). */
export const COOKIE = { name: 'RAITO_CLI_PLUGIN', value: 'Raito Handshake!' } as const

/** What a person sees who starts the connector by hand. */
export const NOT_STARTED_BY_RAITO =
  'This program is a connector of the Raito CLI and is not started by hand. Name it in raito.yml and start `raito run`, ' +
  'or see its parameters with `raito info`.\n'

/** A host that leaves its own streams open is not waited for any longer; the CLI closes them and kills after 2,000 ms. */
const LEAVE_MILLISECONDS = 100

/**
 * Serves a connector on a free port of 127.0.0.1 (TCP: grpc-go over Unix sockets sends an authority that Node refuses)
 * until the CLI asks it to shut down; `leave` is called once, when the answer to that is out.
 * Gives the line that must be the first on stdout.
 */
export async function serve(service: ConnectorService, log: Log, leave: () => void): Promise<string> {
  const server = new grpc.Server()
  const held = new Set<{ end(): void }>()

  server.addService(SERVICES.Info, { GetInfo: answer(service.getInfo) })
  server.addService(SERVICES.IdentityStoreSync, {
    CliVersionInformation: answer(service.cliVersionInformation),
    GetIdentityStoreMetaData: answer(service.getIdentityStoreMetaData),
    SyncIdentityStore: answer(service.syncIdentityStore),
  })
  server.addService(SERVICES.Health, { Check: answer((): HealthCheckResponse => ({ status: 'SERVING' })) })
  server.addService(SERVICES.Stdio, { StreamStdio: hold })
  server.addService(SERVICES.Broker, { StartStream: hold })
  server.addService(SERVICES.Controller, {
    Shutdown: (_call: grpc.ServerUnaryCall<Empty, Empty>, reply: grpc.sendUnaryData<Empty>) => {
      log.debug('The Raito CLI asked the connector to shut down.')
      reply(null, {})
      shutDown()
    },
  })

  const port = await listen(server)
  return `1|1|tcp|127.0.0.1:${port}|grpc\n`

  /** go-plugin opens the two streams when it connects and expects them to last; nothing is ever sent on them. */
  function hold(
    stream: grpc.ServerDuplexStream<unknown, unknown> | grpc.ServerWritableStream<unknown, unknown>,
  ) {
    held.add(stream)
    stream.on('cancelled', () => held.delete(stream))
    stream.on('error', () => held.delete(stream))
  }

  function shutDown() {
    let left = false
    const leaveOnce = () => {
      if (left) return
      left = true
      leave()
    }
    for (const stream of held) stream.end()
    server.tryShutdown(leaveOnce)
    setTimeout(leaveOnce, LEAVE_MILLISECONDS).unref()
  }
}

/**
 * Calls `leave` when the process that started this one is gone: its parent is then another one. Asks every
 * half second, without keeping the process alive for it.
 */
export function leaveWithParent(parentId: () => number, leave: () => void): void {
  const parent = parentId()
  const timer = setInterval(() => {
    if (parentId() === parent) return
    clearInterval(timer)
    leave()
  }, 500)
  timer.unref()
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

function answer<Request, Answer>(
  call: (request: Request) => Answer | Promise<Answer>,
): grpc.handleUnaryCall<Request, Answer> {
  return ({ request }, reply) => {
    void (async () => call(request))().then(
      (value) => {
        reply(null, value)
      },
      (error: unknown) => {
        // the service throws nothing but a status
        reply(error as Partial<grpc.StatusObject>)
      },
    )
  }
}

function listen(server: grpc.Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) => {
      if (error) reject(error)
      else resolve(port)
    })
  })
}
