import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from '@jest/globals'
import { findConnector } from '../../emulator/raito-host.ts'
import { installConnector } from '../../src/action/install.ts'
import type { InstallOptions } from '../../src/action/install.ts'

const OWN = 'local--connectors/aws-organization-sync'
const DROP_IN = 'raito-io/cli-plugin-aws-organization'

let place: string
let home: string
let bundleDirectory: string
let node: string

beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'in\'s "tall" $HOME `x`\n'))
  home = join(place, 'home')
  bundleDirectory = join(place, 'bundle')
  mkdirSync(join(bundleDirectory, 'chunks'), { recursive: true })
  mkdirSync(home)
  // says where it stands and what it was given
  writeFileSync(
    join(bundleDirectory, 'index.js'),
    'console.log(JSON.stringify([import.meta.filename ?? import.meta.url, ...process.argv.slice(2)]))\n',
  )
  writeFileSync(join(bundleDirectory, 'package.json'), '{"type":"module"}')
  writeFileSync(join(bundleDirectory, 'chunks/1.index.js'), '')
  node = join(place, 'no de')
  symlinkSync(process.execPath, node)
})

describe('installing the connector', () => {
  it.each([
    { kind: 'own', name: OWN, files: ['-1.2.3', '-latest'] },
    { kind: 'drop-in', name: DROP_IN, files: ['-0.0.1', '-0.0.2', '-1.2.3', '-latest'] },
  ] as const)('$kind: gives the CLI $files, and tells raito.yml name and version', async (expected) => {
    expect(await install({ kind: expected.kind })).toEqual({ name: expected.name, version: '1.2.3' })
    const [group = '', base = ''] = expected.name.split('/')
    expect(readdirSync(join(home, '.raito/plugins'))).toEqual([group])
    expect(readdirSync(join(home, '.raito/plugins', group)).sort()).toEqual(
      expected.files.map((suffix) => `${base}${suffix}`),
    )
  })

  it.each([
    ['own', OWN, []],
    ['drop-in', DROP_IN, ['--drop-in']],
  ] as const)(
    '%s: every file starts the copied bundle, whatever the paths hold',
    async (kind, name, more) => {
      await install({ kind })
      rmSync(bundleDirectory, { recursive: true })
      for (const connectorVersion of ['1.2.3', 'latest', '']) {
        const found = findConnector({ home, workingDirectory: place, connectorName: name, connectorVersion })
        const [file, ...given] = JSON.parse(execFileSync(found, { encoding: 'utf8' })) as [
          string,
          ...string[],
        ]
        expect(decodeURI(file)).toMatch(/\.raito\/aws-organization-sync\/1\.2\.3-[0-9a-f]{12}\/index\.js$/)
        expect(given).toEqual(more)
      }
    },
  )

  it('keeps the bundle out of what the CLI takes for versions', async () => {
    await install({ kind: 'own' })
    expect(readdirSync(join(home, '.raito')).sort()).toEqual(['aws-organization-sync', 'plugins'])
  })

  it('lets every user of the machine run it, whatever the umask and the modes of the action', async () => {
    for (const path of ['index.js', 'chunks/1.index.js']) chmodSync(join(bundleDirectory, path), 0o600)
    chmodSync(join(bundleDirectory, 'chunks'), 0o700)
    const before = process.umask(0o077)
    try {
      await install({ kind: 'own' })
    } finally {
      process.umask(before)
    }
    const [bundle = ''] = readdirSync(join(home, '.raito/aws-organization-sync'))
    const modes = [
      `plugins/${OWN}-latest`,
      `aws-organization-sync/${bundle}`,
      `aws-organization-sync/${bundle}/chunks`,
      `aws-organization-sync/${bundle}/index.js`,
      `aws-organization-sync/${bundle}/chunks/1.index.js`,
    ].map((path) => (statSync(join(home, '.raito', path)).mode & 0o777).toString(8))
    expect(modes).toEqual(['755', '755', '755', '644', '644'])
  })

  it('changes nothing of an installed bundle when it is installed again, and leaves nothing else behind', async () => {
    await install({ kind: 'own' })
    const parent = join(home, '.raito/aws-organization-sync')
    const [first = ''] = readdirSync(parent)
    const inode = lstatSync(join(parent, first)).ino
    await install({ kind: 'own' })
    await install({ kind: 'drop-in' })
    expect(readdirSync(parent)).toEqual([first])
    expect(lstatSync(join(parent, first)).ino).toBe(inode)
  })

  it('puts another build beside it, and repairs a damaged one', async () => {
    await install({ kind: 'own' })
    const parent = join(home, '.raito/aws-organization-sync')
    const [first = ''] = readdirSync(parent)
    writeFileSync(join(parent, first, 'index.js'), 'damaged')
    await install({ kind: 'own' })
    expect(readdirSync(parent)).toEqual([first])
    expect(readFileSync(join(parent, first, 'index.js'))).toEqual(
      readFileSync(join(bundleDirectory, 'index.js')),
    )
    writeFileSync(join(bundleDirectory, 'chunks/1.index.js'), 'another build')
    await install({ kind: 'own' })
    expect(readdirSync(parent)).toHaveLength(2)
    // The same characters, but the name ends elsewhere.
    renameSync(join(bundleDirectory, 'chunks/1.index.js'), join(bundleDirectory, 'chunks/1.index.jsanother'))
    writeFileSync(join(bundleDirectory, 'chunks/1.index.jsanother'), ' build')
    await install({ kind: 'own' })
    expect(readdirSync(parent)).toHaveLength(3)
  })

  it('stands two jobs of one machine that install at the same time', async () => {
    await Promise.all(Array.from({ length: 5 }, () => install({ kind: 'drop-in' })))
    expect(readdirSync(join(home, '.raito/aws-organization-sync'))).toHaveLength(1)
    expect(readdirSync(join(home, '.raito/plugins/raito-io'))).toHaveLength(4)
  })

  it('takes the place of a downloaded reference connector', async () => {
    const downloaded = join(home, '.raito/plugins', `${DROP_IN}-0.0.2`)
    mkdirSync(join(downloaded, '..'), { recursive: true })
    symlinkSync(join(place, 'elsewhere'), downloaded)
    await install({ kind: 'drop-in' })
    expect(lstatSync(downloaded).isFile()).toBe(true)
    expect(readFileSync(downloaded, 'utf8')).toMatch(/^#!\/bin\/sh\n/)
    expect(readdirSync(place)).not.toContain('elsewhere')
  })

  it('says on Windows that there is no Raito CLI for it', async () => {
    await expect(install({ kind: 'own', platform: 'win32' })).rejects.toMatchObject({
      kind: 'precondition',
      message: expect.stringContaining('cannot be installed on Windows'),
    })
    expect(readdirSync(home)).toEqual([])
  })

  it('leaves nothing behind where a directory is in the place of a version', async () => {
    const plugins = join(home, '.raito/plugins', OWN, '..')
    mkdirSync(join(home, '.raito/plugins', `${OWN}-1.2.3`, 'full'), { recursive: true })
    await expect(install({ kind: 'own' })).rejects.toMatchObject({ kind: 'precondition' })
    expect(readdirSync(plugins)).toEqual(['aws-organization-sync-1.2.3'])
  })

  it('says where it could not write', async () => {
    writeFileSync(join(home, '.raito'), 'in the way')
    await expect(install({ kind: 'own' })).rejects.toMatchObject({
      kind: 'precondition',
      message: expect.stringMatching(/could not be installed in .*\.raito: (ENOTDIR|EEXIST)/s),
    })
  })
})

function install(options: Pick<InstallOptions, 'kind'> & Partial<InstallOptions>) {
  return installConnector({ home, bundleDirectory, node, version: '1.2.3', ...options })
}
