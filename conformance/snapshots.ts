import { mkdirSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { runAction } from '../emulator/runner.ts'
import type { ActionResult } from '../emulator/runner.ts'

/** Files by their path in a repository. */
export type Files = Record<string, string>

/** The snapshot that the bundle writes of this organization now, as files below identity-store/. */
export async function readSnapshot(
  dist: string,
  env: Record<string, string>,
  account: string,
  more: Record<string, string> = {},
): Promise<Files> {
  const inputs = { 'aws-account-id': account, baseline: 'none', 'upload-artifact': 'false', ...more }
  return snapshotOf(await runAction({ dist: join(dist, 'index.js'), env, inputs }))
}

/** The snapshot that a run has written, as files below identity-store/. */
export function snapshotOf(run: ActionResult): Files {
  const folder = run.outputs['directory']
  if (folder === undefined || folder === '') throw new Error(`The action gave no snapshot:\n${log(run)}`)
  return Object.fromEntries(
    readdirSync(folder).map((name) => [`identity-store/${name}`, readFileSync(join(folder, name), 'utf8')]),
  )
}

/** A new folder that holds these files. */
export function workspaceWith(files: Files): string {
  const workspace = mkdtempSync(join(tmpdir(), 'workspace-'))
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(workspace, path)), { recursive: true })
    writeFileSync(join(workspace, path), content)
  }
  return workspace
}

/** What a run printed, for a check that does not hold. */
export function log({ code, stdout, stderr, outputs }: ActionResult): string {
  return `code ${code}\n${stdout}${stderr}${JSON.stringify(outputs)}`
}
