import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeEach, describe, expect, it } from '@jest/globals'
import { findConnector, startConnector } from '../../emulator/raito-host.ts'
import { freshPlace } from '../connector/place.ts'
import type { Place } from '../connector/place.ts'

let place: Place
beforeEach(() => {
  place = freshPlace()
})

describe('findConnector', () => {
  it.each([
    ['our/name', '1.0.0', ['our/name-1.0.1', 'our/name-latest'], 'would download'],
    ['our/name', undefined, ['our/name-1.0.0'], 'would ask GitHub'],
    ['our/name', undefined, [], 'would ask GitHub'],
    ['g/na_me', '1.0.0', [], 'is no connector name'],
    ['name', '1.0.0', [], 'is no connector name'],
    ['our/name', 'newest', ['our/name-newest'], 'is no connector version'],
  ])('fails for %s %s with %j on disk, since it %s', (connectorName, connectorVersion, files, problem) => {
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
})

describe('startConnector', () => {
  it.each([
    ['echo Hello', /Not a handshake line: "Hello"/],
    ['echo "1|1|unix|/tmp/socket"', /Not a handshake line/],
    ['echo "1|1|tcp|127.0.0.1:80|grpc"', /Not a handshake line/],
    ['echo "a library speaks"; echo "1|1|unix|/tmp/socket|grpc"', /Not a handshake line/],
    ['echo broken >&2; exit 3', /ended with 3 before its handshake: broken/],
  ])('gives up on a connector that does %s', async (script, problem) => {
    const path = join(place.home, 'connector')
    executable(path, `#!/bin/sh\n${script}\n`)
    await expect(startConnector(path, place)).rejects.toThrow(problem)
  })
})

function executable(path: string, content: string) {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
  chmodSync(path, 0o755)
}
