import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { startGitHub } from '../../emulator/github.ts'
import type { GitHub } from '../../emulator/github.ts'
import { startProxy } from '../../emulator/proxy.ts'
import type { Proxy } from '../../emulator/proxy.ts'
import { createClient } from '../../src/github/client.ts'

const API = 'http://api.github.example.test'

describe('createClient behind a proxy', () => {
  let github: GitHub
  let proxy: Proxy

  // The toolkit reads the variables when it is loaded, which the first createClient of this file does.
  beforeAll(async () => {
    github = await startGitHub()
    proxy = await startProxy(github.url)
    process.env['http_proxy'] = proxy.url
    process.env['GITHUB_API_URL'] = API
  })
  afterAll(async () => {
    delete process.env['http_proxy']
    delete process.env['GITHUB_API_URL']
    await proxy.close()
    await github.close()
  })

  it('reaches GitHub through it', async () => {
    github.createRepository({ owner: 'example', name: 'identities', defaultBranch: 'trunk' })
    const token = github.createToken()
    const client = await createClient({ apiUrl: API, owner: 'example', repository: 'identities', token })
    expect(await client.defaultBranch()).toBe('trunk')
    expect(proxy.log).toEqual(['CONNECT api.github.example.test:80'])
  })
})
