import { mkdirSync, mkdtempSync, realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DIST } from '../../emulator/runner.ts'
import { node24 } from '../../scripts/node24.mjs'
import { installConnector } from '../../src/action/install.ts'
import type { ConnectorKind } from '../../src/action/install.ts'
import { selectMembers } from '../../src/snapshot/memberships.ts'
import type { Identities, User } from '../../src/snapshot/model.ts'
import { writeSnapshot } from '../../src/snapshot/write.ts'
import { DESCRIPTION } from '../fixtures/description.ts'

export const NAMES = {
  own: 'local--connectors/aws-organization-sync',
  'drop-in': 'raito-io/cli-plugin-aws-organization',
}

/** The directory of the connector's bundle. */
export const BUNDLE = join(DIST, 'connector')

export interface Place {
  home: string
  workingDirectory: string
}

/** A fresh home and a fresh working directory, as real paths; the names are as awkward as a runner's can be. */
export function freshPlace(): Place {
  const place = realpathSync(mkdtempSync(join(tmpdir(), "raito's place ")))
  const home = join(place, 'home')
  const workingDirectory = join(place, 'work')
  mkdirSync(home)
  mkdirSync(workingDirectory)
  return { home, workingDirectory }
}

export async function installIn({ home }: Place, kind: ConnectorKind): Promise<void> {
  await installConnector({ kind, home, bundleDirectory: BUNDLE, node: node24(), version: '9.8.7' })
}

/** So many users, all of one group. */
export function identitiesOf(users: number): Identities {
  const members = selectMembers(['g-1'])
  for (let index = 0; index < users; index++) members.add(userOf(index), [0])
  return {
    ...members.end(),
    groups: [
      {
        externalId: 'g-1',
        name: 'Everyone',
        displayName: 'Everyone',
        description: 'All & <each>',
        parentGroupExternalIds: null,
        tags: null,
      },
    ],
  }
}

export async function snapshotIn(directory: string, identities: Identities = identitiesOf(3)): Promise<void> {
  await writeSnapshot({ directory, roots: [join(directory, '..')], identities, description: DESCRIPTION })
}

function userOf(index: number): User {
  const number = String(index + 1).padStart(4, '0')
  return {
    externalId: `u-${number}`,
    name: `User ${number}`,
    userName: `user-${number}`,
    email: `user-${number}@example.com`,
    tags: null,
    isMachine: null,
  }
}
