import { createHash } from 'node:crypto'

/** Blobs, trees and commits by their ids, which are those that git would give. */
export interface GitObjects {
  blobs: Map<string, Buffer>
  trees: Map<string, Map<string, Entry>>
  commits: Map<string, Commit>
}

export interface Entry {
  mode: string
  type: 'blob' | 'tree' | 'commit'
  sha: string
}

export interface Commit {
  tree: string
  parents: string[]
}

export type FileContent = string | Uint8Array | { link: string } | { submodule: string }

/** Writes the trees of these files, by path; gives the id of the root. */
export function writeTree(objects: GitObjects, files: [string, FileContent][]): string {
  const entries = new Map<string, Entry>()
  const below = new Map<string, [string, FileContent][]>()
  for (const [path, content] of files) {
    const slash = path.indexOf('/')
    if (slash < 0) entries.set(path, writeEntry(objects, content))
    else
      below.set(path.slice(0, slash), [
        ...(below.get(path.slice(0, slash)) ?? []),
        [path.slice(slash + 1), content],
      ])
  }
  for (const [name, inner] of below)
    entries.set(name, { mode: '040000', type: 'tree', sha: writeTree(objects, inner) })
  const key = ([name, { type }]: [string, Entry]) => (type === 'tree' ? `${name}/` : name)
  const sorted = [...entries].sort((a, b) => (key(a) < key(b) ? -1 : 1))
  const bytes = Buffer.concat(
    sorted.map(([name, { mode, sha }]) =>
      Buffer.concat([Buffer.from(`${mode.replace(/^0/, '')} ${name}\0`), Buffer.from(sha, 'hex')]),
    ),
  )
  const sha = hashOf('tree', bytes)
  objects.trees.set(sha, new Map(sorted))
  return sha
}

/** What stands at a path below a tree, the tree itself included. */
export function entryAt(objects: GitObjects, root: string, path: string): Entry | undefined {
  let entry: Entry | undefined = { mode: '040000', type: 'tree', sha: root }
  for (const part of path.split('/').filter((name) => name !== '')) {
    entry = entry === undefined ? undefined : objects.trees.get(entry.sha)?.get(part)
  }
  return entry
}

/** A commit and all before it, nearest first. */
export function ancestors(objects: GitObjects, sha: string): string[] {
  const found = [sha]
  for (const one of found) {
    for (const parent of objects.commits.get(one)?.parents ?? [])
      if (!found.includes(parent)) found.push(parent)
  }
  return found
}

/** Object ids as git makes them. */
export function hashOf(type: string, content: Uint8Array): string {
  return createHash('sha1').update(`${type} ${content.length}\0`).update(content).digest('hex')
}

function writeEntry(objects: GitObjects, content: FileContent): Entry {
  if (typeof content === 'object' && 'submodule' in content)
    return { mode: '160000', type: 'commit', sha: content.submodule }
  const isLink = typeof content === 'object' && 'link' in content
  const bytes = Buffer.from(isLink ? content.link : content)
  const sha = hashOf('blob', bytes)
  objects.blobs.set(sha, bytes)
  return { mode: isLink ? '120000' : '100644', type: 'blob', sha }
}
