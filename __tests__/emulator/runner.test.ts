import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { runAction, runProgram } from '../../emulator/runner.ts'

describe('runAction', () => {
  it('gives the inputs, with the defaults of action.yml, and an environment of its own', async () => {
    process.env.INHERITED = 'yes'
    const result = await runAction({
      dist: script(`process.stdout.write(JSON.stringify(process.env))`),
      action: file(
        'action.yml',
        'inputs:\n  a b:\n    default: one\n  c-d: {}\n  token:\n    default: ${{ github.token }}\n',
      ),
      inputs: { 'c-d': 'two' },
      env: { EXTRA: 'more', CI: undefined },
      repository: 'example/identity',
      eventName: 'pull_request',
      event: { number: 5 },
    })
    const env = JSON.parse(result.stdout) as Record<string, string>
    expect(env).toMatchObject({
      INPUT_A_B: 'one',
      'INPUT_C-D': 'two',
      INPUT_TOKEN: '',
      EXTRA: 'more',
      GITHUB_REPOSITORY: 'example/identity',
      GITHUB_REPOSITORY_OWNER: 'example',
      GITHUB_EVENT_NAME: 'pull_request',
      GITHUB_WORKSPACE: result.workspace,
      RUNNER_TEMP: result.temp,
    })
    expect(env).not.toHaveProperty('INHERITED')
    expect(env).not.toHaveProperty('CI')
    expect(JSON.parse(readFileSync(env.GITHUB_EVENT_PATH ?? '', 'utf8'))).toStrictEqual({ number: 5 })
  })

  it('reads outputs, exported variables, the summary and the annotations, on Node 24', async () => {
    const result = await runAction({
      dist: script(`
        const { appendFileSync: add } = await import('node:fs')
        const { env } = process
        add(env.GITHUB_OUTPUT, 'a<<end\\none\\ntwo\\nend\\nb=c=d\\nempty<<end\\n\\nend\\n')
        add(env.GITHUB_ENV, 'X<<end\\ny\\nend\\n')
        add(env.GITHUB_PATH, '/somewhere\\n')
        add(env.GITHUB_STEP_SUMMARY, '# Done\\n')
        console.log('text ::error::no command')
        console.log('::warning title=T%2C1,file=a:b::first%0Asecond 100%25')
        console.log('::error::failed: a::b')
        console.error('node ' + process.versions.node)
        process.exitCode = 3
      `),
    })
    expect(result).toMatchObject({
      code: 3,
      signal: null,
      outputs: { a: 'one\ntwo', b: 'c=d', empty: '' },
      exported: { X: 'y' },
      paths: ['/somewhere'],
      summary: '# Done\n',
      errors: ['failed: a::b'],
      warnings: ['first\nsecond 100%'],
    })
    expect(result.annotations[0]).toStrictEqual({
      command: 'warning',
      properties: { title: 'T,1', file: 'a:b' },
      message: 'first\nsecond 100%',
    })
    expect(result.stderr).toMatch(/^node 24\./)
  })

  it('keeps workspace and temp across runs', async () => {
    const writer = script(`(await import('node:fs')).writeFileSync('kept', 'x')`)
    const reader = script(`console.log((await import('node:fs')).readFileSync('kept', 'utf8'))`)
    const { workspace, temp } = await runAction({ dist: writer })
    const second = await runAction({ dist: reader, workspace, temp })
    expect([second.stdout, second.workspace, second.temp]).toStrictEqual(['x\n', workspace, temp])
  })

  it('signals the child when told to', async () => {
    let started: () => void = () => undefined
    const running = new Promise<void>((resolve) => {
      started = resolve
    })
    const result = await runAction({
      dist: script(`console.log('ready'); setInterval(() => {}, 1000)`),
      signalAfter: { after: running, signal: 'SIGINT' },
      onStart: (child) => child.stdout.once('data', started),
    })
    expect(result).toMatchObject({ code: null, signal: 'SIGINT', stdout: 'ready\n' })
  })
})

describe('runProgram', () => {
  it('gives arguments, environment and input, and what came of it', async () => {
    const result = await runProgram({
      command: process.execPath,
      arguments: [
        '-e',
        'process.stdin.on("data", (d) => console.log(process.argv[1] + process.env.A + d))',
        'x',
      ],
      env: { A: 'y' },
      input: 'z',
    })
    expect(result).toMatchObject({ code: 0, stdout: 'xyz\n', stderr: '' })
  })

  it('fails where there is no such program', async () => {
    await expect(runProgram({ command: '/no/such/program' })).rejects.toThrow('ENOENT')
  })
})

function file(name: string, content: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'runner-')), name)
  writeFileSync(path, content)
  return path
}

function script(content: string): string {
  return file('index.mjs', content)
}
