import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from '@jest/globals'
import { startProxy } from '../../emulator/proxy.ts'

describe('startProxy', () => {
  it('forwards a request with a whole address, and opens a tunnel', async () => {
    const server = createServer((incoming, response) => {
      response.end(`${incoming.method ?? ''} ${incoming.url ?? ''}`)
    })
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve)
    })
    const { port } = server.address() as AddressInfo
    const target = `127.0.0.1:${String(port)}`
    const proxy = await startProxy()

    const forwarded = await new Promise<string>((resolve, reject) => {
      request(proxy.url, { method: 'POST', path: `http://${target}/a` }, (answer) => {
        answer.setEncoding('utf8').once('data', resolve)
      })
        .once('error', reject)
        .end()
    })
    const tunnelled = await new Promise<string>((resolve, reject) => {
      request(proxy.url, { method: 'CONNECT', path: target })
        .once('connect', (_, socket) => {
          socket.setEncoding('utf8').once('data', resolve)
          socket.write(`GET /b HTTP/1.1\r\nHost: ${target}\r\n\r\n`)
        })
        .once('error', reject)
        .end()
    })
    await proxy.close()
    server.closeAllConnections()
    server.close()
    expect(forwarded).toBe('POST /a')
    expect(tunnelled).toContain('GET /b')
    expect(proxy.log).toStrictEqual([`POST http://${target}/a`, `CONNECT ${target}`])
  })
})
