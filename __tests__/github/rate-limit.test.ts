import { describe, expect, it, jest } from '@jest/globals'
import { startGitHub } from '../../emulator/github.ts'
import type { Fault } from '../../emulator/github.ts'
import { createClient, explain } from '../../src/github/client.ts'

const SECONDARY = 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.'
const PRIMARY = 'API rate limit exceeded for installation ID 1.'
/** A moment in so many seconds, as GitHub names it. */
const resetIn = (seconds: number) => ({
  'x-ratelimit-remaining': '0',
  'x-ratelimit-reset': String(Math.floor(Date.now() / 1000) + seconds),
})

describe('createClient where GitHub limits the rate', () => {
  it.each<[string, Pick<Fault, 'status' | 'headers' | 'message'>, number, string]>([
    ['asks again after a minute', { message: SECONDARY, headers: { 'retry-after': '60' } }, 3, 'rate limit'],
    ['asks again where no time is given', { message: SECONDARY }, 3, 'rate limit'],
    [
      'asks again after a 429',
      { status: 429, message: SECONDARY, headers: { 'retry-after': '1' } },
      3,
      'rate limit',
    ],
    [
      'does not wait a second too long',
      { message: SECONDARY, headers: { 'retry-after': '61' } },
      1,
      'rate limit',
    ],
    [
      'does not wait for an hour',
      { message: SECONDARY, headers: { 'retry-after': '3600' } },
      1,
      'rate limit',
    ],
    [
      'does not wait for an hour after a 429',
      { status: 429, message: SECONDARY, headers: { 'retry-after': '3600' } },
      1,
      'rate limit',
    ],
    ['asks again once the hour is over soon', { message: PRIMARY, headers: resetIn(30) }, 3, 'rate limit'],
    ['does not wait for the hour to be over', { message: PRIMARY, headers: resetIn(3000) }, 1, 'rate limit'],
    ['takes another 403 for an answer', { message: 'Forbidden' }, 1, 'Add "x" to'],
    ['knows a 429 without a word', { status: 429 }, 1, 'rate limit'],
  ])('%s', async (_, fault, requests, sentence) => {
    const github = await startGitHub()
    try {
      github.createRepository({ owner: 'example', name: 'identities' })
      github.fault({ path: /./, times: 9, status: 403, ...fault })
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

it('gives each attempt its deadline, and a download five times as long', async () => {
  const deadlines = jest.spyOn(AbortSignal, 'timeout')
  const github = await startGitHub()
  try {
    const repository = github.createRepository({ owner: 'example', name: 'identities' })
    const artifact = repository.addArtifact({ name: 'a', run: repository.createRun(), zip: Buffer.from('x') })
    const permissions = { actions: 'read' } as const
    const client = await createClient({
      apiUrl: github.url,
      owner: 'example',
      repository: 'identities',
      token: github.createToken({ permissions }),
      second: 1,
      deadline: 10_000,
    })
    github.fault({ path: /./ })
    await client.defaultBranch()
    await client.artifactZip(artifact)
    expect(deadlines.mock.calls).toEqual([[10_000], [10_000], [50_000]])
  } finally {
    deadlines.mockRestore()
    await github.close()
  }
})
