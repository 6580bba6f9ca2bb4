import { createServer, type Server, type ServerResponse } from 'node:http'
import { afterEach, describe, expect, it } from '@jest/globals'
import { listen, close } from '../../emulator/loopback.ts'
import { connectAws, type AwsClients } from '../../src/identity-center/clients.ts'
import { classifyFault } from '../../src/identity-center/faults.ts'

const options = { abortSignal: new AbortController().signal }
const log = { debug: () => undefined, info: () => undefined, warning: () => undefined }
const variables = ['AWS_ENDPOINT_URL', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']
const before = variables.map((name) => [name, process.env[name]] as const)
let server: Server | undefined

afterEach(async () => {
  for (const [name, value] of before)
    if (value === undefined) Reflect.deleteProperty(process.env, name)
    else process.env[name] = value
  if (server !== undefined) await close(server)
})

describe('one call of a client', () => {
  const failures: [string, (response: ServerResponse) => void][] = [
    ['a fault of the service', (response) => response.writeHead(500).end('{}')],
    [
      'a throttle',
      (response) => response.writeHead(400).end('{"__type":"ThrottlingException","Message":"Rate exceeded"}'),
    ],
    ['a connection that dies', (response) => response.socket?.destroy()],
  ]
  it.each(failures)('is one request, also after %s: who retries stands above', async (_what, answer) => {
    const { aws, requests } = await connected(answer)
    for (const call of [
      () => aws.getCallerIdentity(options),
      async () => (await aws.ssoAdmin('eu-west-1')).listInstances({}, options),
      async () => (await aws.identityStore()).listUsers({ IdentityStoreId: 'd-1234567890' }, options),
    ])
      await expect(call()).rejects.toThrow()
    expect(requests()).toBe(3)
  })

  const level = (depth: number): string => `{"Users":[],"More":${'['.repeat(depth)}${']'.repeat(depth)}}`
  const bounds: [string, (response: ServerResponse) => void, RegExp | undefined][] = [
    ['an answer of 16 MiB', (response) => response.end(padded(16 * 1024 * 1024)), undefined],
    ['a byte more', (response) => response.end(padded(16 * 1024 * 1024 + 1)), /more than 16 MiB/],
    ['an endless answer', endless, /more than 16 MiB/],
    ['an answer of 64 levels', (response) => response.end(level(63)), undefined],
    ['a level more', (response) => response.end(level(64)), /more than 64 levels/],
    [
      'brackets in a text',
      (response) => response.end(`{"Users":[],"More":"\\"${'['.repeat(99)}"}`),
      undefined,
    ],
  ]
  it.each(bounds)('reads %s, or refuses it as something to ask for again', async (_what, answer, refused) => {
    const { aws } = await connected(answer)
    const store = await aws.identityStore()
    const outcome: unknown = await store
      .listUsers({ IdentityStoreId: 'd-1234567890' }, options)
      .catch((thrown: unknown) => thrown)
    if (refused === undefined) expect(outcome).toMatchObject({ Users: [] })
    else {
      expect(String(outcome)).toMatch(refused)
      expect(classifyFault(outcome).kind).toBe('transient')
    }
  })

  it.each<[string, (aws: AwsClients) => Promise<unknown>]>([
    ['STS', (aws) => aws.getCallerIdentity(options)],
    ['SSO Admin', async (aws) => (await aws.ssoAdmin('eu-west-1')).listInstances({}, options)],
    ['Organizations', async (aws) => (await aws.organizations()).listAccounts({}, options)],
  ])('is bounded with %s too', async (_what, call) => {
    const { aws } = await connected(endless)
    await expect(call(aws)).rejects.toThrow(/more than 16 MiB/)
  })
})

async function connected(
  answer: (response: ServerResponse) => void,
): Promise<{ aws: AwsClients; requests: () => number }> {
  let requests = 0
  server = createServer((request, response) => {
    requests += 1
    request.resume().on('end', () => {
      answer(response)
    })
  })
  process.env['AWS_ENDPOINT_URL'] = await listen(server)
  process.env['AWS_ACCESS_KEY_ID'] = 'AKIDEXAMPLE'
  process.env['AWS_SECRET_ACCESS_KEY'] = 'secret'
  const aws = await connectAws({ profile: undefined, region: 'eu-west-1', environment: {}, log })
  return { aws, requests: () => requests }
}

function padded(bytes: number): string {
  const [head, tail] = ['{"Users":[],"More":"', '"}']
  return `${head}${' '.repeat(bytes - head.length - tail.length)}${tail}`
}

/** Writes as long as somebody reads. */
function endless(response: ServerResponse): void {
  const chunk = ' '.repeat(65_536)
  const write = (): void => {
    while (!response.destroyed && response.write(chunk));
  }
  response.on('drain', write)
  write()
}
