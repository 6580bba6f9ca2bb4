import { readdirSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/**
 * The names of the workflows in a folder, sorted. The example of a configuration of the Raito CLI is none.
 *
 * @param {string} folder from the root of the repository
 * @returns {string[]}
 */
export function workflowsIn(folder) {
  const names = readdirSync(path.join(root, folder))
  return names.filter((name) => /\.ya?ml$/.test(name) && name !== 'raito.yml').sort()
}
