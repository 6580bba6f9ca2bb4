import { createServer, request as forward } from 'node:http'
import { connect } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'

/** An HTTP proxy on loopback: requests with a whole address are forwarded, CONNECT opens a tunnel. */
export interface Proxy {
  url: string
  /** `POST http://host:port/` or `CONNECT host:port`, in order */
  log: string[]
  close: () => Promise<void>
}

export async function startProxy(): Promise<Proxy> {
  const log: string[] = []
  const tunnels = new Set<Socket>()
  const server = createServer((request, response) => {
    const address = request.url ?? ''
    log.push(`${request.method ?? ''} ${address}`)
    if (!address.startsWith('http://')) {
      response.writeHead(400).end()
      return
    }
    const { method, headers } = request
    const onward = forward(address, { ...(method === undefined ? {} : { method }), headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    onward.on('error', () => response.writeHead(502).end())
    request.pipe(onward)
  })
  server.on('connect', (request, client: Socket, head: Buffer) => {
    log.push(`CONNECT ${request.url ?? ''}`)
    const { hostname, port } = new URL(`http://${request.url ?? ''}`)
    const onward = connect(Number(port === '' ? 80 : port), hostname, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n')
      onward.write(head)
      onward.pipe(client).pipe(onward)
    })
    for (const socket of [client, onward]) {
      tunnels.add(socket)
      socket.on('error', () => {
        client.destroy()
        onward.destroy()
      })
    }
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return {
    // A server that listens on a port has an address of this kind.
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    log,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve()
        })
        for (const socket of tunnels) socket.destroy()
        server.closeAllConnections()
      }),
  }
}
