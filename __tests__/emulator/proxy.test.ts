import { createServer, request } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { close, listen } from '../../emulator/loopback.ts'
import { startProxy } from '../../emulator/proxy.ts'
import type { Proxy } from '../../emulator/proxy.ts'

describe('startProxy', () => {
  const server = createServer((incoming, response) => {
    response.end(`${incoming.method ?? ''} ${incoming.url ?? ''} for ${incoming.headers.host ?? ''}`)
  })
  let target: string
  let proxy: Proxy

  beforeEach(async () => {
    target = await listen(server)
  })
  afterEach(async () => {
    await proxy.close()
    await close(server)
  })

  it('forwards a request for any host, and opens a tunnel to any, both to the one server', async () => {
    proxy = await startProxy(target)
    const forwarded = await new Promise<string>((resolve, reject) => {
      request(proxy.url, {
        method: 'POST',
        path: 'http://aws.example.com/a?b=c',
        headers: { host: 'aws.example.com' },
      })
        .once('response', (answer) => answer.setEncoding('utf8').once('data', resolve))
        .once('error', reject)
        .end()
    })
    const tunnelled = await new Promise<string>((resolve, reject) => {
      request(proxy.url, { method: 'CONNECT', path: 'api.example.com:80' })
        .once('connect', (_, socket) => {
          socket.setEncoding('utf8').once('data', resolve)
          socket.write('GET /d HTTP/1.1\r\nHost: api.example.com\r\n\r\n')
        })
        .once('error', reject)
        .end()
    })
    expect(forwarded).toBe('POST /a?b=c for aws.example.com')
    expect(tunnelled).toContain('GET /d for api.example.com')
    expect(proxy.log).toStrictEqual(['POST http://aws.example.com/a?b=c', 'CONNECT api.example.com:80'])
  })

  it('refuses a tunnel where it is told to', async () => {
    proxy = await startProxy(target, { refusesTunnels: true })
    const status = await new Promise<number | undefined>((resolve, reject) => {
      request(proxy.url, { method: 'CONNECT', path: 'api.example.com:443' })
        .once('connect', (answer, socket) => {
          socket.destroy()
          resolve(answer.statusCode)
        })
        .once('error', reject)
        .end()
    })
    expect([status, proxy.log]).toStrictEqual([502, ['CONNECT api.example.com:443']])
  })
})
