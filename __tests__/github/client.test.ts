import { createServer } from 'node:http'
import { connect } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { startGitHub } from '../../emulator/github.ts'
import type { GitHub } from '../../emulator/github.ts'
import { createClient } from '../../src/github/client.ts'

const API = 'http://api.github.example.test'

describe('createClient behind a proxy', () => {
  const asked: string[] = []
  const sockets = new Set<Socket>()
  const proxy = createServer()
  let github: GitHub

  // The toolkit reads the variables when it is loaded, which the first createClient of this file does.
  beforeAll(async () => {
    github = await startGitHub()
    proxy.on('connect', ({ url }, client: Socket) => {
      asked.push(url ?? '')
      const upstream = connect(Number(new URL(github.url).port), '127.0.0.1', () => {
        client.write('HTTP/1.1 200 Connection established\r\n\r\n')
        client.pipe(upstream).pipe(client)
      })
      for (const socket of [client, upstream]) sockets.add(socket.on('error', () => socket.destroy()))
    })
    await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done))
    // Listening on TCP, so the address is not a string.
    process.env['http_proxy'] = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
    process.env['GITHUB_API_URL'] = API
  })
  afterAll(async () => {
    delete process.env['http_proxy']
    delete process.env['GITHUB_API_URL']
    for (const socket of sockets) socket.destroy()
    proxy.close()
    await github.close()
  })

  it('reaches GitHub through it', async () => {
    github.createRepository({ owner: 'example', name: 'identities', defaultBranch: 'trunk' })
    const token = github.createToken()
    const client = await createClient({ apiUrl: API, owner: 'example', repository: 'identities', token })
    expect(await client.defaultBranch()).toBe('trunk')
    expect(asked).toEqual(['api.github.example.test:80'])
  })
})
