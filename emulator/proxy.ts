import { createServer, request as forward } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { close, listen } from './loopback.ts'

/** An HTTP proxy on loopback that takes every host for one server: nothing that goes through it leaves the machine. */
export interface Proxy {
  url: string
  /** `POST http://host:port/` or `CONNECT host:port`, in order */
  log: string[]
  close: () => Promise<void>
}

export interface ProxyOptions {
  /** Answers CONNECT with 502 instead of opening a tunnel, in which TLS would be spoken that the server does not know. */
  refusesTunnels?: boolean
}

/** @param target the URL of the server that answers in the place of all others */
export async function startProxy(target: string, options: ProxyOptions = {}): Promise<Proxy> {
  const log: string[] = []
  // What asked for a tunnel is no connection of the server any more: its end is ours to see to.
  const sockets = new Set<Socket>()
  const server = createServer((request, response) => {
    const { method = '', url = '', headers } = request
    log.push(`${method} ${url}`)
    if (!url.startsWith('http://')) {
      response.writeHead(400).end()
      return
    }
    const { pathname, search } = new URL(url)
    const onward = forward(new URL(pathname + search, target), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    onward.on('error', () => response.writeHead(502).end())
    request.pipe(onward)
  })
  server.on('connect', ({ url = '' }: IncomingMessage, client: Socket, head: Buffer) => {
    log.push(`CONNECT ${url}`)
    sockets.add(client)
    if (options.refusesTunnels === true) {
      client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n')
      return
    }
    const { hostname, port } = new URL(target)
    const onward = connect(Number(port), hostname, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n')
      onward.write(head)
      onward.pipe(client).pipe(onward)
    })
    for (const socket of [client, onward]) {
      sockets.add(socket)
      socket.on('error', () => {
        client.destroy()
        onward.destroy()
      })
    }
  })
  return {
    url: await listen(server),
    log,
    close: () => {
      for (const socket of sockets) socket.destroy()
      return close(server)
    },
  }
}
