import { describe, expect, it } from '@jest/globals'
import { startGitHub } from '../../emulator/github.ts'
import type { Fault } from '../../emulator/github.ts'
import { createClient, explain } from '../../src/github/client.ts'

describe('createClient where GitHub limits the rate', () => {
  const waits = { 'retry-after': '30' }
  it.each<[string, Pick<Fault, 'status' | 'headers' | 'message'>, number, string]>([
    ['asks again after a short wait', { status: 403, headers: waits }, 3, 'rate limit'],
    [
      'asks again where no time is given',
      { status: 403, message: 'API rate limit exceeded' },
      3,
      'rate limit',
    ],
    ['asks again after a 429', { status: 429 }, 3, 'rate limit'],
    ['does not wait for an hour', { status: 403, headers: { 'retry-after': '3600' } }, 1, 'rate limit'],
    ['does not wait a second too long', { status: 403, headers: { 'retry-after': '31' } }, 1, 'rate limit'],
    [
      'does not wait for an hour after a 429',
      { status: 429, headers: { 'retry-after': '3600' } },
      1,
      'rate limit',
    ],
    ['takes another 403 for an answer', { status: 403 }, 1, 'Add '],
  ])('%s', async (_, fault, requests, sentence) => {
    const github = await startGitHub()
    try {
      github.createRepository({ owner: 'example', name: 'identities' })
      github.fault({ path: /./, times: 9, ...fault })
      const client = await createClient({
        apiUrl: github.url,
        owner: 'example',
        repository: 'identities',
        token: github.createToken(),
        second: 1,
      })
      const failure = await client.defaultBranch().catch((error: unknown) => error)
      expect(github.log).toHaveLength(requests)
      expect(String(explain(failure, 'What', 'x'))).toContain(sentence)
    } finally {
      await github.close()
    }
  })
})
