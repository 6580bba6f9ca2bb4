import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import ts from 'typescript'

export interface Sentence {
  /** The literal text, `…` in the place of whatever is known only at run time. */
  text: string
  /** `file:line` below src/, with slashes */
  where: string
}

/** Functions that make errors, and which of their arguments holds the words. */
const MAKERS: Readonly<Record<string, number>> = {
  UserError: 1,
  make: 1,
  fail: 1,
  refused: 0,
  refuse: 0,
  damaged: 0,
}
const HOLE = '…'

/** The sentences of all UserErrors in the TypeScript files of a directory, as the code spells them. */
export function errorSentences(directory: string): Sentence[] {
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' })
  return files
    .filter((file) => file.endsWith('.ts'))
    .sort()
    .flatMap((file) =>
      sentencesOf(file.replaceAll(path.sep, '/'), readFileSync(path.join(directory, file), 'utf8')),
    )
}

/** The sentences of one file. */
export function sentencesOf(file: string, code: string): Sentence[] {
  const source = ts.createSourceFile(file, code, ts.ScriptTarget.ESNext, true)
  const known = declarationsOf(source)
  const found: Sentence[] = []
  const visit = (node: ts.Node): void => {
    const words = wordsOf(node)
    if (words !== undefined) {
      const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1
      for (const text of textsOf(words, known)) found.push({ text, where: `${file}:${String(line)}` })
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

/** The expression that holds the words of an error, where the node makes one. */
function wordsOf(node: ts.Node): ts.Expression | undefined {
  // The advice on keys is an object with the sentence in `message`.
  if (ts.isPropertyAssignment(node) && node.name.getText() === 'message') return node.initializer
  if (!ts.isNewExpression(node) && !ts.isCallExpression(node)) return undefined
  if (!ts.isIdentifier(node.expression)) return undefined
  const index = MAKERS[node.expression.text]
  return index === undefined ? undefined : node.arguments?.[index]
}

interface Declarations {
  constants: Map<string, ts.Expression>
  functions: Map<string, ts.FunctionDeclaration>
}

/** Constants and functions of a file by name; one that is declared twice, or is a parameter too, stands for nothing. */
function declarationsOf(source: ts.SourceFile): Declarations {
  const constants = new Map<string, ts.Expression>()
  const functions = new Map<string, ts.FunctionDeclaration>()
  const twice = new Set<string>()
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.initializer !== undefined) {
      if (constants.has(node.name.text)) twice.add(node.name.text)
      constants.set(node.name.text, node.initializer)
    }
    if (ts.isParameter(node) && ts.isIdentifier(node.name)) twice.add(node.name.text)
    if (ts.isFunctionDeclaration(node) && node.name !== undefined) functions.set(node.name.text, node)
    ts.forEachChild(node, visit)
  }
  visit(source)
  for (const name of twice) constants.delete(name)
  return { constants, functions }
}

/** All texts that an expression can give; a single hole where it says nothing. */
function textsOf(expression: ts.Expression, known: Declarations, depth = 0): string[] {
  if (depth > 8) return [HOLE]
  const inner = (part: ts.Expression): string[] => textsOf(part, known, depth + 1)
  if (ts.isParenthesizedExpression(expression)) return inner(expression.expression)
  if (ts.isStringLiteralLike(expression)) return [expression.text]
  if (ts.isConditionalExpression(expression))
    return [...inner(expression.whenTrue), ...inner(expression.whenFalse)]
  if (ts.isBinaryExpression(expression) && expression.operatorToken.kind === ts.SyntaxKind.PlusToken)
    return joined(inner(expression.left), inner(expression.right))
  if (ts.isTemplateExpression(expression))
    return expression.templateSpans.reduce(
      (before, { expression: hole, literal }) => joined(joined(before, constant(hole)), [literal.text]),
      [expression.head.text],
    )
  if (ts.isIdentifier(expression)) return constant(expression)
  if (ts.isCallExpression(expression) && ts.isIdentifier(expression.expression)) {
    const called = known.functions.get(expression.expression.text)
    if (called !== undefined) return returnsOf(called).flatMap(inner)
  }
  return [HOLE]

  /** What stands for a name: a literal of the same file, else a hole. */
  function constant(hole: ts.Expression): string[] {
    const value = ts.isIdentifier(hole) ? known.constants.get(hole.text) : undefined
    return value !== undefined && (ts.isStringLiteralLike(value) || ts.isTemplateExpression(value))
      ? inner(value)
      : [HOLE]
  }
}

function returnsOf(called: ts.FunctionDeclaration): ts.Expression[] {
  const found: ts.Expression[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isReturnStatement(node) && node.expression !== undefined) found.push(node.expression)
    if (!ts.isFunctionLike(node) || node === called) ts.forEachChild(node, visit)
  }
  visit(called)
  return found
}

function joined(before: readonly string[], after: readonly string[]): string[] {
  return before.flatMap((start) => after.map((end) => start + end))
}
