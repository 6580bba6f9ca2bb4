import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { parse } from 'yaml'
import { PARAMETERS } from '../src/connector/parameters.ts'
import { messageOf } from '../src/errors.ts'
import { ACTION_INPUTS, INPUTS, parseActionSettings } from '../src/settings.ts'
import { readAttribute, TAG_NAMES } from '../src/snapshot/tags.ts'
import { PRODUCT, VERSION } from '../src/version.ts'

interface ActionFile {
  inputs: Record<string, { required?: boolean; default?: string; description: string }>
  outputs: Record<string, unknown>
}

interface TypesFile {
  inputs: Record<string, { type: string; 'allowed-values'?: string[] }>
  outputs: Record<string, unknown>
}

const read = (name: string): string => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8')
const action = parse(read('action.yml')) as ActionFile
const types = parse(read('action-types.yml')) as TypesFile
const manifest = JSON.parse(read('package.json')) as { name: string; version: string }

describe('the names and versions that stand in two places', () => {
  it('are those of package.json', () => {
    expect({ name: PRODUCT, version: VERSION }).toEqual({ name: manifest.name, version: manifest.version })
  })

  it('are the inputs of action.yml, in its order', () => {
    expect(ACTION_INPUTS).toEqual(Object.keys(action.inputs))
  })

  it('are the defaults of action.yml, the token aside', () => {
    const given = Object.entries(action.inputs).map(([name, { default: value = '' }]) => [name, value])
    const taken = Object.entries(INPUTS).map(([name, input]) => [
      name,
      'default' in input ? input.default : '',
    ])
    const token = { 'github-token': '' }
    expect({ ...Object.fromEntries(given), ...token }).toEqual(Object.fromEntries(taken))
  })

  it('require the account only, and give every other input a default as text', () => {
    const { 'aws-account-id': account, ...others } = action.inputs
    expect(account).toMatchObject({ required: true })
    expect(Object.values(others).filter((one) => typeof one.default !== 'string')).toEqual([])
  })

  it('are in action-types.yml those of action.yml, in its order', () => {
    expect(Object.keys(types.inputs)).toEqual(Object.keys(action.inputs))
    expect(Object.keys(types.outputs)).toEqual(Object.keys(action.outputs))
  })

  it('are in action-types.yml the words that an input takes: each one, and no other', () => {
    const words = Object.entries(types.inputs).flatMap(([name, { 'allowed-values': allowed = [] }]) =>
      allowed.map((value): [name: string, value: string] => [name, value]),
    )
    expect(words.length).toBeGreaterThan(0)
    for (const [name, value] of words) expect(problemsOf(name, value)).toEqual([])
    for (const name of new Set(words.map(([one]) => one))) {
      const taken = words.filter(([one]) => one === name).map(([, value]) => value)
      const [told = ''] = problemsOf(name, 'something-else')
      expect(/takes (.*?)\.$/.exec(told)?.[1]?.split(/, | or /)).toEqual(taken)
    }
  })

  it('are the tags, in the documentation and in what raito info shows', () => {
    const names = TAG_NAMES.join(', ')
    const raitoInfo = PARAMETERS.find(({ name }) => name === 'tags')?.description
    expect(raitoInfo).toContain(` ${names}.`)
    expect(action.inputs['tags']?.description.replaceAll('`', '')).toContain(` ${names}.`)
  })

  it('are the tags that are not just the attribute of their name: each is explained', () => {
    const [, section = ''] = read('docs/snapshot-format.md').split('\n### Tags\n')
    const table = /^\| [^]*?\n\n/m.exec(section)?.[0] ?? ''
    const special = TAG_NAMES.filter(
      (name) => readAttribute(name, { UserId: '', [name]: 'x' }).join() !== 'x',
    )
    expect([...table.matchAll(/`([A-Z]\w+)`/g)].map(([, name]) => name)).toEqual(special)
  })
})

/** The lines of the error that a value of an input gives. */
function problemsOf(name: string, value: string): string[] {
  try {
    parseActionSettings({ 'aws-account-id': '111122223333', [name]: value }, {})
    return []
  } catch (error) {
    return messageOf(error).split('\n')
  }
}
