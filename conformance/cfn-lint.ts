import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fromRoot, runProgram } from '../emulator/runner.ts'
import { installFromPyPI } from './install.ts'
import type { Conformance } from './peer.ts'

const VERSION = '1.58.0'
const TEMPLATE = fromRoot('setup/role.yaml')

/** What cfn-lint has to find before its silence counts: what of the template is put in the place of what. */
const MISTAKES: readonly [rule: string, text: string, by: string][] = [
  ['E1020', '!Ref RoleName', '!Ref Name'],
  ['E2015', '[new, existing]', '[existing]'],
  ['E3002', 'ClientIdList:', 'ClientIds:'],
  ['E3530', 'Effect: Allow', 'Effect: Permit'],
  ['E6101', 'Role.Arn', 'Role.Name'],
  ['E8003', '!Equals [!Ref OidcProvider, new]', '!Equals [!Ref OidcProvider]'],
  ['I3042', 'arn:${AWS::Partition}:iam', 'arn:aws:iam'],
  ['W3037', 'sso:ListInstances', 'sso-admin:ListInstances'],
]

/** The template of the role, checked against CloudFormation's schemas by a program that others wrote. */
export async function runCfnLint({ check }: Conformance): Promise<void> {
  const packages = await installFromPyPI(`cfn-lint-${VERSION}`, [`cfn-lint==${VERSION}`])
  const template = readFileSync(TEMPLATE, 'utf8')
  for (const [rule, text, by] of MISTAKES) {
    const file = join(mkdtempSync(join(tmpdir(), 'cfn-lint-')), 'role.yaml')
    writeFileSync(file, template.replace(text, by))
    const { isClean, log } = await lint(packages, file)
    check(`cfn-lint finds a deliberate mistake: ${rule}`, !isClean && log.includes(rule), log)
  }
  const { isClean, log } = await lint(packages, TEMPLATE)
  check('nothing is to be said of setup/role.yaml, in every region', isClean, log)
}

/** With the rules that are only informative, one of which is about partitions. */
async function lint(packages: string, file: string): Promise<{ isClean: boolean; log: string }> {
  const { code, stdout, stderr } = await runProgram({
    command: join(packages, 'bin', 'cfn-lint'),
    arguments: ['--template', file, '--regions', 'ALL_REGIONS', '--include-checks', 'I'],
    env: { PYTHONPATH: packages },
  })
  return { isClean: code === 0, log: `${stdout}${stderr}` }
}
