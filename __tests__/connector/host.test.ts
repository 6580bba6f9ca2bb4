import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeEach, describe, expect, it } from '@jest/globals'
import { findConnector, startConnector } from '../../emulator/raito-host.ts'
import { startRaitoCloud } from '../../emulator/raito-cloud.ts'
import { freshPlace } from './place.ts'
import type { Place } from './place.ts'

let place: Place
beforeEach(() => {
  place = freshPlace()
})

describe('the host, where the CLI would ask the network or give up', () => {
  it.each([
    ['our/name', '1.0.0', ['our/name-1.0.1', 'our/name-latest'], 'would download'],
    ['our/name', undefined, ['our/name-1.0.0'], 'would ask GitHub'],
    ['our/name', undefined, [], 'would ask GitHub'],
    ['g/na_me', '1.0.0', [], 'no connector name'],
    ['name', '1.0.0', [], 'no connector name'],
    ['our/name', 'newest', ['our/name-newest'], 'no connector version'],
  ])('%s %s with %j on disk', (connectorName, connectorVersion, files, problem) => {
    for (const file of files) executable(join(place.home, '.raito/plugins', file), '')
    const version = connectorVersion === undefined ? {} : { connectorVersion }
    expect(() => findConnector({ ...place, connectorName, ...version })).toThrow(problem)
  })

  it('prefers the working directory to the home directory', () => {
    const local = join(place.workingDirectory, 'raito/plugins/our/name-1.0.0')
    executable(join(place.home, '.raito/plugins/our/name-1.0.0'), '')
    executable(local, '')
    expect(findConnector({ ...place, connectorName: 'our/name', connectorVersion: '1.0.0' })).toBe(local)
  })

  it.each([
    ['echo Hello', /Not a handshake line: "Hello"/],
    ['echo "1|1|tcp|127.0.0.1:80"', /Not a handshake line/],
    ['echo "1|1|tcp|0.0.0.0:80|grpc"', /Not a handshake line/],
    ['echo "a library speaks"; echo "1|1|tcp|127.0.0.1:80|grpc"', /Not a handshake line/],
    ['echo broken >&2; exit 3', /ended with 3 before its handshake: broken/],
  ])('a connector that says %s', async (script, problem) => {
    const path = join(place.home, 'connector')
    executable(path, `#!/bin/sh\n${script}\n`)
    await expect(startConnector(path, place)).rejects.toThrow(problem)
  })
})

describe('the cloud', () => {
  it('reads the two bodies that the CLI writes by hand, with real line ends and a stray quotation mark', async () => {
    const cloud = await startRaitoCloud()
    const body =
      '{ "operationName": "SetMetaData", "variables":{}, "query": "mutation SetMetaData {\n  setIdentityStoreMetaData(id: \\"IS1\\", input: {\n    type: \\"t\\",\n    canBeMaster: true,\n  }) {\n ... on IdentityStore { id }\n } }" }"'
    const response = await fetch(`${cloud.url}query`, { method: 'POST', body })
    expect(await response.json()).toEqual({ data: { setIdentityStoreMetaData: { id: 'store' } } })
    expect(cloud.metaData).toMatchObject({ type: '"t"', canBeMaster: 'true' })
    await cloud.close()
  })

  it('takes an upload only with the digest that was announced', async () => {
    const cloud = await startRaitoCloud()
    const announced = await fetch(`${cloud.url}file/upload/signed-url?contentLength=1&sha256=wrong`)
    const { URL: url } = (await announced.json()) as { URL: string }
    expect((await fetch(url, { method: 'PUT', body: 'x' })).status).toBe(400)
    await cloud.close()
  })
})

function executable(path: string, content: string) {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
  chmodSync(path, 0o755)
}
