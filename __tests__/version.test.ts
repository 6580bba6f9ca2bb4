import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { parse } from 'yaml'
import { OUTPUTS } from '../src/outputs.ts'
import { ACTION_INPUTS, DEFAULTS } from '../src/settings.ts'
import { PRODUCT, VERSION } from '../src/version.ts'

interface ActionFile {
  inputs: Record<string, { required?: boolean; default?: string }>
  outputs: Record<string, unknown>
}

const read = (name: string): string => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8')
const action = parse(read('action.yml')) as ActionFile
const manifest = JSON.parse(read('package.json')) as { name: string; version: string }

describe('the names and versions that stand in two places', () => {
  it('are those of package.json', () => {
    expect({ name: PRODUCT, version: VERSION }).toEqual({ name: manifest.name, version: manifest.version })
  })

  it('are the outputs of action.yml, in its order', () => {
    expect(OUTPUTS).toEqual(Object.keys(action.outputs))
  })

  it('are the inputs of action.yml, in its order', () => {
    expect(ACTION_INPUTS).toEqual(Object.keys(action.inputs))
  })

  it('are the defaults of action.yml, the token and what is empty aside', () => {
    const given = Object.entries(action.inputs)
      .filter(([name]) => name !== 'github-token')
      .map(([name, { default: value = '' }]) => [name, value])
      .filter(([, value]) => value !== '')
    expect(Object.fromEntries(given)).toEqual(DEFAULTS)
  })

  it('require the account only, and give every other input a default as text', () => {
    const { 'aws-account-id': account, ...others } = action.inputs
    expect(account).toMatchObject({ required: true })
    expect(Object.values(others).filter((one) => typeof one.default !== 'string')).toEqual([])
  })
})
